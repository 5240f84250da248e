"""The ledger of invoices: what its rows hold, and whether they still show what was issued (contract, 5.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from unicodedata import normalize

from rules.cells import Raw, number, same, shown
from rules.columns import InvoiceLineRow, InvoiceRow, Row
from rules.invoice import Invoice

Cells = dict[str, Raw | Decimal]
"""A row as it was issued, by column key."""
Name = tuple[str, ...]
"""What a row of a tab is known by."""

_KNOWN_BY: Mapping[type[Row], tuple[str, ...]] = {InvoiceRow: ("invoice_no",), InvoiceLineRow: ("invoice_no", "line")}
TABS = tuple(_KNOWN_BY)
_PUT_BACK = "put it back as it was, from .onsite-backups or a Google Sheet's version history"
_LONG = 30_000
"""Characters from which on a text may have been cut to what a cell holds."""


def ledger_rows(invoice: Invoice) -> Mapping[type[Row], list[Cells]]:
    """What stands in Invoices and Invoice lines of an invoice or credit note."""
    return {InvoiceRow: [_total_row(invoice)], InvoiceLineRow: list(_line_rows(invoice))}


def damage(tabs: Mapping[type[Row], Sequence[Row]], issued: Iterable[Invoice]) -> str:
    """What people edited in the ledger or took out of it, in a sentence; blank where it shows what was issued.

    Rows may be sorted, and rows that the job did not write are let be. No number is given while the ledger is damaged:
    the next one would stand beside figures that are no longer those of the invoices.
    """
    written = [ledger_rows(invoice) for invoice in issued]
    for kind in TABS:
        for fault in _faults(kind, tabs[kind], [cells for rows in written for cells in rows[kind]]):
            return f"{kind.title}, {fault}"
    return ""


def _faults(kind: type[Row], standing: Iterable[Row], written: Iterable[Cells]) -> Iterator[str]:
    found: dict[Name, list[Row]] = {}
    for row in standing:
        found.setdefault(_name(kind, row.raw), []).append(row)
    for cells in written:
        name = _name(kind, cells)
        said, rows = ", line ".join(name), found.get(name, [])
        if not rows:
            yield f"{said}: its row is gone or its number was changed; {_PUT_BACK}"
        elif len(rows) > 1:
            places = " and ".join(str(row.number) for row in rows)
            yield f"{said}: it stands in the rows {places}; delete the copy"
        else:
            yield from (f"row {rows[0].number} ({said}): {edit}" for edit in _edits(rows[0], cells))


def _name(kind: type[Row], cells: Mapping[str, Raw | Decimal]) -> Name:
    return tuple(shown(as_raw(cells.get(key))) for key in _KNOWN_BY[kind])


def _edits(row: Row, cells: Cells) -> Iterator[str]:
    for column in row.columns:
        now, issued = row.raw.get(column.key), cells[column.key]
        if now != issued and not _alike(now, meant := as_raw(issued)):
            yield f'{column.header} shows "{shown(now)}", and "{shown(meant)}" was issued; put it back'


def as_raw(value: Raw | Decimal) -> Raw:
    """As it is written into a cell."""
    return number(value) if isinstance(value, Decimal) else value


def _alike(now: Raw, meant: Raw) -> bool:
    """Texts by their letters and digits: what no cell holds, or only differently, was left out when it was written."""
    if same(now, meant):
        return True
    if not isinstance(meant, str) or not isinstance(now, str):
        return False
    one, other = _letters(now), _letters(meant)
    return one == other or (len(now) > _LONG and other.startswith(one))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalize("NFKC", text)))


def _total_row(invoice: Invoice) -> Cells:
    return {
        "invoice_no": invoice.number,
        "order_id": invoice.order_id,
        "client": invoice.client,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "currency": invoice.currency,
        "subtotal": invoice.subtotal,
        "tax": invoice.tax,
        "total": invoice.total,
        "kind": invoice.kind,
        "corrects": invoice.corrects or None,
        "file": invoice.file,
        "sha256": invoice.sha256,
    }


def _line_rows(invoice: Invoice) -> Iterator[Cells]:
    for line in invoice.lines:
        yield {
            "invoice_no": invoice.number,
            "line": line.number,
            "service_date": line.service_date,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit or None,
            "unit_price": line.unit_price,
            "tax_class": str(invoice.tax_class),
            "tax_rate": invoice.tax_rate,
            "amount": line.amount,
        }
