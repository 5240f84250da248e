"""How `init` dresses a Google Sheet: requests for headers, colours, formats, drop-downs, warnings and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules import cells as kinds
from rules.cells import Kind
from rules.columns import OrderRow, Row
from rules.words import Level, Status, TaxClass
from sync.commands.guards import name_source
from sync.commands.layout import (
    FLAG_COLOURS,
    HEADER_COLOURS,
    JOB_TINT,
    STATUS_COLOURS,
    AnyColumn,
    by_job,
    form_columns,
    header_colour,
    note,
    number_format,
    width,
    width_of,
    wrapped,
)
from sync.registers.google.transport import Json

_PIXELS_A_CHARACTER = 7
_FORMATS = {"@": "TEXT", "yyyy\\-mm\\-dd": "DATE", "yyyy\\-mm\\-dd\\ hh:mm": "DATE_TIME"}
_LISTS: Mapping[Kind[Any], Sequence[str]] = {
    kinds.LEVEL: [str(level) for level in Level],
    kinds.LANGUAGES: ["English", "Japanese", "both"],
    kinds.TAX: [str(tax) for tax in TaxClass],
    kinds.YESNO: ["yes", "no"],
}
_CHECKS: Mapping[Kind[Any], tuple[str, tuple[str, ...], str]] = {
    kinds.MOMENT: ("DATE_IS_VALID", (), "A date and time such as 2026-12-01 09:00"),
    kinds.START: ("DATE_IS_VALID", (), "A date and time such as 2026-12-01 09:00"),
    kinds.DAY: ("DATE_IS_VALID", (), "A date such as 2026-12-01"),
    kinds.NUMBER: ("NUMBER_GREATER_THAN_EQ", ("0",), "A number; 2h or 1,940.50 are read too"),
    kinds.WHOLE: ("NUMBER_GREATER_THAN_EQ", ("1",), "A whole number from 1 on"),
}
OURS = "onsite: the job writes this"


def colour(rgb: str) -> Json:
    """RRGGBB as Google writes colours."""
    return {name: int(rgb[at : at + 2], 16) / 255 for name, at in (("red", 0), ("green", 2), ("blue", 4))}


def below(sheet_id: int, col: int, last: int | None = None, row: int = 1) -> Json:
    """The cells of a column (from 1, up to `last`) below the header (or `row`), down to the end of the tab."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": row,
        "startColumnIndex": col - 1,
        "endColumnIndex": last or col,
    }


def header_cell(text: str, ground: str, said: str = "") -> Json:
    """A new header on its ground (RRGGBB), with a note."""
    return {
        "userEnteredValue": {"stringValue": text},
        "userEnteredFormat": {
            "backgroundColor": colour(ground),
            "textFormat": {"bold": True, "foregroundColor": colour("FFFFFF")},
            "wrapStrategy": "WRAP",
            "verticalAlignment": "MIDDLE",
        },
        **({"note": said} if said else {}),
    }


def headers(sheet_id: int, at: Mapping[int, AnyColumn]) -> Iterator[Json]:
    """New headers side by side."""
    for first, last in runs(at):
        columns = [at[col] for col in range(first, last + 1)]
        cells = [header_cell(column.header, header_colour(column), note(column)) for column in columns]
        yield _header_row(sheet_id, first, cells)


def form(sheet_id: int) -> Iterator[Json]:
    """The questions of the form as headers, and the columns of their answers."""
    questions = list(form_columns())
    yield _header_row(sheet_id, 1, [header_cell(text, HEADER_COLOURS["contacts"]) for text, _ in questions])
    for col, (_, kind) in enumerate(questions, 1):
        yield from formatted(sheet_id, col, kind)
        yield _wide(sheet_id, col, width_of(kind))


def _header_row(sheet_id: int, first: int, cells: list[Json]) -> Json:
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": first - 1}
    fields = "userEnteredValue,userEnteredFormat,note"
    return {"updateCells": {"start": start, "fields": fields, "rows": [{"values": cells}]}}


def add_note(sheet_id: int, col: int, column: AnyColumn) -> Json:
    """A note on a header that has none."""
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": col - 1}
    return {"updateCells": {"start": start, "fields": "note", "rows": [{"values": [{"note": note(column)}]}]}}


def dress(sheet_id: int, tab: type[Row], col: int, column: AnyColumn) -> Iterator[Json]:
    """The ground, the lines and the width of a new column."""
    shape: Json = {"verticalAlignment": "TOP", "wrapStrategy": "WRAP" if wrapped(tab, column.kind) else "CLIP"}
    fields = "userEnteredFormat(verticalAlignment,wrapStrategy)"
    if by_job(column):
        shape["backgroundColor"] = colour(JOB_TINT)
        fields = "userEnteredFormat(verticalAlignment,wrapStrategy,backgroundColor)"
    yield _repeat(below(sheet_id, col), shape, fields)
    yield _wide(sheet_id, col, width(column))


