"""step-skipped, dates-out-of-order, date-in-future: the times of the steps beside each other."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from rules.columns import OrderRow, Owner
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, flags, judge, office, places, story, upto

S = Status
OK = office(settings={"Invoice needs OK": "yes"})
NOW = "2026-12-01 10:00"
FULL = upto(S.COMPLETED, travel=True)

STEPS = {
    "Availability sent at": S.OFFERED,
    "Site confirmed at": S.SITE_CONFIRMED,
    "Contacts shared at": S.CONTACTS_SHARED,
    "Approved at": S.APPROVED,
    "Travel booked at": S.TRAVEL_BOOKED,
    "Arrived at": S.ON_SITE,
    "Work started at": S.WORKING,
    "Completed at": S.COMPLETED,
}
NAMES = list(STEPS)


def only(*columns: str) -> dict[str, str | None]:
    """The times of these steps alone; travel is needed."""
    keep = {"Assigned engineers", "Travel needed", "Planned start", *columns}
    return {column: value for column, value in FULL.items() if column in keep}  # type: ignore[misc]


# --- step-skipped


@pytest.mark.parametrize(("column", "later"), [(a, b) for n, a in enumerate(NAMES) for b in NAMES[n + 1 :]])
def test_a_step_is_skipped_where_any_later_one_has_its_time(column: str, later: str) -> None:
    verdict = judge(only(later))
    skipped = {c: f for c in STEPS for f in flags(verdict, "step-skipped") if f.column == c}
    if column == "Approved at" and later == "Arrived at":
        assert "visit-without-approval" in codes(verdict) and column not in skipped
        return
    assert (skipped[column].holds, skipped[column].site) == (STEPS[column], 1 if column == NAMES[1] else None)
    assert later in skipped[column].message


@pytest.mark.parametrize("column", NAMES)
def test_the_last_step_that_has_its_time_is_not_skipped_nor_what_comes_after(column: str) -> None:
    before = NAMES[: NAMES.index(column)]
    assert {f.column for f in judge(only(column)).flags if f.code == "step-skipped"} == {
        step for step in before if not (step == "Approved at" and column == "Arrived at")
    }


def test_the_next_that_has_its_time_is_named() -> None:
    verdict = judge(only("Contacts shared at", "Work started at"))
    named = {f.column: f.message for f in flags(verdict, "step-skipped")}
    assert "Contacts shared at" in named["Availability sent at"]
    assert "Work started at" in named["Approved at"]


def test_one_flag_for_every_site_that_was_not_confirmed() -> None:
    sites = [{"Site confirmed at": None}, {"Site confirmed at": "2026-11-20 11:00"}, {"Site confirmed at": None}]
    verdict = judge({**upto(S.CONTACTS_SHARED), "Site confirmed at": None}, sites=sites)
    assert places(verdict, "step-skipped") == [(n, "Site confirmed at") for n in (1, 2, 4)]
    assert verdict.status is S.OFFERED


def test_availability_is_skipped_where_only_another_site_is_confirmed() -> None:
    verdict = judge({"Assigned engineers": "Eve Entry"}, sites=[{"Site confirmed at": "2026-11-20 11:00"}])
    assert places(verdict, "step-skipped") == [(None, "Availability sent at")]


@pytest.mark.parametrize("needed", [None, "no", "-"])
def test_travel_that_nobody_needs_is_neither_skipped_nor_skips(needed: str | None) -> None:
    assert "step-skipped" not in codes(judge({**upto(S.COMPLETED), "Travel needed": needed}))
    alone = {"Travel needed": needed, "Travel booked at": "2026-11-20 14:00"}
    assert codes(judge(alone)) == []


@pytest.mark.parametrize("value", ["2027-01-01 09:00", "soon"])
def test_a_time_that_proves_nothing_counts_as_filled_for_step_skipped(value: str) -> None:
    verdict = judge({**upto(S.APPROVED), "Site confirmed at": value})
    assert "step-skipped" not in codes(verdict)
    verdict = judge({"Contacts shared at": value})
    assert {f.column for f in flags(verdict, "step-skipped")} == {"Availability sent at", "Site confirmed at"}


def test_no_step_is_skipped_by_a_no_show_or_by_paid() -> None:
    assert "step-skipped" not in codes(judge({"No-show at": "2026-11-30 09:00", "Paid at": NOW, "Urgent call at": NOW}))


WAIVED: Mapping[str, Status] = {column: S.COMPLETED for column in NAMES if column != "Completed at"}


@pytest.mark.parametrize("column", [name for name in WAIVED if name != "Approved at"])
def test_a_waived_skipped_step_is_passed_over(column: str) -> None:
    verdict = judge({**FULL, column: None, "Waived flags": "step-skipped: done by phone"}, OK)
    assert (verdict.status, flag(verdict, "step-skipped").severity) == (S.COMPLETED, Severity.INFO)
    assert flag(verdict, "step-skipped").holds is None
    assert STEPS[column] not in [move.after for move in verdict.moves]


def test_a_skipped_approval_before_arrival_is_not_passed_over() -> None:
    verdict = judge({**FULL, "Approved at": None, "Waived flags": "step-skipped: x\nvisit-without-approval: y"}, OK)
    assert (verdict.status, flag(verdict, "visit-without-approval").holds) == (S.CONTACTS_SHARED, S.ON_SITE)
    assert "waiver-refused" in codes(verdict)


def test_a_skipped_approval_before_anything_else_is() -> None:
    changes = {**upto(S.TRAVEL_BOOKED), "Approved at": None, "Waived flags": "step-skipped: told by phone"}
    assert judge(changes).status is S.TRAVEL_BOOKED


def test_a_waiver_of_skipped_steps_does_not_prove_a_future_one() -> None:
    sites = [{"Site confirmed at": "2027-01-01 09:00"}]
    changes = {**upto(S.CONTACTS_SHARED), "Site confirmed at": None, "Waived flags": "step-skipped: x"}
    assert judge(changes, sites=sites).status is S.OFFERED


# --- dates-out-of-order

ORDERED = [name for name in NAMES if name != "Travel booked at"]


@pytest.mark.parametrize(("ahead", "column"), list(itertools.pairwise(ORDERED)))
@pytest.mark.parametrize(("minute", "raised"), [("09:59", True), ("10:00", False), ("10:01", False)])
def test_a_time_before_the_last_filled_one_ahead_of_it(ahead: str, column: str, minute: str, raised: bool) -> None:
    times = {ahead: "2026-11-29 10:00", column: f"2026-11-29 {minute}"}
    verdict = judge({**times, "Assigned engineers": "Eve Entry", "Approved at": times.get("Approved at")})
    found = flags(verdict, "dates-out-of-order")
    assert [f.column for f in found] == ([column] if raised else [])
    assert all(ahead in f.message and f.severity is Severity.WARN for f in found)


def test_blank_and_unreadable_times_are_looked_past() -> None:
    verdict = judge(
        {"Availability sent at": "2026-11-29 10:00", "Site confirmed at": "?", "Arrived at": "2026-11-28 09:00"}
    )
    assert places(verdict, "dates-out-of-order") == [(None, "Arrived at")]
    assert "Availability sent at" in flag(verdict, "dates-out-of-order").message


def test_travel_booked_may_come_in_any_order() -> None:
    early = {**FULL, "Travel booked at": "2026-11-19 10:00"}
    late = {**FULL, "Travel booked at": "2026-12-01 09:00"}
    assert "dates-out-of-order" not in codes(judge(early)) + codes(judge(late))


def test_each_site_is_compared() -> None:
    sites = [{"Site confirmed at": "2026-11-20 09:00"}, {"Site confirmed at": "2026-11-20 12:30"}]
    verdict = judge(upto(S.CONTACTS_SHARED), sites=sites)
    assert places(verdict, "dates-out-of-order") == [(2, "Site confirmed at"), (None, "Contacts shared at")]


def test_other_times_are_not_of_the_steps() -> None:
    odd = {"Urgent call at": "2026-01-01 09:00", "Arrival notified at": "2026-01-01 09:00", "Cancelled at": None}
    assert "dates-out-of-order" not in codes(judge({**upto(S.COMPLETED), **odd}))


# --- date-in-future

TIMES = [c.header for c in OrderRow.columns if c.owner is Owner.HUMAN and c.header.endswith(" at")]


@pytest.mark.parametrize("column", TIMES)
@pytest.mark.parametrize(("value", "raised"), [("2026-12-01 10:00", False), ("2026-12-01 10:00:01", True)])
def test_any_time_but_planned_start_after_now(column: str, value: str, raised: bool) -> None:
    cells: Cells = {**upto(S.APPROVED), column: value}
    verdict = judge(cells)
    if verdict.status is S.CANCELLED or verdict.memory.settled:
        return  # Paid and Cancelled orders don't carry it
    site = 1 if column == "Site confirmed at" else None
    assert places(verdict, "date-in-future") == ([(site, column)] if raised else [])


def test_every_time_of_the_form_is_one() -> None:
    assert {"Received at", "Approved at", "Paid at", "Photo ID sent at", "Site confirmed at"} <= set(TIMES)


def test_planned_start_may_lie_ahead_and_a_further_site_is_named() -> None:
    assert "date-in-future" not in codes(judge())
    verdict = judge(sites=[{"Site confirmed at": "2026-12-02 10:00"}])
    assert places(verdict, "date-in-future") == [(2, "Site confirmed at")]


def test_now_passes_and_the_flag_with_it() -> None:
    early, late = story(
        (NOW, {**upto(S.SITE_CONFIRMED), "Site confirmed at": "2026-12-01 11:00"}), ("2026-12-01 11:00", {})
    )
    assert (early.status, late.status) == (S.OFFERED, S.SITE_CONFIRMED)
    assert "date-in-future" not in codes(late)
