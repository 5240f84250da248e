"""What came of messages: how far each got, what that proves, and what a person has to do (contract, section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rules.columns import Heading, OrderRow
from rules.message import EVIDENCE, Kind, Message, about, recipients


class Stage(StrEnum):
    """How far a message got."""

    DECIDED = "decided"
    DRAFTED = "drafted"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ANEW = "drafted anew"


GONE = frozenset({Stage.SENT, Stage.REFUSED, Stage.UNKNOWN, Stage.ANEW})
"""The register is to be told what came of it, and forgets it then."""
WITH_PHOTOS = "photo ID attached"
"""Noted of a message that everybody's photo ID went with."""
_TROUBLE = {
    Stage.REFUSED: "the mail server refused our message ({about}): tell them another way, or send its draft",
    Stage.UNKNOWN: "ask whether our message came ({about}), and send its draft if not",
}


@dataclass(frozen=True, slots=True)
class Note:
    """The last that is known of a message. `at` is the run's time."""

    stage: Stage
    at: datetime
    why: str = ""


Notes = Mapping[str, Note]
"""By the messages' keys; those of which nothing is known are left out."""


@dataclass
class Settled:
    """What came of messages since the last run. Times are UTC."""

    gone: dict[str, Note] = field(default_factory=dict)
    """What the register is told of now, and need no longer remember, by the messages' keys."""
    evidence: dict[str, dict[Heading[datetime], datetime]] = field(default_factory=dict)
    """The cells that what was sent fills in, by Order ID."""
    trouble: dict[str, str] = field(default_factory=dict)
    """What a person has to do about mail that didn't go out, or may not have, by Order ID."""
    unshared: dict[str, frozenset[str]] = field(default_factory=dict)
    """Who has no contacts yet, by Order ID: a person shares what is left, and says so in the cell."""


def settle(messages: Mapping[str, Message], notes: Notes, unshared: Mapping[str, Iterable[str]]) -> Settled:
    """What is settled of the messages that were not out yet when the register was last written.

    Those that share contacts go together: the contacts are shared once everybody has theirs, also those who lacked them
    before (`unshared`, by Order ID: message.recipients).
    """
    settled = Settled()
    for group in _together(messages):
        found = {key: notes[key] for key in group if key in notes and notes[key].stage in GONE}
        if len(found) < len(group):
            continue
        settled.gone |= found
        same, came = list(group.values()), list(found.values())
        order_id = same[0].order_id
        if trouble := list(_trouble(same, came)):
            before = [settled.trouble[order_id]] if order_id in settled.trouble else []
            settled.trouble[order_id] = "; ".join(before + trouble)
        done = all(note.stage is Stage.SENT for note in came)
        if same[0].kind is Kind.CONTACTS:
            settled.unshared[order_id] = left = _left(unshared.get(order_id, ()), same, came)
            done = not left
        settled.evidence.setdefault(order_id, {}).update(_evidence(same, came, done))
    return settled


def _left(before: Iterable[str], messages: Sequence[Message], notes: Sequence[Note]) -> frozenset[str]:
    """Who lacks what was said: of those who did before, and of those to whom these messages went."""
    reached = {True: set[str](), False: set[str]()}
    for message, note in zip(messages, notes, strict=True):
        reached[note.stage is Stage.SENT] |= recipients(message)
    return frozenset(set(before) - reached[True] | reached[False])


def _together(messages: Mapping[str, Message]) -> list[dict[str, Message]]:
    groups: dict[str, dict[str, Message]] = {}
    for key, message in messages.items():
        shared = message.kind is Kind.CONTACTS
        groups.setdefault(f"{message.order_id} contacts" if shared else key, {})[key] = message
    return list(groups.values())


def _trouble(messages: Sequence[Message], notes: Sequence[Note]) -> Iterator[str]:
    for message, note in zip(messages, notes, strict=True):
        if note.stage in _TROUBLE:
            yield _TROUBLE[note.stage].format(about=about(message))


def _evidence(
    messages: Sequence[Message], notes: Sequence[Note], done: bool
) -> Iterator[tuple[Heading[datetime], datetime]]:
    sent = [note for note in notes if note.stage is Stage.SENT]
    column = EVIDENCE.get(messages[0].kind) if done and all(message.whole for message in messages) else None
    if column and sent:
        yield column, max(note.at for note in sent)
    if photos := [note.at for note in sent if note.why == WITH_PHOTOS]:
        yield OrderRow.photo_id_sent_at, max(photos)
