"""Which rows of Orders count, and which order each of them is (contract, sections 2 and 4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.cells import YESNO, Raw
from rules.columns import OrderRow, Owner, SiteRow
from rules.memory import Memory
from rules.message import digest
from rules.models import Office, Order, Site
from rules.state import State

_ID = re.compile(r"ORD-\d{4}-\d{4,}")
_COUNTS = tuple(c for c in OrderRow.columns if c.owner is Owner.HUMAN and c.kind is not YESNO)
_SITE_COUNTS = tuple(c for c in SiteRow.columns if c.owner is Owner.HUMAN)
_KNOWN_BY = (
    OrderRow.client, OrderRow.client_reference, OrderRow.planned_start, OrderRow.site_address,
    OrderRow.work_description,
)  # fmt: skip


def identified(rows: Iterable[OrderRow], state: State) -> list[tuple[OrderRow, str | None]]:
    """The rows that count, each with its Order ID; None where it gets one in this run.

    A row counts once it has an Order ID, or any H cell but a yes/no one.
    """
    found: list[tuple[OrderRow, str | None]] = []
    standing = set[str | None]()
    for row in rows:
        order_id = _own_id(row, state)
        if state.first and order_id in standing:
            order_id = None  # of one that stands twice, the upper
        if order_id is not None or any(row.cell(column).filled for column in _COUNTS):
            found.append((row, order_id))
            standing.add(order_id)
    times = Counter(order_id for _, order_id in found)
    for at, (row, order_id) in enumerate(found):
        invoiced = _invoiced_as(row, state)
        if (order_id is None or times[order_id] > 1) and invoiced in state.orders and invoiced not in standing:
            found[at] = row, invoiced
            standing.add(invoiced)
    return found


def present(rows: Iterable[OrderRow], state: State) -> int:
    """How many orders are there: rows that count, without those that show a Status and no ID of their own, and stand
    for an order that is gone. They lost their IDs, and would all be numbered, and their clients told, once more.
    """
    found, ids, stripped = identified(rows, state), set[str | None]((None,)), 0
    for row, order_id in found:
        stripped += order_id in ids and row.cell(OrderRow.status).filled
        ids.add(order_id)
    gone = sum(not memory.deleted for order_id, memory in state.orders.items() if order_id not in ids)
    return len(found) - min(gone, stripped)


def _own_id(row: OrderRow, state: State) -> str | None:
    """The row's Order ID, where the job gave it (or, on the first run, where it has the form of one)."""
    order_id = (row.order_id.value or "").upper()
    return order_id if order_id in state.orders or (state.first and _ID.fullmatch(order_id)) else None


def _invoiced_as(row: OrderRow, state: State) -> str:
    """The order that the Invoice no. tells of. A row whose ID was cleared, typed over or filled in from another would
    else be taken for a new one, and invoiced again.
    """
    invoice = state.invoices.get(row.invoice_no.value or "")
    return invoice.order_id if invoice else ""


def counts(row: SiteRow) -> bool:
    """Whether a row of Other sites names a place at all."""
    return any(row.cell(column).filled for column in _SITE_COUNTS)


def entered(
    rows: Sequence[tuple[OrderRow, str | None]], added: Sequence[tuple[OrderRow, Sequence[SiteRow]]], state: State,
    office: Office,
) -> tuple[list[Order], list[str]]:  # fmt: skip
    """The orders of a run, and the IDs of those that the last run saw and this one doesn't find.

    `rows` are those of `identified`, `added` the rows that this run appends, each with its further places. Rows
    without an ID get theirs here, in the order in which they stand: `state` notes the numbers given.
    """
    standing: dict[str, list[int]] = {}
    for row, order_id in rows:
        if order_id:
            standing.setdefault(order_id, []).append(row.number)
    state.note("order", standing)
    state.use_up({*standing, *state.orders})
    orders = []
    for row, order_id, places in (*((row, order_id, ()) for row, order_id in rows), *((r, None, p) for r, p in added)):
        row, received = _received(row, state.orders.get(order_id or ""), office)
        order_id = order_id or state.take_back(row_key(row)) or _new_id(received or office.now, state, office.zone)
        sites = (Site(1, row), *(Site(number, place) for number, place in enumerate(places, 2)))
        twins = tuple(number for number in standing.get(order_id, ()) if number != row.number)
        orders.append(Order(row, order_id, sites, received, state.orders.get(order_id), twins))
    return orders, [key for key, memory in state.orders.items() if key not in standing and not memory.deleted]


def _received(row: OrderRow, memory: Memory | None, office: Office) -> tuple[OrderRow, datetime | None]:
    """The row with its Received at (where blank, the time when the job first saw it), and that time in UTC."""
    if not row.received_at.blank:
        return row, row.received_at.value
    received = memory.first_seen if memory and memory.first_seen else office.now
    local: Raw = received.astimezone(office.zone).replace(tzinfo=None)
    return OrderRow(row.number, {**row.raw, "received_at": local}, office.zone), received


def _new_id(received: datetime, state: State, zone: ZoneInfo) -> str:
    year = received.astimezone(zone).year
    return f"ORD-{year}-{state.give('order', year):04d}"


def row_key(row: OrderRow) -> str:
    """By what a row is known that an undo took its number off."""
    raw = (row.raw.get(column.key) for column in _KNOWN_BY)
    return digest("\n".join("" if value is None else str(value) for value in raw))
