"""Lines of the Log: what happened to which order, and why (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from rules.cells import Raw
from rules.invoice import Invoice
from rules.verdict import Verdict
from rules.words import Status


@dataclass(frozen=True)
class Event:
    """One line of the Log."""

    event: str
    order_id: str = ""
    before: str = ""
    after: str = ""
    why: str = ""


def of_order(verdict: Verdict, shown: Raw) -> list[Event]:
    """What became of an order. `shown` is what its Status showed before this run."""
    order_id, before = verdict.order.order_id, verdict.order.memory
    events = [Event("new", order_id, "", str(Status.NEEDS_INFO))] if before is None else []
    if before and before.deleted:
        events.append(Event("returned", order_id, "", str(before.status), "its row is back"))
    if before and shown != str(before.status):
        events.append(Event("put back", order_id, str(shown or ""), str(before.status), "Status was changed by hand"))
    return events + [Event("status", order_id, str(m.before), str(m.after), m.why) for m in verdict.moves]


def of_invoice(invoice: Invoice) -> Event:
    """An invoice that was issued."""
    return Event(invoice.kind, invoice.order_id, "", invoice.number, f"{invoice.currency} {invoice.total}")
