"""A copy of a workbook without what the reader of cells stumbles over: one such cell would cost the whole register."""

from __future__ import annotations

import re

from sync.xlsx.book import Book

_CELL = re.compile(
    rb"(<(?:[\w.-]+:)?c(?=\s)[^>]*(?<!/)>)"
    rb"(\s*(?:<(?:[\w.-]+:)?f\b[^>]*(?:(?<=/)>|>[^<]*</(?:[\w.-]+:)?f\s*>)\s*)?<(?:[\w.-]+:)?v\b[^>]*(?<!/)>)([^<]*)"
)
_KIND = re.compile(rb"""\st\s*=\s*["'](\w*)["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["']\d*["']""")
_MOST_DAYS = 999_999_999
"""Of a length of time in Python."""


def mended(book: Book) -> bytes:
    """For reading only. Every error is one that the reader knows, since newer ones read as blank like the old.

    Numbers too large for a date or a length of time are numbers, whatever the format of their cells.
    """
    sheets = (tab.part for tab in book.structure.tabs if tab.worksheet)
    return book.package.build({part: _CELL.sub(_harmless, book.package.xml(part)) for part in sheets}, stored=True)


def _harmless(cell: re.Match[bytes]) -> bytes:
    tag, between, value = cell.groups()
    found = _KIND.search(tag)
    kind = found[1] if found else b"n"
    if kind == b"e":
        return tag + between + b"#N/A"
    if kind == b"n" and _is_huge(value):
        return _STYLE.sub(b"", tag) + between + value
    return cell[0]


def _is_huge(value: bytes) -> bool:
    try:
        return abs(float(value)) >= _MOST_DAYS
    except ValueError:
        return False
