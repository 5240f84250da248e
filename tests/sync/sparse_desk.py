"""A register on the sparse server, as people and the program meet it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.registers.google.serials import serial
from tests.acceptance.desk import NOW, Done, onsite
from tests.sync.sparse_sheets import Book, Page, SparseSheets, entered, trimmed, value_of

KEY = "k-1"
JULY = datetime(2026, 7, 1, 9)


@dataclass
class SparseDesk:
    server: SparseSheets
    out: Path

    @property
    def book(self) -> Book:
        return self.server.books[KEY]

    def call(self, command: str, *options: object, code: int = 0) -> Done:
        """A command on this register, which ends with `code`."""
        more = () if command == "init" else ("--now", NOW, "--out", self.out)
        done = onsite(command, KEY, *options, *more)
        assert done.code == code, (done.code, done.out, done.err)
        assert "Traceback" not in done.err and "bug of ours" not in done.out + done.err
        return done

    def sync(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.call("sync", "--json").out)
        return found

    def writes(self) -> int:
        """Calls that changed something, or were to."""
        return sum(method == "POST" for method, _, _ in self.server.seen)

    def type(self, tab: str, row: int, **cells: Any) -> None:
        """Cells by header, blanks written as underscores; moments go as numbers of days."""
        page = self.book.page(tab)
        head = {value_of(cell, formulas=False): col for (at, col), cell in page.cells.items() if at == 0}
        for name, value in cells.items():
            place = row - 1, head[name.replace("_", " ")]
            raw = serial(value) if isinstance(value, datetime) else value
            page.cells[place] = {**page.cells.get(place, {}), "userEnteredValue": entered(raw)}

    def set(self, setting: str, value: Any) -> None:
        cells = self.book.page("Settings").cells
        row = next(at[0] for at, cell in cells.items() if value_of(cell, formulas=False) == setting)
        cells[row, 1] = {"userEnteredValue": entered(value)}

    def column(self, tab: str, header: str) -> list[Any]:
        """What stands below a header."""
        page = self.book.page(tab)
        col = next(c for (r, c), cell in page.cells.items() if r == 0 and value_of(cell, formulas=True) == header)
        return trimmed([value_of(page.cells.get((r, col), {}), formulas=True) for r in range(1, page.rows)])


def fill_in(desk: SparseDesk) -> None:
    """An order that can be invoiced, one that lacks much, and one with cells of every kind."""
    for name in ("Company name", "Company address"):
        desk.set(name, "eCorpOne, Tokyo")
    desk.type("Clients", 2, Client="Acme", Terms_agreed_on=JULY, Billing_name="Acme KK", Billing_address="2-2 Osaka")
    desk.type("Clients", 2, Billing_email="bill@acme.example", Currency="JPY", Document_language="English")
    desk.type("Clients", 2, Tax="standard", Payment_days=30)
    desk.type("Rates", 2, Skill_level="Entry", Currency="JPY", Hourly_rate=10_000, Overtime_rate=12_500)
    desk.type("Rates", 2, Valid_from=JULY)
    desk.type("Engineers", 2, Engineer="Ken Abe", Skill_level="Senior", Languages="both", Active=True)
    desk.type("Orders", 2, Client="Acme", Client_reference="S-1", Order_email="order@acme.example", Language="English")
    desk.type("Orders", 2, Work_description="Replace a switch", PM_contact="Pat", PM_phone="+81 3 1234 5678")
    desk.type("Orders", 2, Site_address="1-1 Tokyo", Site_contact="Sue", Site_phone="+81 3 1234 5678")
    desk.type("Orders", 2, Planned_start=datetime(2026, 11, 20, 9), Received_at=datetime(2026, 11, 10, 9))
    desk.type("Orders", 2, Assigned_engineers="Ken Abe", Reserved_hours=2, Release_approved_by="Sue")
    steps = ("Availability sent", "Site confirmed", "Contacts shared", "Approved", "Arrived", "Arrival notified")
    for hour, step in enumerate((*steps, "Work started", "Completed"), 9):
        desk.type("Orders", 2, **{f"{step} at": datetime(2026, 11, 19, hour)})
    desk.type("Orders", 3, Client="Acme", Photo_ID_needed=False, Engineers_needed=0, Notes="=NA()", Floor="=NA()")
    desk.type("Orders", 4, Client_reference=4711, Planned_start="2026-12-01 09:00", Reserved_hours=1.5)


def neighbours() -> list[Page]:
    """Tabs of people's own, with names and sizes as people make them."""
    pages = [
        Page(0, "It's ours", 5, 3), Page(99, "Chart1", kind="OBJECT"), Page(1002, "A1", 1, 1),
        Page(1003, "名簿 '26'!", 3, 3, hidden=True),
    ]  # fmt: skip
    pages[0].put([["x", None, 1], [None, True, "=A1"]])
    return pages
