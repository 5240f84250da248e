"""One worksheet's XML: its rows, found by number, and cells put into them; all the rest is carried along unread."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sync.errors import NotAWorkbook, Refused
from sync.xlsx import cells, formulas, xml
from sync.xlsx.cells import Value

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip

StyleFor = Callable[[int, Value], int]
"""From the style that a cell has, or would have, to the one that this value needs."""

_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData(?=[\s/>])[^>]*>")
_DATA_END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])[^>]*>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_AFTER_NAME = (b" ", b">", b"/", b"\n", b"\r", b"\t")
_CELL_REF = re.compile(rb"""[^>]*?\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")
_STYLE = re.compile(rb"""[^>]*?\ss\s*=\s*["'](\d+)["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'](\d+):(\d+)["']""")
_ANY_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row stands in the body."""

    number: int
    start: int
    inner: int
    end: int


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
            closing = _DATA_END.search(part_xml, data.end())
            if closing is None:
                raise self._damaged()
            end = closing.start()
            self.tail = part_xml[end:]
        self.head = part_xml[: data.start()] + tag
        self.body = part_xml[data.end() : end] if end > data.end() else b""

    @cached_property
    def formulas(self) -> formulas.Formulas:
        return formulas.scan(self.body if self._explicit else self._with_references())

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that the file has, in ascending order. Raises NotAWorkbook."""
        found: list[Row] = []
        closing = b"</%brow>" % self.prefix
        number = position = 0
        for tag in _ROW.finditer(self.body):
            if tag.start() < position:
                raise self._damaged()
            named = _ROW_NUMBER.search(tag[0])
            number = int(named[1]) if named else number + 1
            position = tag.end()
            if not tag[0].endswith(b"/>"):
                position = self.body.find(closing, tag.end()) + len(closing)
            if position < tag.end() or not 1 <= number <= cells.MAX_ROW:
                raise self._damaged()
            found.append(Row(number, tag.start(), tag.end(), position))
        numbers = [row.number for row in found]
        if numbers != sorted(set(numbers)):
            raise NotAWorkbook(f"the rows of {self.title} are out of order in the file: save it anew in a "
                               f"spreadsheet program")  # fmt: skip
        return found

    def written(self, changes: Mapping[int, Mapping[int, Value]], style_for: StyleFor, from_1904: bool) -> bytes:
        """The XML with these values by row and column. Raises Refused, ValueError and NotAWorkbook."""
        changed = {(row, col) for row, values in changes.items() for col in values}
        rewritten = self.formulas.rewritten(self.title, changed) if self.formulas.own else {}
        editor = _Editor(self, style_for, from_1904, changes, rewritten)
        body = editor.body()
        return self._grown(changed) + body + self.tail

    def extent(self) -> tuple[int, int]:
        """The last row and the last column that hold a value; (0, 0) for an empty sheet."""
        last_row = last_col = 0
        value = b"<" + self.prefix + b"v"
        inline = b"<" + self.prefix + b"is"
        for row in self.rows:
            at = max(self.body.rfind(value, row.inner, row.end), self.body.rfind(inline, row.inner, row.end))
            if at >= 0:
                last_row = row.number
                start = self.body.rfind(b"<" + self.prefix + b"c ", row.inner, at)
                named = _CELL_REF.match(self.body, max(start, row.inner))
                if named:
                    last_col = max(last_col, cells.column_number(named[1].decode()))
                else:
                    last_col = max(last_col, *split(self.body[row.inner : row.end], self.prefix)[1])
        return last_row, last_col

    @property
    def _explicit(self) -> bool:
        """Whether every cell says where it is, as almost every program writes it."""
        start = b"<" + self.prefix + b"c"
        every = sum(self.body.count(start + after) for after in _AFTER_NAME)
        return every == self.body.count(start + b' r="')

    def _with_references(self) -> bytes:
        """The body with every cell's address written out, for programs that leave counting to the reader."""
        made = []
        for row in self.rows:
            _, there = split(self.body[row.inner : row.end], self.prefix)
            made += [
                xml.with_attribute(tag, "r", cells.reference(row.number, col)) + cell[len(tag) :]
                for col, cell in there.items()
                for tag in (cell[: cell.index(b">") + 1],)
            ]
        return b"".join(made)

    def _grown(self, changed: set[tuple[int, int]]) -> bytes:
        """The head with `<dimension>` stretched to these cells."""
        found = re.search(rb"<(?:[\w.-]+:)?dimension\s[^>]*>", self.head)
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
        return self.head[: found.start()] + xml.with_attribute(found[0], "ref", ref) + self.head[found.end() :]

    def _damaged(self) -> NotAWorkbook:
        return NotAWorkbook(f"the tab {self.title} is damaged: restore an earlier version of the file")


def split(inner: bytes, prefix: bytes) -> tuple[bytes, dict[int, bytes]]:
    """What stands between a row's start and end tag: what comes before the first cell, and cells by column."""
    start = b"<" + prefix + b"c"
    lead, *pieces = inner.split(start)
    there: dict[int, bytes] = {}
    col = 0
    for piece in pieces:
        if piece[:1] not in _AFTER_NAME:  # <color> or <charset> in a text of the cell before
            there[col] += start + piece
            continue
        named = _CELL_REF.match(piece)
        col = cells.column_number(named[1].decode()) if named else col + 1
        there[col] = start + piece
    return lead, there


