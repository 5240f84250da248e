"""Requests that move, copy, order or replace the contents of cells."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.a1 import Box
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import BLANK, Cell, enter
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.formula import effective
from tests.sheets_server.on_cells import corner
from tests.sheets_server.protection import check_form, check_writable
from tests.sheets_server.typed import typed


def sort_rows(book: Book, box: Box, specs: list[tuple[int, bool]]) -> None:
    """Orders the box's rows by columns (index, descending): numbers, texts, yes/no, blanks always last.

    Cells move, rows do not: metadata and heights stay where they are.
    """
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    order = list(box.rows)
    for column, descending in reversed(specs):
        filled = [r for r in order if _key(book, sheet, r, column) is not None]
        blank = [r for r in order if _key(book, sheet, r, column) is None]
        filled.sort(key=lambda r: _key(book, sheet, r, column) or (0, 0), reverse=descending)
        order = filled + blank
    content = [[sheet.cell(r, c) for c in box.columns] for r in order]
    for r, cells in zip(box.rows, content, strict=True):
        for c, cell in zip(box.columns, cells, strict=True):
            sheet.put(r, c, cell)


def _key(book: Book, sheet: Sheet, row: int, column: int) -> tuple[int, Any] | None:
    value = effective(book, sheet, sheet.cell(row, column))
    if not value:
        return None
    kind, inner = next(iter(value.items()))
    if kind == "errorValue":
        return (3, inner["type"])
    if kind == "stringValue":
        return (1, str(inner).casefold())
    return (0 if kind == "numberValue" else 2, inner)


@handles("sortRange")
def sort_range(book: Book, body: Obj) -> None:
    box = book.box(body.get("range", {}))
    specs = [
        (one.get("dimensionIndex", 0), one.get("sortOrder") == "DESCENDING")
        for one in body.get("sortSpecs", [])
    ]
    if any(column not in box.columns for column, _ in specs):
        raise Refused("A sort column is outside the range.")
    sort_rows(book, box, specs or [(box.left, False)])


def _pasted(cell: Cell, over: Cell, kind: str) -> Cell:
    if kind == "PASTE_VALUES":
        return over._replace(entered=cell.entered, stored=cell.stored)
    if kind == "PASTE_FORMAT":
        return over._replace(format=cell.format)
    if kind == "PASTE_FORMULA":
        return over._replace(entered=cell.entered, stored=cell.stored)
    if kind == "PASTE_DATA_VALIDATION":
        return over._replace(validation=cell.validation)
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        return cell
    raise Refused(f"This server does not know {kind} yet.")


def _values_only(book: Book, sheet: Sheet, cell: Cell) -> Cell:
    return (
        cell._replace(entered=effective(book, sheet, cell), stored=None) if cell.formula is not None else cell
    )


@handles("copyPaste")
def copy_paste(book: Book, body: Obj) -> None:
    kind = body.get("pasteType", "PASTE_NORMAL")
    source, target = book.box(body.get("source", {})), book.box(body.get("destination", {}))
    check_writable(book, target)
    from_sheet, to_sheet = book.sheet(source.sheet_id), book.sheet(target.sheet_id)
    cells = [[from_sheet.cell(r, c) for c in source.columns] for r in source.rows]
    if kind == "PASTE_VALUES":
        cells = [[_values_only(book, from_sheet, cell) for cell in row] for row in cells]
    if body.get("pasteOrientation") == "TRANSPOSE":
        cells = [list(column) for column in zip(*cells, strict=True)]
    height = max(target.bottom - target.top, len(cells))
    width = max(target.right - target.left, len(cells[0]))
    if target.top + height > to_sheet.row_count or target.left + width > to_sheet.column_count:
        raise Refused("The destination is not within the sheet.")
    for r in range(height):
        for c in range(width):
            cell = cells[r % len(cells)][c % len(cells[0])]
            row, col = target.top + r, target.left + c
            to_sheet.put(row, col, _pasted(cell, to_sheet.cell(row, col), kind))


@handles("cutPaste")
def cut_paste(book: Book, body: Obj) -> None:
    kind = body.get("pasteType", "PASTE_NORMAL")
    source = book.box(body.get("source", {}))
    sheet, top, left = corner(book, body.get("destination", {}))
    origin = book.sheet(source.sheet_id)
    moved = {(r, c): origin.cell(r, c) for r in source.rows for c in source.columns}
    height, width = source.bottom - source.top, source.right - source.left
    if top + height > sheet.row_count or left + width > sheet.column_count:
        raise Refused("The destination is not within the sheet.")
    check_writable(book, source)
    check_form(origin, source)
    check_writable(book, Box(sheet.id, top, top + height, left, left + width))
    for r, c in moved:
        origin.put(r, c, BLANK)
    for (r, c), cell in moved.items():
        row, col = top + r - source.top, left + c - source.left
        sheet.put(row, col, _pasted(cell, sheet.cell(row, col), kind))


def _replacer(body: Obj) -> tuple[re.Pattern[str], str]:
    find, new = body.get("find", ""), body.get("replacement", "")
    pattern = find if body.get("searchByRegex") else re.escape(find)
    flags = 0 if body.get("matchCase") else re.IGNORECASE
    if body.get("matchEntireCell"):
        pattern = f"^(?:{pattern})$"
    by_group = re.sub(r"\$(\d)", r"\\\1", new) if body.get("searchByRegex") else new.replace("\\", "\\\\")
    return re.compile(pattern, flags), by_group


def _searched(book: Book, body: Obj) -> list[Box]:
    if body.get("allSheets"):
        return [sheet.box() for sheet in book.sheets]
    if "range" in body:
        return [book.box(body["range"])]
    if "sheetId" in body:
        return [book.sheet(body["sheetId"]).box()]
    raise Refused("One of range, sheetId or allSheets must be set.")


@handles("findReplace")
def find_replace(book: Book, body: Obj) -> Obj:
    if not body.get("find"):
        raise Refused("find must be set.")
    pattern, new = _replacer(body)
    found: list[tuple[int, int, int, int]] = []
    formulas = 0
    for box in _searched(book, body):
        sheet = book.sheet(box.sheet_id)
        for r in box.rows:
            for c, cell in list(sheet.rows[r].items()):
                if (
                    c not in box.columns
                    or not cell.entered
                    or (cell.formula and not body.get("includeFormulas"))
                ):
                    continue
                text = cell.formula or str(
                    cell.entered.get("stringValue", cell.entered.get("numberValue", ""))
                )
                fresh, hits = pattern.subn(new, text)
                if hits:
                    formulas += cell.formula is not None
                    found.append((box.sheet_id, r, c, hits))
                    sheet.put(r, c, enter(cell, *typed(fresh, book.properties["locale"])))
    counts = {
        "valuesChanged": len(found) - formulas,
        "formulasChanged": formulas,
        "rowsChanged": len({(s, r) for s, r, _, _ in found}),
        "sheetsChanged": len({s for s, _, _, _ in found}),
        "occurrencesChanged": sum(hits for *_, hits in found),
    }
    return {name: count for name, count in counts.items() if count}
