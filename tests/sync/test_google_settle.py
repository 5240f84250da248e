"""What stands where after a write, as it is seen then."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from sync.registers.google.layout import layout_of
from sync.registers.google.model import model_of
from sync.registers.google.reading import Sheet
from sync.registers.google.requests import stored
from sync.registers.google.settle import settle
from sync.registers.google.sight import whole_sight
from tests.sync.google_bench import HEADERS, ORDER, order_row

SYSTEM = [["Key", "Value"], ["run", "1"], [None, None], ["kept", "y"], [None, None], ["last", "z"]]


def test_a_blank_row_that_was_filled_is_itself() -> None:
    """Found by the worlds: it was taken for the one above it, and cleared."""
    sight = whole_sight(SYSTEM)
    model = model_of(Sheet(1, "System", 30, 2), layout_of("System", SYSTEM[0]), sight)
    model.put({5: {1: "order", 2: "m"}}, [])
    seen = whole_sight([*SYSTEM[:2], [None, None], ["kept", "somebody's"], ["order", "m"], SYSTEM[5]])
    assert settle(model, seen, certain=False) == {}
    assert model.ids[3:] == [4, 5, 6]


def test_two_rows_that_come_in_one_after_the_other_get_nothing_of_what_was_written() -> None:
    """One right before the batch, one right before its repair: the second got what the run wrote for another order."""
    received, head = ORDER["Received at"], HEADERS["Orders"]
    rows = [head, *(order_row(n, **{"Order ID": f"ORD-2026-{n:04}"}) for n in range(1, 5))]
    rows[2][received - 1] = None
    live = [[stored(cell) for cell in row] for row in rows]
    model = model_of(Sheet(1, "Orders", 100, len(head)), layout_of("Orders", head), whole_sight(live))
    model.put({3: {received: 46000.5}}, [])
    for name in ("first", "second"):
        came: list[Raw] = [None] * len(head)
        for header in ("Client", "Floor", "Site address", "Client reference"):
            came[ORDER[header] - 1] = name
        live = [*live[:2], came, *live[2:]]
        for (row, col), value in model.physical.items():
            live[row - 1] = [*live[row - 1][: col - 1], value, *live[row - 1][col:]]
        model.fix(settle(model, whole_sight(live), certain=True))
    for (row, col), value in model.physical.items():
        live[row - 1] = [*live[row - 1][: col - 1], value, *live[row - 1][col:]]
    assert settle(model, whole_sight(live), certain=True) == {}
    assert [row[received - 1] for row in live[2:5]] == [None, None, 46000.5]


def test_a_copy_of_a_row_that_an_undo_clears_is_nobody_elses() -> None:
    """Found by the worlds: a copy that was made and told apart in that moment was cleared like what it is a copy of."""
    head = HEADERS["Orders"]
    rows = [[stored(cell) for cell in row] for row in (head, *map(order_row, range(1, 4)))]
    blank: list[Raw] = [None] * len(head)
    looked = [*rows[:3], blank, *rows[3:]]
    model = model_of(Sheet(1, "Orders", 100, len(head)), layout_of("Orders", head), whole_sight(looked))
    model.put({3: {col: None for col, value in enumerate(rows[2], 1) if value is not None}}, [])
    copy = list(rows[2])
    for header in ("Client reference", "Work description"):
        copy[ORDER[header] - 1] = "another"
    assert settle(model, whole_sight([*rows[:2], blank, copy, *rows[3:]]), certain=True) == {}


def test_a_row_that_an_undo_clears_is_cleared_where_it_moved_to() -> None:
    head = HEADERS["Orders"]
    rows = [[stored(cell) for cell in row] for row in (head, *map(order_row, range(1, 4)))]
    blank: list[Raw] = [None] * len(head)
    filled = {col: None for col, value in enumerate(rows[2], 1) if value is not None}
    model = model_of(
        Sheet(1, "Orders", 100, len(head)), layout_of("Orders", head), whole_sight([*rows[:3], blank, rows[3]])
    )
    model.put({3: dict(filled)}, [])
    fixes = settle(model, whole_sight([*rows[:2], blank, rows[2], rows[3]]), certain=True)
    assert fixes == {(4, col): None for col in filled}


@pytest.mark.parametrize("header", ["Status", "Contacts shared at"])
def test_what_landed_beside_another_order_is_taken_back_where_rows_move_a_second_time(header: str) -> None:
    """It landed beside one order, whose row moved again before the repair: that missed it, and nobody looked again."""
    head, col = HEADERS["Orders"], ORDER[header]
    rows = [[stored(cell) for cell in order_row(n, **{"Order ID": f"ORD-2026-{n:04}"})] for n in range(1, 7)]
    live: list[list[Raw]] = [[*head], *rows]
    model = model_of(Sheet(1, "Orders", 100, len(head)), layout_of("Orders", head), whole_sight(live))
    model.put({6: {col: 46000.5}}, [])
    live.insert(1, live.pop(5))
    for attempt in range(3):
        for (row, at), value in model.physical.items():
            live[row - 1] = [*live[row - 1][: at - 1], value, *live[row - 1][at:]]
        fixes = settle(model, whole_sight(live), certain=True)
        if not fixes:
            break
        if attempt == 0:
            live.insert(3, [None] * len(head))
        model.fix(fixes)
    shown = {str(row[0]): row[col - 1] for row in live[1:] if row[0]}
    assert fixes == {}
    assert {key: value for key, value in shown.items() if value is not None} == {"ORD-2026-0005": 46000.5}
