"""How much room a text takes in a cell, without a spreadsheet program: no text may be cut on paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from sync.documents.template import Template
from sync.xlsx import xml

MAX_HEIGHT = 409.0  # points; no spreadsheet program shows a row higher than that
DEFAULT_WIDTH, DEFAULT_HEIGHT = 8.43, 15.0
_PIXELS_PER_CHARACTER, _CELL_PADDING, _POINTS_PER_PIXEL = 7, 5, 0.75
# Fonts that stand in lines much farther apart than their size says.
_AIRY = re.compile(r"(?i)(?:yu gothic|meiryo|メイリオ)(?! *ui)|yu mincho|游")
# Parts of the font's size. On the safe side: what is printed with a wider font must fit too.
_WIDE, _CAPITAL, _SMALL, _NARROW = 1.0, 0.78, 0.64, 0.36
_NARROW_SIGNS = frozenset("iIjl.,:;'|!()[] ")


def text_width(text: str, size: float) -> float:
    """Points that a line of text takes."""
    return sum(_share(sign) for sign in text) * size


@cache
def _share(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return _WIDE
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    if sign in _NARROW_SIGNS:
        return _NARROW
    return _CAPITAL if sign.isupper() or sign in "@%&mwMW" else _SMALL


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The lines that a text falls into in a cell so many points wide; none of its signs is lost but blanks."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in _words(paragraph):
            room = text_width(word, size)
            if line and used + room > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + word, used + room
        lines.append(line.rstrip())
    return lines


def _words(paragraph: str) -> Iterator[str]:
    """Pieces that stay together: Latin words with the blanks behind them, every Japanese sign, long words in bits."""
    for found in re.finditer(r"[!-~\u00a1-\u02af]{1,20} *|.", paragraph):
        yield found[0]


@dataclass(frozen=True, slots=True)
class Face:
    """A font's size and the distance of its lines, in points, and whether text goes on in a second line."""

    size: float
    line_height: float
    wraps: bool


class Looks:
    """The fonts, widths and heights of a template."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._styles = template.book.styles.xml
        self._corners = {merge[:2]: merge[3] for merge in template.merges}
        self._faces: dict[int, Face] = {}

    def face(self, style: int) -> Face:
        """How text stands in cells of this style."""
        if style not in self._faces:
            format_ = self._formats[style if style < len(self._formats) else 0]
            number = int(xml.attributes(format_.partition(b">")[0]).get("fontId", "0"))
            font = self._fonts[number] if number < len(self._fonts) else b""
            size = float(_value(font, "sz") or 11)
            pitch = 1.65 if _AIRY.search(_value(font, "name")) else 1.36
            wraps = b'wrapText="1"' in format_ or b'wrapText="true"' in format_
            self._faces[style] = Face(size, size * pitch, wraps)
        return self._faces[style]

    def width(self, row: int, col: int) -> float:
        """Points that text has in a cell, or in the merged cells that it is the corner of."""
        right = self._corners.get((row, col), col)
        return sum(map(self.column, range(col, right + 1))) - _CELL_PADDING * _POINTS_PER_PIXEL

    def column(self, col: int) -> float:
        """Points that a column is wide; 0 where it is hidden."""
        return self._columns.get(col, self._default_width) * _PIXELS_PER_CHARACTER * _POINTS_PER_PIXEL

    def height(self, row: int) -> float:
        """Points that the template gives a row; 0 where it hides it."""
        attributes = self.template.rows[row].attributes if row in self.template.rows else {}
        if attributes.get("hidden") in ("1", "true"):
            return 0
        return float(attributes.get("ht", self._default_height))

    @cached_property
    def _formats(self) -> list[bytes]:
        return self._table("cellXfs")

    @cached_property
    def _fonts(self) -> list[bytes]:
        return self._table("fonts")

    def _table(self, name: str) -> list[bytes]:
        for table in xml.content(self._styles, "styles.xml"):
            if table.name == name:
                return [self._styles[e.start : e.end] for e in xml.children(self._styles, table.inner, table.close)]
        return []

    @cached_property
    def _columns(self) -> dict[int, float]:
        return {
            col: float(span.get("width", DEFAULT_WIDTH)) if span.get("hidden") not in ("1", "true") else 0.0
            for span in xml.elements(self.template.skeleton, "col")
            for col in range(int(span["min"]), min(int(span["max"]), 256) + 1)
        }

    @cached_property
    def _format(self) -> dict[str, str]:
        return next(xml.elements(self.template.skeleton, "sheetFormatPr"), {})

    @property
    def _default_width(self) -> float:
        return float(self._format.get("defaultColWidth", DEFAULT_WIDTH))

    @property
    def _default_height(self) -> float:
        return float(self._format.get("defaultRowHeight", DEFAULT_HEIGHT))


def _value(font: bytes, name: str) -> str:
    return next(xml.elements(font, name), {}).get("val", "")
