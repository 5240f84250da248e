"""A tab as it was seen at one moment, by columns: whole, or only those columns that tell its rows apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from rules.cells import Raw
from sync.registers.google.layout import dated, texts
from sync.registers.google.serials import moment, plain


class Formula(str):
    """A person's own formula."""

    __slots__ = ()


@dataclass
class Sight:
    """`columns` by number (from 1), each from row 1 on, as long as the tab is filled. Values are as Google sent them,
    a formula as its text. `whole`: nothing stands in columns that aren't there."""

    columns: dict[int, list[Raw]]
    height: int
    header: list[Raw]
    whole: bool

    def at(self, row: int, col: int) -> Raw:
        """A cell; None where blank or not seen."""
        column = self.columns.get(col, ())
        return column[row - 1] if row <= len(column) else None

    def knows(self, col: int) -> bool:
        return self.whole or col in self.columns

    def column(self, col: int) -> list[Raw]:
        """A column, filled up to the height of the tab."""
        column = self.columns.get(col, [])
        return column + [None] * (self.height - len(column))


def whole_sight(rows: Sequence[Sequence[Any]]) -> Sight:
    """Of all rows of a tab."""
    columns = {number: list(column) for number, column in enumerate(zip_longest(*rows), 1)}
    return Sight(columns, len(rows), list(rows[0]) if rows else [], whole=True)


def part_sight(header: Sequence[Any], columns: dict[int, list[Any]]) -> Sight:
    """Of a header row and some columns."""
    height = max([1 if header else 0, *(len(column) for column in columns.values())])
    return Sight(dict(columns), height, list(header), whole=False)


def comparable(title: str, sight: Sight, only: Iterable[int] | None = None) -> dict[int, list[Any]]:
    """Its columns so that they can be compared with another sight's: dates as moments, blanks as None."""
    days = {col + 1 for col in dated(title, sight.header)}
    wanted = sight.columns if only is None else [col for col in only if col in sight.columns]
    return {col: _comparable(sight.columns[col], col in days) for col in wanted}


def _comparable(column: list[Any], is_dated: bool) -> list[Any]:
    if is_dated:
        return [moment(plain(value)) for value in column]
    if "" in column or not {int, float}.isdisjoint(map(type, column)):
        return [plain(value) for value in column]
    return column


def same_header(one: Sight, other: Sight) -> bool:
    """Whether every column still stands where it stood."""
    first, second = texts(one.header), texts(other.header)
    size = max(len(first), len(second))
    return first + [""] * (size - len(first)) == second + [""] * (size - len(second))


def is_formula(value: Any) -> bool:
    return isinstance(value, Formula)


def with_formulas(sight: Sight, before: Sequence[Sequence[Raw]]) -> Sight:
    """A sight of formulas' texts, told apart from mere texts that begin with "=" by a reading of values before it."""
    mere = {value for row in before for value in row if value.__class__ is str and value[:1] == "="}
    for column in sight.columns.values():
        for place, value in enumerate(column):
            if value.__class__ is str and value[:1] == "=" and value not in mere:
                column[place] = Formula(value)
    return sight
