"""A whole register on the test server, people at work in it, and what must hold whatever they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from rules.columns import OrderRow, Owner
from sync.post import Post
from sync.registers.google import GoogleRegister
from sync.registers.google.pace import Limiter
from sync.registers.google.setup import ensure
from sync.run import Asked, Outcome, sync
from tests.sheets_server import SheetsServer
from tests.sheets_server.book import Book
from tests.sheets_server.grids import tabs_of_workbook
from tests.sync.google_bench import Clock, opened

NOW = datetime.fromisoformat("2026-11-24T10:00+09:00")
REFERENCE = OrderRow.client_reference.header
_FILLED_BY_JOB = {OrderRow.received_at.header, OrderRow.source.header}
HUMAN = [c.header for c in OrderRow.columns if c.owner is Owner.HUMAN and c.header not in _FILLED_BY_JOB]
SHOWN = (OrderRow.status.header, OrderRow.lead_time_h.header, OrderRow.billable_h.header, OrderRow.sla_due.header)


class Between(Limiter):
    """Lets something happen right before this program's call `n` (from 1), outside of the server."""

    def __init__(self, n: int, act: Callable[[], object]) -> None:
        super().__init__(Clock().pace(), 10_000)
        self._left, self._act = n, act
        self.acted = False

    def wait(self, kind: str) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()
            self.acted = True


@dataclass
class GoogleDesk:
    """One register. `folder` takes the documents."""

    server: SheetsServer
    key: str
    folder: Path

    def opened(self, **options: Any) -> GoogleRegister:
        return opened(self.server, self.key, **options)

    def run(self, now: datetime = NOW, **options: Any) -> Outcome:
        """A run of the job. `options` are those of Transport."""
        return sync(self.opened(**options), Asked(now, Post(self.folder)))

    def rows(self, tab: str = "Orders") -> list[dict[str, Any]]:
        """The rows of a tab by header; blank ones are left out."""
        header, *lines = self.server.grid(tab, self.key) or [[]]
        filled = [line + [""] * (len(header) - len(line)) for line in lines if any(cell != "" for cell in line)]
        return [dict(zip(header, line, strict=False)) for line in filled]

    def orders(self) -> dict[str, dict[str, Any]]:
        """The rows of Orders by Client reference."""
        return {str(row[REFERENCE]): row for row in self.rows() if row[REFERENCE]}

    def human(self) -> dict[str, list[Any]]:
        """What people wrote, by Client reference; a row without one is known by all of it."""
        cells = [[row.get(header, "") for header in HUMAN] for row in self.rows()]
        return {str(line[HUMAN.index(REFERENCE)] or line): line for line in cells if any(cell != "" for cell in line)}

    @cached_property
    def people(self) -> Any:
        return self.server.people_of(self.key)

    def row(self, reference: str) -> int:
        """Where an order stands now (from 1)."""
        found: int = self.people.find("Orders", REFERENCE, reference)
        return found

    def results(self) -> dict[str, dict[str, Any]]:
        """What the job shows of every order, by Client reference; of its flags the codes, since some name numbers."""
        return {
            reference: {**{header: row[header] for header in SHOWN}, "Flags": codes(row["Flags"])}
            for reference, row in self.orders().items()
        }

    def problems(self, *meant: dict[str, dict[str, Any]], odd: Sequence[str] = ()) -> list[str]:
        """What stands beside the wrong order: every cell shows what one of `meant` has, or is still blank.

        `odd` are IDs that people typed, or copied.
        """
        ids = [str(row["Order ID"]) for row in self.rows() if row["Order ID"]]
        wrong = [f"{one} stands twice" for one in sorted(set(ids).difference(odd)) if ids.count(one) > 1]
        for reference, row in self.results().items():
            known = [one[reference] for one in meant if reference in one]
            for header, value in row.items() if known and row[SHOWN[0]] else ():
                if value not in [one[header] for one in known]:
                    wrong.append(f"{reference}: {header} {value!r}, not {known[-1][header]!r}")
        return wrong + self._ledger(odd)

    def _ledger(self, odd: Sequence[str]) -> list[str]:
        """Numbers without gaps; every invoice is that of the order that shows it; the Log names every number."""
        ledger = sorted(self.rows("Invoices"), key=lambda row: str(row["Invoice no."]))
        numbers = [row["Invoice no."] for row in ledger]
        wrong = [f"numbers {numbers}"] if numbers != [f"INV-2026-{n:04}" for n in range(1, len(numbers) + 1)] else []
        by_id = {row["Order ID"]: row for row in self.rows() if row["Order ID"] not in odd}
        for row in ledger:
            order = by_id.get(row["Order ID"])
            if order and (order["Invoice no."], order["Client"]) != (row["Invoice no."], row["Client"]):
                wrong.append(f"{row['Invoice no.']} of {row['Client']} beside {order['Client']} {order['Invoice no.']}")
        logged = [row["Order ID"] for row in self.rows("Log") if row["Event"] == "new"]
        wrong += [f"{one} is new twice" for one in sorted(set(logged)) if logged.count(one) > 1]
        return wrong + [f"{one} is not in the Log" for one in by_id if one and one not in logged]


def codes(flags: str) -> tuple[str, ...]:
    return tuple(line.split(":")[0] for line in flags.splitlines())


def started(server: SheetsServer, sample: Path, folder: Path) -> GoogleDesk:
    """A sample in a spreadsheet, after `init`. Further sites name their order by its reference."""
    key = server.create("Register", tabs_of_workbook(sample), time_zone="Asia/Tokyo")
    desk = GoogleDesk(server, key, folder)
    ensure(desk.opened())
    orders = server.grid("Orders", key)
    col = orders[0].index(REFERENCE)
    for row, line in enumerate(server.grid("Other sites", key)[1:], 2):
        desk.people.edit("Other sites", row, 1, orders[int(line[0][-4:])][col])
    return desk


def copied(desk: GoogleDesk, folder: Path) -> GoogleDesk:
    """The same spreadsheet once more, under a key of its own."""
    key = desk.server.create("Copy")
    book: Book = desk.server.books[desk.key].clone()
    book.id = key
    desk.server.books[key] = book
    return GoogleDesk(desk.server, key, folder)
