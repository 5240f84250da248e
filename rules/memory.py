"""What the job remembers of an order between runs (contract, section 2, tab System)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from rules.words import Status


class Confirmed(BaseModel):
    """The order as it was when its Site confirmed at was first seen: what was confirmed then."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    planned_start: str
    reserved_hours: str
    assigned_engineers: str
    addresses: tuple[str, ...]
    further: dict[str, datetime | None] = {}
    """The latest Site confirmed at of every place of Other sites, by what Order.further calls it."""


class Told(BaseModel):
    """What client and sites were told of an order, so that nothing is said twice. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    kinds: tuple[str, ...] = ()
    """What was said once and for all: a kind of message, for a site with marks of it (rules/letters.py)."""
    engineers: tuple[str, ...] = ()
    """Whom the client was promised, as names that compare."""
    visit: Confirmed | None = None
    """The visit as both sides know it, from Site confirmed on."""
    asked: str = ""
    """A mark of the missing things that the client was last told of."""
    times: int = 0
    """How often they were told of missing things."""
    standing: str = ""
    """A mark of those that are missing now, and since when they are the same."""
    since: datetime | None = None
    entry: str = ""
    """A mark of the calendar entry that was last sent, with its number among the versions of it."""
    sequence: int = 0
    trouble: str = ""
    """What a person has to do about mail that was refused or may be lost; until the order moves on."""
    unshared: tuple[str, ...] = ()
    """Whose contacts a person has to share (message.recipients): left as a draft, refused, or maybe lost."""

    @model_validator(mode="before")
    @classmethod
    def _by_hand(cls, facts: Any) -> Any:
        """Earlier versions remembered that there are some, not whose."""
        return {**facts, "unshared": ("?",)} if isinstance(facts, dict) and facts.get("by_hand") else facts


class Memory(BaseModel):
    """One order: its last known status and what later runs need to judge it. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    status: Status
    first_seen: datetime | None = None
    """When the job first saw the row: what Received at is filled with where blank."""
    deleted: bool = False
    """The row is gone; its number is never given again, and it goes on if the row comes back."""
    before_cancel: Status | None = None
    seen: tuple[str, ...] = ()
    """Evidence by which the status was reached: column keys, for further sites with `#` and what Order.further has."""
    confirmed: Confirmed | None = None
    settled: bool = False
    invoiced_on: date | None = None
    invoice_no: str | None = None
    """The invoice that stands; None after a credit note."""
    credited: str | None = None
    """The invoice last credited: the order is invoiced anew once its charges differ from that."""
    told: Told | None = None
    """None where the job didn't send messages yet when it last saw the order: what is past then counts as told."""
