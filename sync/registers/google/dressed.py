"""How the tabs of a Google Sheet look already: what `init` leaves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rules.columns import Row
from sync.commands.places import Place
from sync.registers.google.reading import Overview, quoted
from sync.registers.google.transport import Json, Transport

_LOOKED_AT = 30
"""Rows from the top whose drop-downs and formats say what a column has."""
_FIELDS = (
    "sheets(properties(sheetId,title,hidden,gridProperties(columnCount,frozenRowCount)),"
    "protectedRanges(range),conditionalFormats(ranges),basicFilter,"
    "data(startRow,rowData(values(note,dataValidation(condition(type)),userEnteredFormat(numberFormat,backgroundColor)))))"
)


@dataclass
class Dressed:
    """What a tab has already, by column from 1."""

    id: int
    columns: int
    rows: int = 0
    frozen: bool = False
    hidden: bool = False
    has: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The columns with a `note`, a `rule` for what is typed, a number `format`, a `ground` below the header."""
    protected: set[int] = field(default_factory=set)
    coloured: set[int] = field(default_factory=set)
    filter: Json = field(default_factory=dict)
    """The filter over a tab's rows, as Google has it."""


def dressed_tabs(transport: Transport, seen: Overview, places: Mapping[type[Row], Place]) -> dict[str, Dressed]:
    """What the tabs that are there have, in one call."""
    if not places:
        return {}
    ranges = [name for place in places.values() for name in _ranges(place, seen.sheets[place.title].rows)]
    asked = {"ranges": ranges, "fields": _FIELDS, "includeGridData": "true"}
    reply = transport.read("", asked, transport.patience())
    found = {
        place.title: Dressed((sheet := seen.sheets[place.title]).id, sheet.cols, sheet.rows)
        for place in places.values()
    }
    for sheet in reply.get("sheets") or []:
        title = str((sheet.get("properties") or {}).get("title") or "")
        if title in found:
            _note_looks(found[title], sheet)
    return found


def _ranges(place: Place, rows: int) -> Iterator[str]:
    """The top of a tab, and the row below its last, where formats begin in a tab that was in use."""
    yield f"{quoted(place.title)}!1:{min(_LOOKED_AT, rows) or _LOOKED_AT}"
    if _LOOKED_AT <= place.last_row < rows:
        yield f"{quoted(place.title)}!{place.last_row + 1}:{place.last_row + 1}"


def has_charts(transport: Transport, title: str) -> bool:
    """Whether a tab has charts, in one call."""
    asked = {"ranges": [f"{quoted(title)}!1:1"], "fields": "sheets(properties(title),charts(chartId))"}
    reply = transport.read("", asked, transport.patience())
    sheets = [sheet for sheet in reply.get("sheets") or [] if (sheet.get("properties") or {}).get("title") == title]
    return any(sheet.get("charts") for sheet in sheets)


def _note_looks(dressed: Dressed, sheet: Json) -> None:
    properties: Json = sheet.get("properties") or {}
    dressed.frozen = bool((properties.get("gridProperties") or {}).get("frozenRowCount"))
    dressed.hidden = bool(properties.get("hidden"))
    dressed.filter = sheet.get("basicFilter") or {}
    for one in sheet.get("protectedRanges") or []:
        dressed.protected |= _cols(one.get("range") or {}, dressed.columns)
    for one in sheet.get("conditionalFormats") or []:
        for span in one.get("ranges") or []:
            dressed.coloured |= _cols(span, dressed.columns)
    for piece in sheet.get("data") or []:
        for row, line in enumerate(piece.get("rowData") or [], int(piece.get("startRow") or 0)):
            for col, cell in enumerate(line.get("values") or [], 1):
                shape: Json = cell.get("userEnteredFormat") or {}
                for name, there in (
                    ("note", cell.get("note")),
                    ("rule", cell.get("dataValidation")),
                    ("format", shape.get("numberFormat")),
                    ("ground", row and shape.get("backgroundColor")),
                ):
                    if there:
                        dressed.has[name].add(col)


def _cols(span: Json, width: int) -> set[int]:
    """The columns of a range; none where it is of the header alone."""
    if span.get("endRowIndex") == 1:
        return set()
    return set(range(int(span.get("startColumnIndex") or 0) + 1, int(span.get("endColumnIndex") or width) + 1))
