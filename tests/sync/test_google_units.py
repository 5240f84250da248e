"""What is written together, where a run is cut short between its batches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rules.cells import Raw
from rules.columns import TABS, InvoiceRow, OrderRow, Row, SystemRow
from sync.plan import Write
from sync.registers.google.units import Group, groups_of, units_of, writes_of
from sync.snapshot import Grid, Reading

Cells = dict[str, Raw]
ANSWER, OTHER = "bce1920011223344", "f8a8150011223344"
ORDER: Cells = {"order_id": "ORD-2026-0001", "source": f"form 2026-11-24 09:58:00 {ANSWER[:6]}", "client": "A"}
FACT = "answer 2026-11-24T00:58:00+00:00"


def place(kind: type[Row], key: str) -> int:
    return [column.key for column in kind.columns].index(key) + 1


def rows_of(kind: type[Row], *rows: Cells) -> Grid:
    lines: list[list[Raw]] = [[column.header for column in kind.columns]]
    lines += [[row.get(column.key) for column in kind.columns] for row in rows]
    return Grid(kind.title, lines, frozenset())


def reading(**rows: list[Cells]) -> Reading:
    """A register with these rows in the tabs named by their class."""
    return Reading({kind.title: rows_of(kind, *rows.get(kind.__name__, [])) for kind in TABS}, None)


def wrote(kind: type[Row], row: int, cells: Cells) -> list[Write]:
    return [Write(kind.title, row, place(kind, key), value) for key, value in cells.items()]


def groups(before: Reading, *writes: list[Write]) -> list[Group]:
    every = [write for some in writes for write in some]
    return groups_of(before, units_of(before, every))


def tabs(group: Group) -> list[str]:
    return [unit.tab for unit in group.units]


def test_invoices_go_by_their_numbers() -> None:
    """Else a run that is cut short leaves a gap, and the next one never fills it."""
    ids = ["ORD-2026-0003", "ORD-2026-0001", "ORD-2026-0002"]
    before = reading(OrderRow=[{"order_id": one, "client": "A"} for one in ids])
    orders = [wrote(OrderRow, row, {"status": "Invoiced"}) for row in (2, 3, 4)]
    ledger = [
        wrote(InvoiceRow, row, {"invoice_no": f"INV-2026-000{row - 1}", "order_id": f"ORD-2026-000{number}"})
        for row, number in ((2, 1), (3, 3))
    ]
    assert [group.name for group in groups(before, *orders, *ledger)] == [ids[1], ids[0], ids[2]]


def test_groups_whose_invoices_interleave_are_written_together() -> None:
    """Either without the other would leave a gap; one whose invoice comes after both is on its own."""
    twin = ORDER | {"order_id": "ORD-2026-0003"}
    memory = wrote(SystemRow, 2, {"key": FACT, "value": json.dumps([ANSWER, ANSWER])})
    before = reading(OrderRow=[{"order_id": f"ORD-2026-000{one}"} for one in (1, 2, 3, 4)])
    ledger = [
        wrote(InvoiceRow, one + 1, {"invoice_no": f"INV-2026-000{one}", "order_id": f"ORD-2026-000{one}"})
        for one in (4, 3, 2, 1)
    ]
    found = groups(before, wrote(OrderRow, 2, ORDER), wrote(OrderRow, 4, twin), memory, *ledger)
    assert [sorted(group.ledger) for group in found] == [[2, 3, 4], [5]]
    assert {(unit.tab, unit.group) for unit in found[0].units} == {
        (title, "ORD-2026-0001") for title in ("Orders", "System", "Invoices")
    }


@pytest.mark.parametrize(("was", "now"), [
    (None, [ANSWER]), ([OTHER], [OTHER, ANSWER]), ([ANSWER], []), ([ANSWER, OTHER], [OTHER]), ([ANSWER], None),
])  # fmt: skip
def test_an_answer_is_remembered_and_forgotten_with_its_order(was: Any, now: Any) -> None:
    """A copy of its row, which has its Source too, is another order."""
    taken = now is not None and ANSWER in now
    fact = {"key": FACT, "value": json.dumps(was)} if was is not None else {}
    copy = ORDER | {"order_id": None}
    before = reading(OrderRow=[copy, *([] if taken else [ORDER])], SystemRow=[fact] if fact else [])
    row = wrote(OrderRow, 3, ORDER if taken else dict.fromkeys(ORDER))
    memory = wrote(SystemRow, 2, {"key": FACT, "value": json.dumps(now)} if now is not None else dict.fromkeys(fact))
    found = groups(before, wrote(OrderRow, 2, {"status": "Needs info"}), row, memory)
    assert [tabs(group) for group in found] == [["Orders"], ["Orders", "System"]]


def test_orders_whose_answers_are_remembered_together_are_written_together() -> None:
    second = ORDER | {"order_id": "ORD-2026-0002", "source": f"form 2026-11-24 09:58:00 {OTHER[:6]}"}
    memory = wrote(SystemRow, 2, {"key": FACT, "value": json.dumps([ANSWER, OTHER])})
    found = groups(reading(), wrote(OrderRow, 2, ORDER), wrote(OrderRow, 3, second), memory)
    assert [tabs(group) for group in found] == [["Orders", "Orders", "System"]]


def test_two_answers_of_one_second_that_are_the_same_are_remembered_with_both_orders() -> None:
    second = ORDER | {"order_id": "ORD-2026-0002"}
    memory = wrote(SystemRow, 2, {"key": FACT, "value": json.dumps([ANSWER, ANSWER])})
    found = groups(reading(), wrote(OrderRow, 2, ORDER), wrote(OrderRow, 3, second), memory)
    assert [tabs(group) for group in found] == [["Orders", "Orders", "System"]]


@pytest.mark.parametrize(("was", "now"), [(1, 2), (2, 1)])
def test_a_second_answer_that_is_the_same_is_remembered_and_forgotten_with_its_own_order(was: int, now: int) -> None:
    second = ORDER | {"order_id": "ORD-2026-0002"}
    before = reading(
        OrderRow=[ORDER, *([second] if was == 2 else [])],
        SystemRow=[{"key": FACT, "value": json.dumps([ANSWER] * was)}],
    )
    memory = wrote(SystemRow, 2, {"value": json.dumps([ANSWER] * now)})
    row = wrote(OrderRow, 3, second if now == 2 else dict.fromkeys(second))
    found = groups(before, wrote(OrderRow, 2, {"status": "Needs info"}), row, memory)
    assert [tabs(group) for group in found] == [["Orders"], ["Orders", "System"]]


def test_the_pieces_of_a_fact_are_written_together() -> None:
    """Older versions kept all messages in one: a piece of it that is left alone can't be read."""
    keys = ("messages", "messages +1", "messages ORD-2026-0001", "messages ORD-2026-0001 +1")
    before = reading(OrderRow=[ORDER], SystemRow=[{"key": key, "value": "[]"} for key in keys])
    gone = [wrote(SystemRow, row, {"key": None, "value": None}) for row in range(2, 2 + len(keys))]
    found = groups(before, wrote(OrderRow, 2, {"status": "Ready"}), *gone)
    assert [(group.name, len(group.units)) for group in found] == [("ORD-2026-0001", 3), ("", 2)]


def test_the_writes_of_a_group_are_those_of_all_that_it_joins() -> None:
    second = ORDER | {"order_id": "ORD-2026-0002", "source": f"form 2026-11-24 09:58:00 {OTHER[:6]}"}
    before = reading(OrderRow=[{"order_id": "ORD-2026-0003"}])
    memory = wrote(SystemRow, 2, {"key": FACT, "value": json.dumps([ANSWER, OTHER])})
    left = [*wrote(OrderRow, 3, ORDER), *wrote(OrderRow, 4, second), *memory]
    others = [*wrote(OrderRow, 2, {"status": "Ready"}), *wrote(SystemRow, 3, {"key": "run", "value": "1"})]
    assert writes_of(before, [*left, *others], {"ORD-2026-0001"}) == left
    assert writes_of(before, [*left, *others], ()) == []
