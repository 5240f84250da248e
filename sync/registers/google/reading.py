"""Reads a whole spreadsheet in two calls: what there is, then all values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from rules.cells import Raw, squash
from rules.columns import OrderRow, SiteRow
from sync.errors import Changed
from sync.registers.google.faults import Rejected
from sync.registers.google.layout import dated, is_day_setting, last_row, layout_of
from sync.registers.google.pace import Patience
from sync.registers.google.requests import KEY
from sync.registers.google.serials import moment
from sync.registers.google.transport import Json, Transport
from sync.snapshot import Grid

FIELDS = (
    "properties(title,timeZone,locale),"
    "sheets.properties(sheetId,title,sheetType,hidden,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue)"
)
TOKENS = 1_400_000_000
"""Below the first of the numbers that tokens take. They only grow, and there is room for more runs than ever come."""
_WHOLE = 10.0**15
"""Below it a floating-point number says every whole number as it is."""
_ADDRESS_ROOM = 6_000
"""Characters of an address that hold the names of tabs."""


@dataclass(frozen=True)
class Sheet:
    """A tab: its number and size (0 where Google didn't say)."""

    id: int
    title: str
    rows: int
    cols: int


@dataclass(frozen=True)
class Overview:
    """What there is: title, the spreadsheet's own time zone, tabs by title, tokens (value by number).

    `taken` are the numbers of metadata that other programs keep in the spreadsheet; Google gives them at random.
    """

    title: str
    time_zone: str
    sheets: dict[str, Sheet]
    tokens: dict[int, str]
    taken: frozenset[int] = frozenset()

    @property
    def next_token(self) -> int:
        return next(number for number in count(max(self.tokens, default=TOKENS) + 1) if number not in self.taken)


def overview(transport: Transport, patience: Patience) -> Overview:
    """One call."""
    reply = transport.read("", {"fields": FIELDS}, patience)
    properties: Json = reply.get("properties") or {}
    sheets = [_sheet(one.get("properties") or {}) for one in reply.get("sheets") or [] if _is_grid(one)]
    tokens, taken = dict[int, str](), set[int]()
    for one in reply.get("developerMetadata") or []:
        number = int(one.get("metadataId") or 0)
        if one.get("metadataKey") == KEY and number > TOKENS:
            tokens[number] = str(one.get("metadataValue") or "")
        else:
            taken.add(number)
    title, zone = str(properties.get("title") or ""), str(properties.get("timeZone") or "")
    return Overview(title, zone, {sheet.title: sheet for sheet in sheets}, tokens, frozenset(taken))


def _is_grid(sheet: Json) -> bool:
    return bool((sheet.get("properties") or {}).get("sheetType", "GRID") == "GRID")


def _sheet(properties: Json) -> Sheet:
    grid: Json = properties.get("gridProperties") or {}
    size = int(grid.get("rowCount") or 0), int(grid.get("columnCount") or 0)
    return Sheet(int(properties.get("sheetId") or 0), str(properties.get("title") or ""), *size)


def quoted(title: str) -> str:
    """A tab's name in A1 notation."""
    return "'" + title.replace("'", "''") + "'"


def values(
    transport: Transport, ranges: Sequence[str], patience: Patience, formulas: bool = False
) -> list[list[list[Any]]]:
    """The rows of every range, in one call (more only for names that don't fit in an address).

    Raises Changed where a tab isn't there any more. `formulas`: a formula's text stands for its value.
    """
    found: list[list[list[Any]]] = []
    for part in _parts(ranges):
        params = {
            "ranges": part, "majorDimension": "ROWS", "dateTimeRenderOption": "SERIAL_NUMBER",
            "valueRenderOption": "FORMULA" if formulas else "UNFORMATTED_VALUE",
        }  # fmt: skip
        try:
            reply = transport.read("/values:batchGet", params, patience)
        except Rejected as rejected:
            raise Changed(f"A tab was renamed or deleted just now ({rejected}).") from rejected
        lines = [one.get("values") or [] for one in reply.get("valueRanges") or []]
        if len(lines) != len(part):
            raise Changed("Google left a tab out of its reply.")
        found += lines
    return found


def _parts(ranges: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    room = _ADDRESS_ROOM
    for name in ranges:
        size = len(name.encode()) * 3 + 8
        if part and size > room:
            yield part
            part, room = [], _ADDRESS_ROOM
        part.append(name)
        room -= size
    if part:
        yield part


def grid_of(title: str, rows: list[list[Any]]) -> Grid:
    """A tab's values as the run wants them: blanks as None, numbers in date columns as moments.

    Raises LookupError, OverflowError for what no cell can hold: a garbled reply.
    """
    clean: list[list[Raw]] = [
        [(value or None) if value.__class__ is str else _CLEAN[value.__class__](value) for value in row] for row in rows
    ]
    for col in dated(title, clean[0] if clean else ()):
        for row in clean:
            if col < len(row):
                row[col] = moment(row[col])
    if squash(title) == "settings":
        clean = [_setting(title, row) for row in clean]
    return Grid(title, _to_the_last(title, clean), frozenset())


def _number(value: float) -> Raw:
    """JSON has one kind of number: 1 and 1.0 are the same cell."""
    return int(value) if -_WHOLE < value < _WHOLE and value.is_integer() else value


def _as_it_is(value: Any) -> Raw:
    found: Raw = value
    return found


_CLEAN: dict[type, Callable[[Any], Raw]] = {
    float: _number, int: lambda value: _number(float(value)), bool: _as_it_is, type(None): _as_it_is,
}  # fmt: skip
"""What a cell's value becomes, text aside."""


def _to_the_last(title: str, rows: list[list[Raw]]) -> list[list[Raw]]:
    """Of a tab that takes in answers of the form, the rows down to the last that counts: new ones are inserted there.

    Tick boxes and formulas that people filled down in advance stay below them.
    """
    layout = layout_of(title, rows[0] if rows else ())
    return rows[: last_row(rows, layout)] if layout.kind in (OrderRow, SiteRow) else rows


def _setting(title: str, row: list[Raw]) -> list[Raw]:
    day = any(is_day_setting(title, cell) for cell in row)
    return [moment(cell) for cell in row] if day else row
