"""Where rows go when some of them are repeated: addresses, merged cells, names and pictures move along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sync.documents.template import Area
from sync.xlsx.cells import area, reference

_IN_NAME = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?(?![\w(!])|\$(\d+):\$(\d+)")
_ANCHORED_ROW = re.compile(rb"<((?:[\w-]+:)?row)>(\d+)</\1>")


class Reflow:
    """The rows of a template after those in `copies` were repeated so many times."""

    def __init__(self, copies: Mapping[int, int]) -> None:
        self.copies = {row: count for row, count in copies.items() if count > 1}

    def first(self, row: int) -> int:
        """Where a row of the template stands now; of a repeated one, the first."""
        return row + sum(count - 1 for other, count in self.copies.items() if other < row)

    def last(self, row: int) -> int:
        """The same; of a repeated one, the last."""
        return self.first(row) + self.copies.get(row, 1) - 1

    def origin(self, row: int) -> tuple[int, int]:
        """The template's row that this one comes from, and its place among the copies, from 0."""
        for repeated in sorted(self.copies, reverse=True):
            if self.last(repeated) < row:
                return row - self.last(repeated) + repeated, 0
            if self.first(repeated) <= row:
                return repeated, row - self.first(repeated)
        return row, 0

    def merges(self, merges: list[Area]) -> Iterator[Area]:
        """Merged cells: those within a row are repeated with it, those over several grow."""
        for top, left, bottom, right in merges:
            if top == bottom:
                for row in range(self.first(top), self.last(top) + 1):
                    yield row, left, row, right
            else:
                yield self.first(top), left, self.last(bottom), right

    def area(self, ref: str) -> str:
        """"A3:C5" after the move."""
        top, left, bottom, right = area(ref)
        start, end = reference(self.first(top), left), reference(self.last(bottom), right)
        return start if start == end else f"{start}:{end}"

    def areas(self, refs: str) -> str:
        """The same for several, with blanks between them."""
        return " ".join(self.area(ref) for ref in refs.split())

    def named(self, text: str) -> str:
        """What a defined name stands for, on the sheet that was changed."""
        return _IN_NAME.sub(self._moved, text)

    def anchored(self, drawing: bytes) -> bytes:
        """A drawing whose pictures stand where their rows went; drawings count rows from 0."""
        return _ANCHORED_ROW.sub(
            lambda found: b"<%b>%d</%b>" % (found[1], self.first(int(found[2]) + 1) - 1, found[1]), drawing
        )

    def _moved(self, found: re.Match[str]) -> str:
        if found[9]:
            return f"${self.first(int(found[9]))}:${self.last(int(found[10]))}"
        start = f"{found[1]}{found[2]}{found[3]}{self.first(int(found[4]))}"
        bottom, right = found[8] or found[4], found[6] or found[2]
        end = f"{found[1]}{right}{found[3]}{self.last(int(bottom))}"
        return start if start == end else f"{start}:{end}"
