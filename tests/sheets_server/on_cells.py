"""Requests that write cells: values, looks and rules."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.a1 import Box
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import write
from tests.sheets_server.conditions import check_condition
from tests.sheets_server.defaults import coloured
from tests.sheets_server.dimensions import append
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import Mask, for_update
from tests.sheets_server.protection import check_writable


def corner(book: Book, start: Obj) -> tuple[Sheet, int, int]:
    sheet = book.sheet(start.get("sheetId", 0))
    row, col = start.get("rowIndex", 0), start.get("columnIndex", 0)
    for name, index, size in (("rowIndex", row, sheet.row_count), ("columnIndex", col, sheet.column_count)):
        if not 0 <= index < size:
            axis = "row" if name == "rowIndex" else "column"
            raise Refused(f"GridCoordinate.{name}[{index}] is after last {axis} in sheet[{size}]")
    return sheet, row, col


def _put_rows(book: Book, box: Box, rows: list[Obj], mask: Mask, clear_rest: bool) -> None:
    """Raises Refused where the rows are more than the box holds."""
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    if len(rows) > box.bottom - box.top:
        raise Refused(
            f"Attempting to write row: {box.bottom}, beyond the last requested row of: {box.bottom - 1}"
        )
    for number, row in enumerate(rows):
        if len(row.get("values", [])) > box.right - box.left:
            last = box.right - 1
            raise Refused(
                f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}"
            )
        for c, data in enumerate(row.get("values", []), box.left):
            r = box.top + number
            sheet.put(r, c, write(sheet.cell(r, c), coloured(data), mask))
    if clear_rest:
        for r in box.rows:
            number = r - box.top
            done = len(rows[number].get("values", [])) if number < len(rows) else 0
            for c in range(box.left + done, box.right):
                if c in sheet.rows[r]:
                    sheet.put(r, c, write(sheet.cell(r, c), {}, mask))


@handles("updateCells")
def update_cells(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "CellData")
    rows: list[Obj] = body.get("rows", [])
    if "range" in body:
        _put_rows(book, book.box(body["range"]), rows, mask, True)
        return
    if "start" not in body:
        raise Refused("Must set one of 'start' or 'range'.")
    sheet, top, left = corner(book, body["start"])
    _put_rows(book, Box(sheet.id, top, sheet.row_count, left, sheet.column_count), rows, mask, False)


@handles("repeatCell")
def repeat_cell(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "CellData")
    box = book.box(body.get("range", {}))
    check_writable(book, box)
    sheet, data = book.sheet(box.sheet_id), coloured(body.get("cell", {}))
    for r in box.rows:
        for c in box.columns:
            sheet.put(r, c, write(sheet.cell(r, c), data, mask))


@handles("appendCells")
def append_cells(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "CellData")
    sheet, rows = book.sheet(body.get("sheetId", 0)), body.get("rows", [])
    top = sheet.last_filled() + 1
    width = max((len(row.get("values", [])) for row in rows), default=0)
    append(book, sheet, "ROWS", max(0, top + len(rows) - sheet.row_count))
    if width > sheet.column_count:
        last = sheet.column_count - 1
        raise Refused(f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}")
    if rows:
        _put_rows(book, Box(sheet.id, top, sheet.row_count, 0, sheet.column_count), rows, mask, False)


@handles("setDataValidation")
def set_data_validation(book: Book, body: Obj) -> None:
    box = book.box(body.get("range", {}))
    rule = body.get("rule")
    if rule is not None:
        check_condition(book, rule.get("condition"), "data validation")
    _each(book, box, "validation", rule)


def _each(book: Book, box: Box, name: str, value: Any) -> None:
    sheet = book.sheet(box.sheet_id)
    changes: dict[str, Any] = {name: value}
    for r in box.rows:
        for c in box.columns:
            sheet.put(r, c, sheet.cell(r, c)._replace(**changes))


@handles("updateBorders")
def update_borders(book: Book, body: Obj) -> None:
    box = book.box(body.get("range", {}))
    sheet = book.sheet(box.sheet_id)
    inner_row, inner_column = body.get("innerHorizontal"), body.get("innerVertical")
    for r in box.rows:
        for c in box.columns:
            sides = {
                "top": body.get("top") if r == box.top else inner_row,
                "bottom": body.get("bottom") if r == box.bottom - 1 else inner_row,
                "left": body.get("left") if c == box.left else inner_column,
                "right": body.get("right") if c == box.right - 1 else inner_column,
            }
            given = {side: coloured(border) for side, border in sides.items() if border}
            cell = sheet.cell(r, c)
            shape = cell.format or {}
            borders = {**shape.get("borders", {}), **given}
            sheet.put(r, c, cell._replace(format={**shape, "borders": borders}))


@handles("mergeCells")
def merge_cells(book: Book, body: Obj) -> None:
    box = book.box(body.get("range", {}))
    sheet = book.sheet(box.sheet_id)
    kind = body.get("mergeType", "MERGE_ALL")
    parts = [box]
    if kind == "MERGE_ROWS":
        parts = [Box(box.sheet_id, r, r + 1, box.left, box.right) for r in box.rows]
    elif kind == "MERGE_COLUMNS":
        parts = [Box(box.sheet_id, box.top, box.bottom, c, c + 1) for c in box.columns]
    _unmerge(book, sheet, box)
    for part in parts:
        sheet.objects["merges"].append(part.grid_range())
        for r in part.rows:
            for c in part.columns:
                if (r, c) != (part.top, part.left) and sheet.cell(r, c).filled:
                    sheet.put(r, c, sheet.cell(r, c)._replace(entered=None, stored=None))


def _unmerge(book: Book, sheet: Sheet, box: Box) -> None:
    kept = []
    for one in sheet.objects["merges"]:
        other = book.box(one)
        if not other.meets(box):
            kept.append(one)
        elif not (box.covers(other.top, other.left) and box.covers(other.bottom - 1, other.right - 1)):
            raise Refused("You must select all cells in a merged range to merge or unmerge them.")
    sheet.objects["merges"] = kept


@handles("unmergeCells")
def unmerge_cells(book: Book, body: Obj) -> None:
    box = book.box(body.get("range", {}))
    _unmerge(book, book.sheet(box.sheet_id), box)
