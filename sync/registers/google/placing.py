"""Where the rows of a reading are when they are looked at again before writing, and which people changed meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.columns import OrderRow
from sync.errors import Changed
from sync.registers.google.layout import Layout, Role, texts
from sync.registers.google.model import Model, Row, Value
from sync.registers.google.sight import comparable, is_formula, whole_sight
from sync.registers.google.units import Unit
from sync.snapshot import Grid


@dataclass
class Placed:
    """Of one tab: the units whose rows are there and unchanged, and those whose aren't."""

    edits: list[tuple[Unit, Row, dict[int, Value]]] = field(default_factory=list)
    news: list[tuple[Unit, dict[int, Value]]] = field(default_factory=list)
    changed: list[Unit] = field(default_factory=list)


def place(grid: Grid, layout: Layout, model: Model, units: Sequence[Unit]) -> Placed:
    """Find every unit's row. Raises Changed where a column that is written to is gone."""
    cols = _columns(grid, model, units)
    placed = Placed()
    if layout.role is Role.FREE:
        placed.edits = [(unit, unit.row, dict(unit.cells)) for unit in units]
        return placed
    finder = _Finder(grid, layout, model, cols) if any(not unit.new for unit in units) else None
    for unit in units:
        cells: dict[int, Value] = {cols[col]: value for col, value in unit.cells.items()}
        if unit.new:
            placed.news.append((unit, cells))
            continue
        row = finder.row(unit) if finder else 0
        if not row:
            placed.changed.append(unit)
        else:
            placed.edits.append((unit, row, _without_formulas(model, row, cells)))
    return placed


def _without_formulas(model: Model, row: Row, cells: dict[int, Value]) -> dict[int, Value]:
    """People's own formulas are never written over."""
    human = set(model.layout.human)
    return {col: value for col, value in cells.items() if not (col in human and is_formula(model.sight.at(row, col)))}


def _columns(grid: Grid, model: Model, units: Iterable[Unit]) -> dict[int, int]:
    """Where the columns of the reading are now, by their headers."""
    old, new = texts(grid.rows[0] if grid.rows else ()), texts(model.sight.header)
    while old and not old[-1]:
        old.pop()
    while new and not new[-1]:
        new.pop()
    written = {col for unit in units for col in unit.cells}
    width = max([len(old), *written])
    if old == new or model.layout.role is Role.FREE:
        return {col: col for col in range(1, width + 1)}
    if any(col > len(old) or not old[col - 1] or new.count(old[col - 1]) != 1 for col in written):
        raise Changed(f"In {grid.title}, a column was changed just now.")
    return {col: new.index(text) + 1 for col, text in enumerate(old, 1) if text and new.count(text) == 1}


class _Finder:
    """Compares what people wrote in a tab's rows, then and now.

    A status that was typed over counts as a changed row too: a run that knows of it puts it back, and logs it.
    """

    def __init__(self, grid: Grid, layout: Layout, model: Model, cols: dict[int, int]) -> None:
        self._layout = layout
        status = layout.columns.get(OrderRow.status.key, 0) if layout.orders else 0
        mine = [layout.key, status, *layout.human]
        then = comparable(grid.title, whole_sight(grid.rows), mine)
        now = comparable(model.title, model.sight, [cols.get(col, 0) for col in mine])
        if any(col not in cols for col in layout.human):
            raise Changed(f"In {grid.title}, a column was deleted or doubled just now.")
        self._then = [then.get(col, []) for col in layout.human]
        self._now = [now.get(cols[col], []) for col in layout.human]
        self._statuses = [then.get(status, []), now.get(cols.get(status, 0), [])]
        self._plain = [not any(is_formula(value) for value in column) for column in self._now]
        self._keys = then.get(layout.key, []) if layout.key else []
        self._keys_now = now.get(cols.get(layout.key, 0), []) if layout.key else []
        self._height = model.sight.height
        self._differing = self._differences()
        self._index: dict[Any, list[int]] | None = None
        self._taken: set[int] = set()

    def _differences(self) -> set[int]:
        """The rows in which something that people write differs, place by place."""
        rows: set[int] = set()
        pairs = [*zip(self._then, self._now, strict=True), (self._keys, self._keys_now)]
        for old, new in pairs:
            if old != new:
                size = max(len(old), len(new))
                old, new = _filled(old, size), _filled(new, size)
                rows |= {r for r in range(1, size + 1) if old[r - 1] != new[r - 1] and not is_formula(new[r - 1])}
        return rows

    def row(self, unit: Unit) -> Row:
        """Where a unit's row is now; 0 where it is gone, or people changed it."""
        row = self._found(unit)
        return 0 if row and self._typed_over(unit.row, row) else row

    def _typed_over(self, then: int, now: int) -> bool:
        was, shows = (self._values([column], row)[0] for column, row in zip(self._statuses, (then, now), strict=True))
        return was != shows and not is_formula(shows)

    def _found(self, unit: Unit) -> Row:
        if unit.row not in self._differing:
            self._taken.add(unit.row)
            return unit.row
        if all(value is None for value in unit.cells.values()) and self._blank(unit.row):
            return 0
        for row in self._candidates(unit.row):
            if row not in self._taken and self._same(unit.row, row):
                self._taken.add(row)
                return row
        return 0

    def _blank(self, row: int) -> bool:
        return all(value is None for value in self._values(self._then, row))

    def _candidates(self, row: int) -> list[int]:
        if self._index is None:
            self._index = defaultdict(list)
            for place in range(2, self._height + 1):
                self._index[self._mark(self._keys_now, self._now, place)].append(place)
        return self._index.get(self._mark(self._keys, self._then, row), [])

    def _mark(self, keys: Sequence[Any], columns: Sequence[Sequence[Any]], row: int) -> Any:
        """What a row is looked up by: its key, else what people wrote, formulas aside."""
        key = keys[row - 1] if row <= len(keys) else None
        if key is not None:
            return key
        return tuple(value for value, plain in zip(self._values(columns, row), self._plain, strict=True) if plain)

    def _values(self, columns: Sequence[Sequence[Any]], row: int) -> list[Any]:
        return [column[row - 1] if row <= len(column) else None for column in columns]

    def _same(self, then: int, now: int) -> bool:
        pairs = zip(self._values(self._then, then), self._values(self._now, now), strict=True)
        return all(old == new or is_formula(new) for old, new in pairs)


def _filled(column: Sequence[Any], size: int) -> list[Any]:
    return [*column, *[None] * (size - len(column))]
