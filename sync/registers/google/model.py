"""A tab as it should be after what was written, row by row with identity, so that a row that moved is found again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rules.cells import Raw
from sync.registers.google.layout import Layout, Role
from sync.registers.google.reading import Sheet, quoted
from sync.registers.google.requests import append, insert_rows, stored, update_cells
from sync.registers.google.sight import Formula, Sight, comparable, is_formula
from sync.registers.google.transport import Json

SMALL = 20_000
"""Cells of a tab that is read back whole; of a larger one, only the columns that tell its rows apart."""
_WITNESSES = 6

Value = Raw | Formula
Row = int
"""An identity: the row (from 1) where it stood when it was looked at; below 0, a new one; 0, a copy, or one that nobody
knows."""


@dataclass
class Model:
    """What is believed to stand in a tab. `wanted` are the values given by row identity and column (as looked at)."""

    sheet: Sheet
    layout: Layout
    sight: Sight
    ids: list[Row]
    cols: dict[int, int]
    wanted: dict[Row, dict[int, Value]] = field(default_factory=dict)
    before: dict[Row, dict[int, Raw]] = field(default_factory=dict)
    """What stood where the last batch was to write, by row and column (as looked at)."""
    physical: dict[tuple[int, int], Value] = field(default_factory=dict)
    """The cells of the last batch, where they were meant to be."""
    batch: list[tuple[Row, int]] = field(default_factory=list)
    """Row and column (as looked at) of what the last batch was to write."""
    made: frozenset[Row] = frozenset()
    """The rows that the last batch made: known by their place, or by what it wrote there."""
    fresh: int = 0
    telling: list[int] | None = None
    """The columns by which rows differ, once they were looked for."""
    alike: bool = False
    """Whether rows with content were found that these don't tell apart: then the whole tab is read back."""

    @property
    def title(self) -> str:
        return self.sheet.title

    def copy(self) -> Model:
        """One that can be written to without this one knowing; its last batch is none yet."""
        columns = {col: list(column) for col, column in self.sight.columns.items()}
        sight = Sight(columns, self.sight.height, list(self.sight.header), self.sight.whole)
        wanted = {row: dict(cells) for row, cells in self.wanted.items()}
        return replace(
            self, sight=sight, ids=list(self.ids), cols=dict(self.cols), wanted=wanted,
            physical={}, before={}, batch=[], made=frozenset(),
        )  # fmt: skip

    def places(self) -> dict[Row, int]:
        """Where every known row is now (from 1)."""
        return {row: place for place, row in enumerate(self.ids, 1)}

    def col(self, col: int) -> int:
        """Where a column is now."""
        return self.cols.get(col, col)

    def last(self) -> int:
        """The last row that counts now; the header at least."""
        columns = [self.sight.columns.get(self.col(col), []) for col in self.layout.counting]
        for row in range(self.sight.height, 1, -1):
            if any(row <= len(column) and column[row - 1] not in (None, "") for column in columns):
                return row
        return 1

    def put(self, edits: Mapping[Row, Mapping[int, Value]], news: list[Mapping[int, Value]]) -> list[Json]:
        """The requests for cells of known rows and for new rows below the last; the model is then as after them."""
        requests, places = list[Json](), self.places()
        self.physical, self.before, self.batch, self.made = {}, {}, [], frozenset()
        for row, cells in edits.items():
            place = places.get(row, row if self.layout.role is Role.FREE else 0)
            for col, value in cells.items() if place else ():
                self._want(row, col, value, place)
        if news:
            requests += self._insert(news)
        requests += self._grow()
        return requests + list(update_cells(self.sheet.id, self.physical))

    def fix(self, cells: Mapping[tuple[int, int], Value]) -> list[Json]:
        """The requests that put cells right where they are now."""
        self.physical, self.before, self.made = dict(cells), {}, frozenset()
        back = {at: base for base, at in self.cols.items()}
        for (place, at), value in cells.items():
            if row := self.ids[place - 1] if place <= len(self.ids) else 0:
                self.before.setdefault(row, {})[back.get(at, 0)] = self.sight.at(place, at)
            self._see(place, at, value)
        return list(update_cells(self.sheet.id, cells))

    def _want(self, row: Row, col: int, value: Value, place: int) -> None:
        at = self.col(col)
        self.before.setdefault(row, {}).setdefault(col, self.sight.at(place, at))
        self.wanted.setdefault(row, {})[col] = value
        self.batch.append((row, col))
        self.physical[place, at] = value
        self._see(place, at, value)

    def _see(self, row: int, col: int, value: Value) -> None:
        column = self.sight.columns.setdefault(col, [])
        if row > len(column):
            column += [None] * (row - len(column))
        column[row - 1] = stored(value)
        if row > self.sight.height:
            self.sight.height = row
        if row == 1:
            self.sight.header += [None] * (col - len(self.sight.header))
            self.sight.header[col - 1] = stored(value)
        if row > len(self.ids):
            self.ids += range(len(self.ids) + 1, row + 1)

    def _insert(self, news: list[Mapping[int, Value]]) -> list[Json]:
        last, count = self.last(), len(news)
        requests = [] if last < self.sheet.rows else [append(self.sheet.id, "ROWS", 1)]
        requests.append(insert_rows(self.sheet.id, last, count))
        rows = max(self.sheet.rows, last + (last >= self.sheet.rows)) + count
        self.sheet = Sheet(self.sheet.id, self.title, rows, self.sheet.cols)
        for column in self.sight.columns.values():
            if len(column) > last:
                column[last:last] = [None] * count
        if self.sight.height > last:
            self.sight.height += count
        # rows that this very batch clears may stand below: they move down with the rest
        self.physical = {(row + count * (row > last), col): value for (row, col), value in self.physical.items()}
        self.ids += range(len(self.ids) + 1, last + 1)
        self.ids[last:last] = made = range(-self.fresh - 1, -self.fresh - count - 1, -1)
        self.made = frozenset(made)
        for offset, cells in enumerate(news, 1):
            for col, value in cells.items():
                if value is not None:
                    self._want(-self.fresh - offset, col, value, last + offset)
        self.fresh += count
        return requests

    def _grow(self) -> list[Json]:
        """What a tab lacks in size for what is written outside of it."""
        rows = max((row for row, _ in self.physical), default=0) - self.sheet.rows
        cols = max((col for _, col in self.physical), default=0) - self.sheet.cols
        requests = [append(self.sheet.id, "ROWS", rows)] if rows > 0 and self.sheet.rows else []
        requests += [append(self.sheet.id, "COLUMNS", cols)] if cols > 0 and self.sheet.cols else []
        size = self.sheet.rows + max(rows, 0), self.sheet.cols + max(cols, 0)
        self.sheet = Sheet(self.sheet.id, self.title, *size)
        return requests

    @property
    def small(self) -> bool:
        return self.sight.whole and self.sight.height * max(len(self.sight.columns), 1) <= SMALL

    @property
    def blanks(self) -> bool:
        """Whether cells of people's rows are cleared: such rows can be told only by what all the others show."""
        cells = (cell for row in self.wanted.values() for cell in row.items())
        return any(value is None and col in self.layout.human for col, value in cells)

    def witnesses(self) -> list[int] | None:
        """The columns that are read back besides the header; None for the whole tab."""
        if self.layout.role is Role.LEDGER and all(row < 0 for row in self.wanted):
            return []
        if self.small:
            return None
        key = [self.col(self.layout.key)] if self.layout.key else []
        if key and self.layout.role is Role.LEDGER:
            return key
        if key and not any(self.layout.key in cells for row, cells in self.wanted.items() if row > 0):
            return key
        if self.telling is None or not {col for _, col in self.physical}.isdisjoint(self.telling):
            self.telling = self._telling()
        return None if self.alike else key + self.telling

    def _telling(self) -> list[int]:
        """The fewest columns of people's by which rows differ, of those that nothing is written to."""
        written = {self.col(col) for cells in self.wanted.values() for col in cells}
        columns = comparable(self.title, self.sight, map(self.col, self.layout.human))
        usable = {
            col: column + [None] * (self.sight.height - len(column))
            for col in map(self.col, self.layout.human)
            if (column := columns.get(col)) and col not in written and not any(map(is_formula, column))
        }
        telling: list[int] = []
        marks: list[Any] = [() for _ in range(self.sight.height)]
        shown = [False] * self.sight.height
        while usable and len(telling) < _WITNESSES and not (all(shown[1:]) and len(set(marks)) == len(marks)):
            best = max(usable, key=lambda col: _tells(usable[col], marks, shown))
            column = usable.pop(best)
            marks = [(mark, value) for mark, value in zip(marks, column, strict=True)]
            shown = [known or value is not None for known, value in zip(shown, column, strict=True)]
            telling.append(best)
        often = Counter(marks)
        self.alike = any(often[mark] > 1 for place, mark in enumerate(marks, 1) if self._counts(place))
        return telling

    def _counts(self, place: int) -> bool:
        """Whether a row counts: it matters where such a one goes, not where blank or ticked ones go."""
        cells = (self.sight.at(place, self.col(col)) for col in self.layout.counting)
        return any(value not in (None, "") and not is_formula(value) for value in cells)

    def ranges(self) -> list[str]:
        """What is read back, in A1 notation."""
        columns = self.witnesses()
        if columns is None:
            return [quoted(self.title)]
        return [f"{quoted(self.title)}!1:1", *(f"{quoted(self.title)}!{letters(c)}:{letters(c)}" for c in columns)]


def _tells(column: Sequence[Any], marks: Sequence[Any], shown: Sequence[bool]) -> tuple[int, int]:
    """How many rows a column tells apart on top of what is known, and in how many it shows something at last."""
    fresh = sum(value is not None and not known for value, known in zip(column, shown, strict=True))
    return fresh + len(set(zip(marks, column, strict=True))), fresh


def letters(col: int) -> str:
    """A for 1."""
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def model_of(sheet: Sheet, layout: Layout, sight: Sight) -> Model:
    """Of a tab as it was looked at."""
    width = max(len(sight.header), sheet.cols, max(sight.columns, default=0))
    cols: dict[int, Any] = {col: col for col in range(1, width + 1)}
    return Model(sheet, layout, sight, list(range(1, sight.height + 1)), cols)
