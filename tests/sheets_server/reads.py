"""The Spreadsheet resource: `spreadsheets.get`, and what `batchUpdate` sends back with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.sheets_server.a1 import Box
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import Cell
from tests.sheets_server.defaults import COLUMN_PIXELS, ROW_PIXELS, default_format
from tests.sheets_server.errors import Obj
from tests.sheets_server.formula import effective
from tests.sheets_server.masks import Mask, wants
from tests.sheets_server.protection import ROBOT
from tests.sheets_server.shown import shown

WORKED_OUT = ("effectiveValue", "formattedValue", "effectiveFormat")


def public(value: Any) -> Any:
    """A copy as replies show it: sheet 0 is not named in ranges."""
    if isinstance(value, list):
        return [public(one) for one in value]
    if not isinstance(value, dict):
        return value
    bare = "sheetType" not in value and "locationType" not in value
    return {key: public(one) for key, one in value.items() if not (bare and key == "sheetId" and one == 0)}


def spreadsheet(book: Book, boxes: Sequence[Box], with_cells: bool, mask: Mask | None) -> Obj:
    """`boxes`: the ranges that were asked for; where there are any, only their sheets are shown."""
    data = with_cells if mask is None else wants(mask, "sheets", "data")
    shown_sheets = [s for s in book.sheets if not boxes or any(box.sheet_id == s.id for box in boxes)]
    resource: Obj = {
        "spreadsheetId": book.id,
        "properties": book.properties,
        "sheets": [_sheet(book, sheet, boxes, data, mask) for sheet in shown_sheets],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    if book.named_ranges:
        resource["namedRanges"] = public(book.named_ranges)
    whole = [one for one in book.metadata if one["location"]["locationType"] == "SPREADSHEET"]
    if whole:
        resource["developerMetadata"] = whole
    return resource


def _sheet(book: Book, sheet: Sheet, boxes: Sequence[Box], data: bool, mask: Mask | None) -> Obj:
    resource: Obj = {"properties": sheet.properties}
    for name, kept in sheet.objects.items():
        if kept:
            resource[name] = [_protected(one) for one in kept] if name == "protectedRanges" else public(kept)
    if sheet.basic_filter:
        resource["basicFilter"] = public(sheet.basic_filter)
    own = [
        m
        for m in book.metadata
        if m["location"]["locationType"] == "SHEET" and m["location"]["sheetId"] == sheet.id
    ]
    if own:
        resource["developerMetadata"] = own
    if data:
        asked = [box for box in boxes if box.sheet_id == sheet.id] or [sheet.box()]
        resource["data"] = [grid_data(book, sheet, box, mask) for box in asked]
    return resource


def _protected(one: Obj) -> Obj:
    result: Obj = public(one)
    if one.get("requestingUserCanEdit", True):
        result.setdefault("requestingUserCanEdit", True)
        result["editors"] = {"users": [ROBOT], **(result.get("editors") or {})}
    return result


def grid_data(book: Book, sheet: Sheet, box: Box, mask: Mask | None) -> Obj:
    """GridData of one box; blank cells at the end of a row, and blank rows at the end, are left out."""
    data: Obj = {}
    if box.top:
        data["startRow"] = box.top
    if box.left:
        data["startColumn"] = box.left
    if wants(mask, "sheets", "data", "rowData"):
        asked = frozenset(n for n in WORKED_OUT if wants(mask, "sheets", "data", "rowData", "values", n))
        rows = [_row(book, sheet, sheet.rows[r], box, asked) for r in box.rows]
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            data["rowData"] = rows
    if wants(mask, "sheets", "data", "rowMetadata"):
        data["rowMetadata"] = _dimensions(book, sheet, "ROWS", sheet.row_props, box.rows, ROW_PIXELS)
    if wants(mask, "sheets", "data", "columnMetadata"):
        data["columnMetadata"] = _dimensions(
            book, sheet, "COLUMNS", sheet.column_props, box.columns, COLUMN_PIXELS
        )
    return data


def _row(book: Book, sheet: Sheet, cells: dict[int, Cell], box: Box, asked: frozenset[str]) -> Obj:
    last = max((c for c in cells if c in box.columns), default=None)
    if last is None:
        return {}
    here = [cells.get(c) for c in range(box.left, last + 1)]
    return {"values": [cell_data(book, sheet, cell, asked) if cell else {} for cell in here]}


def cell_data(book: Book, sheet: Sheet, cell: Cell, asked: frozenset[str]) -> Obj:
    """CellData; of what has to be worked out only what was asked for."""
    data: Obj = dict(cell.extra or {})
    if cell.entered is not None:
        data["userEnteredValue"] = cell.entered
        if "effectiveValue" in asked or "formattedValue" in asked:
            value = effective(book, sheet, cell)
            if value:
                data["effectiveValue"] = value
                number_format = (cell.format or {}).get("numberFormat")
                data["formattedValue"] = shown(value, number_format, book.properties["locale"])
    if cell.format:
        data["userEnteredFormat"] = cell.format
    if (cell.format or cell.entered is not None) and "effectiveFormat" in asked:
        data["effectiveFormat"] = {**default_format(), **(cell.format or {})}
    if cell.note:
        data["note"] = cell.note
    if cell.validation:
        data["dataValidation"] = cell.validation
    return data


def _dimensions(
    book: Book, sheet: Sheet, axis: str, props: list[Obj | None], span: range, pixels: int
) -> list[Obj]:
    attached: dict[int, list[Obj]] = {}
    for one in book.metadata:
        place = one["location"].get("dimensionRange")
        if place and place["sheetId"] == sheet.id and place["dimension"] == axis:
            attached.setdefault(place["startIndex"], []).append(one)
    result = []
    for index in span:
        shape: Obj = {"pixelSize": pixels, **(props[index] or {})}
        if index in attached:
            shape["developerMetadata"] = attached[index]
        result.append(shape)
    return result
