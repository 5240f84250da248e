"""All orders together: places that change hands, and whether a run may write at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.columns import SiteRow
from rules.models import Order
from rules.register import beat_due, judge_register, run_after, shrunk
from rules.verdict import Verdict
from rules.words import Status
from tests.rules.build import SITE, Cells, at, office, order, row, settings_of, upto

PLACE = office(first_run=True)


def judged(*orders: Order, site: Cells | None = None) -> list[Verdict]:
    places = [row(SiteRow, {**SITE, "Order ID": "AC-1", **(site or {})}, 2)]
    _, verdicts, crashes = judge_register(orders, places, PLACE)
    assert crashes == []
    return verdicts


def sites(verdicts: list[Verdict]) -> dict[str, int]:
    return {verdict.order.order_id: len(verdict.order.sites) for verdict in verdicts}


def test_a_shared_place_is_the_lowest_open_orders() -> None:
    assert sites(judged(order({}), order({}, number=3))) == {"ORD-2026-0001": 2, "ORD-2026-0002": 1}


def test_an_order_that_ends_in_this_run_hands_it_on() -> None:
    for ending in ({"Paid at": "2026-11-01 09:00"}, {"Cancelled at": "2026-11-01 09:00"}):
        verdicts = judged(order(ending), order({}, number=3), site={"Site phone": "1"})
        assert sites(verdicts) == {"ORD-2026-0001": 1, "ORD-2026-0002": 2}
        assert [[(f.code, f.site) for f in v.flags] for v in verdicts] == [[], [("phone-country-code", 2)]]


def test_a_cancelled_order_that_is_charged_gets_no_place_back() -> None:
    ending = {"Cancelled at": "2026-11-21 09:00", "Other charges": "Fee: 5000"}
    one, other = judged(order(ending), order({}, number=3))
    assert (one.status, one.invoice is not None) == (Status.INVOICED, True)
    assert [len(one.order.sites), len(other.order.sites)] == [1, 2]
    again = judged(order(ending, memory=one.memory), order({}, number=3, memory=other.memory))
    assert sites(again) == {"ORD-2026-0001": 1, "ORD-2026-0002": 2}


def test_the_next_run_finds_the_same() -> None:
    first = judged(order({"Paid at": "2026-11-01 09:00"}), order(upto(Status.SITE_CONFIRMED), number=3))
    second = judged(
        order({"Paid at": "2026-11-01 09:00"}, memory=first[0].memory),
        order(upto(Status.SITE_CONFIRMED), number=3, memory=first[1].memory),
    )
    assert [(v.status, v.flags, len(v.order.sites)) for v in first] == [
        (v.status, v.flags, len(v.order.sites)) for v in second
    ]
    assert first[1].status is Status.OFFERED


def test_places_of_new_answers_stay() -> None:
    taken = order({"Client reference": "AC-9"}, sites=[{}, {}])
    taken = Order(taken.row, taken.order_id, (taken.sites[0], *taken.sites[2:]), taken.received)
    assert sites(judged(taken)) == {"ORD-2026-0001": 2}


@pytest.mark.parametrize(
    ("found", "seen", "limit", "stops"),
    [(1, 4, 0.5, True), (2, 4, 0.5, False), (0, 3, 0.5, False), (0, 0, 0.5, False), (3, 4, 1, True), (0, 9, 0, False)],
)
def test_a_register_that_shrank(found: int, seen: int, limit: float, stops: bool) -> None:
    assert shrunk(found, seen, settings_of({"Shrink limit": limit})) is stops


TEN = at("2026-12-01 10:00")


@pytest.mark.parametrize(
    ("times", "after"),
    [
        ([], None),
        ([None, None], None),
        ([-60], None),
        ([0], None),
        ([0.5], None),  # seconds are whole
        ([1], 1),
        ([None, 60], 60),
        ([3600, 60], 3600),
        ([-60, 60], 60),
    ],
)
def test_a_clock_that_is_before_the_last_run(times: list[float | None], after: int | None) -> None:
    told = [None if seconds is None else TEN + timedelta(seconds=seconds) for seconds in times]
    assert run_after(TEN, *told) == (None if after is None else TEN + timedelta(seconds=after))


@pytest.mark.parametrize(
    ("minutes_ago", "due"),
    [(None, True), (0, False), (14.9, False), (15, False), (15.1, True), (-1, True)],  # the last: of a clock set back
)
def test_when_a_quiet_run_gives_a_sign_of_life(minutes_ago: float | None, due: bool) -> None:
    beat = None if minutes_ago is None else TEN - timedelta(minutes=minutes_ago)
    assert beat_due(TEN, beat, settings_of({"Heartbeat (min)": 15})) is due
