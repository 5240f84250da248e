"""Where a simulated register lies, and people's hands on it: a Google Sheet on the test server, or a workbook file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import openpyxl

from sync.registers.base import Register
from sync.registers.workbook import WorkbookRegister
from tests.sheets_server import SheetsServer
from tests.sheets_server.faults import Call, Fault
from tests.simulation.register import FORM
from tests.simulation.wire import Clock, Machine, google

Rows = list[list[Any]]
_BEGINNINGS: dict[str, bytes] = {}
"""Workbooks that worlds began with: they hold the time at which they were made, so each is made once."""


class Desk(Protocol):
    """A register and the people at it. Rows count from 1; `column` is a header."""

    def rows(self, tab: str) -> Rows: ...
    def state(self) -> object: ...
    def register(self, machine: Machine) -> Register: ...
    def sort(self, tab: str, column: str, descending: bool) -> None: ...
    def insert_row(self, tab: str, row: int, cells: Sequence[Any]) -> None: ...
    def delete_row(self, tab: str, row: int) -> None: ...
    def copy_row(self, tab: str, row: int, to: int) -> None: ...
    def move_row(self, tab: str, row: int, before: int) -> None: ...
    def edit(self, tab: str, row: int, column: str, value: Any) -> None: ...
    def rename(self, tab: str, column: int, header: str) -> None: ...
    def hide(self, tab: str, row: int) -> None: ...
    def answer(self, cells: Sequence[Any]) -> None: ...


class SheetDesk:
    """On the test server, without sockets."""

    def __init__(self, tabs: Mapping[str, Rows], clock: Clock, zone: str) -> None:
        self.server, self.clock = SheetsServer(), clock
        self.key = self.server.create("Register", tabs, time_zone=zone, rows=24, columns=70)
        self.people = self.server.people
        self._seen: tuple[object, dict[str, Rows]] = None, {}

    def rows(self, tab: str) -> Rows:
        return self.state()[tab]

    def state(self) -> dict[str, Rows]:
        """All that stands there, the job's tokens aside. To be read, not changed: every change is a book of its own."""
        book = self.server.book(self.key)
        if self._seen[0] is not book:
            self._seen = book, self.server.export(render="FORMULA")
        return self._seen[1]

    def register(self, machine: Machine) -> Register:
        return google(self.server, self.key, self.clock, machine)

    @contextlib.contextmanager
    def at_work(
        self, network: Mapping[int, Fault], before: Mapping[int, Callable[[], object]],
        after: Mapping[int, Callable[[], object]],
    ) -> Iterator[None]:  # fmt: skip
        """While a run is at work: faults by number of the call, and what happens right before and after such calls."""
        server = self.server
        server.log.clear()
        for number, fault in network.items():
            server.faults.at(number, fault)
        for number, act in before.items():
            server.hooks.before_when(_at(number), act)
        for number, act in after.items():
            server.hooks.after_when(_at(number), act)
        try:
            yield
        finally:
            server.faults.clear()
            server.hooks.clear()

    def sort(self, tab: str, column: str, descending: bool) -> None:
        self.people.sort(tab, column, descending=descending)

    def insert_row(self, tab: str, row: int, cells: Sequence[Any]) -> None:
        self.people.insert_row(tab, row, ["" if cell is None else cell for cell in cells])

    def delete_row(self, tab: str, row: int) -> None:
        self.people.delete_row(tab, row)

    def copy_row(self, tab: str, row: int, to: int) -> None:
        self.people.insert_row(tab, to)
        self.people.copy_row(tab, row + (row >= to), to)

    def move_row(self, tab: str, row: int, before: int) -> None:
        self.people.move_row(tab, row, before)

    def edit(self, tab: str, row: int, column: str, value: Any) -> None:
        self.people.edit(tab, row, column, "" if value is None else value)

    def rename(self, tab: str, column: int, header: str) -> None:
        self.people.edit(tab, 1, column, header)

    def hide(self, tab: str, row: int) -> None:
        self.people.filter(tab, row)

    def answer(self, cells: Sequence[Any]) -> None:
        self.people.add_form_answer(FORM, cells)


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

    def insert_row(self, tab: str, row: int, cells: Sequence[Any]) -> None:
        self._change(tab, lambda rows: rows.insert(row - 1, list(cells)))

    def delete_row(self, tab: str, row: int) -> None:
        self._change(tab, lambda rows: rows.pop(row - 1))

    def copy_row(self, tab: str, row: int, to: int) -> None:
        self._change(tab, lambda rows: rows.insert(to - 1, list(rows[row - 1])))

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


def _at(number: int) -> Callable[[Call], bool]:
    return lambda call: call.n == number


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
