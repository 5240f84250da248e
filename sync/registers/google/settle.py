"""After a write: is everything beside its own row? What isn't is found here, and what would put it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rules.cells import Raw
from sync.registers.google.layout import texts
from sync.registers.google.model import Model, Row, Value
from sync.registers.google.requests import stored
from sync.registers.google.rows import Rows
from sync.registers.google.serials import plain
from sync.registers.google.sight import Formula, Sight, comparable, is_formula, same_header


class NotEnoughSeen(Exception):
    """Columns moved, a row isn't found, or one that nobody knows was hit: the whole tab has to be looked at."""


def settle(
    model: Model, seen: Sight, certain: bool = True, overtaken: bool = False
) -> dict[tuple[int, int], Value]:
    """The cells that have to be put right, by row and column as they are now. The model is then as what was seen.

    `certain`: seen right after the batch, so that what it wrote is still where it was written. `overtaken`: another run
    wrote since, and what it wrote is as right as ours; only what people wrote in the rows that we hit is put back.
    Raises NotEnoughSeen.
    """
    moved_columns = not same_header(model.sight, seen)
    if not moved_columns and _as_expected(model, seen):
        return {}
    if moved_columns and not seen.whole:
        raise NotEnoughSeen
    cols = _columns(model, seen) if moved_columns else dict(model.cols)
    finder = Rows(model, seen, cols, certain)
    if not seen.whole and (finder.origins or finder.misses_a_row()):
        raise NotEnoughSeen
    fixes = _Fixes(model, seen, cols, finder, certain).found()
    if overtaken:
        fixes = {at: value for at, value in fixes.items() if _is_peoples(model, seen, cols, at)}
    _adopt(model, seen, cols, [row if finder.homes.get(row) == place else 0 for place, row in enumerate(finder.ids, 1)])
    return fixes


def _as_expected(model: Model, seen: Sight) -> bool:
    """Formulas are left out: their texts follow rows that move."""
    found = comparable(model.title, seen)
    expected = comparable(model.title, model.sight, found)
    for col, column in found.items():
        should = expected.get(col, [])
        if len(should) != len(column):
            size = max(len(should), len(column))
            should, column = [*should, *[None] * (size - len(should))], [*column, *[None] * (size - len(column))]
        if should != column and any(
            a != b and not (is_formula(a) or is_formula(b)) for a, b in zip(should, column, strict=True)
        ):
            return False
    return True


def _columns(model: Model, seen: Sight) -> dict[int, int]:
    """Where every column is now: by its header; those without one keep their order."""
    old, new = texts(model.sight.header), texts(seen.header)
    width = max(len(old), len(new), *model.sight.columns, *seen.columns)
    old, new = old + [""] * (width - len(old)), new + [""] * (width - len(new))
    free = defaultdict[str, list[int]](list)
    for col, text in enumerate(new, 1):
        free[text].append(col)
    now = {col: free[text].pop(0) for col, text in enumerate(old, 1) if free[text]}
    return {base: now.get(col, 0) for base, col in model.cols.items() if col <= width}


def _is_peoples(model: Model, seen: Sight, cols: dict[int, int], at: tuple[int, int]) -> bool:
    """Whether a cell is one of the people's in which still stands what we wrote."""
    human = {cols[base] for base in model.layout.human if base in cols}
    return at[1] in human and at in model.physical and plain(seen.at(*at)) == plain(stored(model.physical[at]))


