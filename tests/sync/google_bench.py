"""A register on the test server, and a stand-in for a run: gives numbers and statuses, keeps a ledger and a memory."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rules.columns import TABS, DashboardRow, SystemRow
from sync.plan import Write
from sync.registers.google import GoogleRegister, open_google
from sync.registers.google.pace import Limiter, Pace
from sync.snapshot import Reading
from tests.sheets_server import SheetsServer

HEADERS: dict[str, list[str]] = {
    kind.title: [c.header for c in kind.columns] for kind in TABS if kind not in (DashboardRow, SystemRow)
}
COL = {title: {header: n for n, header in enumerate(headers, 1)} for title, headers in HEADERS.items()}
ORDER = COL["Orders"]
START = datetime(2026, 12, 1, 9)


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def pace(self) -> Pace:
        return Pace(lambda: self.time, self.sleep, lambda: 0.5)


def order_row(number: int, **cells: Any) -> list[Any]:
    """A row of Orders as people fill it in; columns by header."""
    row: list[Any] = [None] * len(ORDER)
    filled = {
        "Client": f"Client {number % 7}", "Client reference": f"R-{number:05}", "Language": "English",
        "Planned start": START + timedelta(hours=number), "Work description": f"Replace switch {number}",
        "Site phone": "+81 3 1234 5678",
        "Site address": f"{number} Marunouchi, Tokyo", "Received at": START - timedelta(days=2),
    }  # fmt: skip
    for header, value in {**filled, **cells}.items():
        row[ORDER[header] - 1] = value
    return row


def tabs_of(orders: Sequence[Sequence[Any]], **more: Sequence[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    """All tabs of a register with these orders."""
    tabs: dict[str, list[Sequence[Any]]] = {title: [headers] for title, headers in HEADERS.items()}
    tabs["Orders"] += orders
    tabs["Dashboard"] = [["Figure", "Value"], ["Last good run", ""]]
    tabs["System"] = [["Key", "Value"], ["revision", "0"]]
    for title, rows in more.items():
        tabs[title] += rows
    return tabs


def opened(server: SheetsServer, key: str, clock: Clock | None = None, **options: Any) -> GoogleRegister:
    """The adapter at this server, on a clock that doesn't wait."""
    pace = (clock or Clock()).pace()
    limits = {"limiter": Limiter(pace, 10_000), "timeout": (5.0, 30.0), "pace": pace, **options}
    return open_google(key, None, {"SHEETS_EMULATOR_HOST": server.host}, **limits)


def value(reading: Reading, tab: str, row: int, col: int) -> Any:
    rows = reading.grids[tab].rows
    return rows[row - 1][col - 1] if row <= len(rows) and col <= len(rows[row - 1]) else None


def facts(reading: Reading) -> dict[str, tuple[int, Any]]:
    return {
        str(row[0]): (n, row[1] if len(row) > 1 else None)
        for n, row in enumerate(reading.grids["System"].rows, 1)
        if row
    }


def plan(
    reading: Reading, mark: str, *, invoice: bool = False, only: Sequence[int] = (), form: Sequence[str] = ()
) -> list[Write]:
    """What a run would write: IDs where there are none, a status and a next step for every order, log and memory.

    `form` are the references of orders that are taken in.
    """
    cols = {text: n for n, text in enumerate(reading.grids["Orders"].rows[0], 1) if text}
    rows = range(2, len(reading.grids["Orders"].rows) + 1)
    known, writes, memory = facts(reading), list[Write](), dict[str, str]()
    highest = int(known.get("numbers", (0, "0"))[1] or 0)
    appended = {title: itertools.count(len(reading.grids[title].rows) + 1) for title in reading.grids}
    taken = dict(zip(range(len(reading.grids["Orders"].rows) + 1, 1_000_000), form, strict=False))
    writes += [Write("Orders", row, cols["Client reference"], reference) for row, reference in taken.items()]
    writes += [Write("Orders", row, cols["Source"], f"form 2026 {row:06x}") for row in taken]
    for row in [*rows, *taken]:
        reference = taken.get(row) or value(reading, "Orders", row, cols["Client reference"])
        if reference is None or (only and row not in only):
            continue
        number = value(reading, "Orders", row, cols["Order ID"])
        if number is None:
            highest += 1
            number = f"ORD-2026-{highest:04}"
            writes.append(Write("Orders", row, cols["Order ID"], number))
        writes.append(Write("Orders", row, cols["Status"], f"{mark} {reference}"))
        writes.append(Write("Orders", row, cols["Next step"], f"{mark} {number} {reference}"))
        if value(reading, "Orders", row, cols["Received at"]) is None:
            writes.append(Write("Orders", row, cols["Received at"], START))
        memory[f"order {number}"] = f"{mark} {reference}"
        log = next(appended["Log"])
        writes += [Write("Log", log, 1, START), Write("Log", log, 3, number), Write("Log", log, 4, mark)]
        if invoice:
            line = next(appended["Invoices"])
            writes += [Write("Invoices", line, 1, f"INV-2026-{line:04}"), Write("Invoices", line, 2, number)]
    memory |= {"numbers": str(highest), "revision": str(int(known["revision"][1]) + 1)}
    for key, text in memory.items():
        at = known[key][0] if key in known else next(appended["System"])
        writes += [Write("System", at, 1, key)] if key not in known else []
        writes.append(Write("System", at, 2, text))
    return [*writes, Write("Dashboard", 2, 2, mark)]


def faults_of(server: SheetsServer, key: str | None = None) -> list[str]:
    """What stands beside the wrong row: a status or next step that names another order's reference, a number twice."""
    rows = server.grid("Orders", key)
    cols = {text: n for n, text in enumerate(rows[0]) if text}
    wrong, seen = list[str](), dict[str, int]()

    def at(row: list[Any], header: str) -> str:
        return str(row[cols[header]]) if cols[header] < len(row) else ""

    for n, row in enumerate(rows[1:], 2):
        reference, number = at(row, "Client reference"), at(row, "Order ID")
        for header in ("Status", "Next step"):
            if at(row, header) and not at(row, header).endswith(" " + reference):
                wrong.append(f"row {n}: {header} {at(row, header)!r} beside {reference}")
        if at(row, "Next step") and f" {number} " not in at(row, "Next step"):
            wrong.append(f"row {n}: {at(row, 'Next step')!r} beside {number}")
        if number and number in seen:
            wrong.append(f"{number} in rows {seen[number]} and {n}")
        seen[number] = n
    return wrong
