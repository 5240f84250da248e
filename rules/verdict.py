"""What was decided about one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.cells import Raw, number
from rules.charges import Charges
from rules.flags import Flag
from rules.invoice import Invoice
from rules.memory import Memory
from rules.message import Message
from rules.models import Order
from rules.words import Status


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an order's way, and why it was taken."""

    before: Status
    after: Status
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One order after this run: `invoice` where it is to be invoiced now, without number. Times are UTC."""

    order: Order
    status_from: Status | None
    status: Status
    moves: tuple[Move, ...]
    flags: tuple[Flag, ...]
    next_step: str
    sla_due: datetime | None
    lead_time_h: Decimal | None
    candidates: tuple[str, ...]
    billable_h: Decimal | None
    charges: Charges | None
    invoice: Invoice | None
    memory: Memory
    messages: tuple[Message, ...] = ()
    """What is to be said now, each once: the memory has it already."""
    withheld: bool = False
    """It would be invoiced now, were the ledger as the job wrote it."""


def order_cells(verdict: Verdict, memory: Memory, zone: ZoneInfo) -> dict[str, Raw]:
    """What the job's cells of an order show, by column key; `memory` is what is remembered of it after this run.

    The Invoice no. of an order that was settled by hand is the people's.
    """
    due = verdict.sla_due.astimezone(zone).replace(tzinfo=None) if verdict.sla_due else None
    cells: dict[str, Raw] = {
        "order_id": verdict.order.order_id,
        "status": str(verdict.status),
        "next_step": verdict.next_step,
        "flags": "\n".join(flag.line for flag in verdict.flags) or None,
        "sla_due": due,
        "lead_time_h": number(verdict.lead_time_h),
        "candidates": ", ".join(verdict.candidates) or None,
        "billable_h": number(verdict.billable_h),
    }
    by_hand = memory.settled and memory.invoice_no is None
    return cells if by_hand else {**cells, "invoice_no": memory.invoice_no}


class Crash(Exception):
    """A bug of ours met while judging one order: names the order; only that one is left as it was."""

    def __init__(self, order: Order, cause: Exception) -> None:
        super().__init__(f"{order.order_id} (row {order.row.number}): {type(cause).__name__}: {cause}")
        self.order = order
        self.cause = cause
