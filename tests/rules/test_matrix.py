"""The whole status × evidence matrix (contract, section 4), against a second, plainer statement of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product

import pytest

from rules.cells import Raw
from rules.memory import Memory
from rules.words import Status
from tests.rules.build import codes, judge, office, places, upto

EVIDENCE = (
    ("Assigned engineers", "Availability sent at"),
    ("Site confirmed at",),
    ("Contacts shared at",),
    ("Approved at",),
    ("Travel booked at",),
    ("Arrived at", "Arrival notified at"),
    ("Work started at",),
    ("Completed at", "Release approved by"),
)
REACHED = (
    Status.OFFERED, Status.SITE_CONFIRMED, Status.CONTACTS_SHARED, Status.APPROVED,
    Status.TRAVEL_BOOKED, Status.ON_SITE, Status.WORKING, Status.COMPLETED,
)  # fmt: skip
TIMES = tuple(next(cell for cell in cells if cell.endswith(" at")) for cells in EVIDENCE)
FULL = upto(Status.COMPLETED, travel=True)
HOLD = office(settings={"Invoice needs OK": "yes"})
"""An office in which a completed order waits, so that Completed can be seen."""

MASKS = list(product((True, False), repeat=8))


def cells_of(mask: tuple[bool, ...], travel: bool) -> dict[str, Raw]:
    gone = {cell for there, cells in zip(mask, EVIDENCE, strict=True) if not there for cell in cells}
    return {**{k: v for k, v in FULL.items() if k not in gone}, "Travel needed": "yes" if travel else "no"}


def expected(mask: tuple[bool, ...], travel: bool) -> Status:
    reached = Status.READY
    for there, status in zip(mask, REACHED, strict=True):
        if status is Status.TRAVEL_BOOKED and not travel:
            continue
        if not there:
            break
        reached = status
    return reached


def skipped(mask: tuple[bool, ...], travel: bool) -> list[str]:
    """Columns of the steps that count as skipped; Approved before Arrived is visit-without-approval."""
    steps = [(there, time) for there, time in zip(mask, TIMES, strict=True) if travel or time != "Travel booked at"]
    missing = [time for n, (there, time) in enumerate(steps) if not there and any(later for later, _ in steps[n + 1 :])]
    return [time for time in missing if time != "Approved at" or not mask[REACHED.index(Status.ON_SITE)]]


@pytest.mark.parametrize("travel", [True, False])
def test_every_combination_of_evidence(travel: bool) -> None:
    for mask in MASKS:
        verdict = judge(cells_of(mask, travel), HOLD)
        assert verdict.status is expected(mask, travel), mask
        assert {f.column for f in verdict.flags if f.code == "step-skipped"} == set(skipped(mask, travel)), mask
        blocked = "visit-without-approval" in codes(verdict)
        assert blocked is (mask[REACHED.index(Status.ON_SITE)] and not mask[REACHED.index(Status.APPROVED)]), mask


@pytest.mark.parametrize("status", REACHED)
def test_every_combination_beside_every_status_only_moves_forward(status: Status) -> None:
    """Evidence that the job never saw takes an order on as far as nothing before it is skipped; never back."""
    for mask in (mask for mask in MASKS if sum(mask[: REACHED.index(status)]) >= REACHED.index(status) - 1):
        after = REACHED.index(status)
        blank = [place for place, there in enumerate(mask) if not there and any(mask[place + 1 :])]
        if mask[5] and 3 in blank:  # visit-without-approval: holds back On site
            blank[blank.index(3)] = 5
        while after + 1 < len(REACHED) and mask[after + 1] and not any(place <= after + 1 for place in blank):
            after += 1
        verdict = judge(cells_of(mask, True), HOLD, memory=Memory(status=status))
        assert verdict.status is REACHED[after], mask


@pytest.mark.parametrize("count", range(9))
def test_evidence_in_its_order_goes_one_status_a_run_or_all_at_once(count: int) -> None:
    mask = tuple(n < count for n in range(8))
    assert judge(cells_of(mask, True), HOLD).status is (REACHED[count - 1] if count else Status.READY)


@pytest.mark.parametrize(("one", "other"), list(combinations(range(8), 2)))
def test_two_steps_skipped_are_two_flags(one: int, other: int) -> None:
    mask = tuple(n not in (one, other) for n in range(8))
    assert {column for _, column in places(judge(cells_of(mask, True), HOLD), "step-skipped")} == set(
        skipped(mask, True)
    )


NO_SHOW: Mapping[Status, Status] = {
    Status.READY: Status.READY,
    Status.OFFERED: Status.OFFERED,
    Status.SITE_CONFIRMED: Status.SITE_CONFIRMED,
    Status.CONTACTS_SHARED: Status.CONTACTS_SHARED,
    Status.APPROVED: Status.NO_SHOW,
    Status.TRAVEL_BOOKED: Status.NO_SHOW,
    Status.ON_SITE: Status.NO_SHOW,
    Status.WORKING: Status.NO_SHOW,
    Status.COMPLETED: Status.COMPLETED,
}
CANCELLED = dict.fromkeys(list(NO_SHOW)[:6], Status.CANCELLED) | {status: status for status in list(NO_SHOW)[6:]}


@pytest.mark.parametrize(("status", "after"), NO_SHOW.items())
def test_no_show_from_every_status(status: Status, after: Status) -> None:
    assert judge({**upto(status), "No-show at": "2026-11-30 09:30"}, HOLD).status is after


@pytest.mark.parametrize(("status", "after"), CANCELLED.items())
def test_cancelled_from_every_status(status: Status, after: Status) -> None:
    assert judge({**upto(status), "Cancelled at": "2026-11-30 09:30"}, HOLD).status is after
