"""Writes the sheet of a document: rows repeated, hidden and high enough, and the page set up to hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sync.documents.breaks import Paper, breaks
from sync.documents.layout import Layout
from sync.documents.template import TemplateRow
from sync.xlsx import xml
from sync.xlsx.cells import reference
from sync.xlsx.sheet import ORDER
from sync.xlsx.styles import Styles

LEAST_SCALE = 0.62  # smaller print is no longer read with pleasure
_REFS = re.compile(rb'\s(sqref|ref)="([^"]+)"')
# What of a sheet shows on paper and is kept as the firm made it; pages and merged cells are made anew.
_KEPT_ELEMENTS = frozenset(
    {"sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "conditionalFormatting", "hyperlinks",
     "printOptions", "pageMargins", "pageSetup", "headerFooter", "drawing", "legacyDrawingHF"}
)  # fmt: skip
_KEPT = ("customFormat", "s", "thickTop", "thickBot")


class Page:
    """The XML of the sheet that a layout stands for, with the template's styles and no values yet."""

    def __init__(self, layout: Layout, number: tuple[str, str], group: str, most: int) -> None:
        """`number`: what stands in the template for the document's number at the foot of every page, and the number.

        Up to `most` lines of the `group` go on one page. `table` is the styles that the sheet needs.
        """
        self.layout, self.number, self._most = layout, number, most
        self._lines = layout.template.row_of(group)
        self.template, self.reflow = layout.template, layout.reflow
        self.table = Styles(self.template.book.styles.xml)
        self._named = frozenset(self.template.places.values())
        self._styles = {
            (cell.row, cell.col): self.table.formatted(cell.style, cell.field.format)
            for cell in layout.placed
            if cell.field.format
        }

    def xml(self) -> bytes:
        """The worksheet part."""
        skeleton = self._moved(self._set_up(self.template.skeleton))
        closing = skeleton.index(b"</sheetData>")
        return skeleton[:closing] + b"".join(self._rows()) + skeleton[closing:]

    def _rows(self) -> Iterator[bytes]:
        for number, height in sorted(self.layout.heights.items()):
            old, copy = self.reflow.origin(number)
            row = self.template.rows.get(old, TemplateRow({}, {}))
            kept = {name: row.attributes[name] for name in _KEPT if name in row.attributes}
            sized = {"hidden": "1"} if height == 0 else {"ht": f"{height:.2f}", "customHeight": "1"}
            tag = b"".join(b' %b="%b"' % (k.encode(), xml.escaped(v)) for k, v in {**kept, **sized}.items())
            yield b'<row r="%d"%b>' % (number, tag)
            for col in sorted(row.cells):
                yield self._cell(old, copy, number, col)
            yield b"</row>"

    def _cell(self, old: int, copy: int, number: int, col: int) -> bytes:
        cell = self.template.rows[old].cells[col]
        style = self._styles.get((number, col), cell.style)
        if (old, col) in self._named or copy or not cell.filled or (old, col) in self.layout.cleared:
            return b'<c r="%b" s="%d"/>' % (reference(number, col).encode(), style)
        return cell.xml(number, col)

    def _moved(self, skeleton: bytes) -> bytes:
        """Merged cells, conditional formats and links where their rows went."""
        merges = list(self.reflow.merges(self.template.merges))
        skeleton = _REFS.sub(
            lambda found: b' %b="%b"' % (found[1], self.reflow.areas(found[2].decode()).encode()), skeleton
        )
        if not merges:
            return skeleton
        refs = b"".join(
            b'<mergeCell ref="%b:%b"/>' % (reference(top, left).encode(), reference(bottom, right).encode())
            for top, left, bottom, right in merges
        )
        return xml.append(skeleton, self.template.title, "mergeCells", ORDER, refs, len(merges))

    def _set_up(self, skeleton: bytes) -> bytes:
        """One page where there are few lines; else as many as it takes, broken where no total is torn off its sum."""
        for element in reversed(xml.content(skeleton, self.template.title)):
            if element.name not in _KEPT_ELEMENTS:
                skeleton = skeleton[: element.start] + skeleton[element.end :]
        paper = Paper.of(skeleton)
        total = sum(self.layout.heights.values())
        few = self.reflow.copies.get(self._lines, 1) <= self._most
        one = few and total * LEAST_SCALE <= paper.height
        skeleton = _page_setup(_fitting(skeleton), {"fitToWidth": "1", "fitToHeight": str(int(one))})
        mark, number = self.number
        skeleton = skeleton.replace(mark.encode(), xml.escaped(number.replace("&", "&&")))
        if one:
            return skeleton
        after_lines = self.reflow.last(self._lines) + 1
        places = breaks(self.layout.heights, paper.height, after_lines, self._repeated())
        return self._broken(skeleton, places)

    def _repeated(self) -> float:
        """Points that the rows repeated at the top of every page take: the heading of the lines."""
        return self.layout.heights.get(self.reflow.first(self._lines) - 1, 0)

    def _broken(self, skeleton: bytes, places: list[int]) -> bytes:
        if not places:
            return skeleton
        marks = b"".join(b'<brk id="%d" max="16383" man="1"/>' % (row - 1) for row in places)
        made = b'<rowBreaks count="%d" manualBreakCount="%d">%b</rowBreaks>' % (len(places), len(places), marks)
        return xml.insert(skeleton, self.template.title, "rowBreaks", ORDER, made)


def _replaced(skeleton: bytes, name: str, new: bytes) -> bytes:
    """The sheet with every element of this name, right under the root, replaced."""
    for element in reversed(xml.content(skeleton, name)):
        if element.name == name:
            skeleton = skeleton[: element.start] + new + skeleton[element.end :]
    return skeleton


def _fitting(skeleton: bytes) -> bytes:
    """Tells spreadsheet programs to fit the sheet to so many pages; without it they ignore how many."""
    there = next((e for e in xml.content(skeleton, "sheetPr") if e.name == "sheetPr"), None)
    new = b'<pageSetUpPr fitToPage="1"/>'
    if there is None:
        return xml.insert(skeleton, "sheetPr", "sheetPr", ORDER, b"<sheetPr>%b</sheetPr>" % new)
    children = [e for e in xml.children(skeleton, there.inner, there.close) if e.name != "pageSetUpPr"]
    inner = b"".join(skeleton[e.start : e.end] for e in children)
    return _replaced(skeleton, "sheetPr", b"<sheetPr>%b%b</sheetPr>" % (inner, new))


def _page_setup(skeleton: bytes, wanted: dict[str, str]) -> bytes:
    """The page setup with these values; its link to the settings of somebody's printer goes."""
    there = next(xml.elements(skeleton, "pageSetup"), {})
    dropped = {"fitToWidth", "fitToHeight", "scale"}
    kept = {k: v for k, v in there.items() if k not in dropped and not k.endswith(":id") and not k.startswith("xmlns")}
    tag = b"".join(b' %b="%b"' % (k.encode(), xml.escaped(v)) for k, v in {**kept, **wanted}.items())
    return xml.insert(_replaced(skeleton, "pageSetup", b""), "pageSetup", "pageSetup", ORDER, b"<pageSetup%b/>" % tag)
