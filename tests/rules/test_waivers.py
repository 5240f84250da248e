"""Waived flags (contract, section 3): what may be waived, how it is written, and what it brings about."""

from __future__ import annotations

import pytest

from rules.catalogue import CATALOGUE
from rules.waivers import read_waivers
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, flags, judge, upto

S = Status
REFUSED = {
    "visit-without-approval", "terms-not-agreed", "order-id-duplicate",
    "client-missing", "client-unknown", "planned-start-missing", "planned-start-unreadable", "planned-start-past",
    "hours-invalid", "language-missing", "language-unsupported", "engineers-invalid", "skill-unknown",
    "cell-unreadable",
    "no-show-before-approval", "no-show-and-completed", "rate-missing", "billing-missing", "seller-missing",
    "tax-unclassified", "travel-cost-missing", "exchange-rate-missing", "engineer-email", "total-negative",
    "paid-without-invoice",
}  # fmt: skip


@pytest.mark.parametrize("code", CATALOGUE)
def test_what_may_be_waived(code: str) -> None:
    verdict = judge({"Waived flags": f"{code}: because"})
    assert ("waiver-refused" in codes(verdict)) is (code in REFUSED)
    assert "waiver-unreadable" not in codes(verdict)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("floor-missing: ground floor", "ground floor"),
        ("floor-missing:ground floor", "ground floor"),
        ("  Floor-Missing ： １階のみ ", "１階のみ"),
        ("ｆｌｏｏｒ－ｍｉｓｓｉｎｇ：1階", "1階"),
        ("floor-missing: see: the map", "see: the map"),
        ("\nfloor-missing: x\n\n", "x"),
    ],
)
def test_how_a_waiver_is_written(line: str, reason: str) -> None:
    verdict = judge({"Floor": None, "Waived flags": line})
    assert codes(verdict) == ["floor-missing"]
    found = flag(verdict, "floor-missing")
    assert (found.severity, found.holds, found.message.endswith(f"(waived: {reason})")) == (Severity.INFO, None, True)


@pytest.mark.parametrize(
    "line",
    [
        "floor-missing",
        "floor-missing:",
        "floor-missing: ",
        "floor-missing: -",
        "floor: x",
        "ground floor",
        "site-orphan: x",
    ],
)
def test_a_waiver_without_a_reason_or_of_no_code_is_unreadable_and_waives_nothing(line: str) -> None:
    verdict = judge({"Floor": None, "Waived flags": line})
    assert codes(verdict) == ["floor-missing", "waiver-unreadable"]
    assert [f.severity for f in verdict.flags] == [Severity.WARN, Severity.WARN]
    assert (flag(verdict, "waiver-unreadable").column, flag(verdict, "waiver-unreadable").value) == (
        "Waived flags",
        line.strip(),
    )


def test_one_flag_for_every_bad_line() -> None:
    verdict = judge({"Waived flags": "x\ny: z\nfloor-missing: fine\nclient-missing: no"})
    assert codes(verdict) == ["waiver-unreadable", "waiver-unreadable", "waiver-refused"]


@pytest.mark.parametrize("raw", [None, "", "-", "N/A"])
def test_no_waivers(raw: str | None) -> None:
    assert codes(judge({"Waived flags": raw})) == []


def test_a_waiver_covers_every_subject_of_its_code_and_no_other_code() -> None:
    bad: Cells = {"Order phone": "03-1234-5678", "Site phone": "03-1234-5678", "Order email": "x"}
    verdict = judge({**bad, "Waived flags": "phone-country-code: local only"})
    assert [f.severity for f in flags(verdict, "phone-country-code")] == [Severity.INFO] * 2
    assert (verdict.status, flag(verdict, "email-invalid").holds) == (S.NEEDS_INFO, S.READY)


def test_a_waived_block_holds_nothing_back() -> None:
    assert judge({"Order email": "x"}).status is S.NEEDS_INFO
    assert judge({"Order email": "x", "Waived flags": "email-invalid: they phone"}).status is S.READY


def test_a_refused_waiver_changes_nothing() -> None:
    verdict = judge({"Language": None, "Waived flags": "language-missing: whatever"})
    assert codes(verdict) == ["language-missing", "waiver-refused"]
    assert verdict.status is S.NEEDS_INFO


def test_a_waiver_of_what_is_not_raised_says_nothing() -> None:
    assert codes(judge({"Waived flags": "floor-missing: there is one now"})) == []


@pytest.mark.parametrize(
    ("status", "changes", "waived"),
    [
        (S.OFFERED, {"Assigned engineers": None}, "engineers-too-few"),
        (S.OFFERED, {"Engineers needed": 2}, "engineers-too-few"),
        (S.OFFERED, {"Assigned engineers": "Nobody Known"}, "engineer-unknown"),
        (S.CONTACTS_SHARED, {"Photo ID needed": "yes"}, "photo-id-not-sent"),
        (S.CONTACTS_SHARED, {"Photo ID needed": "yes", "Photo ID sent at": "2027-01-01 09:00"}, "photo-id-not-sent"),
        (S.CONTACTS_SHARED, {"Paperwork": "NDA"}, "paperwork-not-sent"),
        (S.ON_SITE, {"Arrival notified at": None}, "arrival-not-notified"),
        (S.ON_SITE, {"Contacts shared at": None}, "step-skipped"),
    ],
)
def test_a_waived_requirement_counts_as_met(status: Status, changes: Cells, waived: str) -> None:
    cells = {**upto(status), **changes}
    assert judge(cells).status is not status
    assert judge({**cells, "Waived flags": f"{waived}: agreed"}).status is status


def test_a_bad_arrival_is_no_reason_to_wait_where_the_notice_was_waived() -> None:
    cells = {**upto(S.ON_SITE), "Arrival notified at": "2027-01-01 09:00"}
    assert judge(cells).status is S.APPROVED
    assert judge({**cells, "Waived flags": "arrival-not-notified: phone dead"}).status is S.ON_SITE


def test_lines_are_kept_as_typed() -> None:
    (waiver,) = read_waivers(" Floor-missing： 見た ")
    assert (waiver.line, waiver.code, waiver.reason, waiver.valid) == (
        "Floor-missing： 見た",
        "floor-missing",
        "見た",
        True,
    )
