"""The ledger of invoices: tabs Invoices and Invoice lines, and whether they still show what was issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from unicodedata import normalize

from rules.cells import Raw
from rules.columns import InvoiceLineRow, InvoiceRow, Row
from rules.invoice import Invoice
from sync.plan import Plan, number, same
from sync.tabs import Tab

Cells = dict[str, Raw | Decimal]
"""A row, by column key."""
_KEYS: Mapping[type[Row], tuple[str, ...]] = {InvoiceRow: ("invoice_no",), InvoiceLineRow: ("invoice_no", "line")}
"""What tells the rows of each tab apart."""
_PUT_BACK = "put it back as it was, from .onsite-backups or a Google Sheet's version history"
_LONG = 30_000
"""Characters from which on a text may have been cut to what a cell holds."""


def write_ledger(plan: Plan, tabs: Mapping[type[Row], Tab], invoice: Invoice) -> None:
    """Plan the rows of Invoices and Invoice lines."""
    for kind, rows in _rows(invoice).items():
        for cells in rows:
            plan.append(tabs[kind], {key: _raw(value) for key, value in cells.items()})


def damage(tabs: Mapping[type[Row], Tab], issued: Mapping[str, Invoice]) -> str:
    """What people edited in the ledger or took out of it, in a sentence; blank where it shows what was issued.

    Rows may be sorted, and rows that the job did not write are let be. No number is given while the ledger is damaged:
    the next one would stand beside figures that are no longer those of the invoices.
    """
    written = [_rows(invoice) for invoice in issued.values()]
    for kind in _KEYS:
        for fault in _faults(tabs[kind], [cells for rows in written for cells in rows[kind]]):
            return f"{tabs[kind].title}, {fault}"
    return ""


def _faults(tab: Tab, written: Sequence[Cells]) -> Iterator[str]:
    keys, lines = _KEYS[tab.kind], tab.grid.rows
    places: dict[tuple[str, ...], list[int]] = {}
    for row in range(2, tab.height + 1) if written else ():
        places.setdefault(tuple(_word(_at(lines[row - 1], tab.columns[key])) for key in keys), []).append(row)
    for cells in written:
        name = tuple(_word(cells[key]) for key in keys)
        rows = places.get(name, [])
        if not rows:
            yield f"{', line '.join(name)}: its row is gone or its number was changed; {_PUT_BACK}"
        elif len(rows) > 1:
            yield f"{', line '.join(name)}: it stands in the rows {' and '.join(map(str, rows))}; delete the copy"
        else:
            yield from _edited(tab, rows[0], ", line ".join(name), cells)


def _edited(tab: Tab, row: int, name: str, cells: Cells) -> Iterator[str]:
    line = tab.grid.rows[row - 1]
    for column in tab.kind.columns:
        shown, meant = _at(line, tab.columns[column.key]), cells[column.key]
        if shown != meant and not _alike(shown, _raw(meant)):
            there = f'row {row} ({name}): {column.header} shows "{_word(shown)}"'
            yield f'{there}, and "{_word(meant)}" was issued; put it back'


def _at(line: Sequence[Raw], col: int) -> Raw:
    return line[col - 1] if col <= len(line) else None


def _raw(value: Raw | Decimal) -> Raw:
    return number(value) if isinstance(value, Decimal) else value


def _word(value: Raw | Decimal) -> str:
    return value if value.__class__ is str else "" if value is None else str(value).removesuffix(" 00:00:00")


def _alike(shown: Raw, meant: Raw) -> bool:
    """Texts by their letters and digits: what no cell holds, or only differently, was left out when it was written."""
    if same(shown, meant):
        return True
    if not isinstance(meant, str) or not isinstance(shown, str):
        return False
    one, other = _letters(shown), _letters(meant)
    return one == other or (len(shown) > _LONG and other.startswith(one))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalize("NFKC", text)))


def _rows(invoice: Invoice) -> Mapping[type[Row], list[Cells]]:
    """What stands in the ledger of an invoice or credit note."""
    return {InvoiceRow: [_total_row(invoice)], InvoiceLineRow: list(_line_rows(invoice))}


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
