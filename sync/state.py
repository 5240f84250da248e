"""What the job remembers between runs: tab System, a fact a row (contract, section 2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.columns import SystemRow
from rules.invoice import Invoice
from rules.memory import Memory
from rules.message import Message
from sync.errors import UsageFault
from sync.tabs import Tab

SCHEMA = "1"
_CHUNK = 30_000
"""Characters of a fact that go into one cell: below what a workbook's cell holds."""
_UNHELD = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""Signs that JSON holds as they are, and cells don't."""


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
    """Form answers taken in: fingerprints by Timestamp (ISO, UTC)."""

    journal: dict[str, str] = field(default_factory=dict)
    """What each of the last runs wrote over, packed, by run."""
    messages: dict[str, Message] = field(default_factory=dict)
    """What is to be said and may not be out yet, whole, by the messages' keys."""
    said: bool = False
    """Whether there ever was a message: its fact stays, so that the rows of System don't."""
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

    def facts(self) -> dict[str, str]:
        """Everything as text by key, in the order in which it is written."""
        facts = {
            "schema": SCHEMA,
            "revision": str(self.revision),
            "run": self.run,
            "at": self.at.isoformat() if self.at else "",
            "orders seen": str(self.seen_orders),
            "numbers": json.dumps(self.numbers, sort_keys=True),
        }
        facts |= {f"order {key}": _compact(memory) for key, memory in self.orders.items()}
        facts |= {f"invoice {key}": _compact(invoice) for key, invoice in self.invoices.items()}
        facts |= {f"answer {key}": json.dumps(prints) for key, prints in self.answers.items()}
        facts |= {f"journal {key}": packed for key, packed in self.journal.items()}
        if self.messages or self.said:
            facts["messages"] = f"[{','.join(map(_compact, self.messages.values()))}]"
        facts |= {"register": self.register} if self.register else {}
        facts |= {"held": self.held} if self.held else {}
        facts |= {"anew": "yes"} if self.anew else {}
        facts |= {"returned": json.dumps(self.returned)} if self.returned else {}
        return dict(_chunked(facts))


def _compact(model: Memory | Invoice | Message) -> str:
    """As JSON in which nothing stands that a cell would not hold: what was typed is remembered to the letter."""
    return _UNHELD.sub(lambda sign: f"\\u{ord(sign[0]):04x}", model.model_dump_json(exclude_defaults=True))


def _chunked(facts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for key, value in facts.items():
        for part, start in enumerate(range(0, max(len(value), 1), _CHUNK)):
            yield (f"{key} +{part}" if part else key), value[start : start + _CHUNK]


def stored(tab: Tab) -> dict[str, tuple[int, str]]:
    """The facts as they stand in System: row and text by key."""
    found: dict[str, tuple[int, str]] = {}
    key_col, value_col = tab.columns.get("key", 1), tab.columns.get("value", 2)
    for number, line in enumerate(tab.grid.rows, 1):
        key = str(line[key_col - 1]) if len(line) >= key_col and line[key_col - 1] is not None else ""
        value = line[value_col - 1] if len(line) >= value_col else None
        if key and key != SystemRow.key.header:
            found[key] = (number, "" if value is None else _text(value))
    return found


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def year_and_number(name: str) -> tuple[int, int] | None:
    """Of an Order ID or an invoice's number: its year, and its number in that year."""
    match = re.fullmatch(r".*-(\d{4})-(\d{4,})", name)
    return (int(match[1]), int(match[2])) if match else None


def _highest(numbers: dict[str, dict[str, int]], kind: str, names: Iterable[str]) -> None:
    """A number that stands was given, whatever else says so: a run may have died before it noted the highest."""
    for found in filter(None, map(year_and_number, names)):
        series = numbers.setdefault(kind, {})
        series[str(found[0])] = max(series.get(str(found[0]), 0), found[1])


def read_state(tab: Tab) -> State:
    """What System says. A blank tab gives a blank state. Raises UsageFault where it was damaged by hand."""
    facts: dict[str, str] = {}
    for key, (_, value) in stored(tab).items():
        name, plus, part = key.rpartition(" +")
        if plus and part.isdigit():
            facts[name] = facts.get(name, "") + value
        else:
            facts[key] = value
    try:
        return _state(facts)
    except (ValueError, KeyError) as fault:
        raise UsageFault(
            "The hidden tab System was changed by hand and can't be read: put back a backup of the register "
            f"(.onsite-backups), or ask `onsite doctor`. ({fault})"
        ) from fault


def _state(facts: Mapping[str, str]) -> State:
    def named(prefix: str) -> dict[str, str]:
        return {key[len(prefix) :]: value for key, value in facts.items() if key.startswith(prefix)}

    if facts.get("schema", "") not in ("", SCHEMA):
        raise UsageFault(
            f'The register was written by another version of onsite (schema "{facts["schema"]}", this one knows '
            f'"{SCHEMA}"): update onsite.'
        )
    orders = {key: Memory.model_validate_json(value) for key, value in named("order ").items()}
    invoices = {key: Invoice.model_validate_json(value) for key, value in named("invoice ").items()}
    numbers = json.loads(facts.get("numbers") or "{}")
    _highest(numbers, "order", orders)
    _highest(numbers, "invoice", invoices)
    return State(
        schema=facts.get("schema", ""),
        revision=int(facts.get("revision") or 0),
        run=facts.get("run", ""),
        at=datetime.fromisoformat(facts["at"]) if facts.get("at") else None,
        seen_orders=int(facts.get("orders seen") or 0),
        numbers=numbers,
        orders=orders,
        invoices=invoices,
        answers={key: json.loads(value) for key, value in named("answer ").items()},
        journal=named("journal "),
        messages={message.key: message for message in map(Message.model_validate, _listed(facts.get("messages")))},
        said="messages" in facts,
        register=facts.get("register", ""),
        held=facts.get("held", ""),
        anew="anew" in facts,
        returned=json.loads(facts.get("returned") or "{}"),
    )


def _listed(text: str | None) -> list[object]:
    return list(json.loads(text or "[]"))
