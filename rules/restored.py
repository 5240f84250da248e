"""Notices a register that somebody restored or copied without the job's memory (contract, section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rules.columns import InvoiceRow, LogRow, OrderRow, Row
from rules.state import State, year_and_number

_RUN = re.compile(r"\d{8}-\d{6}-(\d+)")
_MOVES = ("new", "status")


def left_behind(log: Iterable[LogRow], invoices: Iterable[InvoiceRow], orders: Iterable[OrderRow]) -> Iterator[str]:
    """What a run must have left in a register whose System is blank."""
    if any(map(_filled, log)):
        yield LogRow.title
    if any(map(_filled, invoices)):
        yield InvoiceRow.title
    if any(row.status.filled for row in orders):
        yield OrderRow.status.header


def _filled(row: Row) -> bool:
    return any(row.cell(column).filled for column in row.columns)


def unknown_to(
    state: State, runs: Iterable[str], invoices: Iterable[str], log: Iterable[LogRow], prefix: str
) -> Iterator[str]:
    """What tells of runs that System knows nothing of.

    `runs` and `invoices` are what stands in the columns Run and Invoice no.; `log` is looked at only where these leave
    it open, for a Log has very many rows. `prefix` is that of the next invoice: a number with one that the job never
    used is of a person's own row.
    """
    if _log_is_newer(state, runs, log):
        yield LogRow.title
    if any(later(state, invoices, prefix)):
        yield InvoiceRow.title


def later(state: State, invoices: Iterable[str], prefix: str) -> Iterator[str]:
    """Those of these numbers that the job is to give yet."""
    ours = _prefixes(state, prefix)
    yield from (number for number in invoices if _prefix(number) in ours and _is_later(number, state))


def unremembered(state: State, ledger: Iterable[InvoiceRow], prefix: str) -> Iterator[str]:
    """Numbers that the job gave, for their rows have the hash of a file, and System knows nothing of."""
    ours = _prefixes(state, prefix)
    for row in ledger:
        number = row.invoice_no.text.strip()
        given = number not in state.invoices and year_and_number(number) is not None and _prefix(number) in ours
        if given and row.sha256.filled:
            yield number


def torn(state: State) -> Iterator[str]:
    """What a memory names and lacks: an order without its invoice, or an invoice without its order, which is never
    forgotten. Rows were cut out of System, and what they told of would be invoiced again.
    """
    invoiced = dict.fromkeys(invoice.order_id for invoice in state.invoices.values())
    yield from (order_id for order_id in invoiced if order_id not in state.orders)
    for memory in state.orders.values():
        yield from (name for name in (memory.invoice_no, memory.credited) if name and name not in state.invoices)


def _log_is_newer(state: State, runs: Iterable[str], log: Iterable[LogRow]) -> bool:
    """Whether the Log tells of a later run. One that died half-way wrote its orders with what it remembers of them."""
    latest = max(map(_revision, runs), default=0)
    if latest != state.revision + 1:
        return latest > state.revision
    moves = (row for row in log if row.event.text in _MOVES and _revision(row.run.text.strip()) == latest)
    last = {row.order_id.text: row.to.text for row in moves}
    return any(order not in state.orders or state.orders[order].status != status for order, status in last.items())


def _revision(run: str) -> int:
    match = _RUN.fullmatch(run)
    return int(match[1]) if match else 0


def _prefixes(state: State, prefix: str) -> set[str]:
    """Those of the job's own numbers: of all that it gave, and of the next."""
    return {prefix, *map(_prefix, state.invoices)}


def _prefix(invoice: str) -> str:
    return invoice.rsplit("-", 2)[0]


def _is_later(invoice: str, state: State) -> bool:
    found = year_and_number(invoice)
    return found is not None and invoice not in state.invoices and found[1] > state.highest("invoice", found[0])
