"""Which rows of Orders count, and which order each of them is (contract, sections 2 and 4)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from rules.cells import YESNO
from rules.columns import OrderRow, Owner
from rules.invoice import Invoice
from rules.message import digest

_ID = re.compile(r"ORD-\d{4}-\d{4,}")
_COUNTS = tuple(c for c in OrderRow.columns if c.owner is Owner.HUMAN and c.kind is not YESNO)
_KNOWN_BY = (
    OrderRow.client, OrderRow.client_reference, OrderRow.planned_start, OrderRow.site_address,
    OrderRow.work_description,
)  # fmt: skip


def identified(
    rows: Iterable[OrderRow], known: Container[str], issued: Mapping[str, Invoice], first_run: bool
) -> list[tuple[OrderRow, str | None]]:
    """The rows that count, each with its Order ID; None where it gets one in this run.

    `known` are the orders of which the job remembers something, `issued` the invoices by number. A row counts
    once it has an Order ID, or any H cell but a yes/no one.
    """
    found: list[tuple[OrderRow, str | None]] = []
    standing = set[str | None]()
    for row in rows:
        order_id = _own_id(row, known, first_run)
        if first_run and order_id in standing:
            order_id = None  # of one that stands twice, the upper
        if order_id is not None or any(row.cell(column).filled for column in _COUNTS):
            found.append((row, order_id))
            standing.add(order_id)
    for at, (row, order_id) in enumerate(found):
        invoiced = _invoiced_as(row, issued)
        if order_id is None and invoiced in known and invoiced not in standing:
            found[at] = row, invoiced
            standing.add(invoiced)
    return found


def _own_id(row: OrderRow, known: Container[str], first_run: bool) -> str | None:
    """The row's Order ID, where the job gave it (or, on the first run, where it has the form of one)."""
    order_id = (row.order_id.value or "").upper()
    return order_id if order_id in known or (first_run and _ID.fullmatch(order_id)) else None


def _invoiced_as(row: OrderRow, issued: Mapping[str, Invoice]) -> str:
    """The order that the Invoice no. tells of. A row whose ID was cleared or typed over would else be taken for a new
    one, and invoiced again.
    """
    invoice = issued.get(row.invoice_no.value or "")
    return invoice.order_id if invoice else ""


def row_key(row: OrderRow) -> str:
    """By what a row is known that an undo took its number off."""
    raw = (row.raw.get(column.key) for column in _KNOWN_BY)
    return digest("\n".join("" if value is None else str(value) for value in raw))
