"""What a run wrote over, kept in System so that `onsite undo` can put it back (design: Journal)."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.cells import Raw
from rules.columns import OrderRow, Row
from rules.memory import Memory
from rules.tabs import FLAGGED_TABS
from sync.plan import Change

KEPT = 20
_PUT_BACK: tuple[type[Row], ...] = (OrderRow, *FLAGGED_TABS)
"""Tabs whose cells undo puts back. What was issued and logged stays."""


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

    def packed(self) -> str:
        """As text for System."""
        found = [
            [[c.tab, c.row, c.order_id, c.column, _plain(c.old), c.new] for c in self.cells],
            [[m.order_id, m.old, m.new] for m in self.memories],
            [list(answer) for answer in self.answers],
            self.first,
        ]
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return base64.b85encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode("ascii")


def unpacked(text: str) -> Record:
    """The record from System. Raises ValueError where it was damaged."""
    try:
        cells, memories, answers, first = json.loads(zlib.decompress(base64.b85decode(text)))
    except zlib.error as fault:
        raise ValueError(str(fault)) from fault
    return Record(
        tuple(Overwritten(tab, row, order, column, _raw(old), new) for tab, row, order, column, old, new in cells),
        tuple(Forgotten(*memory) for memory in memories),
        tuple((stamp, print_, order_id) for stamp, print_, order_id in answers),
        first,
    )


def record(
    changes: Iterable[Change],
    ids: Mapping[int, str],
    before: Mapping[str, Memory],
    after: Mapping[str, Memory],
    answers: Sequence[tuple[str, str, str]],
    first: bool,
) -> Record:
    """What a run changes. `ids` are Order IDs by row of Orders."""
    titles = {kind.title for kind in _PUT_BACK}
    cells = tuple(
        Overwritten(c.tab, c.row, ids.get(c.row, "") if c.tab == OrderRow.title else "", c.column, c.old, check(c.new))
        for c in changes
        if c.tab in titles
    )
    memories = tuple(
        Forgotten(key, before[key].model_dump_json() if key in before else None, mark(memory))
        for key, memory in after.items()
        if before.get(key) != memory
    )
    return Record(cells, memories, tuple(answers), first)


def mark(memory: Memory) -> int:
    """A short check of a memory, but for what was told since: that is never taken back."""
    return check(memory.model_copy(update={"told": None}).model_dump_json())


def check(value: Raw) -> int:
    """A short check of a value: whether a cell is still as a run left it."""
    return zlib.crc32(json.dumps(_plain(value), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _plain(value: Raw) -> list[str] | str | int | float | None:
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return ["t", moment.isoformat()]
    if isinstance(value, bool):
        return ["b", str(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) or value is None else ["s", str(value)]


def _raw(found: object) -> Raw:
    if isinstance(found, list):
        kind, text = str(found[0]), str(found[1])
        if kind == "t":
            return datetime.fromisoformat(text)
        return text == "True" if kind == "b" else text
    return found if isinstance(found, str | int | float) or found is None else str(found)
