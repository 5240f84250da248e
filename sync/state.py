"""The tab System: what the job remembers between runs, a fact a row (contract, section 2)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from rules.cells import squash
from rules.columns import SystemRow
from rules.invoice import Invoice
from rules.memory import Memory
from rules.message import Message
from rules.state import State
from sync.errors import UsageFault
from sync.gather import Tabs
from sync.plan import Plan, last_filled
from sync.snapshot import Grid
from sync.tabs import Tab

SCHEMA = "1"
_CHUNK = 30_000
"""UTF-16 units of a fact that go into one cell: below what a workbook's cell holds."""
_TWO_UNITS = "\U00010000"
"""Signs from here on, such as emoji, are two units each."""
_HEADER = frozenset(squash(column.header) for column in SystemRow.columns)
_UNHELD = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""Signs that JSON holds as they are, and cells don't."""


class Damaged(UsageFault):
    """System was changed by hand, so that nobody can tell what the job remembered."""


def facts(state: State) -> dict[str, str]:
    """Everything as text by key, in the order in which it is written."""
    found = {
        "schema": SCHEMA,
        "revision": str(state.revision),
        "run": state.run,
        "at": state.at.isoformat() if state.at else "",
        "orders seen": str(state.seen_orders),
        "numbers": json.dumps(state.numbers, sort_keys=True),
    }
    found |= {f"order {key}": _compact(memory) for key, memory in state.orders.items()}
    found |= {f"invoice {key}": _compact(invoice) for key, invoice in state.invoices.items()}
    found |= {f"answer {key}": json.dumps(prints) for key, prints in state.answers.items()}
    found |= {f"journal {key}": packed for key, packed in state.journal.items()}
    found |= {f"messages {key}": f"[{','.join(own)}]" for key, own in _by_order(state.messages.values()).items()}
    found |= {f"text {name}": json.dumps(text) for name, text in state.texts.items()}
    found |= {"register": state.register} if state.register else {}
    found |= {"held": state.held} if state.held else {}
    found |= {"anew": "yes"} if state.anew else {}
    found |= {"returned": json.dumps(state.returned)} if state.returned else {}
    return dict(_chunked(found))


def _by_order(messages: Iterable[Message]) -> dict[str, list[str]]:
    """Each order's messages, so that they are written with their order where a run takes several writes."""
    found = defaultdict[str, list[str]](list)
    for message in messages:
        found[message.order_id].append(_compact(message))
    return found


def _compact(model: Memory | Invoice | Message) -> str:
    """As JSON in which nothing stands that a cell would not hold: what was typed is remembered to the letter."""
    return _UNHELD.sub(lambda sign: f"\\u{ord(sign[0]):04x}", model.model_dump_json(exclude_defaults=True))


