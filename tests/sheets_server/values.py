"""The `values` calls: boxes of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.sheets_server.a1 import Box, column_letters, parse, written
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import Cell, enter
from tests.sheets_server.dimensions import append, insert
from tests.sheets_server.errors import ApiError, Obj, Refused, invalid
from tests.sheets_server.formula import effective
from tests.sheets_server.protection import check_writable
from tests.sheets_server.shown import is_date, plain, shown
from tests.sheets_server.typed import entered

RENDER = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATES = ("SERIAL_NUMBER", "FORMATTED_STRING")


def rendered(book: Book, sheet: Sheet, cell: Cell, render: str, dates: str) -> Any:
    """One cell as `values.get` shows it; "" where blank."""
    if cell.entered is None:
        return ""
    if "stringValue" in cell.entered:
        return cell.entered["stringValue"]
    if render == "FORMULA" and cell.formula is not None:
        return cell.formula
    value = effective(book, sheet, cell)
    if not value:
        return ""
    number_format = (cell.format or {}).get("numberFormat")
    as_text = dates == "FORMATTED_STRING" and is_date(number_format)
    if render == "FORMATTED_VALUE" or "errorValue" in value or ("numberValue" in value and as_text):
        return shown(value, number_format, book.properties["locale"])
    return plain(value["numberValue"]) if "numberValue" in value else next(iter(value.values()))


def grid(
    book: Book, box: Box, render: str = "UNFORMATTED_VALUE", dates: str = "SERIAL_NUMBER"
) -> list[list[Any]]:
    """The box row by row; blanks at the end of a row, and blank rows at the end, are left out."""
    sheet, columns = book.sheet(box.sheet_id), box.columns
    rows: list[list[Any]] = []
    for r in box.rows:
        cells = sheet.rows[r]
        if not cells:
            rows.append([])
            continue
        last = max((c for c, cell in cells.items() if c in columns and cell.filled), default=box.left - 1)
        here = map(cells.get, range(box.left, last + 1))
        rows.append([rendered(book, sheet, cell, render, dates) if cell else "" for cell in here])
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _turned(rows: list[list[Any]]) -> list[list[Any]]:
    width = max((len(row) for row in rows), default=0)
    columns = [[row[c] if c < len(row) else "" for row in rows] for c in range(width)]
    for column in columns:
        while column and column[-1] == "":
            column.pop()
    return columns


def value_range(book: Book, box: Box, query: Obj) -> Obj:
    """A ValueRange; `query` may have valueRenderOption, dateTimeRenderOption and majorDimension."""
    render = query.get("valueRenderOption") or "FORMATTED_VALUE"
    dates = query.get("dateTimeRenderOption") or "SERIAL_NUMBER"
    major = "COLUMNS" if query.get("majorDimension") == "COLUMNS" else "ROWS"
    rows = grid(book, box, render, dates)
    reply: Obj = {"range": written(book.sheet(box.sheet_id), box), "majorDimension": major}
    if rows:
        reply["values"] = _turned(rows) if major == "COLUMNS" else rows
    return reply


def _rows_of(body: Obj) -> list[list[Any]]:
    values: list[list[Any]] = body.get("values", [])
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            if isinstance(value, (list, dict)):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise invalid(f"Invalid values[{r}][{c}]: {kind} {{}}")
    if body.get("majorDimension") != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [[column[r] if r < len(column) else None for column in values] for r in range(height)]


def _target(book: Book, text: str, rows: Sequence[Sequence[Any]]) -> Box:
    """Where the values go: as many cells as there are values, from the corner of the range."""
    asked = parse(book, text)
    sheet = book.sheet(asked.sheet_id)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    one_cell = asked.bottom - asked.top == 1 and asked.right - asked.left == 1
    bottom, right = asked.top + height, asked.left + width
    name = written(sheet, asked)
    if not one_cell and right > asked.right:
        column = column_letters(asked.right)
        raise invalid(f"Requested writing within range [{name}], but tried writing to column [{column}]")
    if not one_cell and bottom > asked.bottom:
        raise invalid(
            f"Requested writing within range [{name}], but tried writing to row [{asked.bottom + 1}]"
        )
    if bottom > sheet.row_count or right > sheet.column_count:
        limits = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        raise invalid(f"Range ({text}) exceeds grid limits. {limits}")
    return Box(sheet.id, asked.top, max(bottom, asked.top + 1), asked.left, max(right, asked.left + 1))


def fill(book: Book, box: Box, rows: Sequence[Sequence[Any]], option: str) -> set[tuple[int, int]]:
    """Puts the values in; null leaves a cell alone, "" clears it. The cells that were written."""
    sheet = book.sheet(box.sheet_id)
    check_writable(book, box)
    done: set[tuple[int, int]] = set()
    for r, row in enumerate(rows, box.top):
        for c, raw in enumerate(row, box.left):
            if raw is None:
                continue
            cell = sheet.cell(r, c)
            sheet.put(r, c, enter(cell, *entered(raw, cell, book.properties["locale"], option)))
            done.add((r, c))
    return done


def _option(query: Obj) -> str:
    option = query.get("valueInputOption") or ""
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    return str(option)


def _written_reply(book: Book, box: Box, done: set[tuple[int, int]], query: Obj) -> Obj:
    counts = {
        "updatedRows": len({r for r, _ in done}),
        "updatedColumns": len({c for _, c in done}),
        "updatedCells": len(done),
    }
    reply: Obj = {"spreadsheetId": book.id, "updatedRange": written(book.sheet(box.sheet_id), box)}
    reply.update({name: count for name, count in counts.items() if count})
    if query.get("includeValuesInResponse"):
        shape = {
            "valueRenderOption": query.get("responseValueRenderOption"),
            "dateTimeRenderOption": query.get("responseDateTimeRenderOption"),
        }
        reply["updatedData"] = value_range(book, box, shape)
    return reply


def _update(book: Book, text: str, body: Obj, query: Obj) -> tuple[Obj, Box, set[tuple[int, int]]]:
    rows = _rows_of(body)
    named = body.get("range")
    if named and named != text and parse(book, named) != parse(book, text):
        raise invalid(f"Requested writing within range [{text}], but tried writing to range [{named}]")
    box = _target(book, text, rows)
    try:
        done = fill(book, box, rows, _option(query))
    except Refused as refused:
        raise invalid(str(refused)) from refused
    return _written_reply(book, box, done, query), box, done


def update(book: Book, text: str, body: Obj, query: Obj) -> Obj:
    return _update(book, text, body, query)[0]


def batch_update(book: Book, body: Obj) -> Obj:
    responses, cells = [], set()
    for one in body.get("data", []):
        reply, box, done = _update(book, one.get("range", ""), one, body)
        responses.append(reply)
        cells |= {(box.sheet_id, r, c) for r, c in done}
    totals = {
        "totalUpdatedRows": len({(s, r) for s, r, _ in cells}),
        "totalUpdatedColumns": len({(s, c) for s, _, c in cells}),
        "totalUpdatedCells": len(cells),
        "totalUpdatedSheets": len({s for s, _, _ in cells}),
    }
    return {"spreadsheetId": book.id, **{k: n for k, n in totals.items() if n}, "responses": responses}


def clear(book: Book, text: str) -> str:
    """Empties the cells, leaving their looks. The range as Google names it."""
    box = parse(book, text)
    sheet = book.sheet(box.sheet_id)
    try:
        check_writable(book, box)
    except Refused as refused:
        raise invalid(str(refused)) from refused
    for r in box.rows:
        for c in [c for c in sheet.rows[r] if c in box.columns]:
            sheet.put(r, c, enter(sheet.rows[r][c], None))
    return written(sheet, box)


def _table(sheet: Sheet, box: Box) -> Box | None:
    """The last table that the box touches: filled cells, and what is filled beside them, diagonals too."""
    inside = (
        (r, c) for r in box.rows for c, cell in sheet.rows[r].items() if cell.filled and c in box.columns
    )
    last = max(inside, default=None)
    if last is None:
        return None
    top, left, bottom, right = last[0], last[1], last[0] + 1, last[1] + 1
    while True:
        around = [
            (r, c)
            for r in range(max(top - 1, 0), min(bottom + 1, sheet.row_count))
            for c, cell in sheet.rows[r].items()
            if cell.filled and left - 1 <= c <= right
        ]
        rows, columns = [r for r, _ in around], [c for _, c in around]
        grown = (min(rows), min(columns), max(rows) + 1, max(columns) + 1)
        if grown == (top, left, bottom, right):
            return Box(sheet.id, top, bottom, left, right)
        top, left, bottom, right = grown


def append_values(book: Book, text: str, body: Obj, query: Obj) -> Obj:
    """Writes below the last table that the range touches, or into the range where it touches none."""
    asked = parse(book, text)
    sheet, rows = book.sheet(asked.sheet_id), _rows_of(body)
    table = _table(sheet, asked)
    top, left = (table.bottom, table.left) if table else (asked.top, asked.left)
    bottom = top + max(len(rows), 1)
    right = left + max((len(row) for row in rows), default=1)
    try:
        if query.get("insertDataOption") == "INSERT_ROWS" and top < sheet.row_count:
            insert(book, sheet, "ROWS", top, len(rows), None)
        append(book, sheet, "ROWS", max(0, bottom - sheet.row_count))
        append(book, sheet, "COLUMNS", max(0, right - sheet.column_count))
        box = Box(sheet.id, top, bottom, left, right)
        done = fill(book, box, rows, _option(query))
    except Refused as refused:
        raise ApiError(400, str(refused)) from refused
    reply: Obj = {"spreadsheetId": book.id}
    if table:
        reply["tableRange"] = written(sheet, table)
    return {**reply, "updates": _written_reply(book, box, done, query)}
