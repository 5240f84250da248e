"""Taking an invoice back: whether it can be, and what its order shows then (contract, 5.7)."""

from __future__ import annotations

from collections.abc import Mapping

from rules.billing import credit_note
from rules.cells import Raw
from rules.columns import OrderRow
from rules.events import Event
from rules.invoice import Invoice, engineer_email_in
from rules.memory import Memory
from rules.models import Office
from rules.nextstep import after_credit

_OF_INVOICE = frozenset({"invoice-outdated", "payment-overdue"})
"""Flags that an order has only while its invoice stands."""


def note_for(issued: Mapping[str, Invoice], wanted: str, reason: str, office: Office) -> Invoice | str:
    """The credit note for an invoice, without its number; a sentence where there can be none."""
    name = wanted.strip()
    invoice = issued.get(name.upper()) or issued.get(name)
    if invoice is None:
        return f"There is no invoice {wanted}: the tab Invoices lists them."
    if invoice.kind == "credit":
        return f"{invoice.number} is a credit note: only invoices can be credited."
    if any(other.corrects == invoice.number for other in issued.values()):
        return f"{invoice.number} was credited already."
    if not reason.strip():
        return "A credit note needs a reason: --reason TEXT."
    note = credit_note(invoice, "", office.today, reason.strip())
    for place, address in engineer_email_in(note, office.engineer_emails):
        return f"The credit note would hold the engineer's address {address} ({place}): take it out there."
    return note


def credited_cells(row: OrderRow, memory: Memory, invoice: str) -> dict[str, Raw]:
    """What tells of the invoice in its order's row, by column key; flags of it go with it."""
    flags = [line for line in row.flags.text.splitlines() if not _OF_INVOICE & set(line.split(": ")[0].split())]
    return {
        "status": str(memory.status),
        "next_step": after_credit(row, invoice),
        "flags": "\n".join(flags) or None,
        "invoice_no": None,
    }


def of_credit(note: Invoice, before: Memory, after: Memory) -> list[Event]:
    """Lines of the Log."""
    return [
        Event("credit", note.order_id, note.corrects, note.number, note.reason),
        Event("status", note.order_id, str(before.status), str(after.status), f"{note.corrects} was credited"),
    ]
