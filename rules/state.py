"""What the job remembers of a register between runs, and which numbers it gives (contract, section 2, tab System)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.invoice import Invoice
from rules.memory import Memory
from rules.message import Message

_NUMBERED = re.compile(r".*-(\d{4})-(\d{4,})")


@dataclass
class State:
    """The memory of a register. `numbers` are the highest given, by kind ("order", "invoice") and year."""

    schema: str = ""
    revision: int = 0
    run: str = ""
    at: datetime | None = None
    seen_orders: int = 0
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    orders: dict[str, Memory] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """Form answers taken in: fingerprints by Timestamp (ISO, local, with its offset and the name of its zone)."""

    journal: dict[str, str] = field(default_factory=dict)
    """What each of the last runs wrote over, packed, by run."""
    messages: dict[str, Message] = field(default_factory=dict)
    """What is to be said and may not be out yet, whole, by the messages' keys."""
    texts: dict[str, str] = field(default_factory=dict)
    """Texts that no cell holds, by the names of the files that keep them whole, until a later run has seen these."""
    register: str = ""
    """Tells calendar entries of this register from those of another; given with the first entry."""
    held: str = ""
    """Why scheduled runs wait until a person syncs; blank where they don't."""
    returned: dict[str, list[str]] = field(default_factory=dict)
    """Order IDs that an undo took off rows, by what those are known by: no other row ever gets them."""
    anew: bool = False
    """The first run was undone: the next one is the first again."""

    def copy(self) -> State:
        """A state that can be changed without changing this one; memories and invoices never change."""
        return replace(
            self,
            numbers={kind: dict(years) for kind, years in self.numbers.items()},
            orders=dict(self.orders),
            invoices=dict(self.invoices),
            answers={stamp: list(prints) for stamp, prints in self.answers.items()},
            journal=dict(self.journal),
            messages=dict(self.messages),
            texts=dict(self.texts),
            returned={key: list(ids) for key, ids in self.returned.items()},
        )

    @property
    def blank(self) -> bool:
        return not self.schema

    @property
    def first(self) -> bool:
        """Whether the next run is the register's first."""
        return self.blank or self.anew

    def highest(self, kind: str, year: int) -> int:
        return self.numbers.get(kind, {}).get(str(year), 0)

    def give(self, kind: str, year: int) -> int:
        """The next number of a series."""
        number = self.highest(kind, year) + 1
        self.numbers.setdefault(kind, {})[str(year)] = number
        return number

    def take_back(self, key: str) -> str | None:
        """The Order ID that a row had before an undo; None where it had none."""
        ids = self.returned.get(key)
        if not ids:
            return None
        order_id = ids.pop(0)
        if not ids:
            del self.returned[key]
        return order_id

    def use_up(self, names: Container[str]) -> None:
        """Order IDs that stand in a row again, or are remembered, are nobody else's to get back."""
        left = {key: [order_id for order_id in ids if order_id not in names] for key, ids in self.returned.items()}
        self.returned = {key: ids for key, ids in left.items() if ids}

    def note(self, kind: str, names: Iterable[str]) -> None:
        """A number that stands was given, whatever else says so: a run may have died before it noted the highest."""
        for year, number in filter(None, map(year_and_number, names)):
            highest = max(self.highest(kind, year), number)
            self.numbers.setdefault(kind, {})[str(year)] = highest


def year_and_number(name: str) -> tuple[int, int] | None:
    """Of an Order ID or an invoice's number: its year, and its number in that year."""
    match = _NUMBERED.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None
