"""A simulated register in a workbook file, and the program with which people read and save it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from sync.registers.base import Register
from sync.registers.workbook import WorkbookRegister
from tests.simulation.desks import Rows
from tests.simulation.register import FORM
from tests.simulation.wire import Machine

_BEGINNINGS: dict[str, bytes] = {}
"""Workbooks that worlds began with: they hold the time at which they were made, so each is made once."""


class FileDesk:
    """A workbook in a folder. People's program reads and writes it with openpyxl, as they would by saving."""

    def __init__(self, tabs: Mapping[str, Rows], folder: Path) -> None:
        self.path = folder / "register.xlsx"
        self._tabs: dict[str, Rows] = {title: [list(row) for row in rows] for title, rows in tabs.items()}
        self._seen: tuple[int, int, int] = (0, 0, 0)
        beginning = repr(tabs)
        if beginning not in _BEGINNINGS:
            self._save()
            _BEGINNINGS[beginning] = self.path.read_bytes()
        self.path.write_bytes(_BEGINNINGS[beginning])

    def rows(self, tab: str) -> Rows:
        return self._read()[tab]

    def state(self) -> object:
        return self._read()

    def register(self, machine: Machine) -> Register:
        return WorkbookRegister(self.path, wait=0)

    def sort(self, tab: str, column: str, descending: bool) -> None:
        at = self._column(tab, column)

        def work(rows: Rows) -> None:
            rows[1:] = sorted(rows[1:], key=lambda row: _order(_cell(row, at)), reverse=descending)

        self._change(tab, work)

    def insert_row(self, tab: str, row: int, cells: Sequence[Any] = ()) -> None:
        self._change(tab, lambda rows: rows.insert(row - 1, list(cells)))

    def delete_row(self, tab: str, row: int) -> None:
        self._change(tab, lambda rows: rows.pop(row - 1))

    def paste_row(self, tab: str, row: int, to: int) -> None:
        self._change(tab, lambda rows: rows.__setitem__(to - 1, list(rows[row - 1])))

    def fill_row(self, tab: str, row: int, cells: Sequence[Any]) -> None:
        self._change(tab, lambda rows: rows.__setitem__(row - 1, list(cells)))

    def move_row(self, tab: str, row: int, before: int) -> None:
        self._change(tab, lambda rows: rows.insert(before - 1 - (row < before), rows.pop(row - 1)))

    def edit(self, tab: str, row: int, column: str, value: Any) -> None:
        at = self._column(tab, column)

        def work(rows: Rows) -> None:
            line = rows[row - 1]
            line += [None] * (at + 1 - len(line))
            line[at] = value

        self._change(tab, work)

    def rename(self, tab: str, column: int, header: str) -> None:
        self._change(tab, lambda rows: rows[0].__setitem__(column - 1, header))

    def hide(self, tab: str, row: int) -> None:
        """What this desk's program reads and writes has no filters."""

    def answer(self, cells: Sequence[Any]) -> None:
        self._change(FORM, lambda rows: rows.append(list(cells)))

    def _column(self, tab: str, header: str) -> int:
        return self._read()[tab][0].index(header)

    def _change(self, tab: str, work: Callable[[Rows], object]) -> None:
        tabs = {title: [list(row) for row in rows] for title, rows in self._read().items()}
        work(tabs[tab])
        self._tabs = tabs
        self._save()

    def _stamp(self) -> tuple[int, int, int]:
        status = os.stat(self.path)
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _read(self) -> dict[str, Rows]:
        if self._seen != self._stamp():
            self._tabs = _tabs_of(self.path.read_bytes())
            self._seen = self._stamp()
        return self._tabs

    def _save(self) -> None:
        book = openpyxl.Workbook(write_only=True)
        for title, rows in self._tabs.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        beside = self.path.with_name("saving.xlsx")
        book.save(beside)
        os.replace(beside, self.path)
        self._seen = self._stamp()


@lru_cache(maxsize=64)
def _tabs_of(data: bytes) -> dict[str, Rows]:
    """The tabs of a workbook; to be read, not changed."""
    return {sheet.title: _trimmed(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(BytesIO(data))}


def _trimmed(lines: Any) -> Rows:
    rows = [list(line) for line in lines]
    for row in rows:
        while row and row[-1] in (None, ""):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


def _order(value: Any) -> tuple[int, Any]:
    """As spreadsheets sort: numbers and dates, texts, blanks."""
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return 0, moment.timestamp()
    if isinstance(value, int | float):
        return 0, float(value)
    return (2, "") if value in (None, "") else (1, str(value).casefold())
