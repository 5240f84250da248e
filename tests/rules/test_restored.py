"""A register that lost the job's memory is noticed; one whose last run died half-way is not taken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.columns import InvoiceRow, LogRow, OrderRow
from rules.memory import Memory
from rules.restored import left_behind, torn, unknown_to, unremembered
from rules.state import State
from rules.words import Status
from tests.rules.build import TOKYO, invoice

ORDER = "ORD-2026-0001"


def state() -> State:
    """As run 7 left it: one order, two invoices of which one was given by an earlier machine."""
    found = State(schema="1", revision=7, orders={ORDER: Memory(status=Status.READY)})
    found.note("invoice", ["INV-2026-0002"])
    found.invoices["INV-2026-0001"] = invoice(number="INV-2026-0001")
    return found


def run(number: int) -> str:
    return f"20261124-100000-{number}"


def log(*rows: tuple[str, str, str, int]) -> list[LogRow]:
    """Rows of the Log: order, event, to, run."""
    return [
        LogRow(at, {"order_id": order, "event": event, "to": to, "run": run(number)}, TOKYO)
        for at, (order, event, to, number) in enumerate(rows, 2)
    ]


class Unread(Iterator[LogRow]):
    """A long Log, which is read only where it has to be."""

    def __next__(self) -> LogRow:
        raise AssertionError


LOG = LogRow(2, {"why": "by hand"}, TOKYO)
INVOICE = InvoiceRow(2, {"total": 5}, TOKYO)
READY = OrderRow(2, {"status": "Ready"}, TOKYO)
TYPED = OrderRow(3, {"client": "Acme", "order_id": ORDER}, TOKYO)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (([LOG], [], []), ["Log"]),
        (([], [INVOICE], []), ["Invoices"]),
        (([], [], [TYPED, READY]), ["Status"]),
        (([LOG], [INVOICE], [READY]), ["Log", "Invoices", "Status"]),
        (([], [], [TYPED]), []),
        (([LogRow(2, {}, TOKYO)], [InvoiceRow(2, {"total": ""}, TOKYO)], []), []),
    ],
)
def test_a_blank_memory(rows: tuple[list[LogRow], list[InvoiceRow], list[OrderRow]], named: list[str]) -> None:
    assert list(left_behind(*rows)) == named


@pytest.mark.parametrize(
    ("runs", "newer"),
    [
        ({run(7), run(6)}, False),
        ({run(7), run(9)}, True),
        ({run(10)}, True),
        ({"typed by hand", ""}, False),
        (set(), False),
    ],
)
def test_runs_that_the_memory_knows_nothing_of(runs: set[str], newer: bool) -> None:
    assert list(unknown_to(state(), runs, [], Unread(), "NEW")) == (["Log"] if newer else [])


@pytest.mark.parametrize(
    ("rows", "newer"),
    [
        ([(ORDER, "status", "Ready", 8)], False),  # it died after the orders, before its revision
        ([(ORDER, "new", "Needs info", 8), (ORDER, "status", "Ready", 8)], False),
        ([(ORDER, "status", "Offered", 8)], True),
        ([(ORDER, "status", "Ready", 8), (ORDER, "status", "Offered", 8)], True),
        ([("ORD-2026-0002", "new", "Needs info", 8)], True),
        ([(ORDER, "message", "Offered", 8)], False),  # says nothing of where the order is
        ([(ORDER, "status", "Offered", 7), (ORDER, "status", "Ready", 8)], False),
    ],
)
def test_the_very_next_run(rows: list[tuple[str, str, str, int]], newer: bool) -> None:
    assert list(unknown_to(state(), {run(8)}, [], log(*rows), "NEW")) == (["Log"] if newer else [])


@pytest.mark.parametrize(
    ("number", "newer"),
    [
        ("INV-2026-0001", False),
        ("INV-2026-0002", False),  # given, and not remembered: noticed as damage of the ledger, not here
        ("INV-2026-0003", True),
        ("INV-2027-0001", True),
        ("NEW-2026-0003", True),
        ("MAN-2026-0100", False),  # a person's own
        ("OLD-77", False),
        ("", False),
    ],
)
def test_invoices_that_the_memory_knows_nothing_of(number: str, newer: bool) -> None:
    assert list(unknown_to(state(), set(), {number}, Unread(), "NEW")) == (["Invoices"] if newer else [])


@pytest.mark.parametrize(
    ("number", "sha256", "found"),
    [
        ("INV-2026-0001", "ab", []),
        ("INV-2026-0002", "ab", ["INV-2026-0002"]),
        ("NEW-2026-0002", "ab", ["NEW-2026-0002"]),
        ("INV-2026-0002", None, []),  # a person's own
        ("MAN-2026-0002", "ab", []),
        ("INV-2", "ab", []),
    ],
)
def test_invoices_whose_memory_was_cut_out(number: str, sha256: str | None, found: list[str]) -> None:
    ledger = [INVOICE, InvoiceRow(3, {"invoice_no": number, "sha256": sha256}, TOKYO)]
    assert list(unremembered(state(), ledger, "NEW")) == found


def test_what_a_torn_memory_lacks() -> None:
    whole = state()
    assert list(torn(whole)) == []
    whole.orders[ORDER] = Memory(status=Status.INVOICED, invoice_no="INV-2026-0003", credited="INV-2026-0001")
    assert list(torn(whole)) == ["INV-2026-0003"]
    whole.orders[ORDER] = Memory(status=Status.COMPLETED, credited="INV-2026-0004", deleted=True)
    assert list(torn(whole)) == ["INV-2026-0004"]
    del whole.orders[ORDER]
    assert list(torn(whole)) == [ORDER]


def test_a_number_that_stands_is_given_once_only() -> None:
    found = State()
    found.note("order", ["ORD-2026-0009", "ORD-2026-0003", "ORD-2025-12345", "no number"])
    assert [found.give("order", 2026), found.give("order", 2026)] == [10, 11]
    assert found.give("order", 2025) == 12346 and found.give("invoice", 2026) == 1
