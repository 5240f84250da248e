"""System: what is remembered is read again whatever the order of its rows, and takes no more rows than it needs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.columns import SystemRow
from rules.memory import Memory
from rules.message import Kind, Message
from rules.state import State
from sync import state as memory
from sync.errors import UsageFault
from sync.plan import Plan
from sync.snapshot import Grid
from sync.state import SCHEMA, Damaged, plan_facts, read_state
from sync.tabs import Tab

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
Rows = list[list[object]]


def tab(rows: Rows) -> Tab:
    return Tab(SystemRow, Grid(SystemRow.title, rows, frozenset()), {"key": 1, "value": 2})


def written(state: State, rows: Rows) -> Rows:
    """System after a run that remembers this."""
    plan, found = Plan(32_767), [list(row) for row in rows]
    plan_facts(plan, {SystemRow: tab(found)}, state)
    for write in plan.writes():
        found += [[None, None] for _ in range(write.row - len(found))]
        found[write.row - 1][write.col - 1] = write.value
    return found


def told(order: str, minute: int) -> Message:
    at = NOW.replace(minute=minute)
    return Message(kind=Kind.RELEASE, order_id=order, to="a@client.example", languages=(), at=at)


def remembered(runs: range) -> State:
    """Two orders with a message each and what the last of these runs wrote over."""
    orders = {f"ORD-2026-000{n}": Memory(status="Ready", seen=("あ😀" * n,)) for n in (1, 2)}
    messages = {one.key: one for one in (told("ORD-2026-0002", 5), told("ORD-2026-0001", 9))}
    return State(SCHEMA, runs[-1], orders=orders, messages=messages, journal={f"20261124-{n}": "x" * 90 for n in runs})


@pytest.mark.parametrize("chunk", [30_000, 20])
def test_facts_stand_in_any_order(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(memory, "_CHUNK", chunk)
    state = remembered(range(8, 12))
    header, *rows = written(state, [])
    for found in (read_state(tab([header, *rows])), read_state(tab([header, *rows[::-1]]))):
        assert (found.orders, found.messages, found.journal) == (state.orders, state.messages, state.journal)
        assert (list(found.messages), list(found.journal)) == (list(state.messages), list(state.journal))


def test_a_header_is_one_however_it_is_written() -> None:
    header, *rows = written(remembered(range(8, 9)), [])
    shouted = [f" {str(cell).upper()} " for cell in header]
    state = read_state(tab([shouted, *rows]))
    assert len(state.orders) == 2 and written(state, [shouted, *rows])[0] == shouted


def test_messages_of_before_are_read() -> None:
    """They all stood in one row."""
    one = told("ORD-2026-0001", 1)
    rows: Rows = [["Key", "Value"], ["schema", SCHEMA], ["messages", f"[{one.model_dump_json()}]"]]
    assert read_state(tab(rows)).messages == {one.key: one}


@pytest.mark.parametrize("key", ["order ORD-2026-0001", "order ORD-2026-0001 +1"])
def test_a_copied_fact_is_cleared_and_refused_once_it_differs(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(memory, "_CHUNK", 20)
    state = remembered(range(1, 4))
    rows = written(state, [])
    (line,) = (line for line in rows if line[0] == key)
    for copied in ([*rows, list(line)], [rows[0], list(line), *rows[1:]]):
        assert read_state(tab(copied)).orders == state.orders
        after = written(state, copied)
        assert [line[0] for line in after].count(key) == 1 and read_state(tab(after)).orders == state.orders
        copied[1 if copied[1][0] == key else -1][1] = "stale"
        with pytest.raises(Damaged):
            read_state(tab(copied))


def test_facts_without_their_header_are_not_taken_for_none() -> None:
    header, *rows = written(remembered(range(1, 4)), [])
    for found, place in (([*rows, header], str(len(rows) + 1)), (rows, "insert"), ([[None, None], *rows], "insert")):
        with pytest.raises(UsageFault, match=rf"\b{place}\b"):
            read_state(tab(found))
    assert read_state(tab([[None], ["", None]])).blank and read_state(tab([])).blank
    assert read_state(tab([["Key", "Value"]])).blank


def test_blank_rows_are_taken_again() -> None:
    rows = written(remembered(range(1, 4)), [])
    heights = []
    for last in range(5, 15):
        rows = written(remembered(range(last - 3, last)), rows)
        assert read_state(tab(rows)).journal.keys() == {f"20261124-{n}" for n in range(last - 3, last)}
        heights.append(len(rows))
    assert max(heights) == max(heights[:2])


def test_what_was_told_and_is_no_longer_that_is_damage() -> None:
    rows = [[*row] for row in written(remembered(range(8, 9)), [])]
    for row in rows:
        if str(row[0]).startswith("order "):
            row[1] = '{"status": "Ready", "told": 3}'
    with pytest.raises(Damaged):
        read_state(tab(rows))


def test_facts_without_their_schema_are_no_first_run() -> None:
    header, *rows = written(remembered(range(8, 9)), [])
    with pytest.raises(Damaged):
        read_state(tab([header, *(row for row in rows if row[0] != "schema")]))
