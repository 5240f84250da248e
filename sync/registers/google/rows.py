"""Which row is where after a write: by what is seen of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from rules.cells import Raw
from sync.registers.google.layout import Role, dated
from sync.registers.google.likeness import Likeness
from sync.registers.google.model import Model, Row
from sync.registers.google.requests import stored
from sync.registers.google.serials import moment, plain
from sync.registers.google.sight import Sight, comparable, is_formula


class Rows:
    """Finds out which row is where, by what is seen of it."""

    def __init__(self, model: Model, seen: Sight, cols: dict[int, int], certain: bool) -> None:
        self._model = model
        self._made: dict[int, Row] = {place: row for place, row in enumerate(model.ids, 1) if row in model.made}
        self._certain, self._seen = certain, seen
        known = [base for base in cols if cols[base] and seen.knows(cols[base]) and model.sight.knows(model.col(base))]
        layout = model.layout
        telling = {layout.key, *layout.human} if layout.role is Role.HUMAN else {layout.key, *layout.counting}
        self._bases = [base for base in known if base in telling]
        after = comparable(model.title, model.sight, [model.col(base) for base in self._bases])
        now = comparable(model.title, seen, [cols[base] for base in self._bases])
        days = {col + 1 for col in dated(model.title, model.sight.header)}
        self._dated = {base for base in self._bases if model.col(base) in days}
        self._after = {base: after.get(model.col(base), []) for base in self._bases}
        self._now = {base: now.get(cols[base], []) for base in self._bases}
        self._height = max(seen.height, 1, *(self._made if certain else ()))
        overwritten = defaultdict[int, set[int]](set)
        back = {at: base for base, at in cols.items()}
        self._written = defaultdict[int, dict[int, Any]](dict)
        for (row, col), value in model.physical.items():
            overwritten[row].add(back.get(col, 0))
            self._written[row][col] = plain(stored(value))
        self._overwritten = overwritten
        self._by_value: dict[int, dict[Any, list[int]]] = {}
        self.ids: list[Row] = [0] * self._height
        """The identity of every row that is seen, from row 1; a copy has the identity of what it is a copy of."""
        self.homes: dict[Row, int] = {}
        """Where each row is; a copy of it, elsewhere, is not its home."""
        self.origins: dict[int, Row] = {}
        """Rows that nobody knows, where the last batch wrote into people's cells: which known ones they are like."""

        self._find()

    def _find(self) -> None:
        for place, row in self._made.items():
            if now := place if self._certain else self._shows(place):
                self._set(now, row)
        for staying in (True, False):  # what was written over comes before a copy of what it was
            self._pass(staying, after=True)
            self._pass(staying, after=False)
        self._by_key()
        self._by_absence()
        self._by_likeness()
        self._by_elimination()
        self._by_origin()

    def misses_a_row(self) -> bool:
        """Whether a row in which people wrote isn't found: it was deleted, or nothing that would tell it was seen."""
        sight, columns = self._model.sight, [self._model.col(base) for base in self._model.layout.human]
        lost = [place for place, row in enumerate(self._model.ids, 1) if row and row not in self.homes]
        return any(sight.at(place, col) not in (None, "") for place in lost for col in columns)

    def _shows(self, place: int) -> int:
        """Where a row that was made is now, by all that was written to it; 0 where it can't be told."""
        cells = self._written[place]
        rarest = min((self._places(col).get(value, []) for col, value in cells.items()), key=len, default=[])
        found = [now for now in rarest if all(plain(self._seen.at(now, col)) == value for col, value in cells.items())]
        return place if place in found else next(iter(found), 0)

    def _places(self, col: int) -> dict[Any, list[int]]:
        """Where each value of a column is seen."""
        if col not in self._by_value:
            places = self._by_value[col] = defaultdict[Any, list[int]](list)
            for place in range(1, self._height + 1):
                places[plain(self._seen.at(place, col))].append(place)
        return self._by_value[col]

    def _set(self, place: int, row: Row) -> None:
        self.ids[place - 1] = row
        self.homes.setdefault(row, place)

    def _row(self, columns: dict[int, list[Any]], place: int, without: Iterable[int] = ()) -> tuple[Any, ...]:
        return tuple(
            None if place > len(column) or is_formula(column[place - 1]) else column[place - 1]
            for base, column in columns.items() if base not in without
        )  # fmt: skip

    def _old(self, place: int, row: Row, without: Iterable[int], after: bool) -> tuple[Any, ...]:
        """A row of the model, as after the last batch or as before it."""
        cells = self._row(self._after, place)
        before = {} if after else self._model.before.get(row, {})
        return tuple(
            self._comparable(base, before[base]) if base in before else value
            for base, value in zip(self._bases, cells, strict=True) if base not in without
        )  # fmt: skip

    def _comparable(self, base: int, value: Raw) -> Any:
        return moment(plain(value)) if base in self._dated else plain(value)

    def _pass(self, staying: bool, after: bool) -> None:
        """Rows that are alike in everything that counts (`after` the write; or else before it, where it did not write),
        in their own place or in any."""
        by_shape = defaultdict[frozenset[int], list[int]](list)
        for place in range(1, self._height + 1):
            if not self.ids[place - 1] and (after or not self._is_ours_alone(place)):
                by_shape[frozenset() if after else frozenset(self._overwritten.get(place, ()))].append(place)
        for left_out, places in by_shape.items():
            self._match(places, left_out, after, staying)

    def _is_ours_alone(self, place: int) -> bool:
        """Whether nothing is seen in a row but what the last batch wrote."""
        overwritten = self._overwritten.get(place)
        if not overwritten or place in self._made:
            return False
        return all(value is None for value in self._row(self._now, place, overwritten))

    def _match(self, places: Sequence[int], left_out: frozenset[int], after: bool, staying: bool) -> None:
        index = defaultdict[tuple[Any, ...], list[tuple[int, Row]]](list)
        for place, row in enumerate(self._model.ids, 1):
            if row not in self.homes:
                index[self._old(place, row, left_out, after)].append((place, row))
        for place in places:
            shown = self._row(self._now, place, left_out)
            if all(value is None for value in shown):
                continue
            rows = index.get(shown, [])
            pair = next((pair for pair in rows if pair[0] == place), None)
            if not staying and rows:
                pair = pair or rows[0]
            if pair:
                rows.remove(pair)
                self._set(place, pair[1])

    def _by_key(self) -> None:
        """Rows whose key was not written over; a copy of a row counts as that row."""
        key = self._model.layout.key
        if key not in self._bases:
            return
        rows: dict[Any, Row] = {}
        for place, row in enumerate(self._model.ids, 1):
            value = self._old(place, row, (), after=False)[self._bases.index(key)]
            if value is not None and (value not in rows or row not in self.homes):
                rows[value] = row
        for place in range(1, self._height + 1):
            if self.ids[place - 1] or key in self._overwritten[place]:
                continue
            value = self._row(self._now, place)[self._bases.index(key)]
            if value in rows:
                self._set(place, rows[value])

    def _by_absence(self) -> None:
        """Rows that were cleared and show nothing any more, where they are: what is like them is a copy of theirs."""
        for place, row in enumerate(self._model.ids[: self._height], 1):
            if row and row not in self.homes and not self.ids[place - 1]:
                lines = self._old(place, row, (), after=True), self._row(self._now, place)
                if not any(value is not None for line in lines for value in line):
                    self._set(place, row)

    def _by_likeness(self) -> None:
        """Rows in which a person changed something just now: the one most alike, if it is half alike at least."""
        made = set(self._made.values())
        lost = [(place, row) for place, row in enumerate(self._model.ids, 1) if row and row not in self.homes]
        new = Likeness({row: (at, self._old(at, row, (), after=True)) for at, row in lost if row in made})
        old = Likeness({row: (at, self._old(at, row, (), after=False)) for at, row in lost if row not in made})
        for place in range(1, self._height + 1) if lost else ():
            if not self.ids[place - 1]:
                shown = self._row(self._now, place)
                _, row = max(new.best(place, shown), old.best(place, shown, self._covered(place)))
                if row:
                    self._set(place, row)
                    new.remove(row)
                    old.remove(row)

    def _by_origin(self) -> None:
        """Rows that came just now to where the last batch wrote into people's cells, copies that people then changed:
        what they are most like, for what these cells held is known from there alone. 0 where fewer cells tell it.
        """
        known: Likeness | None = None
        for place, bases in self._overwritten.items():
            hit = bases.intersection(self._model.layout.human)
            if hit and place <= self._height and not self.ids[place - 1]:
                known = known or self._known()
                shown = self._row(self._now, place)
                seen = sum(value is not None for value in self._row(self._now, place, bases))
                self.origins[place] = known.best(place, shown, self._covered(place))[1] if seen > len(hit) else 0

    def _known(self) -> Likeness:
        rows = ((place, row) for place, row in enumerate(self._model.ids, 1) if row)
        return Likeness({row: (place, self._old(place, row, (), after=False)) for place, row in rows})

    def _covered(self, place: int) -> set[int]:
        """The cells of a row, by their place among those that tell it, that show what the last batch wrote."""
        return {n for n, base in enumerate(self._bases) if base in self._overwritten[place]}

    def _by_elimination(self) -> None:
        """Rows of which nothing is seen any more, since they moved to where blanks were written: in their order."""
        rest = [(place, row) for place, row in enumerate(self._model.ids, 1) if row and row not in self.homes]
        for place in range(1, self._height + 1):
            if self.ids[place - 1] or not self._is_ours_alone(place):
                continue
            without = self._overwritten[place]
            hidden = (pair for pair in rest if not any(v is not None for v in self._old(*pair, without, after=False)))
            if pair := next(hidden, None):
                self._set(place, pair[1])
                rest.remove(pair)

