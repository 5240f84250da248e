"""A template workbook: where its named cells stand, and what of it can't become a document that leaves the house."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from sync.errors import UsageFault
from sync.xlsx import Book, xml
from sync.xlsx.cells import area, reference
from sync.xlsx.rows import split
from sync.xlsx.sheet import Sheet

_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""
_FILLED = re.compile(rb"<(?:v|t)(?:\s[^>]*)?>[^<]+<")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the template: its style, its type, and what stands between its tags (never a shared string)."""

    style: int
    kind: str
    inner: bytes

    @property
    def filled(self) -> bool:
        """Whether it shows anything."""
        return _FILLED.search(self.inner) is not None

    def xml(self, row: int, col: int) -> bytes:
        """The cell at this address."""
        kind = b' t="%b"' % self.kind.encode() if self.kind else b""
        return b'<c r="%b" s="%d"%b>%b</c>' % (reference(row, col).encode(), self.style, kind, self.inner)


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A row of the template: its tag's attributes and its cells by column."""

    attributes: dict[str, str]
    cells: dict[int, Cell]


class Template:
    """A template opened for filling. `title` is the tab that the named cells stand on; `places` are the cells."""

    def __init__(
        self, data: bytes, needed: Iterable[str], spare: Iterable[str] = (), repeated: Iterable[str] = ("Line",),
        what: str = "invoice",
    ) -> None:  # fmt: skip
        """Names but those needed and spare are the firm's own, and left alone. The first that is needed says which
        tab is filled; names that begin alike with one of `repeated` share a row, which is repeated.

        Raises UsageFault, saying everything that is wrong with the template, and NotAWorkbook.
        """
        self.book = Book.open(data)
        self.areas = dict(_named_areas(self.book.structure.workbook))
        needed = tuple(needed)
        faults = list(_faults(self.book, self.areas, needed, tuple(repeated)))
        if faults:
            raise UsageFault(f"the {what} template can't be used: " + "; ".join(faults))
        self.title = self.areas[needed[0]][0]
        known = {name: self.areas[name] for name in (*needed, *spare) if name in self.areas}
        self.places = {name: where[:2] for name, (title, where) in known.items() if title == self.title}

    @property
    def sheet(self) -> Sheet:
        """The tab's XML."""
        return self.book.sheet(self.title)

    def row_of(self, group: str) -> int:
        """The row that is repeated for every line of a group: that of names that begin so."""
        return next(row for name, (row, _) in self.places.items() if name.startswith(group))

    @cached_property
    def skeleton(self) -> bytes:
        """The sheet's XML without its rows."""
        return self.sheet.head + self.sheet.tail

    @cached_property
    def rows(self) -> dict[int, TemplateRow]:
        """The rows by number; those of named cells are always there."""
        shared = self._shared_strings()
        found = {row: TemplateRow({}, {}) for row, _ in self.places.values()}
        for row in self.sheet.rows:
            body = self.sheet.body
            _, cells = split(body[row.inner : row.end].removesuffix(b"</row>"), b"")
            tag = xml.attributes(body[row.start : row.inner])
            found[row.number] = TemplateRow(tag, {col: _cell(piece, shared) for col, piece in cells.items()})
        return dict(sorted(found.items()))

    @cached_property
    def merges(self) -> list[Area]:
        """Merged cells."""
        return [area(merge["ref"]) for merge in xml.elements(self.skeleton, "mergeCell")]

    def _shared_strings(self) -> list[bytes]:
        part = self.book.structure.part_of_type("sharedStrings")
        if part is None:
            return []
        table = self.book.package.xml(part)
        return [table[item.inner : item.close] for item in xml.content(table, part)]


def _cell(piece: bytes, shared: list[bytes]) -> Cell:
    """A cell from what follows its `<c`. Shared strings come along: their table may hold what was once typed."""
    tag, _, inner = piece.partition(b">")
    attributes = xml.attributes(tag)
    kind, inner = attributes.get("t", ""), inner.removesuffix(b"</c>")
    if kind == "s":
        number = re.search(rb"<v>(\d+)</v>", inner)
        kind, inner = "inlineStr", b"<is>%b</is>" % (shared[int(number[1])] if number else b"")
    return Cell(int(attributes.get("s", "0")), kind, inner)


def _named_areas(workbook: bytes) -> Iterator[tuple[str, tuple[str, Area]]]:
    """Defined names that stand for cells: name, and tab with area."""
    for table in xml.content(workbook, "workbook.xml"):
        if table.name != "definedNames":
            continue
        for element in xml.children(workbook, table.inner, table.close):
            name = xml.attributes(workbook[element.start : element.inner]).get("name", "")
            found = _REFERENCE.fullmatch(unescape(workbook[element.inner : element.close].decode()).strip())
            if found and not name.startswith("_xlnm."):
                title = found[1].replace("''", "'") if found[1] else found[2]
                yield name, (title, area(found[3]))


def _faults(
    book: Book, areas: dict[str, tuple[str, Area]], needed: tuple[str, ...], repeated: tuple[str, ...]
) -> Iterator[str]:
    missing = [name for name in needed if name not in areas]
    if missing:
        yield f"no cell has the name {', '.join(missing)} (select the cell and type the name left of the formula bar)"
        return
    title = areas[needed[0]][0]
    others = [tab.title for tab in book.structure.tabs if tab.title != title]
    if others:
        yield f"who gets it would get its other tabs too; remove {', '.join(others)}"
    away = [name for name in needed if areas[name][0] != title]
    if away or title not in book.titles:
        yield f"{', '.join(away) or title} must stand on the same tab as {needed[0]}"
        return
    for group in repeated:
        if len({areas[name][1][0] for name in needed if name.startswith(group)}) > 1:
            yield f"the cells named {group}… stand in several rows; put them side by side, in the row that is repeated"
    formulas = sorted(book.formulas(title))
    if formulas:
        yield f"{reference(*formulas[0])} holds a formula; what leaves the house holds values only"
    if book.sheet(title).prefix or xml.prefix(book.structure.workbook):
        yield "it is written in an unusual way; open it in a spreadsheet program and save it anew"
