"""The catalogue is the contract's table, code by code; every code has a check and a sentence that fills."""

from __future__ import annotations

import re
import string

import pytest

from rules import checks as checks  # registers every check
from rules.catalogue import CATALOGUE, POSITION, Window
from rules.flags import CHECKS, Flag, ordered
from rules.sentences import ENGLISH, quotable, sentence
from rules.words import Severity, Status

CONTRACT = """
client-missing | BLOCK Ready | 0
client-unknown | BLOCK Ready | 0
terms-not-agreed | BLOCK Ready | 0
sla-not-assured | INFO | 0
order-contact-missing | BLOCK Ready | 1
planned-start-missing | BLOCK Ready | 1.1
planned-start-unreadable | BLOCK Ready | 1.1
planned-start-past | BLOCK Ready | 1.1
lead-time-short | WARN | 1.1
urgent-call-missing | BLOCK Ready | 1.1, 2
hours-defaulted | INFO | 1.2
hours-below-minimum | WARN | 1.2
hours-invalid | BLOCK Ready | 1.2
site-contact-missing | BLOCK Ready | 1.3.1
phone-country-code | BLOCK Ready | 1.3
phone-invalid | BLOCK Ready | 1.3
email-invalid | BLOCK Ready | 1.3
second-channel-missing | WARN | 1.3
chat-unreadable | WARN | 1.3
pm-contact-missing | WARN | 1.3.2
assistance-missing | BLOCK Ready | 1.3.2
language-missing | BLOCK Ready | 1.4
language-unsupported | BLOCK Ready | 1.4
address-missing | BLOCK Ready | 1.5
map-link-missing | WARN | 1.5
map-link-invalid | WARN | 1.5
floor-missing | WARN | 1.5
entry-instructions-missing | WARN | 1.5
items-missing | INFO | 1.6
items-not-standard | WARN | 1.6
work-description-missing | BLOCK Ready | 1.8
hardware-missing | WARN | 1.8
skill-defaulted | INFO | 1.9
skill-unknown | BLOCK Ready | 1.9
engineers-defaulted | INFO | 1.9
engineers-invalid | BLOCK Ready | 1.9
cell-unreadable | BLOCK Ready | –
duplicate-order | WARN | –
order-id-duplicate | BLOCK Ready | –
no-candidate | WARN | 3
engineer-unknown | BLOCK Offered | 3
engineers-too-few | BLOCK Offered | 3
engineer-double-booked | BLOCK Offered | 3
engineer-underqualified | WARN | 3
engineer-language | WARN | 3
photo-id-not-sent | BLOCK Contacts shared | 5
paperwork-not-sent | BLOCK Contacts shared | 5
step-skipped | BLOCK the step skipped | –
visit-without-approval | BLOCK On site | 6
approval-overdue | WARN | 6
visit-late | WARN | 8
sla-at-risk | WARN | 6
sla-breached | WARN | 6
arrival-not-notified | BLOCK On site | 9
release-not-approved | BLOCK Completed | 11
dates-out-of-order | WARN | –
date-in-future | WARN | –
evidence-removed | BLOCK the next status | –
changed-after-confirmation | WARN | 4
no-show-before-approval | BLOCK Invoiced | 6
no-show-and-completed | BLOCK Invoiced | –
visit-too-long | BLOCK Invoiced | 11
cancelled-late | WARN | –
rate-missing | BLOCK Invoiced | 12
billing-missing | BLOCK Invoiced | 12
seller-missing | BLOCK Invoiced | 12
tax-unclassified | BLOCK Invoiced | 12
travel-cost-missing | BLOCK Invoiced | 7
exchange-rate-missing | BLOCK Invoiced | 12
engineer-email | BLOCK Invoiced | 12
total-negative | BLOCK Invoiced | 12
paid-without-invoice | BLOCK Paid | 12
payment-overdue | WARN | 12
invoice-outdated | WARN | 12
waiver-unreadable | WARN | –
waiver-refused | WARN | –
"""

ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in CONTRACT.strip().splitlines()]
TAB_CODES = {"site-orphan", "name-duplicate"}


def test_every_rule_of_the_contract_in_its_order() -> None:
    assert [(rule.code, rule.weight, rule.item) for rule in CATALOGUE.values()] == ROWS
    assert list(POSITION.values()) == list(range(len(ROWS)))


def test_every_code_has_its_check_and_no_check_is_left_over() -> None:
    assert set(CHECKS) == set(CATALOGUE)


def test_every_code_has_its_sentence_and_no_sentence_is_left_over() -> None:
    assert {key.partition("/")[0] for key in ENGLISH} == set(CATALOGUE) | TAB_CODES


