"""What the next run has to know of this one (contract, section 2, tab System)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from rules.answers import Answer
from rules.events import Event
from rules.invoice import Invoice
from rules.state import State
from rules.verdict import Verdict


def remember_orders(state: State, verdicts: Iterable[Verdict], issued: Mapping[str, Invoice]) -> None:
    """Where this run left every order; `issued` are its invoices by Order ID.

    Of one whose ID stands twice nothing is known but what was known before.
    """
    for verdict in verdicts:
        order_id, memory = verdict.order.order_id, verdict.memory
        if verdict.order.id_twice and verdict.order.memory:
            continue
        if invoice := issued.get(order_id):
            memory = memory.model_copy(update={"invoice_no": invoice.number})
        state.orders[order_id] = memory


def remember_gone(state: State, missing: Iterable[str]) -> list[Event]:
    """Orders whose rows people deleted: their numbers are never given again. Returns lines for the Log."""
    events = []
    for order_id in missing:
        memory = state.orders[order_id] = state.orders[order_id].model_copy(update={"deleted": True})
        events.append(Event("deleted", order_id, str(memory.status), "", "its row is gone"))
    return events


def remember_answers(state: State, answers: Iterable[Answer], zone: ZoneInfo) -> None:
    """Answers that were taken in: never again, whatever becomes of them or of their orders."""
    for answer in answers:
        state.answers.setdefault(answer.stamp(zone), []).append(answer.fingerprint(zone))


def recall_answers(state: State, answers: Iterable[Answer], sources: Iterable[str], zone: ZoneInfo) -> None:
    """Answers that orders came from, as Source says: the job's memory was cleared, and they are not to come twice."""
    there = Counter(sources)
    for answer in answers:
        if there[answer.source(zone)] > 0:
            there[answer.source(zone)] -= 1
            remember_answers(state, [answer], zone)
