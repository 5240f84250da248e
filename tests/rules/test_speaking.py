"""When flags speak (contract, section 3): every code at every status, read against the contract's bullets."""

from __future__ import annotations

import pytest

from rules.assess import survey
from rules.case import Case
from rules.catalogue import CATALOGUE
from rules.flags import ordered
from rules.memory import Memory
from rules.speaking import Speaker, rules_for
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, judge, judged, office, order, story, upto

S = Status
OK = office(settings={"Invoice needs OK": "yes"})
NOW = "2026-12-01 10:00"

EVER = {"cancelled-late", "invoice-outdated", "order-id-duplicate", "waiver-unreadable", "waiver-refused"}
FROM_READY = {"rate-missing", "billing-missing", "seller-missing", "tax-unclassified"}
FROM_COMPLETED = {
    "no-show-and-completed", "visit-too-long", "travel-cost-missing", "exchange-rate-missing", "engineer-email",
    "total-negative",
}  # fmt: skip
UNTIL_INVOICED = {"no-show-before-approval"}
EARLY = {S.NEEDS_INFO, S.READY, S.OFFERED, S.SITE_CONFIRMED, S.CONTACTS_SHARED, S.APPROVED, S.TRAVEL_BOOKED}
ITEMS_0_TO_5 = {
    code
    for code, rule in CATALOGUE.items()
    if rule.item[0] in "012345" and not rule.item.startswith(("10", "11", "12"))
}


def expected(code: str) -> set[Status]:
    if code in EVER:
        return set(S)
    if code in ITEMS_0_TO_5 or code == "approval-overdue":
        return EARLY
    if code in FROM_READY:
        return set(S) - {S.NEEDS_INFO, S.INVOICED, S.PAID, S.CANCELLED}
    if code in FROM_COMPLETED:
        return {S.COMPLETED, S.NO_SHOW}
    if code in UNTIL_INVOICED:
        return set(S) - {S.INVOICED, S.PAID, S.CANCELLED}
    return set(S) - {S.PAID, S.CANCELLED}


def judge_case() -> Case:
    courses, _ = survey([order()], office())
    return courses[0].case


@pytest.mark.parametrize("code", CATALOGUE)
def test_at_which_statuses_a_code_may_speak(code: str) -> None:
    case = judge_case()
    speaks = {status for status in S if CATALOGUE[code] in rules_for(case.reached(status, None), settled=False)}
    assert speaks == expected(code)


@pytest.mark.parametrize("status", list(S))
def test_an_order_settled_by_hand_carries_a_paid_ones_flags(status: Status) -> None:
    case = judge_case().reached(status, None)
    assert {rule.code for rule in rules_for(case, settled=True)} == EVER


def test_an_order_charged_after_cancelled_carries_those_and_payment_overdue() -> None:
    case = judge_case()
    assert {r.code for r in rules_for(case.reached(S.INVOICED, S.READY), False)} == EVER | {"payment-overdue"}
    assert {r.code for r in rules_for(case.reached(S.PAID, S.READY), False)} == EVER


def test_items_0_to_5_fall_silent_at_on_site_and_at_no_show() -> None:
    bad: Cells = {"Order email": "x", "Site phone": "03-1234-5678", "Reserved hours": None, "Items to bring": None}
    for more in (upto(S.ON_SITE), {**upto(S.APPROVED), "No-show at": "2026-11-30 09:00"}):
        before, after = story((NOW, {**upto(S.APPROVED)}), (NOW, more), beside=OK)
        assert codes(after) == []
        _, after = story((NOW, more), (NOW, bad), beside=OK)
        assert codes(after) == []
        assert before.status is S.APPROVED


def test_flags_are_those_of_the_status_reached_in_this_run() -> None:
    """hours-defaulted speaks until the run in which the order gets to On site."""
    before, after = story((NOW, {**upto(S.APPROVED), "Reserved hours": None}), (NOW, upto(S.ON_SITE)))
    assert (codes(before), codes(after)) == (["hours-defaulted"], [])


@pytest.mark.parametrize(
    ("status", "speaks"), [(S.NEEDS_INFO, False), (S.READY, True), (S.ON_SITE, True), (S.COMPLETED, True)]
)
def test_what_the_invoice_needs_speaks_from_ready_on(status: Status, speaks: bool) -> None:
    beside = office(
        settings={"Company name": None, "Invoice needs OK": "yes"}, rates=[], client={"Tax": None, "Billing name": None}
    )
    cells = {**upto(status), "Order email": "x"} if status is S.NEEDS_INFO else upto(status)
    assert (set(codes(judge(cells, beside))) >= FROM_READY) is speaks


def test_nothing_that_holds_back_invoiced_speaks_once_invoiced() -> None:
    first, second = story(
        (NOW, upto(S.COMPLETED)), (NOW, {"Tax": "?", "Travel needed": "yes", "No-show at": NOW, "Currency": "XYZ"})
    )
    assert first.status is second.status is S.INVOICED
    assert {f.code for f in second.flags if f.holds is S.INVOICED} == set()