def test_what_must_not_be_waived() -> None:
    held = {rule.code for rule in CATALOGUE.values() if rule.holds in (Status.INVOICED, Status.PAID)} - {
        "visit-too-long"
    }
    nothing_to_compute_with = {
        "client-missing", "client-unknown", "planned-start-missing", "planned-start-unreadable", "planned-start-past",
        "hours-invalid", "language-missing", "language-unsupported", "engineers-invalid", "skill-unknown",
        "cell-unreadable",
    }  # fmt: skip
    refused = {"visit-without-approval", "terms-not-agreed", "order-id-duplicate"} | nothing_to_compute_with | held
    assert {rule.code for rule in CATALOGUE.values() if not rule.waivable} == refused


def test_when_they_speak() -> None:
    def speaking(window: Window) -> set[str]:
        return {rule.code for rule in CATALOGUE.values() if rule.window is window}

    early = {rule.code for rule in CATALOGUE.values() if rule.item[0] in "012345"} - {
        rule.code for rule in CATALOGUE.values() if rule.item.startswith(("10", "11", "12"))
    }
    assert speaking(Window.PLANNING) == early | {"approval-overdue"}
    assert speaking(Window.BILLING) == {"rate-missing", "billing-missing", "seller-missing", "tax-unclassified"}
    assert speaking(Window.UNBILLED) == {"no-show-before-approval"}
    assert speaking(Window.DONE) == {
        "no-show-and-completed", "visit-too-long", "travel-cost-missing", "exchange-rate-missing",
        "engineer-email", "total-negative",
    }  # fmt: skip
    assert speaking(Window.EVER) == {
        "cancelled-late", "invoice-outdated", "order-id-duplicate", "waiver-unreadable", "waiver-refused",
    }  # fmt: skip


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("key", list(ENGLISH))
def test_sentences_are_one_line_and_quote_the_value(key: str) -> None:
    code, _, variant = key.partition("/")
    words = {name: f"<{name}>" for name in gaps(ENGLISH[key])}
    value = None if variant == "blank" else "the\n value"
    said = sentence(code, variant, "Site phone", value, 2, words)
    assert not re.search(r"[{}\n]", said)
    assert ("the value" in said) is ("value" in gaps(ENGLISH[key]))
    assert ("Site phone of site 2" in said) is ("at" in gaps(ENGLISH[key]))


def test_only_further_sites_are_numbered() -> None:
    assert "of site" not in sentence("floor-missing", "", "Floor", None, 1, {})
    assert "of site 3" in sentence("floor-missing", "", "Floor", None, 3, {})


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("a\r\nb\tc", "a b c"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("\x00\x07x", "x"),
        ("Eve \u202egpj.exe", "Eve gpj.exe"),
        ("\u2066x\u2069", "x"),
        ("\ud800x", "x"),
        ("日本語　テスト 🚀", "日本語 テスト 🚀"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
    ],
)
def test_hostile_text_is_quoted_harmlessly(typed: str, quoted: str) -> None:
    assert quotable(typed) == quoted
    line = sentence("client-unknown", "", "Client", typed, None, {})
    assert len(line.splitlines()) == 1 and f'"{quoted}"' in line


def test_a_long_text_is_cut() -> None:
    assert len(quotable("x" * 35_000)) == 120
    assert quotable("x" * 120) == "x" * 120


def test_gaps_of_a_persons_text_stay_text() -> None:
    assert "{at} {0}" in sentence("client-unknown", "", "Client", "{at} {0}", None, {})
    assert "{hint}" in sentence("cell-unreadable", "", "Client", "x", None, {"hint": "{hint}"})


def make(code: str, severity: Severity, site: int | None = None) -> Flag:
    return Flag(code, severity, None, site, None, None, "")


def test_flags_stand_most_severe_first_then_by_the_table_then_as_found() -> None:
    flags = [
        make("hours-defaulted", Severity.INFO), make("phone-invalid", Severity.BLOCK, 2),
        make("lead-time-short", Severity.WARN),
        make("phone-invalid", Severity.BLOCK, 1), make("client-missing", Severity.BLOCK),
        make("phone-invalid", Severity.BLOCK),
    ]  # fmt: skip
    assert [(f.code, f.site) for f in ordered(flags)] == [
        ("client-missing", None), ("phone-invalid", 2), ("phone-invalid", 1), ("phone-invalid", None),
        ("lead-time-short", None), ("hours-defaulted", None),
    ]  # fmt: skip


def test_a_waived_flag_is_information_with_its_reason() -> None:
    waived = Flag("floor-missing", Severity.WARN, None, 1, "Floor", None, "Floor is blank").waived("open\nplan")
    assert waived.line == "INFO floor-missing: Floor is blank (waived: open plan)"
