"""How an order moves: branches, corrections, what was settled by hand, the first run (contract, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from rules.assess import assess
from rules.memory import Memory
from rules.words import Status
from tests.rules.build import SITE, Cells, codes, flag, issue, judge, judged, office, order, places, story, upto

S = Status
OK = office(settings={"Invoice needs OK": "yes"})
"""Completed waits here for Invoice OK by."""

LATE = "2026-12-01 10:00"


def moved(verdict) -> list[Status]:
    return [move.after for move in verdict.moves]


# --- evidence that proves nothing


@pytest.mark.parametrize(
    ("column", "stays", "before"),
    [
        ("Availability sent at", S.READY, S.OFFERED),
        ("Site confirmed at", S.OFFERED, S.SITE_CONFIRMED),
        ("Contacts shared at", S.SITE_CONFIRMED, S.CONTACTS_SHARED),
        ("Approved at", S.CONTACTS_SHARED, S.APPROVED),
        ("Travel booked at", S.APPROVED, S.TRAVEL_BOOKED),
        ("Arrived at", S.APPROVED, S.ON_SITE),
        ("Arrival notified at", S.APPROVED, S.ON_SITE),
        ("Work started at", S.ON_SITE, S.WORKING),
        ("Completed at", S.WORKING, S.COMPLETED),
    ],
)
@pytest.mark.parametrize(
    ("value", "code"),
    [("2026-12-01 10:01", "date-in-future"), ("tomorrow", "cell-unreadable"), (46356.5, "cell-unreadable")],
)
def test_a_time_after_now_or_unreadable_reaches_nothing(column, stays, before, value, code) -> None:
    verdict = judge({**upto(before), column: value}, OK)
    assert verdict.status is (stays if code == "date-in-future" else S.NEEDS_INFO)  # unreadable: BLOCK Ready
    assert flag(verdict, code).column == column


@pytest.mark.parametrize("column", ["Availability sent at", "Contacts shared at", "Approved at", "Completed at"])
def test_exactly_now_is_not_after_now(column) -> None:
    verdict = judge({**upto(S.COMPLETED), column: LATE}, OK)
    assert (verdict.status, "date-in-future" in codes(verdict)) == (S.COMPLETED, False)


# --- what a status needs beside its time


@pytest.mark.parametrize(
    ("status", "changes", "reached"),
    [
        (S.OFFERED, {"Assigned engineers": None}, S.READY),
        (S.CONTACTS_SHARED, {"Photo ID needed": "yes"}, S.SITE_CONFIRMED),
        (S.CONTACTS_SHARED, {"Photo ID needed": "yes", "Photo ID sent at": "2026-11-20 11:30"}, S.CONTACTS_SHARED),
        (S.CONTACTS_SHARED, {"Photo ID needed": "yes", "Photo ID sent at": "2026-12-02 10:00"}, S.SITE_CONFIRMED),
        (S.CONTACTS_SHARED, {"Photo ID needed": "no"}, S.CONTACTS_SHARED),
        (S.CONTACTS_SHARED, {"Paperwork": "NDA"}, S.SITE_CONFIRMED),
        (S.CONTACTS_SHARED, {"Paperwork": "NDA", "Paperwork sent at": "2026-11-20 11:30"}, S.CONTACTS_SHARED),
        (S.CONTACTS_SHARED, {"Paperwork": "NDA", "Paperwork sent at": "2026-12-02 10:00"}, S.SITE_CONFIRMED),
        (S.CONTACTS_SHARED, {"Paperwork": "なし"}, S.CONTACTS_SHARED),
        (S.ON_SITE, {"Arrival notified at": None}, S.APPROVED),
        (S.COMPLETED, {"Release approved by": None}, S.WORKING),
        (S.TRAVEL_BOOKED, {"Travel booked at": None}, S.APPROVED),
        (S.TRAVEL_BOOKED, {"Travel needed": "no"}, S.APPROVED),
        (S.TRAVEL_BOOKED, {"Travel needed": None}, S.APPROVED),
    ],
)
def test_what_a_status_needs(status: Status, changes: Cells, reached: Status) -> None:
    assert judge({**upto(status), **changes}, OK).status is reached


@pytest.mark.parametrize(
    ("confirmed", "reached"),
    [
        ([{"Site confirmed at": "2026-11-20 11:00"}] * 2, S.CONTACTS_SHARED),
        ([{"Site confirmed at": "2026-11-20 11:00"}, {}], S.OFFERED),
        ([{}, {"Site confirmed at": "2026-11-20 11:00"}], S.OFFERED),
        ([{"Site confirmed at": "2026-12-02 11:00"}, {"Site confirmed at": "2026-11-20 11:00"}], S.OFFERED),
    ],
)
def test_site_confirmed_needs_every_site(confirmed, reached) -> None:
    assert judge(upto(S.CONTACTS_SHARED), sites=confirmed).status is reached


# --- what BLOCK holds back


@pytest.mark.parametrize(
    ("begun", "before", "after"),
    [
        (S.READY, S.READY, S.READY),
        (S.OFFERED, S.CONTACTS_SHARED, S.OFFERED),
        (S.APPROVED, S.WORKING, S.APPROVED),
    ],
)
def test_block_holds_every_later_status_that_is_not_reached_yet(begun, before, after) -> None:
    """email-invalid holds back Ready: an order that is further along stays where it is."""
    _, verdict = story((LATE, upto(begun)), (LATE, {**upto(before), "Order email": "ann at acme"}))
    assert (verdict.status, flag(verdict, "email-invalid").holds) == (after, S.READY)


def test_block_of_an_item_before_the_visit_holds_nothing_from_on_site_on() -> None:
    _, verdict = story((LATE, upto(S.ON_SITE)), (LATE, {**upto(S.WORKING), "Order email": "ann at acme"}))
    assert (verdict.status, codes(verdict)) == (S.WORKING, [])


def test_only_the_block_of_a_later_status_lets_an_order_pass() -> None:
    verdict = judge(upto(S.APPROVED), office(client={"Tax": None}))
    assert (verdict.status, codes(verdict)) == (S.APPROVED, ["tax-unclassified"])


# --- No-show


def test_no_show_is_invoiced_like_a_completed_order() -> None:
    verdict = judge({**upto(S.APPROVED), "No-show at": "2026-11-30 09:30"})
    assert moved(verdict)[-2:] == [S.NO_SHOW, S.INVOICED]
    assert verdict.billable_h == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"Arrived at": "2026-11-30 09:00"},  # arrival-not-notified
        {"Work started at": "2026-11-30 09:00"},  # step-skipped, Arrived
        {"Arrived at": "2026-11-30 09:00", "Arrival notified at": "soon"},
    ],
)
def test_what_holds_back_on_site_neither_holds_nor_speaks_from_no_show_on(changes: Cells) -> None:
    verdict = judge({**upto(S.APPROVED), **changes, "No-show at": "2026-11-30 09:30"}, OK)
    if "soon" in changes.values():
        assert verdict.status is S.NEEDS_INFO  # cell-unreadable holds back Ready
    else:
        assert (verdict.status, codes(verdict)) == (S.NO_SHOW, [])


def test_what_a_no_show_was_spared_stays_silent_once_it_is_invoiced_whatever_is_typed_then() -> None:
    """A Completed at that was typed into the wrong row later must not keep the order from Paid."""
    *_, wrong, paid = story(
        (LATE, {**upto(S.APPROVED), "No-show at": "2026-11-30 09:30", "Work started at": "2026-11-30 09:00"}),
        (LATE, {"Completed at": "2026-11-30 12:00", "Release approved by": "Sam"}),
        (LATE, {"Paid at": "2026-11-30 13:00"}),
    )
    assert (wrong.status, codes(wrong), paid.status) == (S.INVOICED, [], S.PAID)


def test_what_holds_back_on_site_is_silent_also_where_the_no_show_is_removed() -> None:
    cells = {**upto(S.APPROVED), "Arrived at": "2026-11-30 09:00", "No-show at": "2026-11-30 09:30"}
    _, gone = story((LATE, cells), (LATE, {"No-show at": None}), beside=OK)
    assert (gone.status, codes(gone)) == (S.NO_SHOW, ["evidence-removed"])


def test_what_holds_back_an_earlier_status_holds_back_no_show_too() -> None:
    _, verdict = story(
        (LATE, upto(S.APPROVED)), (LATE, {"No-show at": "2026-11-30 09:30", "Order email": "ann at acme"})
    )
    assert verdict.status is S.APPROVED


@pytest.mark.parametrize("begun", [S.APPROVED, S.TRAVEL_BOOKED, S.ON_SITE, S.WORKING])
def test_no_show_and_completed_is_completed_and_held(begun: Status) -> None:
    both = {"No-show at": "2026-11-30 09:30", "Completed at": "2026-11-30 12:00", "Release approved by": "Sam"}
    verdict = judge({**upto(begun), **both}, OK)
    assert verdict.status is S.COMPLETED
    assert flag(verdict, "no-show-and-completed").holds is S.INVOICED


def test_completed_filled_after_no_show_makes_it_completed() -> None:
    no_show, both = story(
        (LATE, {**upto(S.APPROVED), "No-show at": "2026-11-30 09:30"}), (LATE, {"Completed at": "2026-11-30 12:00"}),
        beside=OK,
    )  # fmt: skip
    assert (no_show.status, both.status) == (S.NO_SHOW, S.COMPLETED)


def test_a_person_who_says_that_it_was_no_no_show_removes_no_evidence() -> None:
    *_, cleared = story(
        (LATE, {**upto(S.WORKING), "No-show at": "2026-11-30 09:30"}),
        (LATE, {"Completed at": "2026-11-30 12:00", "Release approved by": "Sam"}),
        (LATE, {"No-show at": None}),
        beside=OK,
    )
    assert (cleared.status, codes(cleared)) == (S.COMPLETED, [])


@pytest.mark.parametrize(
    ("approved", "raised", "status"),
    [
        ("2026-11-30 09:29", False, S.NO_SHOW),
        ("2026-11-30 09:30", False, S.NO_SHOW),
        ("2026-11-30 09:31", True, S.NO_SHOW),
        (None, True, S.CONTACTS_SHARED),
    ],
)
def test_no_show_before_approval(approved, raised, status) -> None:
    verdict = judge({**upto(S.APPROVED), "Approved at": approved, "No-show at": "2026-11-30 09:30"}, OK)
    assert (verdict.status, "no-show-before-approval" in codes(verdict)) == (status, raised)


# --- Cancelled


def test_cancelled_whatever_flags_there_are_and_then_silent() -> None:
    verdict = judge({"Cancelled at": "2026-11-25 09:00", "Order email": None, "Client": "Nobody"})
    assert (verdict.status, codes(verdict), verdict.candidates) == (S.CANCELLED, [], ())
    assert verdict.memory.before_cancel is S.NEEDS_INFO


@pytest.mark.parametrize("value", ["2026-12-01 10:01", "yesterday"])
def test_a_cancelled_at_that_proves_nothing_cancels_nothing(value: str) -> None:
    verdict = judge({"Cancelled at": value})
    assert verdict.status is (S.NEEDS_INFO if value == "yesterday" else S.READY)


@pytest.mark.parametrize("cleared", [None, "2026-12-02 09:00"])
@pytest.mark.parametrize("status", [S.READY, S.OFFERED, S.SITE_CONFIRMED, S.CONTACTS_SHARED, S.APPROVED])
def test_cancelled_cleared_again_puts_the_status_back(status: Status, cleared: str | None) -> None:
    before, gone, back = story(
        (LATE, upto(status)), (LATE, {"Cancelled at": "2026-11-25 09:00"}), (LATE, {"Cancelled at": cleared})
    )
    assert (before.status, gone.status, back.status) == (status, S.CANCELLED, status)
    assert back.memory.before_cancel is None


def test_the_status_before_is_put_back_even_where_a_block_would_hold_it_now() -> None:
    *_, back = story(
        (LATE, upto(S.APPROVED)),
        (LATE, {"Cancelled at": "2026-11-25 09:00"}),
        (LATE, {"Cancelled at": None, "Order email": "ann at acme"}),
    )
    assert (back.status, codes(back)) == (S.APPROVED, ["email-invalid"])


@pytest.mark.parametrize(
    ("cancelled", "approved", "raised"),
    [
        ("2026-11-20 13:00", "2026-11-20 13:00", True),
        ("2026-11-20 12:59", "2026-11-20 13:00", False),
        ("2026-11-20 13:01", "2026-11-20 13:00", True),
        ("2026-11-20 13:01", None, False),
        ("2026-12-02 13:01", "2026-11-20 13:00", False),
    ],
)
def test_cancelled_late(cancelled, approved, raised) -> None:
    verdict = judge({**upto(S.APPROVED), "Approved at": approved, "Cancelled at": cancelled})
    assert ("cancelled-late" in codes(verdict)) is raised


def test_from_on_site_on_cancelled_changes_nothing_but_cancelled_late() -> None:
    verdict = judge({**upto(S.ON_SITE), "Cancelled at": "2026-11-30 10:00"})
    assert (verdict.status, codes(verdict)) == (S.ON_SITE, ["cancelled-late"])


def test_cancelled_with_other_charges_is_invoiced_for_only_those() -> None:
    verdict = judge({**upto(S.APPROVED), "Cancelled at": "2026-11-30 10:00", "Other charges": "Fee: 5000"})
    assert (verdict.status, verdict.billable_h) == (S.INVOICED, None)
    assert verdict.invoice is not None
    assert (verdict.invoice.subtotal, verdict.invoice.tax, verdict.invoice.total) == (5000, 500, 5500)
    assert verdict.invoice.service_date.isoformat() == "2026-11-30"
    assert codes(verdict) == ["cancelled-late"]


@pytest.mark.parametrize("column", ["Travel cost", "Travel cost includes tax", "Reserved hours", "Planned start"])
def test_what_a_cancelled_order_is_not_charged_for_need_not_be_read(column: str) -> None:
    verdict = judge({"Cancelled at": "2026-11-25 09:00", "Other charges": "Fee: 5000", column: "?"})
    assert (verdict.status, codes(verdict)) == (S.INVOICED, [])


@pytest.mark.parametrize(
    ("changes", "client", "raised"),
    [
        ({"Other charges": "a fee"}, {}, ["cell-unreadable"]),
        ({"Other charges": "a fee", "Travel cost": "much"}, {}, ["cell-unreadable"]),
        ({"Other charges": "Fee: -1"}, {}, ["total-negative"]),
        ({"Other charges": "Fee: 5000", "Travel needed": "yes"}, {}, []),
        ({"Other charges": "Fee: 5000"}, {"Tax": None}, ["tax-unclassified"]),
        ({"Other charges": "Fee: 5000"}, {"Billing name": None}, ["billing-missing"]),
        ({"Other charges": "Fee: 5000", "Skill level": "Senior", "Order email": "x"}, {}, []),
        ({"Other charges": None, "Travel cost": "much"}, {"Tax": None}, []),
    ],
)
def test_flags_of_a_cancelled_order(changes: Cells, client: Cells, raised: list[str]) -> None:
    beside = office(client=client, rates=[])
    verdict = judge({"Cancelled at": "2026-11-25 09:00", **changes}, beside)
    assert codes(verdict) == raised
    assert (verdict.status is S.CANCELLED) is (bool(raised) or changes["Other charges"] is None)


def test_charges_typed_after_cancelling_are_invoiced_then() -> None:
    first, second, paid = story(
        (LATE, {"Cancelled at": "2026-11-25 09:00"}), (LATE, {"Other charges": "Fee: 100"}), (LATE, {"Paid at": LATE})
    )
    assert [v.status for v in (first, second, paid)] == [S.CANCELLED, S.INVOICED, S.PAID]


# --- evidence removed


REMOVED = [
    ("Assigned engineers", S.OFFERED, S.SITE_CONFIRMED, S.READY),
    ("Availability sent at", S.OFFERED, S.SITE_CONFIRMED, S.READY),
    ("Site confirmed at", S.SITE_CONFIRMED, S.CONTACTS_SHARED, S.OFFERED),
    ("Contacts shared at", S.CONTACTS_SHARED, S.APPROVED, S.SITE_CONFIRMED),
    ("Approved at", S.APPROVED, S.ON_SITE, S.CONTACTS_SHARED),
    ("Travel booked at", S.TRAVEL_BOOKED, S.ON_SITE, S.APPROVED),
    ("Arrived at", S.ON_SITE, S.WORKING, S.APPROVED),
    ("Arrival notified at", S.ON_SITE, S.WORKING, S.APPROVED),
    ("Work started at", S.WORKING, S.COMPLETED, S.ON_SITE),
    ("Completed at", S.COMPLETED, S.INVOICED, S.WORKING),
    ("Release approved by", S.COMPLETED, S.INVOICED, S.WORKING),
]


@pytest.mark.parametrize(("column", "status", "following", "_"), REMOVED)
def test_evidence_removed_keeps_the_status_and_holds_the_next(column, status, following, _) -> None:
    before, gone, still = story((LATE, upto(status)), (LATE, {column: None}), (LATE, {}), beside=OK)
    assert before.status is gone.status is still.status is status
    site = 1 if column == "Site confirmed at" else None
    assert [(f.site, f.column, f.holds) for f in gone.flags if f.code == "evidence-removed"] == [
        (site, column, following)
    ]
    assert {"step-skipped", "arrival-not-notified", "release-not-approved"}.isdisjoint(codes(gone))
    assert gone.flags == still.flags


@pytest.mark.parametrize(("column", "status", "_following", "back"), REMOVED)
def test_a_waived_evidence_removed_is_a_correction(column, status, _following, back) -> None:
    *_, corrected, again = story(
        (LATE, upto(status)), (LATE, {column: None}), (LATE, {"Waived flags": "evidence-removed: a slip"}), (LATE, {}),
        beside=OK,
    )  # fmt: skip
    assert corrected.status is again.status is back
    assert "evidence-removed" not in codes(corrected)
    assert corrected.flags == again.flags
    assert corrected.memory == again.memory


def test_what_a_correction_skips_is_step_skipped() -> None:
    *_, corrected = story(
        (LATE, upto(S.APPROVED)),
        (LATE, {"Site confirmed at": None, "Waived flags": "evidence-removed: wrong row"}),
    )
    assert (corrected.status, places(corrected, "step-skipped")) == (S.OFFERED, [(1, "Site confirmed at")])


def test_a_correction_goes_on_once_the_cell_is_filled_again() -> None:
    *_, healed = story(
        (LATE, upto(S.APPROVED)),
        (LATE, {"Site confirmed at": None, "Waived flags": "evidence-removed: wrong row"}),
        (LATE, {"Site confirmed at": "2026-11-20 11:30"}),
    )
    assert healed.status is S.APPROVED


def test_a_correction_waits_for_an_order_that_is_cancelled() -> None:
    *_, cancelled, back, again = story(
        (LATE, upto(S.APPROVED)),
        (LATE, {"Cancelled at": "2026-11-25 09:00"}),
        (LATE, {"Site confirmed at": None, "Waived flags": "evidence-removed: slip"}),
        (LATE, {"Cancelled at": None}),
        (LATE, {}),
    )
    assert [v.status for v in (cancelled, back, again)] == [S.CANCELLED, S.OFFERED, S.OFFERED]
    assert (back.flags, back.memory) == (again.flags, again.memory)


def test_evidence_of_a_second_site_removed_names_the_site() -> None:
    there, blank = {**SITE, "Site confirmed at": "2026-11-20 11:00"}, SITE
    first = judge(upto(S.CONTACTS_SHARED), sites=[there])
    second = judge(upto(S.CONTACTS_SHARED), sites=[blank], memory=first.memory)
    assert (second.status, places(second, "evidence-removed")) == (S.CONTACTS_SHARED, [(2, "Site confirmed at")])


def test_a_site_typed_above_a_confirmed_one_is_skipped_not_removed() -> None:
    """Sites are numbered as they stand, so the confirmed one is the third now."""
    there, new = {**SITE, "Site confirmed at": "2026-11-20 11:00"}, {**SITE, "Site address": "5-5 Umeda, Osaka"}
    first = judge(upto(S.CONTACTS_SHARED), sites=[there])
    second = judge(upto(S.CONTACTS_SHARED), sites=[new, there], memory=first.memory)
    third = judge(upto(S.CONTACTS_SHARED), sites=[new, SITE], memory=second.memory)
    assert (places(second, "evidence-removed"), places(second, "step-skipped")) == ([], [(2, "Site confirmed at")])
    assert places(third, "evidence-removed") == [(3, "Site confirmed at")]


def test_a_site_added_later_is_skipped_not_removed() -> None:
    first = judge(upto(S.CONTACTS_SHARED))
    second = judge(upto(S.CONTACTS_SHARED), sites=[{}], memory=first.memory)
    assert (places(second, "step-skipped"), places(second, "evidence-removed")) == ([(2, "Site confirmed at")], [])
    assert second.status is S.CONTACTS_SHARED


def test_a_confirmed_site_whose_address_was_mended_is_still_one_that_the_job_saw() -> None:
    there = {"Site address": "Osaka", "Site confirmed at": "2026-11-29 09:00"}
    mended = {**there, "Site address": "Osaka 1-1"}
    memory = None
    for site in (there, mended):
        memory = judge(upto(S.CONTACTS_SHARED), sites=[site], memory=memory).memory
    gone = judge(upto(S.CONTACTS_SHARED), sites=[{**mended, "Site confirmed at": None}], memory=memory)
    assert (places(gone, "evidence-removed"), places(gone, "step-skipped")) == ([(2, "Site confirmed at")], [])


def removals(*runs: Sequence[Cells]) -> list[list[int | None]]:
    """By run, the sites that `evidence-removed` names; of steps that were skipped instead, minus the site."""
    memory, found = None, []
    for sites in runs:
        verdict = judge(upto(S.CONTACTS_SHARED), sites=sites, memory=memory)
        skipped = [-(site or 0) for site, _ in places(verdict, "step-skipped")]
        found.append([site for site, _ in places(verdict, "evidence-removed")] + skipped)
        memory = verdict.memory
    return found


SEEN: Cells = {"Site confirmed at": "2026-11-20 11:00"}
OTHER: Cells = {"Site address": "5-5 Umeda, Osaka"}
THIRD: Cells = {"Site email": "third@site.example.com"}


@pytest.mark.parametrize(
    ("runs", "named"),
    [
        ([[SEEN, SEEN], [{}, SEEN], [SEEN, {}], [{}, {}]], [[], [2], [3], [2, 3]]),
        ([[SEEN, SEEN], [SEEN, {}], [{}, {}], [SEEN, SEEN]], [[], [3], [2, 3], []]),
        ([[SEEN, SEEN], [{}], [SEEN]], [[], [2], []]),
        ([[SEEN, SEEN], [{**SEEN, **OTHER}, {}], [OTHER, SEEN]], [[], [3], [2]]),
    ],
    ids=["either floor", "both floors", "one floor deleted", "one floor edited"],
)
def test_two_floors_of_one_building_are_two_places(runs: list[Sequence[Cells]], named: list[list[int]]) -> None:
    assert removals(*runs) == named


@pytest.mark.parametrize(
    ("runs", "named"),
    [
        ([[SEEN], [OTHER], [OTHER], [{**OTHER, **SEEN}], [OTHER]], [[], [2], [2], [], [2]]),
        ([[SEEN], [THIRD], [{}], [THIRD]], [[], [2], [2], [2]]),
        ([[SEEN, SEEN], [{"Floor": "9F"}, SEEN], [SEEN, {"Floor": "9F"}]], [[], [2], [3]]),
        ([[SEEN, {**SEEN, **OTHER}], [OTHER, THIRD], [OTHER, {**SEEN, **THIRD}]], [[], [2, 3], [2]]),
        ([[SEEN, {**SEEN, **OTHER}], [{**SEEN, **OTHER}], [OTHER]], [[], [], [2]]),
        ([[SEEN], [THIRD, {**SEEN, **OTHER}], [{**SEEN, **THIRD}, OTHER]], [[], [-2], [3]]),
        ([[SEEN], [SEEN, OTHER], [OTHER]], [[], [-3], [-2]]),
    ],
    ids=["address", "e-mail", "floor", "one of two", "deleted", "beside an added one", "deleted beside a new one"],
)
def test_a_place_that_was_edited_while_its_confirmation_was_cleared(runs: Any, named: list[list[int]]) -> None:
    assert removals(*runs) == named


def test_what_an_earlier_version_remembered_of_places_is_understood() -> None:
    """It knew them by address and e-mail alone."""
    first = judge(upto(S.CONTACTS_SHARED), sites=[SEEN, {**SEEN, **OTHER}]).memory
    assert first.confirmed
    confirmed = first.confirmed.model_copy(update={"further": {}})
    seen = tuple(key.partition(".")[0] for key in first.seen)
    old = first.model_copy(update={"seen": seen, "confirmed": confirmed})
    gone = judge(upto(S.CONTACTS_SHARED), sites=[SEEN, OTHER], memory=old)
    assert places(gone, "evidence-removed") == [(3, "Site confirmed at")]
    assert judge(upto(S.CONTACTS_SHARED), sites=[SEEN, {**SEEN, **OTHER}], memory=old).memory == first


def test_a_correction_goes_by_the_places_of_today() -> None:
    first = judge(upto(S.CONTACTS_SHARED), sites=[SEEN])
    waived = {**upto(S.CONTACTS_SHARED), "Waived flags": "evidence-removed: a slip"}
    back = judge(waived, sites=[OTHER], memory=first.memory)
    assert (back.status, places(back, "step-skipped")) == (S.OFFERED, [(2, "Site confirmed at")])


@pytest.mark.parametrize("cell", ["?", "2027-01-01 10:00"])
def test_a_cell_that_proves_nothing_any_more_is_not_removed(cell: str) -> None:
    _, verdict = story((LATE, upto(S.APPROVED)), (LATE, {"Approved at": cell}))
    assert (verdict.status, "evidence-removed" in codes(verdict)) == (S.APPROVED, False)


def test_removed_approval_before_arrival_is_visit_without_approval() -> None:
    _, verdict = story((LATE, upto(S.ON_SITE)), (LATE, {"Approved at": None}))
    assert (verdict.status, codes(verdict)) == (S.ON_SITE, ["visit-without-approval"])
    _, waived = story(
        (LATE, upto(S.WORKING)), (LATE, {"Approved at": None, "Waived flags": "visit-without-approval: told by phone"})
    )
    assert flag(waived, "visit-without-approval").holds is S.ON_SITE


def test_a_cell_that_the_status_was_not_reached_by_may_go() -> None:
    """Travel that nobody needs, and an arrival that was never notified, brought the order nowhere."""
    cells = {**upto(S.APPROVED), "Travel booked at": "2026-11-20 14:00"}
    _, verdict = story((LATE, cells), (LATE, {"Travel booked at": None}))
    assert (verdict.status, codes(verdict)) == (S.APPROVED, [])
    no_show = {**upto(S.APPROVED), "No-show at": "2026-11-30 09:30", "Arrived at": "2026-11-30 09:00"}
    _, verdict = story((LATE, no_show), (LATE, {"Arrived at": None}), beside=OK)
    assert (verdict.status, codes(verdict)) == (S.NO_SHOW, [])


def test_no_show_removed_and_corrected() -> None:
    cells = {**upto(S.APPROVED), "No-show at": "2026-11-30 09:30"}
    no_show, gone, back = story(
        (LATE, cells), (LATE, {"No-show at": None}), (LATE, {"Waived flags": "evidence-removed: slip"}), beside=OK
    )
    assert [v.status for v in (no_show, gone, back)] == [S.NO_SHOW, S.NO_SHOW, S.APPROVED]
    assert flag(gone, "evidence-removed").holds is S.INVOICED


def test_nothing_is_corrected_from_invoiced_on() -> None:
    *_, gone, waived = story(
        (LATE, upto(S.COMPLETED)), (LATE, {"Work started at": None}), (LATE, {"Waived flags": "evidence-removed: slip"})
    )
    assert (gone.status, flag(gone, "evidence-removed").holds) == (S.INVOICED, S.PAID)
    assert (waived.status, flag(waived, "evidence-removed").holds) == (S.INVOICED, None)


def test_a_correction_leaves_alone_what_only_planning_would_mind() -> None:
    *_, corrected = story(
        (LATE, upto(S.COMPLETED)),
        (LATE, {"Completed at": None, "Order email": "x", "Waived flags": "evidence-removed: slip"}),
        beside=OK,
    )
    assert corrected.status is S.WORKING


# --- settled by hand


@pytest.mark.parametrize(
    ("changes", "settings", "first_run", "status"),
    [
        ({"Invoice sent at": "2026-11-25 09:00"}, {}, False, S.INVOICED),
        ({"Invoice sent at": "2026-11-25 09:00", "Paid at": "2026-11-26 09:00"}, {}, False, S.PAID),
        ({"Invoice sent at": "2026-12-02 09:00"}, {}, False, S.NEEDS_INFO),
        ({"Invoice sent at": "?"}, {}, False, S.NEEDS_INFO),
        ({"Paid at": "2026-11-26 09:00"}, {}, True, S.PAID),
        ({"Paid at": "2026-11-26 09:00"}, {}, False, S.NEEDS_INFO),
        ({"Paid at": "2026-12-02 09:00"}, {}, True, S.NEEDS_INFO),
        ({"Completed at": "2026-11-24 09:00"}, {"Invoice work from": "2026-11-25"}, False, S.INVOICED),
        ({"Completed at": "2026-11-25 09:00"}, {"Invoice work from": "2026-11-25"}, False, S.NEEDS_INFO),
        ({"No-show at": "2026-11-24 23:59"}, {"Invoice work from": "2026-11-25"}, False, S.INVOICED),
        ({"No-show at": "2026-11-25 00:00"}, {"Invoice work from": "2026-11-25"}, False, S.NEEDS_INFO),
        (
            {"Arrived at": "2026-11-24 23:00", "Completed at": "2026-11-25 02:00"},
            {"Invoice work from": "2026-11-25"}, False, S.INVOICED,
        ),
        ({"Completed at": "2026-11-24 09:00"}, {}, False, S.NEEDS_INFO),
    ],
)  # fmt: skip
def test_settled_by_hand_whatever_else_it_lacks(changes, settings, first_run, status) -> None:
    beside = office(settings=settings, first_run=first_run)
    verdict = judge(changes, beside, bare=True)
    assert (verdict.status, verdict.memory.settled) == (status, status is not S.NEEDS_INFO)
    assert verdict.invoice is None
    assert status is S.NEEDS_INFO or codes(verdict) == []


def test_paid_at_of_an_order_that_went_on_is_no_first_runs() -> None:
    """The first run may be undone late, and then the next one is the first again."""
    verdict = judge({"Paid at": "2026-11-26 09:00"}, office(first_run=True), memory=Memory(status=S.READY))
    assert (verdict.status, verdict.memory.settled) == (S.READY, False)


def test_settled_stays_settled_and_becomes_paid() -> None:
    first, second, third = story(
        (LATE, {"Invoice sent at": LATE}), (LATE, {"Invoice sent at": None}), (LATE, {"Paid at": LATE})
    )
    assert [v.status for v in (first, second, third)] == [S.INVOICED, S.INVOICED, S.PAID]


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"Waived flags": "nonsense"}, ["waiver-unreadable"]),
        ({"Waived flags": "client-unknown: x"}, ["waiver-refused"]),
        ({"Approved at": "2026-11-20 09:00", "Cancelled at": "2026-11-21 09:00"}, ["cancelled-late"]),
        ({"Travel cost": "?", "Received at": "2027-01-01 00:00", "Completed at": LATE}, []),
    ],
)
def test_settled_carries_only_the_flags_of_a_paid_order(changes: Cells, raised: list[str]) -> None:
    assert codes(judge({"Invoice sent at": LATE, **changes})) == raised


def test_an_order_that_the_job_invoiced_is_not_settled_by_hand() -> None:
    invoiced, sent, paid = story(
        (LATE, upto(S.COMPLETED)), (LATE, {"Invoice sent at": LATE}), (LATE, {"Paid at": LATE})
    )
    assert [v.status for v in (invoiced, sent, paid)] == [S.INVOICED, S.INVOICED, S.PAID]
    assert not sent.memory.settled


# --- Invoiced and Paid


def test_the_way_in_one_run_is_logged_step_by_step() -> None:
    verdict = judge({**upto(S.COMPLETED, travel=True), "Paid at": LATE})
    assert moved(verdict) == [
        S.READY, S.OFFERED, S.SITE_CONFIRMED, S.CONTACTS_SHARED, S.APPROVED, S.TRAVEL_BOOKED, S.ON_SITE, S.WORKING,
        S.COMPLETED, S.INVOICED, S.PAID,
    ]  # fmt: skip
    assert all(move.why for move in verdict.moves)


@pytest.mark.parametrize(("ok", "status"), [(None, S.COMPLETED), ("Naomi", S.INVOICED)])
def test_invoice_needs_ok(ok, status) -> None:
    assert judge({**upto(S.COMPLETED), "Invoice OK by": ok}, OK).status is status
    assert judge(upto(S.COMPLETED)).status is S.INVOICED


@pytest.mark.parametrize("paid", ["2026-12-02 10:00", "?"])
def test_paid_needs_a_paid_at_that_proves_something(paid: str) -> None:
    _, verdict = story((LATE, upto(S.COMPLETED)), (LATE, {"Paid at": paid}))
    assert verdict.status is S.INVOICED


def test_paid_at_without_invoice_is_noticed_and_holds() -> None:
    verdict = judge({**upto(S.APPROVED), "Paid at": LATE})
    assert (verdict.status, flag(verdict, "paid-without-invoice").holds) == (S.APPROVED, S.PAID)


def test_credited_order_is_invoiced_anew_only_when_charges_differ() -> None:
    first = judge(upto(S.COMPLETED))
    (memory,), beside = issue([first], office())
    credited = memory.model_copy(
        update={"status": S.COMPLETED, "invoice_no": None, "credited": memory.invoice_no, "invoiced_on": None}
    )
    same = judge({**upto(S.COMPLETED), "Invoice sent at": LATE, "Paid at": LATE}, beside, memory=credited)
    assert (same.status, same.invoice, codes(same)) == (S.COMPLETED, None, [])
    other = judge({**upto(S.COMPLETED), "Other charges": "Discount: -1000"}, beside, memory=credited)
    assert (other.status, other.memory.credited) == (S.INVOICED, None)
    assert other.invoice is not None
    assert other.invoice.subtotal == 17000


@pytest.mark.parametrize("known", [None, Memory(status=S.WORKING), Memory(status=S.COMPLETED)])
def test_an_order_whose_invoice_stands_goes_back_to_it(known: Memory | None) -> None:
    """Whatever is remembered of it, it never gets a second one; nor is it settled by hand."""
    (first,), beside = issue([judge(upto(S.COMPLETED))], office())
    again = judge({**upto(S.COMPLETED), "Invoice sent at": LATE}, beside, memory=known)
    assert (again.status, again.invoice, again.memory.settled) == (S.INVOICED, None, False)
    assert (again.memory.invoice_no, again.memory.invoiced_on) == (first.invoice_no, first.invoiced_on)
    paid = judge({**upto(S.COMPLETED), "Other charges": "Fee: 1", "Paid at": LATE}, beside, memory=known)
    assert (paid.status, paid.invoice, codes(paid)) == (S.PAID, None, ["invoice-outdated"])
    later = judge({**upto(S.COMPLETED), "Other charges": "Fee: 1", "Paid at": LATE}, beside, memory=paid.memory)
    assert (later.memory, later.flags, later.next_step, later.moves) == (paid.memory, paid.flags, paid.next_step, ())


# --- several rows


def test_neither_of_two_rows_with_one_order_id_moves_or_is_invoiced() -> None:
    beside = office()
    both = [
        order(upto(S.COMPLETED), number=row, order_id="ORD-2026-0001", twice=(5 - row,), beside=beside)
        for row in (2, 3)
    ]
    for verdict in judged(both, beside):
        assert (verdict.status, verdict.moves, verdict.invoice) == (S.NEEDS_INFO, (), None)
        assert flag(verdict, "order-id-duplicate").holds is S.READY


@pytest.mark.parametrize("status", [S.PAID, S.CANCELLED, S.NO_SHOW, S.INVOICED])
def test_order_id_duplicate_speaks_at_every_status(status: Status) -> None:
    verdict = judge({}, twice=(3,), memory=Memory(status=status))
    assert (verdict.status, "order-id-duplicate" in codes(verdict)) == (status, True)


def test_the_status_that_the_job_wrote_last_counts() -> None:
    assert judge({"Status": "Paid"}).status is S.READY


def test_needs_info_is_where_a_row_begins() -> None:
    verdict = judge({"Notes": "x"}, bare=True)
    assert (verdict.status, verdict.status_from, verdict.moves) == (S.NEEDS_INFO, None, ())


def test_a_bug_of_ours_stops_one_order_only() -> None:
    beside = office()
    broken = replace(order(number=3, beside=beside), sites=(None,))  # type: ignore[arg-type]
    verdicts, crashes = assess([order(beside=beside), broken], beside)
    assert [verdict.order.order_id for verdict in verdicts] == ["ORD-2026-0001"]
    assert [crash.order.order_id for crash in crashes] == ["ORD-2026-0002"]


# --- Next step


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Order email": None, "Floor": None}, "Order email is blank"),
        ({}, "2026-12-10 05:00"),
        (upto(S.CONTACTS_SHARED), "2026-12-10 05:00"),
        (upto(S.APPROVED), "2026-12-10 09:00 (Asia/Tokyo)"),
        ({**upto(S.APPROVED), "Travel needed": "yes"}, "Travel booked at"),
        (upto(S.ON_SITE), "Work started at"),
        (upto(S.WORKING), "Completed at"),
        (upto(S.COMPLETED), "Invoice OK by"),
        ({**upto(S.COMPLETED), "Invoice OK by": "Ken"}, "2026-12-31"),
        ({"Invoice sent at": LATE}, "settled by hand"),
    ],
)
def test_next_step_names_the_coordinator_what_to_write_and_by_when(cells: Cells, said: str) -> None:
    verdict = judge({**cells, "Coordinator": "Naomi\nYuki"}, OK)
    assert verdict.next_step.startswith("Naomi Yuki: ")
    assert said in verdict.next_step
    assert "\n" not in verdict.next_step


@pytest.mark.parametrize(
    ("billing_email", "sent", "by_hand"),
    [(None, None, True), ("at acme", None, True), (None, LATE, False), ("bill@acme.example.com", None, False)],
)
def test_next_step_says_where_an_invoice_can_go_to_nobody(billing_email, sent, by_hand) -> None:
    """No draft can be left of it: unless somebody is told, the client never gets it."""
    beside = office(client={"Billing email": billing_email})
    *_, verdict = story((LATE, upto(S.COMPLETED)), (LATE, {"Invoice sent at": sent}), beside=beside)
    assert verdict.status is S.INVOICED and verdict.invoice is None
    assert ("Invoice sent at" in verdict.next_step) is by_hand
