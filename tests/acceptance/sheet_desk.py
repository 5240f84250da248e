"""A register in a Google Sheet on somebody's desk: looked at and typed into as if it were a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.acceptance.desk import NOW, Desk, Done, onsite, tree
from tests.sheets_server import Formula, SheetsServer
from tests.sheets_server.book import Sheet
from tests.sheets_server.cells import Cell
from tests.sheets_server.grids import cell_of
from tests.sheets_server.shown import moment_of


class SheetDesk(Desk):
    """`path` is the spreadsheet's key: what stands where a workbook's path would. `place` takes the documents."""

    def __init__(self, server: SheetsServer, key: str, place: Path) -> None:
        self.server, self.key, self.place = server, key, place

    @property
    def path(self) -> Any:  # type: ignore[override]
        return self.key

    @property
    def folder(self) -> Path:
        return self.place

    def state(self) -> object:
        return self.server.export(self.key)

    def call(self, command: str, *arguments: object) -> Done:
        """A command on this register."""
        return onsite(command, self.key, *arguments, "--out", self.place)

    def sync(self, *options: object, now: str = NOW, code: int = 0) -> dict[str, Any]:
        return super().sync(*options, "--out", self.place, now=now, code=code)

    def refused(self, *options: object, now: str = NOW, code: int = 2) -> str:
        before, files = self.server.export(self.key), tree(self.place)
        done = self.call("sync", "--now", now, *options)
        assert done.code == code, (done.code, done.out, done.err)
        assert (self.server.export(self.key), tree(self.place)) == (before, files)
        assert "Traceback" not in done.err and "bug of ours" not in done.err
        return done.err

    def lines(self, tab: str) -> list[list[Any]]:
        cells = _cells(self.server.sheet(tab, self.key), values=True)
        height, width = (max((place[axis] for place in cells), default=0) for axis in (0, 1))
        return [[cells.get((row, col)) for col in range(1, width + 1)] for row in range(1, height + 1)]

    @contextmanager
    def edited(self) -> Iterator[Workbook]:
        book = self._as_workbook()
        pages = book.worksheets
        yield book
        with self.server.lock:
            fresh = self.server.books[self.key].clone()
            for sheet, page in zip(list(fresh.sheets), pages, strict=True):
                if page not in book.worksheets:
                    fresh.sheets.remove(sheet)
                    continue
                sheet.properties["title"] = page.title
                _type_over(sheet, page)
            self.server.books[self.key] = fresh

    def _as_workbook(self) -> Workbook:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for sheet in self.server.book(self.key).sheets:
            page = book.create_sheet(sheet.title)
            page.title = sheet.title
            for (row, col), value in _cells(sheet, values=False).items():
                cell = page.cell(row, col)
                cell.value = value
                if value.__class__ is str and not _is_formula(sheet, row, col):
                    cell.data_type = "s"
        return book


def _cells(sheet: Sheet, values: bool) -> dict[tuple[int, int], Any]:
    """Filled cells by row and column from 1: numbers that show as dates are dates."""
    return {
        (r + 1, c + 1): value
        for r, row in enumerate(sheet.rows) for c, cell in row.items()
        if cell.entered and (value := _value(cell, values)) not in (None, "")
    }  # fmt: skip


def _value(cell: Cell, values: bool) -> Any:
    if cell.formula is not None and not values:
        return cell.formula
    entered: Mapping[str, Any] = (cell.stored if cell.formula is not None else cell.entered) or {}
    value = next(iter(entered.values()), None)
    kind = ((cell.format or {}).get("numberFormat") or {}).get("type")
    if "numberValue" in entered and kind in ("DATE", "DATE_TIME"):
        return moment_of(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_formula(sheet: Sheet, row: int, col: int) -> bool:
    return sheet.cell(row - 1, col - 1).formula is not None


def _type_over(sheet: Sheet, page: Worksheet) -> None:
    """Put what differs; the rest of a cell stays as it is."""
    before = _cells(sheet, values=False)
    after = {(c.row, c.column): c for line in page.iter_rows() for c in line if c.value not in (None, "")}
    while sheet.row_count < page.max_row:
        sheet.rows.append({})
        sheet.row_props.append(None)
    while sheet.column_count < page.max_column:
        sheet.column_props.append(None)
    sheet.count_changed()
    for row, col in before.keys() | after.keys():
        cell = after.get((row, col))
        value = cell.value if cell is not None else None
        if value != before.get((row, col)):
            formula = cell is not None and cell.data_type == "f"
            _put(sheet, row - 1, col - 1, Formula(str(value)) if formula else value)


def _put(sheet: Sheet, row: int, col: int, value: Any) -> None:
    fresh = cell_of(value)
    old = sheet.cell(row, col)
    shape = {**(old.format or {}), **(fresh.format or {})} if isinstance(value, date | datetime) else old.format
    sheet.put(row, col, old._replace(entered=fresh.entered, stored=fresh.stored, format=shape))
