"""The fixed words of the contract: levels, languages, tax classes, severities and statuses.

Every value is the word exactly as it stands in the register.
"""

from __future__ import annotations

from enum import StrEnum


class _Ranked(StrEnum):
    """Words that compare by the order in which they are listed here, not by the alphabet."""

    rank: int
    """Place in the list, from 0."""

    def __init__(self, value: str) -> None:
        self.rank = len(type(self).__members__)

    def __lt__(self, other: str) -> bool:
        return self.rank < other.rank if isinstance(other, type(self)) else NotImplemented

    def __le__(self, other: str) -> bool:
        return self.rank <= other.rank if isinstance(other, type(self)) else NotImplemented

    def __gt__(self, other: str) -> bool:
        return self.rank > other.rank if isinstance(other, type(self)) else NotImplemented

    def __ge__(self, other: str) -> bool:
        return self.rank >= other.rank if isinstance(other, type(self)) else NotImplemented


class Level(_Ranked):
    """An engineer's skill; a higher level compares as greater and can do what a lower one can."""

    ENTRY = "Entry"
    SENIOR = "Senior"
    SPECIALIST = "Specialist"


class Severity(_Ranked):
    """How much a flag matters; sorts most severe first, so BLOCK < WARN < INFO."""

    BLOCK = "BLOCK"
    WARN = "WARN"
    INFO = "INFO"


class Language(StrEnum):
    """A language that work, documents and messages can be in."""

    ENGLISH = "English"
    JAPANESE = "Japanese"


class TaxClass(StrEnum):
    """How consumption tax treats a client's or an order's charges."""

    STANDARD = "standard"
    EXPORT_EXEMPT = "export-exempt"
    OUT_OF_SCOPE = "out-of-scope"


class Status(StrEnum):
    """Where an order stands, in the order of the contract's table.

    The way from one to the next is the lifecycle's affair: comparing members with < compares letters.
    """

    NEEDS_INFO = "Needs info"
    READY = "Ready"
    OFFERED = "Offered"
    SITE_CONFIRMED = "Site confirmed"
    CONTACTS_SHARED = "Contacts shared"
    APPROVED = "Approved"
    TRAVEL_BOOKED = "Travel booked"
    ON_SITE = "On site"
    WORKING = "Working"
    COMPLETED = "Completed"
    INVOICED = "Invoiced"
    PAID = "Paid"
    NO_SHOW = "No-show"
    CANCELLED = "Cancelled"
