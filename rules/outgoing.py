"""Messages that are to go out: kept in System until they are, and taken off once it is known what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.addresses import is_email
from rules.events import Event
from rules.invoice import Invoice
from rules.memory import Memory, Told
from rules.message import BILLS, Kind, Message, digest, recipients, whom
from rules.models import Office
from rules.sentences import quotable
from rules.settling import Note, Notes, Settled, Stage
from rules.state import State
from rules.verdict import Verdict
from rules.visit import in_order
from rules.words import Status

NOT_TOLD = "not told"
"""The event of a message that nobody gets."""


def take_off(state: State, settled: Settled) -> list[Event]:
    """Takes what is settled off the list in `state`, and has the orders' Next step say what a person has to do.

    Returns lines for the Log.
    """
    for order_id, trouble in settled.trouble.items():
        before = _told(state, order_id).trouble
        _note(state, order_id, trouble=before if trouble in before else "; ".join(filter(None, (before, trouble))))
    for order_id, left in settled.unshared.items():
        _note(state, order_id, unshared=tuple(sorted(left)))
    return [_event(state.messages.pop(key), note) for key, note in settled.gone.items()]


def unshared(state: State) -> dict[str, tuple[str, ...]]:
    """Whose contacts a person has to share, by Order ID."""
    return {key: memory.told.unshared for key, memory in state.orders.items() if memory.told and memory.told.unshared}


def _told(state: State, order_id: str) -> Told:
    memory = state.orders.get(order_id)
    return (memory.told if memory else None) or Told()


def _note(state: State, order_id: str, **facts: object) -> None:
    if memory := state.orders.get(order_id):
        told = _told(state, order_id).model_copy(update=facts)
        state.orders[order_id] = memory.model_copy(update={"told": told})


def _leave(state: State, message: Message) -> None:
    """Has a person share what this message would have."""
    left = recipients(message).union(_told(state, message.order_id).unshared)
    _note(state, message.order_id, unshared=tuple(sorted(left)))


def _event(message: Message, note: Note) -> Event:
    why = f"{message.kind} {whom(message)}" + (f": {note.why}" if note.why else "")
    return Event(f"mail {note.stage}", message.order_id, "", message.to, why)


def say(
    state: State, verdicts: Sequence[Verdict], invoices: Sequence[Invoice], office: Office, notes: Notes, desk: str
) -> list[Event]:
    """Puts what a run decided to say on the list in `state`; lines for the Log."""
    events = _hold_back(state, notes)
    due = [message for verdict in verdicts for message in verdict.messages]
    return events + remember(state, [*due, *(for_invoice(invoice, office) for invoice in invoices)], office, desk)


def _hold_back(state: State, notes: Notes) -> list[Event]:
    """Where nobody is to expect us any more, what was not sent yet waits until they are: the order may come back.

    The latest goes first, so that in the end is known again what was known before the first of them.
    """
    events = []
    for key, message in reversed(list(state.messages.items())):
        why = "" if message.kind in BILLS else _over(state.orders.get(message.order_id))
        if why and not message.held and key in notes and notes[key].stage is Stage.DECIDED:
            events.append(Event(NOT_TOLD, message.order_id, "", message.kind, f"{whom(message)}: {why} first"))
            _take_back(state, key, message)
        elif message.held and not why:
            events.append(Event("message", message.order_id, "", message.kind, f"{whom(message)}: the order goes on"))
            state.messages[key] = message.model_copy(update={"held": False})
    return events[::-1]


def _take_back(state: State, key: str, message: Message) -> None:
    """What is said of an order that is not agreed yet is decided anew, as the order is then; the rest is kept."""
    told = _told(state, message.order_id)
    if message.kind is Kind.AVAILABILITY:
        _note(state, message.order_id, engineers=message.before)
    elif message.places and set(message.places) <= set(told.kinds):
        kinds = tuple(kind for kind in told.kinds if kind not in message.places)
        _note(state, message.order_id, kinds=kinds)
    elif message.kind is Kind.MISSING:
        _note(state, message.order_id, asked="", times=max(told.times - 1, 0))
    else:
        state.messages[key] = message.model_copy(update={"held": True})
        return
    del state.messages[key]


def _over(memory: Memory | None) -> str:
    """Why nobody is to expect us; "" where they are. One that was invoiced after it was cancelled is still off."""
    if memory is None or memory.deleted:
        return "its row was deleted"
    cancelled = memory.status is Status.CANCELLED or memory.before_cancel is not None
    return "the order was cancelled" if cancelled else ""


def to_deliver(state: State) -> State:
    """The state without what waits for its order to go on."""
    return replace(state, messages={key: message for key, message in state.messages.items() if not message.held})


def remember(state: State, due: Sequence[Message], office: Office, desk: str) -> list[Event]:
    """Puts what became due on the list in `state`, for `desk` to look after, and says so for the Log."""
    events = []
    for message in due:
        if message.to:
            state.messages[message.key] = message.model_copy(update={"desk": desk})
            events.append(Event("message", message.order_id, "", message.kind, whom(message)))
        else:
            why = f"{whom(message)}: no e-mail address is known, tell them another way"
            events.append(Event(NOT_TOLD, message.order_id, "", message.kind, why))
            if message.kind is Kind.CONTACTS and message.site is None:  # a site may get an address later, and its own
                _leave(state, message)
    if not state.register and any(message.sequence is not None for message in due):
        state.register = digest(f"{office.now.isoformat()} {office.settings.company_name} {' '.join(state.orders)}")
    return events


def for_invoice(invoice: Invoice, office: Office) -> Message:
    """The message that takes an invoice or credit note to its client; on a first run it is left as a draft."""
    to = invoice.billing_email.strip()
    return Message(
        kind=Kind.CREDIT if invoice.kind == "credit" else Kind.INVOICE, order_id=invoice.order_id,
        to=to if is_email(to) else "", addressee=quotable(invoice.billing_name),
        languages=in_order(frozenset(invoice.languages)), at=office.now, invoice=invoice.number, file=invoice.sha256,
        draft=office.first_run,
    )  # fmt: skip


def forget_drafted(state: State, notes: Notes) -> None:
    """Takes messages whose draft was written off the list: only where the run writes anyway."""
    for key, note in notes.items():
        message = state.messages.pop(key, None) if note.stage is Stage.DRAFTED else None
        if message and message.kind is Kind.CONTACTS:
            _leave(state, message)