@pytest.mark.parametrize(("client", "codes_then"), [(None, ["client-missing"]), ("Nobody", ["client-unknown"])])
def test_client_missing_and_unknown_silence_every_rule_that_reads_the_client(client, codes_then) -> None:
    """Urgent, with a twin, and nothing that the invoice needs: all of that reads the client."""
    beside = office("2026-12-09 12:00", rates=[], client={"Tax": None, "Billing name": None})
    urgent = {"Received at": "2026-12-09 12:00", "Urgent call at": "2026-12-09 12:00", "Client": client}
    mine, _ = judged([order(urgent, beside=beside), order(urgent, number=3, beside=beside)], beside)
    assert codes(mine) == [*codes_then, "lead-time-short"]
    _, later = story(
        (NOW, upto(S.APPROVED)), (NOW, {"Client": client}), beside=office(client={"Tax": None, "Billing name": None})
    )
    assert codes(later) == codes_then


def test_once_they_are_silent_themselves_the_invoice_says_what_it_lacks() -> None:
    _, verdict = story((NOW, upto(S.ON_SITE)), (NOW, {**upto(S.COMPLETED), "Client": None}))
    assert verdict.status is S.COMPLETED
    assert {"billing-missing", "tax-unclassified", "rate-missing"} == set(codes(verdict))


def test_a_paid_order_keeps_only_what_may_speak_for_ever() -> None:
    _, verdict = story(
        (NOW, {**upto(S.COMPLETED), "Paid at": NOW}),
        (NOW, {"Work started at": None, "Received at": "2027-01-01 00:00", "Waived flags": "x", "Travel cost": "?"}),
    )
    assert (verdict.status, codes(verdict)) == (S.PAID, ["waiver-unreadable"])


def test_most_severe_first_then_the_order_of_the_contract() -> None:
    verdict = judge({"Notes": "x"}, bare=True)
    places = [(flag.severity.rank, list(CATALOGUE).index(flag.code)) for flag in verdict.flags]
    assert places == sorted(places)
    assert verdict.flags == ordered(reversed(verdict.flags))
    assert len({flag.severity for flag in verdict.flags}) == 3


def test_flags_of_one_code_stand_in_the_order_of_the_steps_and_columns() -> None:
    verdict = judge({**upto(S.APPROVED), "Site confirmed at": None, "Contacts shared at": None})
    assert [f.column for f in verdict.flags if f.code == "step-skipped"] == ["Site confirmed at", "Contacts shared at"]
    other: Cells = {"Site address": "elsewhere", "Assigned engineers": "Bob", "Reserved hours": 5}
    _, changed = story((NOW, upto(S.SITE_CONFIRMED)), (NOW, {**upto(S.SITE_CONFIRMED), **other}))
    columns = [f.column for f in changed.flags if f.code == "changed-after-confirmation"]
    assert columns == ["Reserved hours", "Site address", "Assigned engineers"]
    gone = ["Availability sent at", "Arrived at", "Arrival notified at", "Work started at"]
    _, emptied = story((NOW, upto(S.WORKING)), (NOW, dict.fromkeys(gone)))
    assert [f.column for f in emptied.flags if f.code == "evidence-removed"] == gone


def test_a_flag_disappears_with_its_cause() -> None:
    bad, good = story((NOW, {"Order email": None}), (NOW, {"Order email": "ann@acme.example.com"}))
    assert (codes(bad), codes(good)) == (["order-contact-missing"], [])


def test_holds_is_named_for_block_only() -> None:
    verdict = judge({"Order email": None, "Floor": None, "Reserved hours": None})
    assert [(f.code, f.severity, f.holds) for f in verdict.flags] == [
        ("order-contact-missing", Severity.BLOCK, S.READY),
        ("floor-missing", Severity.WARN, None),
        ("hours-defaulted", Severity.INFO, None),
    ]


def test_blocks_are_the_flags_that_hold() -> None:
    case = judge_case().reached(S.WORKING, None)
    speaker = Speaker(settled=False)
    assert [flag for flag, _ in speaker.blocks(case)] == [flag for flag in speaker.flags(case) if flag.holds]


def test_duplicate_order_is_a_warning_once_invoiced() -> None:
    beside = office(engineers=[{}, {"Engineer": "Bob"}])
    copy = {**upto(S.COMPLETED), "Assigned engineers": "Bob"}
    twins = [order(upto(S.COMPLETED), number=2, beside=beside), order(copy, number=3, beside=beside)]
    lower, higher = judged(twins, beside)
    assert (lower.status, flag(lower, "duplicate-order").severity) == (S.INVOICED, Severity.WARN)
    assert (higher.status, flag(higher, "duplicate-order").holds) == (S.COMPLETED, S.INVOICED)


def test_memory_alone_does_not_make_an_order_speak() -> None:
    assert codes(judge(upto(S.APPROVED), memory=Memory(status=S.PAID, settled=True))) == []
