"""One worksheet's XML: its rows, found by number, and a frame around them that is carried along."""

import re
from collections.abc import Mapping
from functools import cached_property

from sync.errors import NotAWorkbook, Refused
from sync.xlsx import cells, extent, formulas, xml
from sync.xlsx.cells import Value
from sync.xlsx.formulas import Cell
from sync.xlsx.rows import Editor, Row, StyleFor, split

# The order that the schema wants the frame's elements in.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF",
    "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip

_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData(?=[\s/>])[^>]*>")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\s[^>]*>")


class Sheet:
    """A worksheet as it was read. `written` gives the XML with changes; this object never changes."""

    def __init__(self, part_xml: bytes, title: str) -> None:
        """Raises NotAWorkbook where the XML has no rows to work on."""
        self.title = title
        data = _DATA.search(part_xml)
        if data is None:
            raise self._damaged()
        self.prefix = xml.prefix(part_xml)
        tag = data[0]
        if tag.endswith(b"/>"):
            tag, end = tag[:-2].rstrip() + b">", data.end()
            self.tail = b"</%bsheetData>" % self.prefix + part_xml[end:]
        else:
            end = part_xml.rfind(b"</%bsheetData" % self.prefix)
            if end < data.end():
                raise self._damaged()
            self.tail = part_xml[end:]
        self.head = part_xml[: data.start()] + tag
        self.body = part_xml[data.end() : end] if end > data.end() else b""

    @cached_property
    def formulas(self) -> formulas.Formulas:
        """Raises NotAWorkbook."""
        if b"<%bf" % self.prefix not in self.body:
            return formulas.Formulas()
        found = formulas.scan(self.body, self.prefix) or formulas.scan(self._addressed(), self.prefix)
        if found is None:
            raise self._damaged()
        return found

    def without_result(self) -> list[Cell]:
        """Formulas whose result the file does not hold."""
        return list(formulas.without_result(self.body, self.prefix))

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that the file has, in ascending order. Raises NotAWorkbook."""
        found: list[Row] = []
        closing = b"</%brow>" % self.prefix
        number = start = 0
        *whole, rest = self.body.split(closing)
        for piece in (*whole, rest):
            at = 0
            while (begin := piece.find(b"<", at)) >= 0:
                at = piece.find(b">", begin) + 1
                tag = piece[begin:at]
                if not at or not _ROW.match(tag):
                    raise self._damaged()
                named = _ROW_NUMBER.search(tag)
                number = int(named[1]) if named else number + 1
                alone = tag.endswith(b"/>")
                end = start + at if alone else start + len(piece) + len(closing)
                found.append(Row(number, start + begin, start + at, end))
                if not alone:
                    break
            else:
                if start + len(piece) < len(self.body):  # the end of a row that never began
                    raise self._damaged()
            start += len(piece) + len(closing)
        numbers = [row.number for row in found]
        if found and (found[-1].end > len(self.body) or not 1 <= min(numbers) <= max(numbers) <= cells.MAX_ROW):
            raise self._damaged()
        if numbers != sorted(set(numbers)):
            raise NotAWorkbook(
                f"the rows of {self.title} are out of order in the file: save it anew in a spreadsheet program"
            )
        return found

    def written(
        self,
        changes: Mapping[int, Mapping[int, Value]],
        bases: Mapping[Cell, int],
        style_for: StyleFor,
        from_1904: bool,
    ) -> bytes:
        """The XML with these values by row and column; `bases` are styles that cells get instead of their own.

        Raises Refused and NotAWorkbook.
        """
        changed = {(row, col) for row, values in changes.items() for col in values}
        rewritten = self.formulas.rewritten(self.title, changed) if self.formulas.own else {}
        editor = Editor(self.prefix, self._column_styles(), bases, style_for, from_1904, changes, rewritten)
        filled = {(row, col) for row, values in changes.items() for col, value in values.items() if value is not None}
        return self._grown(filled) + editor.body(self.body, self.rows) + self.tail

    @property
    def frame(self) -> bytes:
        """Everything but the rows."""
        return self.head + self.tail

    def reframed(self, frame: bytes) -> "Sheet":
        """The same rows in another frame."""
        sheet = Sheet(frame, self.title)
        sheet.body = self.body
        return sheet

    def style_at(self, row: int, col: int) -> int:
        """The number of the style that a cell has, or would have if it were there."""
        editor = Editor(self.prefix, self._column_styles(), {}, lambda style, _: style, False, {}, {})
        for there in self.rows:
            if there.number == row:
                return editor.style_at(self.body[there.start : there.inner], self.body[there.inner : there.end], col)
        return editor.style_at(b"<row>", b"", col)

    def extent(self, enough: int) -> tuple[int, int]:
        """See `extent.extent`. Raises NotAWorkbook."""
        return extent.extent(self.body, self.prefix, self.rows, enough)

    def _addressed(self) -> bytes:
        """The cells with every address written out, for programs that leave counting to the reader."""
        made = []
        for row in self.rows:
            _, there = split(self.body[row.inner : row.end], self.prefix)
            for col, cell in there.items():
                tag, closing, rest = (b"<%bc" % self.prefix + cell).partition(b">")
                made += [xml.with_attribute(tag + closing, "r", cells.reference(row.number, col)), rest]
        return b"".join(made)

    def _column_styles(self) -> list[tuple[int, int, int]]:
        return [
            (int(col["min"]), int(col["max"]), int(col["style"]))
            for col in xml.elements(self.head, "col")
            if all(col.get(name, "").isdigit() for name in ("min", "max", "style"))
        ]

    def _grown(self, changed: set[tuple[int, int]]) -> bytes:
        """The head with `<dimension>` stretched to these cells."""
        found = _DIMENSION.search(self.head)
        ref = xml.attributes(found[0]).get("ref", "") if found else ""
        if not found or not changed or not ref:
            return self.head
        try:
            top, left, bottom, right = cells.area(ref)
        except ValueError:
            return self.head
        rows, cols = [row for row, _ in changed], [col for _, col in changed]
        grown = (min(top, *rows), min(left, *cols), max(bottom, *rows), max(right, *cols))
        if grown == (top, left, bottom, right):
            return self.head
        ref = f"{cells.reference(*grown[:2])}:{cells.reference(*grown[2:])}"
        tag = xml.with_attribute(found[0], "ref", ref)
        return self.head[: found.start()] + tag + self.head[found.end() :]

    def _damaged(self) -> NotAWorkbook:
        return NotAWorkbook(f"the tab {self.title} is damaged: restore an earlier version of the file")


def check(title: str, row: int, col: int, value: Value) -> Value:
    """The value as it will be written. Raises Refused outside of the sheet, ValueError for what no cell holds."""
    if not (1 <= row <= cells.MAX_ROW and 1 <= col <= cells.MAX_COL):
        raise Refused(f"{title} has no row {row}, column {col}: delete rows or columns that nobody needs")
    if isinstance(value, str):
        return cells.clean(value)
    if value is not None and not isinstance(value, bool) and isinstance(value, cells.NUMBERS):
        cells.number_text(value)
    elif cells.date_format(value) is not None:
        cells.serial(value, from_1904=False)  # type: ignore[arg-type]
    return value
