"""Making rows of a sheet anew with other values in some cells; the cells beside them keep every byte."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from sync.xlsx import cells, formulas, xml
from sync.xlsx.cells import Value

StyleFor = Callable[[int, Value], int]
"""From the style that a cell has, or would have, to the one that this value needs."""

_AFTER_NAME = (b" ", b">", b"/", b"\n", b"\r", b"\t")
_CELL_REF = re.compile(rb"""[^>]*?\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")
_STYLE = re.compile(rb"""[^>]*?\ss\s*=\s*["'](\d+)["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'](\d+):(\d+)["']""")
_ANY_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")


class Row(NamedTuple):
    """Where a row stands in the body of its sheet: its start tag, what is in it, its end."""

    number: int
    start: int
    inner: int
    end: int


def split(inner: bytes, prefix: bytes) -> tuple[bytes, dict[int, bytes]]:
    """What stands between a row's tags: what comes before the first cell, and the cells by column.

    Cells come without the `<c` that they begin with.
    """
    start = b"<" + prefix + b"c"
    lead, *pieces = inner.split(start)
    named = _addressed(prefix).findall(inner)
    if len(named) == len(pieces):
        return lead, dict(zip(map(_column, named), pieces, strict=True))
    there: dict[int, bytes] = {}
    col = 0
    for piece in pieces:
        if piece[:1] not in _AFTER_NAME:  # <color> or <charset> in a text of the cell before
            there[col] += start + piece
            continue
        own = _CELL_REF.match(piece)
        col = _column(own[1]) if own else col + 1
        there[col] = piece
    return lead, there


@cache
def _addressed(prefix: bytes) -> re.Pattern[bytes]:
    """Cells as nearly every program writes them, with the address first."""
    return re.compile(b"<" + re.escape(prefix) + rb'c r="([A-Z]{1,3})\d')


@cache
def _column(letters: bytes) -> int:
    return cells.column_number(letters.decode())


class Editor:
    """The rows of one sheet with these values by row and column, and these formulas instead of shared ones."""

    def __init__(
        self,
        prefix: bytes,
        column_styles: list[tuple[int, int, int]],
        bases: Mapping[formulas.Cell, int],
        style_for: StyleFor,
        from_1904: bool,
        changes: Mapping[int, Mapping[int, Value]],
        rewritten: Mapping[formulas.Cell, str],
    ) -> None:
        self.p, self.column_styles, self.style_for, self.from_1904 = prefix, column_styles, style_for, from_1904
        self.changes, self.bases = changes, bases
        self.rewritten: dict[int, dict[int, str]] = {}
        for (row, col), text in rewritten.items():
            self.rewritten.setdefault(row, {})[col] = text

    def body(self, source: bytes, rows: list[Row]) -> bytes:
        """Raises ValueError for a value that no cell can hold."""
        numbers = [row.number for row in rows]
        made: list[bytes] = []
        done = 0
        for number in sorted(self.changes.keys() | self.rewritten.keys()):
            at = bisect_left(numbers, number)
            if at < len(rows) and numbers[at] == number:
                row = rows[at]
                tag, rest = source[row.start : row.inner], source[row.inner : row.end]
                made += [source[done : row.start], self._in_place(number, tag, rest) or self._row(number, tag, rest)]
                done = row.end
            else:
                place = rows[at].start if at < len(rows) else max(rows[-1].end if rows else 0, done)
                made += [source[done:place], self._row(number, b'<%brow r="%d"/>' % (self.p, number), None)]
                done = place
        return b"".join((*made, source[done:]))

    def style_at(self, tag: bytes, rest: bytes, col: int) -> int:
        """The style that a cell of this row has, or would have if it were there."""
        cell = split(rest, self.p)[1].get(col)
        named = _STYLE.match(cell) if cell is not None else None
        if cell is not None:
            return int(named[1]) if named else 0
        return self._style_of_new(col, tag)

    def _in_place(self, number: int, tag: bytes, rest: bytes) -> bytes | None:
        """The row where all cells to be changed are there and written as usual; else None. The quick way."""
        if number in self.rewritten:
            return None
        start = b"<%bc" % self.p
        places = []
        for col, value in self.changes[number].items():
            at = rest.find(b'%b r="%b"' % (start, cells.reference(number, col).encode()))
            if at < 0:
                return None
            end = at + _end(rest[at:], self.p)
            places.append((at + len(start), end, self._cell(number, col, value, rest[at + len(start) : end], tag)))
        made, done = [tag], 0
        for at, end, cell in sorted(places):
            made += [rest[done:at], cell or b""]
            done = end
        return b"".join((*made, rest[done:]))

    def _row(self, number: int, tag: bytes, rest: bytes | None) -> bytes:
        """The row; `rest` is what follows its start tag, None where the row is new."""
        start, closing = b"<%bc" % self.p, b"</%brow>" % self.p
        opened = tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
        lead, there = split((rest or b"").removesuffix(closing), self.p)
        width = len(there)
        for col, text in self.rewritten.get(number, {}).items():
            there[col] = formulas.without(there[col], text, self.p)
        for col, value in self.changes.get(number, {}).items():
            made = self._cell(number, col, value, there.get(col), opened)
            if made is not None:
                there[col] = made
        if not there:
            return tag + (rest or b"") if rest is not None else b""
        if len(there) > width:
            opened = _spanning(opened, min(there), max(there))
        return opened + lead + start + start.join([there[col] for col in sorted(there)]) + closing

    def _cell(self, row: int, col: int, value: Value, old: bytes | None, row_tag: bytes) -> bytes | None:
        """The cell with its new value, without `<c`; None where one that isn't there shall be empty and plain."""
        if old is None:
            if value is None and (row, col) not in self.bases:
                return None
            base, after = self._style_of_new(col, row_tag), b""
        else:
            named = _STYLE.match(old)
            base, after = int(named[1]) if named else 0, old[_end(old, self.p) :]
        style = self.style_for(self.bases.get((row, col), base), value)
        address = b' r="%b"' % cells.reference(row, col).encode()
        if style:
            address += b' s="%d"' % style
        return address + _content(value, self.from_1904, self.p) + after

    def _style_of_new(self, col: int, row_tag: bytes) -> int:
        attributes = xml.attributes(row_tag)
        if attributes.get("customFormat") in ("1", "true") and attributes.get("s", "").isdigit():
            return int(attributes["s"])
        return next((style for first, last, style in self.column_styles if first <= col <= last), 0)


def _end(cell: bytes, p: bytes) -> int:
    """Where a cell ends in the XML that begins with it."""
    tag = cell.index(b">") + 1
    closing = b"</%bc>" % p
    return tag if cell[:tag].endswith(b"/>") else cell.index(closing, tag) + len(closing)


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
