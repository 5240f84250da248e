"""How far the values of a sheet reach: readers that make a rectangle of them must know before they begin."""

import re
from functools import cache

from sync.xlsx import cells
from sync.xlsx.rows import Row

_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_LAST_CELL = re.compile(rb"""[^>]*?\sr\s*=\s*["']([A-Z]{1,3})\d""")


def extent(body: bytes, prefix: bytes, rows: list[Row], enough: int) -> tuple[int, int]:
    """The last row and the last column; (0, 0) for an empty sheet.

    Where rows × columns is below `enough`, these are of any cell, found quickly; else of cells that hold a value.
    """
    if not rows:
        return 0, 0
    quick = (rows[-1].number, max(_width(body, prefix, row) for row in rows))
    # A damaged cell may name a row that isn't its own: readers believe it.
    stray = _stray(prefix, len(str(quick[0]))).search(body)
    if stray is None and quick[0] * quick[1] < enough:
        return quick
    return _exact(body, prefix)


def _width(body: bytes, prefix: bytes, row: Row) -> int:
    last = body.rfind(b"<%bc " % prefix, row.inner, row.end)
    named = _LAST_CELL.match(body, last) if last >= 0 else None
    if named:
        return cells.column_number(named[1].decode())
    return body.count(b"<%bc" % prefix, row.inner, row.end)  # each cell is one to the right of the one before


@cache
def _stray(prefix: bytes, digits: int) -> re.Pattern[bytes]:
    """A cell that doesn't say, as usual, that it is in a row of so many digits and left of column AAA."""
    return re.compile(b"<" + re.escape(prefix) + rb'c(?! r="[A-Z]{1,2}[0-9]{1,%d}")[\s/>]' % digits)


@cache
def _valued(prefix: bytes) -> re.Pattern[bytes]:
    p = re.escape(prefix)
    formula = b"<" + p + rb"f(?=[\s/>])[^<>]*>(?:[^<]*</" + p + rb"f\s*>)?\s*"
    return re.compile(b"<" + p + rb"c(?=[\s>])([^<>]*)(?<!/)>\s*(?:" + formula + b")?<" + p + rb"(?:v|is)[\s/>]")


def _exact(body: bytes, prefix: bytes) -> tuple[int, int]:
    last_row = last_col = 0
    for attributes in _valued(prefix).findall(body):
        named = _REFERENCE.search(attributes)
        if named:
            last_row = max(last_row, int(named[2]))
            last_col = max(last_col, cells.column_number(named[1].decode().upper()))
    return last_row, last_col
