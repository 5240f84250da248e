"""Refuses a register that somebody restored or copied without the job's memory (contract, section 7)."""

from __future__ import annotations

from collections.abc import Iterator

from rules.columns import InvoiceRow, LogRow, OrderRow
from rules.restored import left_behind, torn, unknown_to, unremembered
from rules.settings import Settings
from rules.state import State
from sync.errors import UsageFault
from sync.gather import Tabs, rows_of

WAYS_ON = (
    "best: put back a whole copy of the register in which the hidden tab System is as new as the rest "
    "(.onsite-backups beside a workbook, the version history of a Google Sheet)",
    "else begin anew: clear Log, Invoices, Invoice lines, System and the column Status (keep a copy), set Invoice "
    "prefix to one never used, so that no number is given twice, fill in Invoice sent at where an order was billed, "
    "and look at `onsite sync --dry-run` first; Order IDs stay",
)
"""What a person can do about it, in the order of preference."""


_SOME = 5


class Restored(UsageFault):
    """The job's memory is gone, or older than the register, or not whole."""


def is_first_run(tabs: Tabs, state: State, settings: Settings) -> bool:
    """Whether the job never ran on this register, or died in its first run.

    Raises Restored where System is blank or torn, or older than what stands beside it.
    """
    if newer := list(_newer(tabs, state, settings)):
        age = "older than" if state.orders else "blank beside"
        raise Restored(
            f"The hidden tab System is {age} {', '.join(newer)}: somebody restored or copied the register without the "
            "job's memory. `onsite doctor` says how to go on."
        )
    if lost := [*torn(state), *_unremembered(tabs, state, settings)]:
        raise Restored(
            f"The hidden tab System lacks what it is to remember of {', '.join(lost[:_SOME])}: rows were cut out of "
            "it. `onsite doctor` says how to go on."
        )
    return state.first


def _unremembered(tabs: Tabs, state: State, settings: Settings) -> Iterator[str]:
    if tabs[InvoiceRow].texts(InvoiceRow.invoice_no) <= state.invoices.keys():
        return iter(())
    return unremembered(state, rows_of(tabs, InvoiceRow, settings.time_zone), settings.invoice_prefix)


def _newer(tabs: Tabs, state: State, settings: Settings) -> Iterator[str]:
    zone = settings.time_zone

    def log() -> Iterator[LogRow]:
        yield from rows_of(tabs, LogRow, zone)

    if state.blank and not state.orders:
        return left_behind(log(), rows_of(tabs, InvoiceRow, zone), rows_of(tabs, OrderRow, zone))
    runs, invoices = tabs[LogRow].texts(LogRow.run), tabs[InvoiceRow].texts(InvoiceRow.invoice_no)
    return unknown_to(state, runs, invoices, log(), settings.invoice_prefix)