class _Editor:
    """Makes the changed rows of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        style_for: StyleFor,
        from_1904: bool,
        changes: Mapping[int, Mapping[int, Value]],
        rewritten: Mapping[formulas.Cell, str],
    ) -> None:
        self.sheet, self.style_for, self.from_1904, self.p = sheet, style_for, from_1904, sheet.prefix
        self.changes = changes
        self.rewritten: dict[int, dict[int, str]] = {}
        for (row, col), text in rewritten.items():
            self.rewritten.setdefault(row, {})[col] = text
        self.column_styles = _column_styles(sheet.head)

    def body(self) -> bytes:
        rows, source = self.sheet.rows, self.sheet.body
        numbers = [row.number for row in rows]
        made: list[bytes] = []
        done = 0
        for number in sorted(self.changes.keys() | self.rewritten.keys()):
            at = bisect_left(numbers, number)
            if at < len(rows) and numbers[at] == number:
                row = rows[at]
                made += [source[done : row.start], self._row(number, source[row.start : row.inner], row)]
                done = row.end
            else:
                place = rows[at].start if at < len(rows) else max(rows[-1].end if rows else 0, done)
                made += [source[done:place], self._row(number, b'<%brow r="%d"/>' % (self.p, number), None)]
                done = place
        return b"".join((*made, source[done:]))

    def _row(self, number: int, tag: bytes, row: Row | None) -> bytes:
        closing = b"</%brow>" % self.p
        inner = b""
        if tag.endswith(b"/>"):
            opened = tag[:-2].rstrip() + b">"
        else:
            opened = tag
            inner = self.sheet.body[row.inner : row.end - len(closing)] if row else b""
        lead, there = split(inner, self.p)
        width = len(there)
        for col, text in self.rewritten.get(number, {}).items():
            there[col] = formulas.without(there[col], text, self.p)
        for col, value in self.changes.get(number, {}).items():
            made = self._cell(number, col, value, there.get(col), opened)
            if made is not None:
                there[col] = made
        if not there:
            return tag if row else b""
        if len(there) > width:
            opened = _spanning(opened, min(there), max(there))
        return opened + lead + b"".join([there[col] for col in sorted(there)]) + closing

    def _cell(self, row: int, col: int, value: Value, old: bytes | None, row_tag: bytes) -> bytes | None:
        """The cell with its new value; None where a cell that isn't there shall be empty."""
        if old is None:
            if value is None:
                return None
            base, after = self._style_of_new(col, row_tag), b""
        else:
            named = _STYLE.match(old)
            base, after = int(named[1]) if named else 0, old[old.rindex(b">") + 1 :]
        style = self.style_for(base, value)
        start = b'<%bc r="%b"' % (self.p, cells.reference(row, col).encode())
        if style:
            start += b' s="%d"' % style
        return start + _content(value, self.from_1904, self.p) + after

    def _style_of_new(self, col: int, row_tag: bytes) -> int:
        attributes = xml.attributes(row_tag)
        if attributes.get("customFormat") in ("1", "true") and attributes.get("s", "").isdigit():
            return int(attributes["s"])
        return next((style for first, last, style in self.column_styles if first <= col <= last), 0)


def _content(value: Value, from_1904: bool, p: bytes) -> bytes:
    """The rest of a cell's XML after its address and style."""
    if value is None:
        return b"/>"
    if isinstance(value, bool):
        return b' t="b"><%bv>%d</%bv></%bc>' % (p, value, p, p)
    if isinstance(value, str):
        return b' t="inlineStr">%b</%bc>' % (cells.text_xml(value, p), p)
    if not isinstance(value, cells.NUMBERS):
        days = cells.serial(value, from_1904)
        if days is None:
            return _content(str(value), from_1904, p)
        value = days
    return b"><%bv>%b</%bv></%bc>" % (p, cells.number_text(value).encode(), p, p)


def _spanning(tag: bytes, first: int, last: int) -> bytes:
    """A row's tag whose hint at the columns in use is true again."""
    spans = _SPANS.search(tag)
    if spans is None:
        return _ANY_SPANS.sub(b"", tag)
    new = b' spans="%d:%d"' % (min(first, int(spans[1])), max(last, int(spans[2])))
    return tag[: spans.start()] + new + tag[spans.end() :]


def _column_styles(head: bytes) -> list[tuple[int, int, int]]:
    return [
        (int(col["min"]), int(col["max"]), int(col["style"]))
        for col in xml.elements(head, "col")
        if {"min", "max", "style"} <= col.keys()
    ]


def check(title: str, row: int, col: int, value: Value) -> Value:
    """The value as it will be written. Raises Refused outside of the sheet, ValueError for what no cell can hold."""
    if not (1 <= row <= cells.MAX_ROW and 1 <= col <= cells.MAX_COL):
        raise Refused(f"{title} has no room for row {row}, column {col}: remove rows or columns that nobody needs")
    if isinstance(value, str):
        return cells.clean(value)
    if value is not None and not isinstance(value, bool) and isinstance(value, cells.NUMBERS):
        cells.number_text(value)
    elif cells.date_format(value) is not None:
        cells.serial(value, from_1904=False)  # type: ignore[arg-type]
    return value
