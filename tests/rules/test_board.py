"""All orders side by side: which are open, and for how long."""

from __future__ import annotations

from datetime import date

import pytest

from rules.board import Board, Standing, likeness, month_later
from rules.case import Case
from rules.words import Status
from tests.rules.build import office, order

TODAY = date(2026, 12, 1)


def case(number: int = 2, board: Board | None = None, **cells: str) -> Case:
    place = office()
    changes = {name.replace("_", " "): value for name, value in cells.items()}
    return Case(order(changes, number=number, beside=place), place, board or Board(TODAY), Status.NEEDS_INFO)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)), (date(2026, 12, 31), date(2027, 1, 31)), (date(2026, 1, 31),
        date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)), (date(2026, 2, 28), date(2026, 3, 28)),
    ],
)  # fmt: skip
def test_a_month_later(day: date, later: date) -> None:
    assert month_later(day) == later


@pytest.mark.parametrize("status", list(Status))
def test_open_orders(status: Status) -> None:
    board = Board(TODAY)
    mine = case(board=board)
    board.add(mine, Standing(status))
    assert board.is_open(mine) is (status not in (Status.PAID, Status.CANCELLED))


@pytest.mark.parametrize(
    ("day", "is_open"), [(date(2026, 12, 1), True), (date(2026, 11, 1), True), (date(2026, 10, 31), False)]
)
def test_invoiced_orders_are_open_for_a_month(day: date, is_open: bool) -> None:
    board = Board(TODAY)
    mine = case(board=board)
    board.add(mine, Standing(Status.INVOICED, day))
    assert board.is_open(mine) is is_open


def test_an_order_moves_on_the_board() -> None:
    board = Board(TODAY)
    mine, other = case(board=board), case(3, board)
    for each in (mine, other):
        board.add(each, Standing(Status.READY))
    assert [found.row.number for found, _ in board.open_alike(mine)] == [3]
    board.move(other, Standing(Status.PAID))
    assert list(board.open_alike(mine)) == []


def test_what_makes_orders_alike() -> None:
    assert [key[0] for key in likeness(case())] == ["Client reference", "Site address"]
    assert likeness(case(Client="-")) == []
    assert likeness(case(Client_reference="-", Site_address="-")) == []
    assert likeness(case(Client="ＡＣＭＥ ltd", Client_reference="ac-1")) == likeness(case())


def test_an_engineers_other_orders() -> None:
    board = Board(TODAY)
    mine, other = case(board=board), case(3, board, Assigned_engineers="Eve  Entry, Bob")
    for each in (mine, other):
        board.add(each, Standing(Status.READY))
    assert board.open_orders_of("eve entry", mine) == 1
    assert board.open_orders_of("Bob", other) == 0
    assert mine.window is not None
    assert [found.row.number for found in board.clashes("eve entry", mine.window, mine)] == [3]
    board.move(other, Standing(Status.CANCELLED))
    assert board.open_orders_of("eve entry", mine) == 0
    assert list(board.clashes("eve entry", mine.window, mine)) == []
