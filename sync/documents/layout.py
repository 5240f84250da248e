"""What goes where on a document: rows for the lines, heights for the texts, nothing where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest

from sync.documents.fields import FOR_MACHINES, Field
from sync.documents.looks import MAX_HEIGHT, Looks, wrapped
from sync.documents.reflow import Reflow
from sync.documents.template import Template

_PADDING = 4.0
Lines = Sequence[Mapping[str, Field]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A field in the finished sheet. `style` is the number of its style in the template."""

    row: int
    col: int
    style: int
    field: Field


@lru_cache(maxsize=8)
def looks_of(template: Template) -> Looks:
    """The looks of a template, which many invoices are made from in one run."""
    return Looks(template)


class Layout:
    """The sheet to be made from a template, the fields, and the fields of every line, by group of lines."""

    def __init__(self, template: Template, fields: Mapping[str, Field], groups: Mapping[str, Lines]) -> None:
        self.template, self.looks = template, looks_of(template)
        self._by_row = self._pieces(fields)
        for group, lines in groups.items():
            self._by_row[template.row_of(group)] = [piece for line in lines for piece in self._split(line)] or [{}]
        self.fields = fields
        self.reflow = Reflow({row: len(pieces) for row, pieces in self._by_row.items()})

    @cached_property
    def placed(self) -> list[Placed]:
        """Every field of the finished sheet, blank ones too."""
        found = []
        for row, pieces in self._by_row.items():
            for at, piece in enumerate(pieces):
                for name, field in piece.items():
                    col, style = self.template.places[name][1], self._style(name)
                    found.append(Placed(self.reflow.first(row) + at, col, style, field))
        return found

    @cached_property
    def cleared(self) -> set[tuple[int, int]]:
        """Cells of the template whose label would stand beside nothing."""
        named = set(self.template.places.values())
        found = set()
        for name, field in self.fields.items():
            if field.value is None and name in self.template.places:
                row, col = self.template.places[name]
                cells = self.template.rows[row].cells
                filled = {c for c, cell in cells.items() if cell.filled or (row, c) in named}
                left = max((c for c in filled if c < col), default=0)
                if left and (row, left) not in named:
                    found.add((row, left))
        return found

    @cached_property
    def hidden(self) -> set[int]:
        """Rows of the template that had only fields for which this invoice has nothing."""
        places = self.template.places
        blank = {places[name][0] for name, f in self.fields.items() if f.value is None and name in places}
        return {row for row in blank if not self._says_something(row)}

    @cached_property
    def heights(self) -> dict[int, float]:
        """Points, by row of the finished sheet; 0 for hidden ones."""
        last = max((*self.template.rows, *(merge[2] for merge in self.template.merges)))
        found = {}
        for row in range(1, last + 1):
            for new in range(self.reflow.first(row), self.reflow.last(row) + 1):
                found[new] = 0.0 if row in self.hidden else self.looks.height(row)
        merged = {merge[:2]: merge for merge in self.reflow.merges(self.template.merges)}
        for cell in self.placed:
            end = merged.get((cell.row, cell.col), (0, 0, cell.row, 0))[2]
            there = sum(found[row] for row in range(cell.row, end + 1))
            missing = self._needed(cell) - there
            if missing > 0 and there:
                found[end] = min(MAX_HEIGHT, found[end] + missing)
        return found

    def _needed(self, cell: Placed) -> float:
        face = self.looks.face(cell.style)
        if not cell.field.text or not face.wraps:
            return 0
        lines = wrapped(cell.field.text, self.looks.width(self.reflow.origin(cell.row)[0], cell.col), face.size)
        return len(lines) * face.line_height + _PADDING

    def _style(self, name: str) -> int:
        row, col = self.template.places[name]
        cell = self.template.rows[row].cells.get(col)
        return cell.style if cell else 0

    def _pieces(self, fields: Mapping[str, Field]) -> dict[int, list[dict[str, Field]]]:
        """By row of the template, what stands in it and in the copies that a very long text needs."""
        found: dict[int, list[dict[str, Field]]] = {}
        for name, field in fields.items():
            if name in self.template.places:
                pieces = found.setdefault(self.template.places[name][0], [{}])
                for at, piece in enumerate(self._cut(name, field)):
                    if at == len(pieces):
                        pieces.append({})
                    pieces[at][name] = piece
        return found

    def _split(self, line: Mapping[str, Field]) -> Iterator[dict[str, Field]]:
        """A line, and under it what its row has no room for of its texts."""
        there = {name: self._cut(name, field) for name, field in line.items() if name in self.template.places}
        for pieces in zip_longest(*there.values(), fillvalue=Field(None)):
            yield dict(zip(there, pieces, strict=True))

    def _cut(self, name: str, field: Field) -> list[Field]:
        """A text in pieces that each fit into one row; what machines look for stays whole."""
        face = self.looks.face(self._style(name))
        if name in FOR_MACHINES or not field.text or not face.wraps:
            return [field]
        lines = wrapped(field.text, self.looks.width(*self.template.places[name]), face.size)
        most = int((MAX_HEIGHT - _PADDING) // face.line_height)
        if len(lines) <= most:
            return [field]
        return [replace(field, value="\n".join(lines[at : at + most])) for at in range(0, len(lines), most)]

    def _says_something(self, row: int) -> bool:
        said = any(field.value is not None for piece in self._by_row.get(row, []) for field in piece.values())
        named = set(self.template.places.values())
        labels = (
            (row, col) for col, cell in self.template.rows[row].cells.items() if cell.filled and (row, col) not in named
        )
        return said or any(label not in self.cleared for label in labels)
