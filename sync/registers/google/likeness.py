"""Which of many rows one is most alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sync.registers.google.model import Row

Line = Sequence[Any]
_FEW = 20
"""Rows that are compared one by one; of more, those that share a value which few have."""


class Likeness:
    """Rows to be found again, each where it stood, with what it showed there: values in the same order for all."""

    def __init__(self, rows: Mapping[Row, tuple[int, Line]]) -> None:
        self._rows = dict(rows)
        self._stood = {at: row for row, (at, _) in rows.items()}
        self._by_value: dict[int, dict[Any, list[Row]]] = {}

    def remove(self, row: Row) -> None:
        """It was found."""
        self._rows.pop(row, None)

    def best(self, place: int, shown: Line, without: Collection[int] = ()) -> tuple[float, Row]:
        """The row most alike, of several the nearest, and how alike it is: 0.5 to 1; 0.0 and 0 where none is by half.
        `without`: cells that don't count.
        """
        kept = [n for n in range(len(shown)) if n not in without]
        found = (
            (_alike((shown[n], was[n]) for n in kept), -abs(at - place), row)
            for row, at, was in self._candidates(place, shown, kept)
        )
        share, _, row = max(found, default=(0.0, 0, 0))
        return (share, row) if share >= 0.5 else (0.0, 0)

    def _candidates(self, place: int, shown: Line, kept: Iterable[int]) -> list[tuple[Row, int, Line]]:
        """All rows where they are few; else those that share one of the two rarest values, and the one of here."""
        rows: Collection[Row] = self._rows
        if len(rows) > _FEW:
            index = self._index()
            shared = (index[n][shown[n]] for n in kept if shown[n] is not None and shown[n] in index.get(n, ()))
            if rarest := sorted(shared, key=len)[:2]:
                rows = {self._stood.get(place, 0), *(row for some in rarest for row in some)}
        return [(row, *self._rows[row]) for row in rows if row in self._rows]

    def _index(self) -> dict[int, dict[Any, list[Row]]]:
        if not self._by_value:
            for row, (_, was) in self._rows.items():
                for n, value in enumerate(was):
                    if value is not None:
                        self._by_value.setdefault(n, {}).setdefault(value, []).append(row)
        return self._by_value


def _alike(pairs: Iterable[tuple[Any, Any]]) -> float:
    """The share of filled cells that are the same."""
    filled = [(a, b) for a, b in pairs if a is not None or b is not None]
    return sum(a == b for a, b in filled) / len(filled) if filled else 0.0
