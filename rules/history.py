"""What a run wrote over, and how to tell whether it is still as the run left it (contract, section 7)."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from rules.cells import Raw
from rules.columns import OrderRow, Row
from rules.memory import Memory
from rules.tabs import FLAGGED_TABS

PUT_BACK: tuple[type[Row], ...] = (OrderRow, *FLAGGED_TABS)
"""Tabs whose cells undo puts back. What was issued and logged stays."""
Plain = list[str] | str | int | float | None
"""A cell as JSON has it."""


@dataclass(frozen=True)
class Overwritten:
    """One cell: the order that it belongs to ("" outside of Orders), what stood there, a check of what was written."""

    tab: str
    row: int
    order_id: str
    column: str
    old: Raw
    new: int


@dataclass(frozen=True)
class Forgotten:
    """An order's memory before the run (None: it had none), and a check of what the run made of it."""

    order_id: str
    old: str | None
    new: int


@dataclass(frozen=True)
class Record:
    """A run: the cells and memories that it changed, and the answers that it took in."""

    cells: tuple[Overwritten, ...]
    memories: tuple[Forgotten, ...]
    answers: tuple[tuple[str, str, str], ...]
    """Answers taken in: stamp, fingerprint and the Order ID that it got."""
    first: bool = False
    """It was the register's first run."""
    after: str = ""
    """The run of which this one is a further round: mail was sent, and orders went on by it."""


def merged(first: Record, second: Record) -> Record:
    """Two rounds of one run. A cell that people changed between them is put back to what they typed."""
    cells = {_place(cell): cell for cell in first.cells}
    for cell in second.cells:
        before = cells.get(_place(cell))
        kept = before is not None and before.new == check(cell.old)
        cells[_place(cell)] = replace(cell, old=before.old) if before and kept else cell
    memories = {memory.order_id: memory for memory in first.memories}
    for memory in second.memories:
        old = memories.get(memory.order_id, memory).old
        memories[memory.order_id] = replace(memory, old=old)
    return Record(
        tuple(cells.values()), tuple(memories.values()), first.answers + second.answers, first.first, first.after
    )


def _place(cell: Overwritten) -> tuple[str, str | int, str]:
    """Rows of orders move, and are known by their Order ID."""
    return cell.tab, cell.order_id or cell.row, cell.column


def mark(memory: Memory) -> int:
    """A short check of a memory, but for what was told since: that is never taken back."""
    return check(memory.model_copy(update={"told": None}).model_dump_json())


def check(value: Raw) -> int:
    """A short check of a value: whether a cell is still as a run left it."""
    return zlib.crc32(json.dumps(plain(value), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def plain(value: Raw) -> Plain:
    """A cell for JSON: what it has no word for with a letter before it."""
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return ["t", moment.isoformat()]
    if isinstance(value, bool):
        return ["b", str(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) or value is None else ["s", str(value)]


def from_plain(found: object) -> Raw:
    """The cell again."""
    if isinstance(found, list):
        kind, text = str(found[0]), str(found[1])
        if kind == "t":
            return datetime.fromisoformat(text)
        return text == "True" if kind == "b" else text
    return found if isinstance(found, str | int | float) or found is None else str(found)
