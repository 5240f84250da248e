"""What is said to whom, whole: frozen when it is decided, so that a crash before it is written loses nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from rules.cells import squash
from rules.columns import Heading, OrderRow
from rules.words import Language


class Kind(StrEnum):
    """The rows of the contract's table (section 8); the value names the template and the draft."""

    MISSING = "missing"
    AVAILABILITY = "availability"
    CONFIRM = "confirm"
    CONTACTS = "contacts"
    APPROVED = "approved"
    ARRIVAL = "arrival"
    RELEASE = "release"
    INVOICE = "invoice"
    CREDIT = "credit"
    CHANGED = "changed"


EVIDENCE: dict[Kind, Heading[datetime]] = {
    Kind.AVAILABILITY: OrderRow.availability_sent_at,
    Kind.CONTACTS: OrderRow.contacts_shared_at,
    Kind.ARRIVAL: OrderRow.arrival_notified_at,
    Kind.INVOICE: OrderRow.invoice_sent_at,
}
"""The cell that says that a message was sent: filled in by the job only for what it sent itself."""
BILLS = (Kind.INVOICE, Kind.CREDIT)
"""What goes to Billing email with a document of the series; no engineer's e-mail address may be in it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Person(_Frozen):
    """Somebody to call: texts on one line, as typed."""

    name: str = ""
    phone: str = ""
    email: str = ""
    chat: str = ""


class Stop(_Frozen):
    """A site as the message tells of it. `map_link` only where it is one of Google Maps."""

    number: int
    address: str = ""
    map_link: str = ""
    floor: str = ""
    entry: str = ""
    contact: Person = Person()


class Details(_Frozen):
    """What the engineers' work order holds beside the visit itself."""

    description: str = ""
    hardware: str = ""
    sequence: str = ""
    confirmations: str = ""
    documents: str = ""
    items: tuple[str, ...] = ()
    paperwork: tuple[str, ...] = ()
    level: str = ""
    ordered_by: Person = Person()
    assistant: Person = Person()
    """The ordering company's engineer, who helps by phone."""
    languages: tuple[Language, ...] = ()
    """Those that the engineers read."""


class Visit(_Frozen):
    """When, where and who. `start` and `end` are UTC, `zone` is the site's IANA name."""

    client: str
    client_reference: str = ""
    subject: str = ""
    """The first line of the work description."""
    start: datetime | None = None
    end: datetime | None = None
    zone: str
    engineers: tuple[Person, ...] = ()
    """Names, phones and chats; their e-mail addresses are nobody's business."""
    stops: tuple[Stop, ...] = ()
    photo_id: bool = False

    @property
    def mark(self) -> str:
        """Differs where anything that a calendar entry shows differs."""
        return digest(self.model_dump_json())


class Asked(_Frozen):
    """One thing that is missing or wrong: the flag's code, its column and site, the value, and what was meant."""

    code: str
    column: str = ""
    site: int | None = None
    value: str = ""
    hint: str = ""


class Altered(_Frozen):
    """One fact of the visit that is no longer as it was told: a column's header, from what, to what."""

    column: str
    before: str
    after: str


_NOT_SAID = {"draft", "at", "desk", "held", "places", "before"}
"""What tells of a message and is no part of it."""


class Message(_Frozen):
    """One message to one recipient. `site` is theirs; None: the client. `at` is when it was decided (UTC)."""

    kind: Kind
    order_id: str
    to: str
    languages: tuple[Language, ...]
    at: datetime
    addressee: str = ""
    """Whom it greets; blank where nobody is named."""
    site: int | None = None
    visit: Visit | None = None
    details: Details | None = None
    asked: tuple[Asked, ...] = ()
    times: int = 0
    """How often something missing was asked for before: the same may be missing once more."""
    altered: tuple[Altered, ...] = ()
    sla_due: datetime | None = None
    arrived: datetime | None = None
    completed: datetime | None = None
    sequence: int | None = None
    """Of the calendar entry that goes with it; None: no entry."""
    photo_ids: tuple[str, ...] = ()
    """Files named in Engineers, to be attached."""
    invoice: str = ""
    file: str = ""
    """The hash of the invoice's file: two registers may give the same number to invoices for the same client."""
    whole: bool = True
    """Whether everybody whom this must be told to has an address; else a person has still something to do."""
    desk: str = ""
    """A mark of the machine and folder where it was decided on, and is looked after."""
    draft: bool = False
    """Left as a draft even where mail is sent: what a register's first run says."""
    held: bool = False
    """Waits, since the order was cancelled or its row deleted before it went out."""
    places: tuple[str, ...] = ()
    """What the order remembers of a request to confirm (rules/letters.py)."""
    before: tuple[str, ...] = ()
    """Whom the client was promised before these engineers (Told.engineers)."""

    @property
    def key(self) -> str:
        """Names it for good: the same thing said to the same person has the same key, whenever it is decided."""
        return f"{self.order_id}/{self.kind}-{digest(self.model_dump_json(exclude=_NOT_SAID))}"


def recipients(message: Message) -> frozenset[str]:
    """Whom of an order it reaches: the client, or the contacts of places, told apart wherever their rows stand."""
    if message.site is None:
        return frozenset({"client"})
    stops = message.visit.stops if message.visit else ()
    places = (f"{squash(stop.address)} {squash(stop.floor)} {squash(stop.contact.name)}" for stop in stops)
    return frozenset(f"site {digest(place)}" for place in places)


def whom(message: Message) -> str:
    """To whom a message goes, for people."""
    return "to the client" if message.site is None else f"to site {message.site}"


def about(message: Message) -> str:
    """Which message it is, for people."""
    return f"{message.kind} {whom(message)}, {message.to}"


def digest(text: str) -> str:
    """A short mark of a text, for comparing."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
