"""What a run wrote over, kept in System so that `onsite undo` can put it back (design: Journal)."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence

from rules.columns import OrderRow
from rules.history import PUT_BACK, Forgotten, Overwritten, Record, check, from_plain, mark, plain
from rules.memory import Memory
from sync.plan import Change

KEPT = 20
_TITLES = frozenset(kind.title for kind in PUT_BACK)


def record(
    changes: Iterable[Change],
    ids: Mapping[int, str],
    before: Mapping[str, Memory],
    after: Mapping[str, Memory],
    answers: Sequence[tuple[str, str, str]],
    first: bool,
    after_run: str = "",
) -> Record:
    """What a run changes. `ids` are Order IDs by row of Orders; `after_run` is the round before it."""
    cells = tuple(
        Overwritten(c.tab, c.row, ids.get(c.row, "") if c.tab == OrderRow.title else "", c.column, c.old, check(c.new))
        for c in changes
        if c.tab in _TITLES
    )
    memories = tuple(
        Forgotten(key, before[key].model_dump_json() if key in before else None, mark(memory))
        for key, memory in after.items()
        if before.get(key) != memory
    )
    return Record(cells, memories, tuple(answers), first, after_run)


def packed(record: Record) -> str:
    """As text for System."""
    found = [
        [[c.tab, c.row, c.order_id, c.column, plain(c.old), c.new] for c in record.cells],
        [[m.order_id, m.old, m.new] for m in record.memories],
        [list(answer) for answer in record.answers],
        record.first,
        *([record.after] if record.after else []),
    ]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return base64.b85encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode("ascii")


def unpacked(text: str) -> Record:
    """The record from System. Raises ValueError where it was damaged."""
    try:
        cells, memories, answers, first, *after = json.loads(zlib.decompress(base64.b85decode(text)))
    except zlib.error as fault:
        raise ValueError(str(fault)) from fault
    return Record(
        tuple(
            Overwritten(tab, row, order, column, from_plain(old), new) for tab, row, order, column, old, new in cells
        ),
        tuple(Forgotten(*memory) for memory in memories),
        tuple((stamp, print_, order_id) for stamp, print_, order_id in answers),
        first,
        *after,
    )
