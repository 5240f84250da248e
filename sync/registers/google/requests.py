"""Cells and rows as requests of a batch. Text always goes as text: no formula ever comes out of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.cells import Raw
from sync.registers.google.serials import serial
from sync.registers.google.sight import Formula
from sync.registers.google.transport import Json

KEY = "onsite.revision"
_PLAIN, _DATE = "userEnteredValue", "userEnteredValue,userEnteredFormat.numberFormat"
_DATE_FORMAT = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
_MOMENT_FORMAT = {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}}

Cells = Mapping[tuple[int, int], "Raw | Formula"]
"""By row and column, from 1."""


def cell_data(value: Raw | Formula) -> Json:
    """A CellData; an empty one clears the cell's value."""
    if value is None or value == "":
        return {}
    if isinstance(value, Formula):
        return {"userEnteredValue": {"formulaValue": str(value)}}
    if isinstance(value, str):
        return {"userEnteredValue": {"stringValue": value}}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, int | float):
        return {"userEnteredValue": {"numberValue": value}}
    number: Json = {"userEnteredValue": {"numberValue": serial(value)}}
    if isinstance(value, date):
        number["userEnteredFormat"] = _MOMENT_FORMAT if isinstance(value, datetime) else _DATE_FORMAT
    return number


def stored(value: Raw | Formula) -> Raw:
    """A value as a later reading shows it."""
    if isinstance(value, date | time | timedelta):
        return serial(value)
    return None if value == "" else value


def update_cells(sheet_id: int, cells: Cells) -> Iterator[Json]:
    """Requests that write these cells and no others: side by side in a row, then rows of one shape below each other."""
    blocks: list[tuple[int, int, str, list[list[Json]]]] = []
    open_blocks: dict[tuple[int, int, str], int] = {}
    for row, col, fields, line in _runs(cells):
        at = open_blocks.get((col, len(line), fields))
        if at is not None and blocks[at][0] + len(blocks[at][3]) == row:
            blocks[at][3].append(line)
        else:
            open_blocks[(col, len(line), fields)] = len(blocks)
            blocks.append((row, col, fields, [line]))
    for row, col, fields, lines in blocks:
        start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": col - 1}
        rows = [{"values": line} for line in lines]
        yield {"updateCells": {"start": start, "fields": fields, "rows": rows}}


def _runs(cells: Cells) -> Iterator[tuple[int, int, str, list[Json]]]:
    """Cells side by side that are written in the same way: row, first column, fields, data."""
    first, line, last, fields = 0, list[Json](), (0, 0), ""
    for row, col in sorted(cells):
        data = cell_data(cells[row, col])
        kind = _DATE if "userEnteredFormat" in data else _PLAIN
        if (row, col - 1) != last or kind != fields:
            if line:
                yield last[0], first, fields, line
            first, line, fields = col, [], kind
        line.append(data)
        last = (row, col)
    if line:
        yield last[0], first, fields, line


def insert_rows(sheet_id: int, above: int, count: int) -> Json:
    """New rows below row `above` (from 1), looking like it; below the header, like the rows that follow."""
    span = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": above, "endIndex": above + count}
    return {"insertDimension": {"range": span, "inheritFromBefore": above > 1}}


def append(sheet_id: int, dimension: str, count: int) -> Json:
    """Blank rows (ROWS) or columns (COLUMNS) at the end of a tab."""
    return {"appendDimension": {"sheetId": sheet_id, "dimension": dimension, "length": count}}


def new_columns(sheet_id: int, columns: int, last: int, count: int) -> Iterator[Json]:
    """Room for new columns right of the last that is used, without pushing anything out of the way."""
    if last == 0 and count <= columns:
        return
    if last >= columns:
        yield append(sheet_id, "COLUMNS", count)
    else:
        span = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": last, "endIndex": last + count}
        yield {"insertDimension": {"range": span, "inheritFromBefore": False}}


def token(number: int, value: str) -> Json:
    """Takes a number that must be free: of two batches with the same one, the second is refused whole."""
    metadata = {
        "metadataId": number, "metadataKey": KEY, "metadataValue": value, "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }  # fmt: skip
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def forget_tokens(numbers: Iterable[int]) -> Iterator[Json]:
    """Deletes tokens that exist."""
    for number in numbers:
        yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}


def size(requests: Any) -> int:
    """Bytes of a body."""
    return len(json.dumps(requests))
