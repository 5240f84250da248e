"""What was decided about one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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


class Crash(Exception):
    """A bug of ours met while judging one order: names the order; only that one is left as it was."""

    def __init__(self, order: Order, cause: Exception) -> None:
        super().__init__(f"{order.order_id} (row {order.row.number}): {type(cause).__name__}: {cause}")
        self.order = order
        self.cause = cause