def _chunked(found: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for key, value in found.items():
        step = _CHUNK // 2 if len(value) > _CHUNK // 2 and max(value) >= _TWO_UNITS else _CHUNK
        for part, start in enumerate(range(0, max(len(value), 1), step)):
            yield (f"{key} +{part}" if part else key), value[start : start + step]


def plan_facts(plan: Plan, tabs: Tabs, state: State) -> None:
    """System as it shall be; called again, it replaces what it planned before. Rows that earlier runs left blank are
    filled again, for each run has a fact of its own, and System is not to grow with every run.
    """
    tab = tabs[SystemRow]
    plan.forget(tab)
    there, shall, free = stored(tab), facts(state), _blank_rows(tab)
    if not there:
        plan.put(tab, 1, SystemRow.key, SystemRow.key.header)
        plan.put(tab, 1, SystemRow.value, SystemRow.value.header)
    for key, value in shall.items():
        if key in there:
            plan.put(tab, there[key][0], SystemRow.value, value or None)
        elif row := next(free, 0):
            plan.put(tab, row, SystemRow.key, key)
            plan.put(tab, row, SystemRow.value, value or None)
        else:
            plan.append(tab, {"key": key, "value": value or None})
    stay = {row for key, (row, _) in there.items() if key in shall}
    for row, _, _ in _lines(tab):
        if row not in stay:  # no longer a fact, or a copy
            plan.put(tab, row, SystemRow.key, None)
            plan.put(tab, row, SystemRow.value, None)


def _blank_rows(tab: Tab) -> Iterator[int]:
    """Those below the header and above the last that is filled."""
    rows = enumerate(tab.grid.rows[1 : last_filled(tab)], 2)
    return (number for number, row in rows if all(cell in (None, "") for cell in row))


def stored(tab: Tab) -> dict[str, tuple[int, str]]:
    """The facts as they stand in System: row and text by key. Raises Damaged where two lines of one key differ: which
    of them is the stale one nobody can tell, and by that an order could be invoiced again.
    """
    found: dict[str, tuple[int, str]] = {}
    for number, key, value in _lines(tab):
        if key in found and found[key][1] != value:
            places = f"{found[key][0]} and {number}"
            raise Damaged(
                f'The hidden tab System was changed by hand: "{key}" stands in its rows {places}, and differs. Clear '
                "the row that was copied there, or put back a backup of the register; `onsite doctor` says how."
            )
        found[key] = (number, value)
    return found


def _lines(tab: Tab) -> Iterator[tuple[int, str, str]]:
    """Row, key and text of every fact, copies too."""
    key_col, value_col = tab.columns.get("key", 1), tab.columns.get("value", 2)
    for number, line in enumerate(tab.grid.rows, 1):
        key = str(line[key_col - 1]) if len(line) >= key_col and line[key_col - 1] is not None else ""
        value = line[value_col - 1] if len(line) >= value_col else None
        if key and not (number == 1 and _is_header(line)):
            yield number, key, "" if value is None else _text(value)


def known_orders(grid: Grid | None) -> frozenset[str]:
    """IDs of the orders that System remembers, wherever in it that stands."""
    cells = (str(cell) for line in (grid.rows if grid else ()) for cell in line)
    return frozenset(cell.removeprefix("order ") for cell in cells if cell.startswith("order "))


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_state(tab: Tab) -> State:
    """What System says. A blank tab gives a blank state. Raises Damaged where it was changed by hand."""
    _check_header(tab)
    parts = defaultdict[str, dict[int, str]](dict)
    for key, (_, value) in stored(tab).items():
        name, plus, part = key.rpartition(" +")
        if plus and part.isdecimal():
            parts[name][int(part)] = value
        else:
            parts[key][0] = value
    try:
        return _state({name: "".join(text for _, text in sorted(found.items())) for name, found in parts.items()})
    except (ValueError, KeyError) as fault:
        raise Damaged(
            "The hidden tab System was changed by hand and can't be read: `onsite doctor` says how to go on. "
            f"({' '.join(str(fault).split())})"
        ) from fault


def _check_header(tab: Tab) -> None:
    """Facts without their header, as where people sorted System, would be taken for none at all."""
    rows = tab.grid.rows
    if rows and not _is_header(rows[0]) and any(cell not in (None, "") for line in rows for cell in line):
        places = [number for number, line in enumerate(rows, 1) if _is_header(line)]
        names = " and ".join(f'"{column.header}"' for column in SystemRow.columns)
        remedy = f"move its row {places[0]} back to the top" if places else "insert that row at the top"
        raise UsageFault(f"The hidden tab System was changed by hand: row 1 is to say {names}; {remedy}.")


def _is_header(line: Sequence[object]) -> bool:
    return {squash(str(cell)) for cell in line} >= _HEADER


def _state(found: Mapping[str, str]) -> State:
    def named(prefix: str) -> dict[str, str]:
        """Facts of a kind; rows stand in any order."""
        return {key[len(prefix) :]: value for key, value in sorted(found.items()) if key.startswith(prefix)}

    if "revision" in found and not found.get("schema"):
        raise ValueError("no schema")
    if found.get("schema", "") not in ("", SCHEMA):
        raise UsageFault(
            f'The register was written by another version of onsite (schema "{found["schema"]}", this one knows '
            f'"{SCHEMA}"): update onsite.'
        )
    orders = {key: Memory.model_validate_json(value) for key, value in named("order ").items()}
    invoices = {key: Invoice.model_validate_json(value) for key, value in named("invoice ").items()}
    state = State(
        schema=found.get("schema", ""),
        revision=int(found.get("revision") or 0),
        run=found.get("run", ""),
        at=datetime.fromisoformat(found["at"]) if found.get("at") else None,
        seen_orders=int(found.get("orders seen") or 0),
        numbers=json.loads(found.get("numbers") or "{}"),
        orders=orders,
        invoices=invoices,
        answers={key: json.loads(value) for key, value in named("answer ").items()},
        journal=dict(sorted(named("journal ").items(), key=_revision)),
        messages=_messages([found.get("messages", ""), *named("messages ").values()]),
        texts={name: json.loads(text) for name, text in named("text ").items()},
        register=found.get("register", ""),
        held=found.get("held", ""),
        anew="anew" in found,
        returned=json.loads(found.get("returned") or "{}"),
    )
    state.note("order", orders)
    state.note("invoice", invoices)
    return state


def _revision(run: tuple[str, str]) -> int:
    """Runs are counted at the end of their names; their clocks may have been set back."""
    count = run[0].rpartition("-")[2]
    return int(count) if count.isdecimal() else 0


def _messages(texts: Iterable[str]) -> dict[str, Message]:
    """The messages by their keys, in the order in which they were decided on."""
    found = [Message.model_validate(one) for text in texts for one in json.loads(text or "[]")]
    return {message.key: message for message in sorted(found, key=lambda message: message.at)}
