"""Rarer requests: cells pushed aside within a sheet, blanks trimmed, doubles removed, groups folded."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.a1 import Box
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import BLANK, enter, text_value
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.formula import effective
from tests.sheets_server.masks import for_update, updated
from tests.sheets_server.on_dimensions import groups_of, span
from tests.sheets_server.protection import check_form, check_writable


def _lines(box: Box, axis: str) -> list[int]:
    return list(box.columns if axis == "ROWS" else box.rows)


def _shifted(book: Book, body: Obj, inserting: bool) -> None:
    """Moves the cells below (or right of) the box by its height (or width); names and formulas stay."""
    box, axis = book.box(body.get("range", {})), body.get("shiftDimension")
    if axis not in ("ROWS", "COLUMNS"):
        raise Refused("shiftDimension must be set.")
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    check_form(sheet, box)
    start, end = (box.top, box.bottom) if axis == "ROWS" else (box.left, box.right)
    size, count = (sheet.row_count if axis == "ROWS" else sheet.column_count), end - start
    for line in _lines(box, axis):
        place = [(at, line) if axis == "ROWS" else (line, at) for at in range(size)]
        cells = [sheet.cell(r, c) for r, c in place]
        if inserting:
            cells = [*cells[:start], *[BLANK] * count, *cells[start:]][:size]
        else:
            cells = [*cells[:start], *cells[end:], *[BLANK] * count]
        for (r, c), cell in zip(place, cells, strict=True):
            sheet.put(r, c, cell)


@handles("insertRange")
def insert_range(book: Book, body: Obj) -> None:
    _shifted(book, body, True)


@handles("deleteRange")
def delete_range(book: Book, body: Obj) -> None:
    _shifted(book, body, False)


@handles("trimWhitespace")
def trim_whitespace(book: Book, body: Obj) -> Obj:
    box = book.box(body.get("range", {}))
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    changed = 0
    for r in box.rows:
        for c, cell in list(sheet.rows[r].items()):
            text = (cell.entered or {}).get("stringValue")
            if c in box.columns and text is not None and text != " ".join(text.split()):
                trimmed = " ".join(text.split())
                sheet.put(r, c, enter(cell, text_value(trimmed) if trimmed else None))
                changed += 1
    return {"cellsChangedCount": changed} if changed else {}


def _key(book: Book, sheet: Sheet, row: int, columns: list[int]) -> tuple[Any, ...]:
    shown = (effective(book, sheet, sheet.cell(row, c)) or {} for c in columns)
    return tuple(str(next(iter(value.values()), "")).casefold() for value in shown)


@handles("deleteDuplicates")
def delete_duplicates(book: Book, body: Obj) -> Obj:
    box = book.box(body.get("range", {}))
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    spans = [span(book, one) for one in body.get("comparisonColumns", [])]
    columns = [c for _, _, start, end in spans for c in range(start, end)] or list(box.columns)
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for r in box.rows:
        key = _key(book, sheet, r, columns)
        if key not in seen:
            kept.append([sheet.cell(r, c) for c in box.columns])
        seen.add(key)
    gone = box.bottom - box.top - len(kept)
    kept += [[BLANK] * (box.right - box.left)] * gone
    for r, cells in zip(box.rows, kept, strict=True):
        for c, cell in zip(box.columns, cells, strict=True):
            sheet.put(r, c, cell)
    return {"duplicatesRemovedCount": gone} if gone else {}


@handles("updateDimensionGroup")
def update_dimension_group(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "DimensionGroup")
    given = body.get("dimensionGroup", {})
    sheet, axis, start, end = span(book, given.get("range", {}))
    for group in groups_of(sheet, axis):
        place = group["range"]
        if (place["startIndex"], place["endIndex"], group["depth"]) == (start, end, given.get("depth")):
            group.update(updated(group, given, {k: v for k, v in mask.items() if k == "collapsed"}))
            return
    raise Refused("There is no such group.")