class _Fixes:
    """Every cell that a write concerned and that doesn't show what its row should."""

    def __init__(self, model: Model, seen: Sight, cols: dict[int, int], finder: Rows, certain: bool) -> None:
        self._rows, self._homes, self._origins = finder.ids, finder.homes, finder.origins
        self._model, self._seen, self._cols, self._certain = model, seen, cols, certain
        self._back = {at: base for base, at in cols.items() if at}
        self._old = model.places()
        self._ours = defaultdict[int, set[Any]](set)
        for (_, col), value in model.physical.items():
            self._ours[col].add(plain(stored(value)))

    def found(self) -> dict[tuple[int, int], Value]:
        fixes: dict[tuple[int, int], Value] = {}
        for place, at in self._concerned():
            should = self._should(place, self._back.get(at, 0))
            if self._wrong(place, at, should):
                fixes[place, at] = should
        return fixes

    def _concerned(self) -> Iterator[tuple[int, int]]:
        """Where the last batch wrote, where it should have written, and where its values may have gone."""
        yield from self._model.physical
        for row, base in self._model.batch:
            if row in self._homes and self._cols.get(base):
                yield self._homes[row], self._cols[base]
        for row, cells in self._model.before.items():  # what a repair cleared may have moved before it came
            if row in self._homes:
                yield from ((self._homes[row], self._cols[base]) for base in cells if self._cols.get(base))
        if self._seen.whole and not self._certain:
            yield from self._strays()

    def _strays(self) -> Iterator[tuple[int, int]]:
        """Where a value of the last batch is seen. What a row that nobody knows shows of people's is theirs, unless all
        of it is ours.
        """
        for base in {base for _, base in self._model.batch}:
            at, human = self._cols.get(base, 0), base in self._model.layout.human
            for place, value in enumerate(self._seen.columns.get(at, []), 1):
                mine = value not in (None, "") and self._is_ours(place, base)
                if mine and (self._row(place) or not human or self._is_ours_alone(place)):
                    yield place, at

    def _is_ours_alone(self, place: int) -> bool:
        known = (base for base in self._model.layout.human if self._cols.get(base))
        return all(self._seen.at(place, self._cols[base]) in (None, "") or self._is_ours(place, base) for base in known)

    def _is_ours(self, place: int, base: int) -> bool:
        """Whether a cell shows what we wrote: into its column, or, where columns moved, to where it is now."""
        at = self._cols[base]
        shown = plain(self._seen.at(place, at))
        return shown in self._ours[self._model.col(base)] or shown in self._ours[at]

    def _row(self, place: int) -> Row:
        return self._rows[place - 1] if place <= len(self._rows) else 0

    def _should(self, place: int, base: int) -> Value:
        row = self._row(place)
        if not row and base in self._model.layout.human:
            row = self._origins.get(place, 0)
            if base in (before := self._model.before.get(row, {})):
                return before[base]
        if base in self._model.wanted.get(row, {}):
            return self._model.wanted[row][base]
        return self._model.sight.at(self._old[row], self._model.col(base)) if row in self._old and base else None

    def _wrong(self, place: int, at: int, should: Value) -> bool:
        written = self._model.physical.get((place, at))
        if not self._seen.knows(at):
            return (place, at) not in self._model.physical or plain(stored(written)) != plain(stored(should))
        shown = self._seen.at(place, at)
        if plain(shown) == plain(stored(should)) or isinstance(shown, Formula):
            return False
        base = self._back.get(at, 0)
        mine = self._is_ours(place, base) if base else plain(shown) in self._ours[at]
        human = base in self._model.layout.human
        return mine or shown in (None, "") or not human or self._missed(place, at, shown)

    def _missed(self, place: int, at: int, shown: Value) -> bool:
        """Whether a cell still shows what we wrote over: nobody typed there, its row moved and our write missed it."""
        row, base = self._row(place), self._back.get(at, 0)
        before = self._model.before.get(row, {})
        return base in before and self._homes.get(row) == place and plain(shown) == plain(before[base])


def _adopt(model: Model, seen: Sight, cols: dict[int, int], rows: list[Row]) -> None:
    """The model as what was seen; what wasn't seen moves along with its rows."""
    old, columns = model.places(), dict[int, list[Raw]]()
    for base, at in cols.items():
        if at and seen.knows(at):
            columns[at] = seen.column(at)
        elif at:
            column = model.sight.columns.get(model.col(base), [])
            places = (old.get(row, 0) for row in rows)
            columns[at] = [column[place - 1] if 0 < place <= len(column) else None for place in places]
    columns |= {at: seen.column(at) for at in seen.columns if at not in columns}
    model.sight = Sight(columns, len(rows), list(seen.header), model.sight.whole)
    if model.cols != cols:
        model.telling = None
    model.ids, model.cols = rows, cols