def _wide(sheet_id: int, col: int, characters: float) -> Json:
    span = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": col - 1, "endIndex": col}
    properties = {"pixelSize": round(characters * _PIXELS_A_CHARACTER)}
    return {"updateDimensionProperties": {"range": span, "properties": properties, "fields": "pixelSize"}}


def formatted(sheet_id: int, col: int, kind: Kind[Any], row: int = 1) -> Iterator[Json]:
    """Below `row`, plain text where spreadsheets eat a plus or zeros, dates where there are dates."""
    pattern = number_format(kind)
    if pattern is not None:
        shape = {"numberFormat": {"type": _FORMATS[pattern], "pattern": pattern.replace("\\", "")}}
        yield _repeat(below(sheet_id, col, row=row), shape, "userEnteredFormat.numberFormat")


def ground(sheet_id: int, col: int, column: AnyColumn, row: int) -> Iterator[Json]:
    """Below `row`, the ground of what the job writes."""
    if by_job(column):
        yield _repeat(
            below(sheet_id, col, row=row), {"backgroundColor": colour(JOB_TINT)}, "userEnteredFormat.backgroundColor"
        )


def as_text(sheet_id: int, col: int, rows: Iterable[int]) -> Iterator[Json]:
    """Cells of a column (from 1) in which a plus and zeros stay."""
    for first, last in runs(rows):
        span = {**below(sheet_id, col, row=first - 1), "endRowIndex": last}
        yield _repeat(span, {"numberFormat": {"type": "TEXT", "pattern": "@"}}, "userEnteredFormat.numberFormat")


def _repeat(span: Json, shape: Json, fields: str) -> Json:
    return {"repeatCell": {"range": span, "cell": {"userEnteredFormat": shape}, "fields": fields}}


def guard(sheet_id: int, col: int, column: AnyColumn, names: Mapping[str, str]) -> Iterator[Json]:
    """A drop-down or a check that warns and never stops anybody. `names`: cells of names, by tab."""
    if by_job(column):
        return
    source = name_source(column)
    if source is not None and source in names:
        yield _rule(sheet_id, col, "ONE_OF_RANGE", [f"={names[source]}"], f"A name as in {source}")
    elif column.kind in _LISTS and source is None:
        words = _LISTS[column.kind]
        yield _rule(sheet_id, col, "ONE_OF_LIST", words, f"{', '.join(words)}; other spellings are read too")
    elif column.kind in _CHECKS:
        kind, values, says = _CHECKS[column.kind]
        yield _rule(sheet_id, col, kind, values, says)


def _rule(sheet_id: int, col: int, kind: str, values: Iterable[str], says: str) -> Json:
    condition: Json = {"type": kind}
    if values:
        condition["values"] = [{"userEnteredValue": value} for value in values]
    rule = {"condition": condition, "inputMessage": says, "strict": False, "showCustomUi": True}
    return {"setDataValidation": {"range": below(sheet_id, col), "rule": rule}}


def protect(sheet_id: int, cols: Iterable[int]) -> Iterator[Json]:
    """Columns of the job's: who types there is asked first. People may still sort and insert rows."""
    for first, last in runs(cols):
        span = {"sheetId": sheet_id, "startColumnIndex": first - 1, "endColumnIndex": last}
        yield {"addProtectedRange": {"protectedRange": {"range": span, "description": OURS, "warningOnly": True}}}


def colours(sheet_id: int, col: int, column: AnyColumn) -> Iterator[Json]:
    """The ground of a status, and of flags by the most severe one."""
    if column is OrderRow.status:
        for status in Status:
            yield _coloured(sheet_id, col, "TEXT_EQ", str(status), STATUS_COLOURS[status])
    if column is OrderRow.flags:
        for word, rgb in reversed(FLAG_COLOURS.items()):
            yield _coloured(sheet_id, col, "TEXT_STARTS_WITH", f"{word} ", rgb)


def _coloured(sheet_id: int, col: int, kind: str, word: str, rgb: str) -> Json:
    condition = {"type": kind, "values": [{"userEnteredValue": word}]}
    rule = {"condition": condition, "format": {"backgroundColor": colour(rgb)}}
    return {"addConditionalFormatRule": {"rule": {"ranges": [below(sheet_id, col)], "booleanRule": rule}, "index": 0}}


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """[1, 2, 3, 6] → [(1, 3), (6, 6)]."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
