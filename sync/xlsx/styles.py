"""The workbook's table of cell formats: new ones are added at its end, those in use are never changed."""

import re
from collections.abc import Callable, Mapping

from sync.errors import NotAWorkbook
from sync.xlsx import xml

NAME = "styles.xml"
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
_FIRST_OWN_FORMAT = 164
# Dates and times among the built-in formats, those of East Asian locales too.
_DATE_IDS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_LENGTH_ID = 46
_TEXT_ID = 49
# Quoted texts, escaped characters, colours and locales: what remains are the codes.
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_XF = "xf"

MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """Cell formats by their number, as cells name them in `s`."""

    def __init__(self, part_xml: bytes) -> None:
        self.xml = part_xml
        self.changed = False
        self._xfs = [self.xml[e.start : e.end] for e in self._inside("cellXfs") if e.name == _XF]
        self._codes = {
            int(found["numFmtId"]): found.get("formatCode", "")
            for found in xml.elements(self.xml, "numFmt")
            if found.get("numFmtId", "").isdigit()
        }
        self._clones: dict[tuple[int, str], int] = {}
        self._times: dict[int, tuple[bool, bool]] = {}
        if not self._xfs:
            raise NotAWorkbook("the workbook's styles are damaged: restore an earlier version of the file")

    def dated(self, style: int, code: str) -> int:
        """This style where it shows dates already, else its clone with the number format `code`."""
        return style if self.is_date(style) else self.formatted(style, code)

    def numeric(self, style: int) -> int:
        """This style unless it would show a number as a date or a length of time; then its clone without that.

        Programs, and the next run, would read days there: 2 hours written to a cell as [h]:mm are 48.
        """
        return self._clone(style, "0", numFmtId="0") if any(self._time(style)) else style

    def inert(self, style: int) -> int:
        """This style marked so that its text is never taken for a formula."""
        if (style, "'") not in self._clones and self._attributes(style).get("quotePrefix") in ("1", "true"):
            return style
        return self._clone(style, "'", quotePrefix="1")

    def formatted(self, style: int, code: str) -> int:
        """This style's clone with a number format."""
        return self._clone(style, code, numFmtId=str(self._format_id(code)), applyNumberFormat="1")

    def filled(self, style: int, rgb: str) -> int:
        """This style's clone on a ground of this colour (RRGGBB)."""
        fill = self._append("fills", "fill", (
            '<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF' + rgb
            + '"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
        ))  # fmt: skip
        return self._clone(style, f"fill {rgb}", fillId=str(fill), applyFill="1")

    def is_general(self, style: int) -> bool:
        """Whether it has no number format of its own; some programs spell that out as one."""
        number = int(self._attributes(style).get("numFmtId", "0"))
        return number == 0 or self._codes.get(number, "").casefold() == "general"

    def has_ground(self, style: int) -> bool:
        return self._attributes(style).get("fillId", "0") != "0"

    def topped(self, style: int) -> int:
        """This style's clone with text at the top of the cell: of several lines the first is seen."""
        return self._made(style, "top", lambda xf: _topped(_with_attributes(xf, {"applyAlignment": "1"})))

    def differential(self, fill_rgb: str) -> int:
        """The number of a new format for conditional formatting: a ground of this colour."""
        return self._append("dxfs", "dxf", (
            '<{p}dxf><{p}fill><{p}patternFill><{p}bgColor rgb="FF' + fill_rgb
            + '"/></{p}patternFill></{p}fill></{p}dxf>'
        ))  # fmt: skip

    def is_date(self, style: int) -> bool:
        """Whether numbers in this style show as dates, times, or both (but not as a length of time)."""
        return self._time(style)[0]

    def _time(self, style: int) -> tuple[bool, bool]:
        """Whether numbers in this style show as a point in time, and whether as a length of it."""
        if style not in self._times:
            number = int(self._attributes(style).get("numFmtId", "0"))
            code = self._codes.get(number)
            if code is None:
                self._times[style] = number in _DATE_IDS, number == _LENGTH_ID
            else:
                self._times[style] = shows_date(code), shows_length(code)
        return self._times[style]

    def _attributes(self, style: int) -> dict[str, str]:
        # A cell that names a style that isn't there is shown in the first.
        tag = xml.TAG.match(self._xfs[style if style < len(self._xfs) else 0])
        return xml.attributes(tag[3]) if tag else {}

    def _clone(self, style: int, why: str, **attributes: str) -> int:
        return self._made(style, why, lambda xf: _with_attributes(xf, attributes))

    def _made(self, style: int, why: str, make: Callable[[bytes], bytes]) -> int:
        """The number of what is made of a style, once for each reason."""
        if (style, why) not in self._clones:
            made = make(self._xfs[style if style < len(self._xfs) else 0])
            self._clones[style, why] = len(self._xfs)
            self._xfs.append(made)
            self._add("cellXfs", made)
        return self._clones[style, why]

    def _format_id(self, code: str) -> int:
        if code == "@":
            return _TEXT_ID
        for number, there in self._codes.items():
            if there.replace("\\", "") == code.replace("\\", ""):
                return number
        number = max([_FIRST_OWN_FORMAT - 1, *self._codes]) + 1
        self._codes[number] = code
        p = xml.prefix(self.xml)
        self._add("numFmts", b'<%bnumFmt numFmtId="%d" formatCode="%b"/>' % (p, number, xml.escaped(code)))
        return number

    def _append(self, table: str, name: str, element: str) -> int:
        """The number of this element in a table, which is added unless it stands there."""
        new = element.format(p=xml.prefix(self.xml).decode()).encode()
        there = [self.xml[e.start : e.end] for e in self._inside(table) if e.name == name]
        if new in there:
            return there.index(new)
        self._add(table, new)
        return len(there)

    def _add(self, table: str, new: bytes) -> None:
        self.xml = xml.append(self.xml, NAME, table, _ORDER, new, 1)
        self.changed = True

    def _inside(self, table: str) -> list[xml.Element]:
        for element in xml.content(self.xml, NAME):
            if element.name == table:
                return xml.children(self.xml, element.inner, element.close)
        return []


def _with_attributes(xf: bytes, attributes: Mapping[str, str]) -> bytes:
    tag = xml.TAG.match(xf)
    start, rest = (xf[: tag.end()], xf[tag.end() :]) if tag else (xf, b"")
    for name, value in attributes.items():
        start = xml.with_attribute(start, name, value)
    return start + rest


def _topped(xf: bytes) -> bytes:
    tags = list(xml.TAG.finditer(xf))
    for tag in tags:
        if tag[2].rpartition(b":")[2] == b"alignment":
            return xf[: tag.start()] + xml.with_attribute(tag[0], "vertical", "top") + xf[tag.end() :]
    own, p = tags[0], tags[0][2].rpartition(b"xf")[0]
    new = b'<%balignment vertical="top"/>' % p
    if own[0].endswith(b"/>"):
        return xf[: own.end() - 2] + b">" + new + b"</%bxf>" % p
    return xf[: own.end()] + new + xf[own.end() :]


def shows_date(code: str) -> bool:
    """Whether a number format shows a point in time: not "General", not a length of time such as [h]:mm."""
    codes = _codes_of(code)
    if codes == "general" or "[" in codes:
        return False
    return "a/p" in codes or any(letter in codes for letter in "dmyhs")


def shows_length(code: str) -> bool:
    """Whether a number format shows a length of time, such as [h]:mm."""
    return "[" in _codes_of(code)


def _codes_of(code: str) -> str:
    return _NOT_CODES.sub("", code.split(";")[0]).casefold()
