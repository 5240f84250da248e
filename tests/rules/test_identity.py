"""Which rows are orders, which order each is, and that no number is ever given twice (contract, sections 2 and 4)."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.columns import OrderRow, SiteRow
from rules.identity import counts, entered, identified, row_key
from rules.memory import Memory
from rules.models import Order
from rules.state import State
from rules.words import Status
from tests.rules.build import Cells, at, invoice, office, row

KNOWN = "ORD-2026-0007"
BESIDE = office("2026-12-01 10:00")


def state(*known: str, first: bool = False, **memory: object) -> State:
    """A register that remembers these orders, or one before its first run."""
    found = State(schema="" if first else "1", orders={one: Memory(status=Status.READY, **memory) for one in known})
    found.note("order", known)
    return found


def order_rows(*table: Cells) -> list[OrderRow]:
    return [row(OrderRow, cells, number) for number, cells in enumerate(table, 2)]


def ids(rows: list[OrderRow], remembered: State) -> dict[int, str | None]:
    """The rows that count, with their Order ID."""
    return {found.number: order_id for found, order_id in identified(rows, remembered)}


def orders(rows: list[OrderRow], remembered: State) -> list[Order]:
    return entered(identified(rows, remembered), [], remembered, BESIDE)[0]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"Client": "Acme"}, {2: None}),
        ({"Notes": "call them"}, {2: None}),
        ({"Travel needed": "yes", "Photo ID needed": True}, {}),  # filled down in advance
        ({"Client": " ", "Notes": "-"}, {}),
        ({"Status": "Ready", "Source": "form"}, {}),
        ({"Order ID": KNOWN}, {2: KNOWN}),
        ({"Order ID": f" {KNOWN.lower()} "}, {2: KNOWN}),
        ({"Order ID": "ORD-2026-0008"}, {}),  # not ours, so as if blank
        ({"Order ID": "ORD-2026-0008", "Client": "Acme"}, {2: None}),
        ({}, {}),
    ],
)
def test_which_rows_count(cells: Cells, found: dict[int, str | None]) -> None:
    assert ids(order_rows(cells), state(KNOWN)) == found


def test_ids_of_the_first_run_are_taken_over_and_of_one_that_stands_twice_the_upper() -> None:
    rows = order_rows({"Order ID": "ORD-2024-0777"}, {"Order ID": "ord-2024-0777", "Client": "A"}, {"Order ID": "77"})
    assert ids(rows, state(first=True)) == {2: "ORD-2024-0777", 3: None}


@pytest.mark.parametrize("order_id", [None, "typed over", "ORD-2026-0099"])
def test_an_invoiced_order_is_known_by_its_invoice(order_id: str | None) -> None:
    remembered = state(KNOWN)
    remembered.invoices["INV-2026-0001"] = invoice(order_id=KNOWN)
    cells: Cells = {"Order ID": order_id, "Client": "Acme", "Invoice no.": "INV-2026-0001"}
    assert ids(order_rows(cells), remembered) == {2: KNOWN}
    assert ids(order_rows(cells, {**cells, "Order ID": KNOWN}), remembered) == {2: None, 3: KNOWN}


def test_new_rows_are_numbered_as_they_stand_by_the_year_of_receipt() -> None:
    rows = order_rows(
        {"Client": "A", "Received at": "2026-12-31 23:59"},
        {"Order ID": KNOWN},
        {"Client": "B", "Received at": "2027-01-01 00:00"},
        {"Client": "C"},
        {"Client": "D", "Received at": "soon"},
    )
    remembered = state(KNOWN)
    found = orders(rows, remembered)
    assert [order.order_id for order in found] == [
        "ORD-2026-0008", KNOWN, "ORD-2027-0001", "ORD-2026-0009", "ORD-2026-0010",
    ]  # fmt: skip
    assert [remembered.highest("order", year) for year in (2026, 2027)] == [10, 1]


def test_no_number_is_given_that_stands_there_or_was_given() -> None:
    remembered = state("ORD-2026-0003", first=True)
    rows = order_rows({"Client": "A"}, {"Order ID": "ORD-2026-0041"}, {"Client": "B"})
    assert [order.order_id for order in orders(rows, remembered)] == ["ORD-2026-0042", "ORD-2026-0041", "ORD-2026-0043"]


def test_received_at_is_filled_in_once_and_from_then_on_the_same() -> None:
    (new,) = orders(order_rows({"Client": "A"}), state())
    assert new.received == BESIDE.now and new.row.received_at.value == BESIDE.now
    seen = at("2026-11-20 09:00")
    (known,) = orders(order_rows({"Order ID": KNOWN}), state(KNOWN, first_seen=seen))
    assert known.received == seen and known.row.raw["received_at"] == datetime(2026, 11, 20, 9)
    (typed,) = orders(order_rows({"Client": "A", "Received at": "2026-11-21 09:00"}), state())
    assert typed.received == at("2026-11-21 09:00")
    (unreadable,) = orders(order_rows({"Client": "A", "Received at": "soon"}), state())
    assert unreadable.received is None and unreadable.row.raw["received_at"] == "soon"


def test_a_row_that_an_undo_took_the_number_off_gets_it_back() -> None:
    """No other row gets it, and of two alike each its own."""
    rows = order_rows({"Client": "A", "Notes": "new words"}, {"Client": "B"}, {"Client": "A"}, {"Client": "A"})
    remembered = state()
    remembered.note("order", ["ORD-2026-0005"])
    remembered.returned[row_key(row(OrderRow, {"Client": "A"}))] = ["ORD-2026-0002", "ORD-2026-0004"]
    found = orders(rows, remembered)
    assert [order.order_id[-1] for order in found] == ["2", "6", "4", "7"] and remembered.returned == {}


@pytest.mark.parametrize("first", [True, False])
def test_an_id_that_people_put_back_after_an_undo_is_no_copys(first: bool) -> None:
    rows = order_rows({"Order ID": KNOWN, "Client": "A"}, {"Client": "A"})
    remembered = state(first=True) if first else state(KNOWN)
    remembered.returned = {row_key(rows[0]): [KNOWN, "ORD-2026-0003"], row_key(row(OrderRow, {"Client": "B"})): [KNOWN]}
    assert [order.order_id for order in orders(rows, remembered)] == [KNOWN, "ORD-2026-0003"]
    assert remembered.returned == {}
    assert orders(order_rows({"Client": "B"}), remembered)[0].order_id == "ORD-2026-0008"


def test_an_id_that_stands_twice_names_the_other_rows() -> None:
    found = orders(order_rows({"Order ID": KNOWN}, {"Client": "A"}, {"Order ID": KNOWN}), state(KNOWN))
    assert [order.id_twice for order in found] == [(4,), (), (2,)]


def test_orders_whose_rows_are_gone_are_missing_once() -> None:
    remembered = state(KNOWN, "ORD-2026-0006")
    remembered.orders["ORD-2026-0001"] = Memory(status=Status.READY, deleted=True)
    rows = order_rows({"Order ID": "ORD-2026-0006"}, {"Client": "A"})
    assert entered(identified(rows, remembered), [], remembered, BESIDE)[1] == [KNOWN]


def test_rows_that_a_run_appends_come_last_with_their_places() -> None:
    new, place = row(OrderRow, {"Client": "form"}, 9), row(SiteRow, {"Site address": "2-2 Umeda"}, 5)
    found, _ = entered(identified(order_rows({"Client": "A"}), state()), [(new, [place])], state(), BESIDE)
    assert [order.row.number for order in found] == [2, 9]
    assert [[site.number for site in order.sites] for order in found] == [[1], [1, 2]]
    assert found[1].sites[1].row is place


@pytest.mark.parametrize(
    ("cells", "named"),
    [({"Order ID": KNOWN}, True), ({"Floor": "3F"}, True), ({"Flags": "WARN"}, False), ({"Site address": "-"}, False)],
)
def test_which_rows_of_other_sites_count(cells: Cells, named: bool) -> None:
    assert counts(row(SiteRow, cells)) is named
