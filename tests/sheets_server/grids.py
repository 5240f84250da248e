"""Spreadsheets from Python values and from workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from tests.sheets_server.book import Book, Ids, Sheet, blank_sheet
from tests.sheets_server.cells import BLANK, Cell, text_value, value_of
from tests.sheets_server.defaults import new_book
from tests.sheets_server.errors import Obj
from tests.sheets_server.shown import serial


@dataclass(frozen=True, slots=True)
class Formula:
    """A person's formula, and what it shows (without a value the server evaluates it: only a little)."""

    text: str
    value: Any = None


DATE: Obj = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
MOMENT: Obj = {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}}
CLOCK: Obj = {"numberFormat": {"type": "TIME", "pattern": "hh:mm:ss"}}


def cell_of(raw: Any) -> Cell:
    """The cell of a Python value: texts as they are (also `=…`), dates as formatted serial numbers."""
    if type(raw) is str:
        return Cell(entered=text_value(raw)) if raw else BLANK
    if isinstance(raw, Cell):
        return raw
    if isinstance(raw, Formula):
        return Cell(entered={"formulaValue": raw.text}, stored=cell_of(raw.value).entered)
    if isinstance(raw, datetime):
        return Cell(entered={"numberValue": serial(raw.replace(tzinfo=None))}, format=MOMENT)
    if isinstance(raw, date):
        return Cell(entered={"numberValue": serial(datetime.combine(raw, time()))}, format=DATE)
    if isinstance(raw, time):
        span = timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second)
        return Cell(entered={"numberValue": span / timedelta(days=1)}, format=CLOCK)
    if isinstance(raw, timedelta):
        return Cell(entered={"numberValue": raw / timedelta(days=1)}, format=CLOCK)
    entered = value_of(float(raw) if isinstance(raw, Decimal) else raw)
    return Cell(entered=entered) if entered else BLANK


def fill_sheet(sheet: Sheet, rows: Sequence[Sequence[Any]]) -> None:
    for r, row in enumerate(rows):
        cells = {c: cell_of(raw) for c, raw in enumerate(row) if raw is not None and raw != ""}
        sheet.rows[r].update(cells)
        sheet.has_formulas |= any(cell.formula is not None for cell in cells.values())


def book_of(
    ids: Ids,
    title: str,
    tabs: Mapping[str, Sequence[Sequence[Any]]],
    locale: str,
    zone: str,
    rows: int,
    columns: int,
) -> Book:
    """Each sheet has at least `rows` rows and `columns` columns."""
    book = new_book(ids, title, locale, zone)
    book.sheets.clear()
    for index, (name, content) in enumerate(tabs.items()):
        width = max((len(row) for row in content), default=0)
        number = 0 if index == 0 else ids.fresh()
        sheet = blank_sheet(number, name, index, max(rows, len(content) + 1), max(columns, width))
        fill_sheet(sheet, content)
        book.sheets.append(sheet)
    return book


def tabs_of_workbook(path: Path) -> dict[str, list[list[Any]]]:
    """A workbook's values, for `create(tabs=…)`; formulas with the values that are stored beside them."""
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    tabs: dict[str, list[list[Any]]] = {}
    for sheet in formulas.worksheets:
        beside = stored[sheet.title]
        tabs[sheet.title] = [
            [_of_workbook(cell, beside.cell(r, c).value) for c, cell in enumerate(row, 1)]
            for r, row in enumerate(sheet.iter_rows(), 1)
        ]
    return tabs


def _of_workbook(cell: Any, stored: Any) -> Any:
    if cell.data_type == "f":
        return Formula(str(getattr(cell.value, "text", cell.value)), stored)
    return cell.value
