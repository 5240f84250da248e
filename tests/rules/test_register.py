"""Places that change hands when the order that they belonged to is over."""

from __future__ import annotations

from rules.columns import SiteRow
from rules.models import Order
from rules.register import judge_register
from rules.verdict import Verdict
from rules.words import Status
from tests.rules.build import SITE, Cells, office, order, row, upto

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
