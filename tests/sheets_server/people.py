"""People who work in the spreadsheet while the program runs. Rows count from 1, as they see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tests.sheets_server import dimensions
from tests.sheets_server.a1 import Box, column_number
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import Cell, enter
from tests.sheets_server.formula import effective
from tests.sheets_server.grids import cell_of
from tests.sheets_server.on_moves import sort_rows
from tests.sheets_server.typed import typed

if TYPE_CHECKING:
    from tests.sheets_server.server import SheetsServer

Column = int | str
"""A number from 1, a header of row 1, or letters; a header goes before letters."""


class People:
    """Each act is a change of its own, between two calls of the program."""

    def __init__(self, server: SheetsServer, book_id: str) -> None:
        self._server = server
        self._id = book_id

    def _act(self, tab: str, work: Callable[[Book, Sheet], None]) -> None:
        with self._server.lock:
            book = self._server.books[self._id].clone()
            sheet = book.find(tab)
            if sheet is None:
                raise KeyError(tab)
            work(book, sheet)
            self._server.books[self._id] = book

    def column(self, tab: str, column: Column) -> int:
        """The column's number from 1. Raises KeyError where there is none."""
        sheet = self._server.sheet(tab, self._id)
        if isinstance(column, int):
            return column
        for c, cell in sorted(sheet.rows[0].items()):
            value = effective(self._server.book(self._id), sheet, cell) or {}
            if value.get("stringValue") == column:
                return c + 1
        if column.isascii() and column.isalpha() and column_number(column) < sheet.column_count:
            return column_number(column) + 1
        raise KeyError(column)

    def find(self, tab: str, column: Column, text: Any) -> int:
        """The first row (from 1) whose cell in that column has this value."""
        at = self.column(tab, column) - 1
        for r, row in enumerate(self._server.grid(tab, self._id)):
            if at < len(row) and row[at] == text:
                return r + 1
        raise KeyError(text)

    def sort(self, tab: str, column: Column, *, descending: bool = False, header_rows: int = 1) -> None:
        """Sorts all rows below the header by one column, over all columns."""
        at = self.column(tab, column) - 1

        def work(book: Book, sheet: Sheet) -> None:
            box = Box(sheet.id, header_rows, sheet.row_count, 0, sheet.column_count)
            sort_rows(book, box, [(at, descending)])

        self._act(tab, work)

    def insert_row(self, tab: str, row: int, values: Sequence[Any] = ()) -> None:
        """A new row above the one that is now `row`; values as typed (texts) or as they are."""

        def work(book: Book, sheet: Sheet) -> None:
            dimensions.insert(book, sheet, "ROWS", row - 1, 1, row > 1)
            for c, raw in enumerate(values):
                _type(book, sheet, row - 1, c, raw)

        self._act(tab, work)

    def delete_row(self, tab: str, row: int, count: int = 1) -> None:
        self._act(tab, lambda book, sheet: dimensions.delete(book, sheet, "ROWS", row - 1, row - 1 + count))

    def move_row(self, tab: str, row: int, before: int) -> None:
        """Drags a row in front of another (numbers as they are before the move)."""
        self._act(tab, lambda book, sheet: dimensions.move(book, sheet, "ROWS", row - 1, row, before - 1))

    def copy_row(self, tab: str, row: int, to: int) -> None:
        """Copies a row's cells over another row."""

        def work(book: Book, sheet: Sheet) -> None:
            sheet.rows[to - 1] = dict(sheet.rows[row - 1])

        self._act(tab, work)

    def fill_row(self, tab: str, row: int, values: Sequence[Any]) -> None:
        """Values into a row from its first cell on, as typed (texts) or as they are; its other cells are emptied."""

        def work(book: Book, sheet: Sheet) -> None:
            for c in list(sheet.rows[row - 1]):
                sheet.put(row - 1, c, enter(sheet.rows[row - 1][c], None))
            for c, raw in enumerate(values):
                _type(book, sheet, row - 1, c, raw)

        self._act(tab, work)

    def edit(self, tab: str, row: int, column: Column, value: Any) -> None:
        """A text is typed in (numbers, dates, formulas are understood); other values are put as they are."""
        at = self.column(tab, column) - 1
        self._act(tab, lambda book, sheet: _type(book, sheet, row - 1, at, value))

    def clear_rows(self, tab: str, first: int, last: int) -> None:
        """Selects rows and presses Delete: the values go, the rows stay."""

        def work(book: Book, sheet: Sheet) -> None:
            for r in range(first - 1, last):
                for c in list(sheet.rows[r]):
                    sheet.put(r, c, enter(sheet.rows[r][c], None))

        self._act(tab, work)

    def tick_boxes(self, tab: str, column: Column, first: int, last: int) -> None:
        """Fills rows with tick boxes that are not ticked: cells that hold FALSE."""
        at = self.column(tab, column) - 1
        box = {"condition": {"type": "BOOLEAN"}, "strict": True}

        def work(book: Book, sheet: Sheet) -> None:
            for r in range(first - 1, last):
                fresh = sheet.cell(r, at)._replace(entered={"boolValue": False}, stored=None, validation=box)
                sheet.put(r, at, fresh)

        self._act(tab, work)

    def plain_text(self, tab: str, column: Column) -> None:
        """Formats a column as plain text."""
        at = self.column(tab, column) - 1

        def work(book: Book, sheet: Sheet) -> None:
            for r in range(sheet.row_count):
                cell = sheet.cell(r, at)
                shape = {**(cell.format or {}), "numberFormat": {"type": "TEXT", "pattern": "@"}}
                sheet.put(r, at, cell._replace(format=shape))

        self._act(tab, work)

    def insert_column(self, tab: str, column: Column, header: str = "") -> None:
        """A new column before this one."""
        at = self.column(tab, column) - 1

        def work(book: Book, sheet: Sheet) -> None:
            dimensions.insert(book, sheet, "COLUMNS", at, 1, None)
            _type(book, sheet, 0, at, header)

        self._act(tab, work)

    def delete_column(self, tab: str, column: Column) -> None:
        at = self.column(tab, column) - 1
        self._act(tab, lambda book, sheet: dimensions.delete(book, sheet, "COLUMNS", at, at + 1))

    def move_column(self, tab: str, column: Column, before: Column) -> None:
        """Drags a column in front of another."""
        at, to = self.column(tab, column) - 1, self.column(tab, before) - 1
        self._act(tab, lambda book, sheet: dimensions.move(book, sheet, "COLUMNS", at, at + 1, to))

    def hide_row(self, tab: str, row: int) -> None:
        def work(book: Book, sheet: Sheet) -> None:
            sheet.row_props[row - 1] = {**(sheet.row_props[row - 1] or {}), "hiddenByUser": True}

        self._act(tab, work)

    def filter(self, tab: str, row: int) -> None:
        """A filter over the whole tab that leaves out this row; an earlier one shows all again first."""

        def work(book: Book, sheet: Sheet) -> None:
            for r, props in enumerate(sheet.row_props):
                if props and "hiddenByFilter" in props:
                    sheet.row_props[r] = {key: value for key, value in props.items() if key != "hiddenByFilter"} or None
            sheet.basic_filter = {"range": Box(sheet.id, 0, sheet.row_count, 0, sheet.column_count).grid_range()}
            sheet.row_props[row - 1] = {**(sheet.row_props[row - 1] or {}), "hiddenByFilter": True}

        self._act(tab, work)

    def rename_tab(self, tab: str, title: str) -> None:
        self._act(tab, lambda book, sheet: sheet.properties.update(title=title))

    def delete_tab(self, tab: str) -> None:
        def work(book: Book, sheet: Sheet) -> None:
            book.sheets.remove(sheet)

        self._act(tab, work)

    def protect(self, tab: str, row: int, column: Column) -> None:
        """Closes one cell to everybody but its owner, so also to the program."""
        at = self.column(tab, column) - 1

        def work(book: Book, sheet: Sheet) -> None:
            place = Box(sheet.id, row - 1, row, at, at + 1).grid_range()
            closed = {"protectedRangeId": book.ids.fresh(), "range": place, "requestingUserCanEdit": False}
            sheet.objects["protectedRanges"].append(closed)

        self._act(tab, work)

    def add_form_answer(self, tab: str, values: Sequence[Any]) -> int:
        """A form's answer: a new row below the last answer, pushing down what people typed there. Its row."""
        rows: list[int] = []

        def work(book: Book, sheet: Sheet) -> None:
            at = sheet.last_form_row + 1
            dimensions.insert(book, sheet, "ROWS", at, 1, True)
            for c, raw in enumerate(values):
                sheet.put(at, c, cell_of(raw))
            sheet.last_form_row = at
            rows.append(at + 1)

        self._act(tab, work)
        return rows[0]


def _type(book: Book, sheet: Sheet, r: int, c: int, value: Any) -> None:
    cell: Cell = sheet.cell(r, c)
    if isinstance(value, str) and not cell.plain_text:
        sheet.put(r, c, enter(cell, *typed(value, book.properties["locale"])))
        return
    fresh = cell_of(value)
    number_format = (fresh.format or {}).get("numberFormat")
    sheet.put(r, c, enter(cell, fresh.entered, number_format)._replace(stored=fresh.stored))
