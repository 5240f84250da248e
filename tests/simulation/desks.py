"""Where a simulated register lies, and people's hands on it; here a Google Sheet, on the test server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from sync.registers.base import Register
from tests.sheets_server import SheetsServer
from tests.sheets_server.faults import Call, Fault
from tests.simulation.register import FORM
from tests.simulation.wire import Clock, Machine, google

Rows = list[list[Any]]


class Desk(Protocol):
    """A register and the people at it. Rows count from 1; `column` is a header."""

    def rows(self, tab: str) -> Rows: ...
    def state(self) -> object: ...
    def register(self, machine: Machine) -> Register: ...
    def sort(self, tab: str, column: str, descending: bool) -> None: ...
    def insert_row(self, tab: str, row: int, cells: Sequence[Any] = ()) -> None: ...
    def delete_row(self, tab: str, row: int) -> None: ...
    def paste_row(self, tab: str, row: int, to: int) -> None: ...
    def fill_row(self, tab: str, row: int, cells: Sequence[Any]) -> None: ...
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
        self._next: list[Callable[[], object]] = []

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
            self._go_on()

    def after_next_call(self, act: Callable[[], object]) -> None:
        """Something that happens after one more call was carried out, or else when the run is over."""
        self._next.append(act)
        number = len(self.server.log.calls)
        self.server.hooks.after_when(lambda call: call.n >= number, self._go_on)

    def _go_on(self) -> None:
        while self._next:
            self._next.pop(0)()

    def sort(self, tab: str, column: str, descending: bool) -> None:
        self.people.sort(tab, column, descending=descending)

    def insert_row(self, tab: str, row: int, cells: Sequence[Any] = ()) -> None:
        self.people.insert_row(tab, row, ["" if cell is None else cell for cell in cells])

    def delete_row(self, tab: str, row: int) -> None:
        self.people.delete_row(tab, row)

    def paste_row(self, tab: str, row: int, to: int) -> None:
        self.people.copy_row(tab, row, to)

    def fill_row(self, tab: str, row: int, cells: Sequence[Any]) -> None:
        self.people.fill_row(tab, row, ["" if cell is None else cell for cell in cells])

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


def _at(number: int) -> Callable[[Call], bool]:
    return lambda call: call.n == number
