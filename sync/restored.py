"""Notices a register that somebody restored or copied without the job's memory (contract, section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rules.columns import Heading, InvoiceRow, LogRow, OrderRow, Row
from rules.settings import Settings
from sync.errors import UsageFault
from sync.gather import Tabs, rows_of
from sync.state import State, year_and_number
from sync.tabs import Tab

_RUN = re.compile(r"\d{8}-\d{6}-(\d+)")
_MOVES = ("new", "status")

WAYS_ON = (
    "best: put back a whole copy of the register in which the hidden tab System is as new as the rest "
    "(.onsite-backups beside a workbook, the version history of a Google Sheet)",
    "else begin anew: clear Log, Invoices, Invoice lines, System and the column Status (keep a copy), set Invoice "
    "prefix to one never used, so that no number is given twice, fill in Invoice sent at where an order was billed, "
    "and look at `onsite sync --dry-run` first; Order IDs stay",
)
"""What a person can do about it, in the order of preference."""


class Restored(UsageFault):
    """The job's memory is gone or older than the register."""


def is_first_run(tabs: Tabs, state: State, settings: Settings) -> bool:
    """Whether the job never ran on this register, or died in its first run.

    Raises UsageFault where System is blank, or older than what stands beside it.
    """
    zone = settings.time_zone
    newer = list(_newer(tabs, state, zone)) if state.orders or not state.blank else list(_filled(tabs, zone))
    if newer:
        age = "older than" if state.orders else "blank beside"
        raise Restored(
            f"The hidden tab System is {age} {', '.join(newer)}: somebody restored or copied the register without the "
            "job's memory. `onsite doctor` says how to go on."
        )
    return state.first


def _filled(tabs: Tabs, zone: ZoneInfo) -> Iterator[str]:
    """What a run must have left where System is blank."""
    for kind in (LogRow, InvoiceRow):
        if any(_any(row) for row in rows_of(tabs, kind, zone)):
            yield kind.title
    if any(row.status.filled for row in rows_of(tabs, OrderRow, zone)):
        yield OrderRow.status.header


def _any(row: Row) -> bool:
    return any(row.cell(column).filled for column in type(row).columns)


def _newer(tabs: Tabs, state: State, zone: ZoneInfo) -> Iterator[str]:
    """What tells of runs that System knows nothing of."""
    if _log_is_newer(tabs, state, zone):
        yield LogRow.title
    if any(_is_later(number, state) for number in _texts(tabs[InvoiceRow], InvoiceRow.invoice_no)):
        yield InvoiceRow.title


def _texts(tab: Tab, column: Heading[str]) -> set[str]:
    """What stands in a column; a Log has very many rows, so its cells are not read one by one."""
    col = tab.columns[column.key]
    return {str(line[col - 1]).strip() for line in tab.grid.rows[1:] if len(line) >= col and line[col - 1]}


def _is_later(invoice: str, state: State) -> bool:
    found = year_and_number(invoice)
    return found is not None and invoice not in state.invoices and found[1] > state.highest("invoice", found[0])


def _revision(run: str) -> int:
    match = _RUN.fullmatch(run)
    return int(match[1]) if match else 0


def _log_is_newer(tabs: Tabs, state: State, zone: ZoneInfo) -> bool:
    """Whether the Log tells of a later run. One that died half-way wrote its orders with what it remembers of them."""
    latest = max(map(_revision, _texts(tabs[LogRow], LogRow.run)), default=0)
    if latest != state.revision + 1:
        return latest > state.revision
    rows = (row for row in rows_of(tabs, LogRow, zone) if _revision(row.run.text.strip()) == latest)
    last = {row.order_id.text: row.to.text for row in rows if row.event.text in _MOVES}
    return any(order not in state.orders or state.orders[order].status != status for order, status in last.items())
