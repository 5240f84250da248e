"""What a run leaves behind: the memory of the next one, an order's cells, lines of the Log."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.answers import Answer
from rules.cells import Raw
from rules.events import of_invoice, of_order
from rules.memory import Memory
from rules.remembering import recall_answers, remember_answers, remember_gone, remember_orders
from rules.state import State
from rules.verdict import order_cells
from rules.words import Status
from tests.rules.build import TOKYO, at, invoice, judge, upto

ORDER = "ORD-2026-0001"
READY = Memory(status=Status.READY)


def test_where_a_run_left_its_orders() -> None:
    state, done = State(), judge(upto(Status.COMPLETED))
    remember_orders(state, [done], {ORDER: invoice(number="INV-2026-0009")})
    assert state.orders[ORDER].status is Status.INVOICED and state.orders[ORDER].invoice_no == "INV-2026-0009"


def test_of_an_id_that_stands_twice_nothing_new_is_known() -> None:
    state = State(orders={ORDER: READY})
    remember_orders(state, [judge(upto(Status.OFFERED), memory=READY, twice=(7,))], {})
    assert state.orders == {ORDER: READY}


def test_rows_that_are_gone_keep_what_is_known_of_them() -> None:
    state = State(orders={ORDER: READY, "ORD-2026-0002": READY})
    (event,) = remember_gone(state, [ORDER])
    assert state.orders == {ORDER: READY.model_copy(update={"deleted": True}), "ORD-2026-0002": READY}
    assert (event.event, event.order_id, event.before) == ("deleted", ORDER, "Ready")


def test_answers_are_counted_by_their_timestamp() -> None:
    state, answer = State(), Answer(at("2026-12-01 09:00"), {"client": "Acme"})
    remember_answers(state, [answer, answer], TOKYO)
    assert state.answers == {answer.stamp(TOKYO): [answer.fingerprint(TOKYO)] * 2}


def test_answers_that_orders_came_from_are_known_without_the_jobs_memory() -> None:
    state, one, other = State(), *(Answer(at("2026-12-01 09:00"), {"client": name}) for name in ("Acme", "Globex"))
    recall_answers(state, [one, one, other], [one.source(TOKYO), "", "form 2026-12-01 09:00:00 123456"], TOKYO)
    assert state.answers == {one.stamp(TOKYO): [one.fingerprint(TOKYO)]}


def test_the_cells_of_an_order() -> None:
    verdict = judge({**upto(Status.APPROVED), "Map link": None})
    cells = order_cells(verdict, verdict.memory, TOKYO)
    assert cells["order_id"] == ORDER and cells["status"] == "Approved" and cells["lead_time_h"] == 480
    assert str(cells["flags"]).startswith("WARN map-link-missing: ")
    assert [cells[key] for key in ("sla_due", "candidates", "billable_h", "invoice_no")] == [None] * 4
    due = order_cells(replace(verdict, sla_due=at("2026-12-01 18:00"), billable_h=Decimal("2.5")), READY, TOKYO)
    assert (str(due["sla_due"]), due["billable_h"]) == ("2026-12-01 18:00:00", 2.5)


@pytest.mark.parametrize(
    ("memory", "says"),
    [
        (Memory(status=Status.INVOICED, invoice_no="INV-2026-0001"), "INV-2026-0001"),
        (Memory(status=Status.INVOICED, invoice_no="INV-2026-0001", settled=True), "INV-2026-0001"),
        (Memory(status=Status.COMPLETED), None),
    ],
)
def test_the_invoice_that_an_order_shows(memory: Memory, says: Raw) -> None:
    assert order_cells(judge(), memory, TOKYO)["invoice_no"] == says


def test_the_invoice_no_of_an_order_settled_by_hand_is_the_peoples() -> None:
    assert "invoice_no" not in order_cells(judge(), Memory(status=Status.INVOICED, settled=True), TOKYO)


@pytest.mark.parametrize(
    ("memory", "shown", "events"),
    [
        (None, None, [("new", "", "Needs info"), ("status", "Needs info", "Ready")]),
        (READY, "Ready", []),
        (READY, "Paid", [("put back", "Paid", "Ready")]),
        (READY, None, [("put back", "", "Ready")]),
        (READY.model_copy(update={"deleted": True}), "Ready", [("returned", "", "Ready")]),
        (Memory(status=Status.NEEDS_INFO), "Needs info", [("status", "Needs info", "Ready")]),
    ],
)
def test_lines_of_the_log(memory: Memory | None, shown: Raw, events: list[tuple[str, str, str]]) -> None:
    found = of_order(judge(memory=memory), shown)
    assert [(event.event, event.before, event.after) for event in found] == events
    assert {event.order_id for event in found} <= {ORDER}


def test_the_line_of_an_invoice() -> None:
    event = of_invoice(invoice(total=Decimal(19800)))
    assert (event.event, event.order_id, event.after, event.why) == ("invoice", ORDER, "INV-2026-0001", "JPY 19800")
