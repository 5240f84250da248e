"""`onsite undo`: puts back what a run wrote, except what was changed since (contract, section 7)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rules.cells import Raw
from rules.columns import TABS, DashboardRow, LogRow, OrderRow, Row, SystemRow
from rules.memory import Memory
from rules.models import id_order
from rules.settings import Settings
from sync.commands.syncing import Done
from sync.config import load
from sync.dashboard import write_heartbeat, write_host
from sync.deciding import plan_facts, run_name
from sync.errors import Changed, Contended, UsageFault
from sync.gather import Tabs, rows_of, settings_of
from sync.history import Forgotten, Overwritten, Record, check, mark, unpacked
from sync.journal import Event, write_log
from sync.opening import open_register
from sync.plan import Plan
from sync.registers.base import Register
from sync.restored import is_first_run
from sync.run import TRIES, check_clock, moment
from sync.state import SCHEMA, State, read_state
from sync.tabs import find_tabs

_KINDS = {kind.title: kind for kind in TABS}


def run_undo(target: str, run: str, order: str | None, now: datetime, config_file: Path | None) -> Done:
    """Put back a run, or of it one order. Raises UsageFault where the run is unknown or too long ago."""
    register = open_register(target, load(config_file))
    for _ in range(TRIES):
        try:
            back, left = _attempt(register, run, order, now)
        except Changed:
            continue
        return _done(run, back, left, target)
    raise Contended(f"{register.name} was changed by somebody else at every try: nothing was written.")


def _done(run: str, back: list[str], left: list[str], target: str) -> Done:
    lines = [f"{len(back)} cells put back; scheduled runs wait until somebody runs `onsite sync {target}`."]
    lines += [f"left alone: {line}" for line in left]
    return Done(lambda: {"run": run, "put_back": back, "left_alone": left}, lambda: lines)


def _attempt(register: Register, run: str, order: str | None, now: datetime) -> tuple[list[str], list[str]]:
    reading = register.read()
    tabs = find_tabs(reading)
    settings, state = settings_of(tabs), read_state(tabs[SystemRow])
    is_first_run(tabs, state, settings)  # refuses a register that lost its memory
    at = moment(now, settings)
    check_clock(tabs, state, settings, at)
    undoing = _Undoing(tabs, state, settings, _record(state, run), order.strip().upper() if order else None)
    plan = Plan(register.max_text)
    undoing.cells(plan)
    undoing.memories()
    event = Event("undo", order or "", "", "", f"run {run}: {len(undoing.back)} cells put back")
    name = run_name(at, settings.time_zone, state.revision + 1)
    state.schema, state.revision, state.run, state.at = SCHEMA, state.revision + 1, name, at
    state.held = f"run {run} was undone at {at.astimezone(settings.time_zone):%Y-%m-%d %H:%M}"
    plan_facts(plan, tabs, state)
    write_log(plan, tabs[LogRow], [event], at, settings.time_zone, name)
    write_heartbeat(plan, tabs[DashboardRow], at.astimezone(settings.time_zone))
    write_host(plan, tabs[DashboardRow], socket.gethostname())
    register.commit(reading, plan.writes())
    return undoing.back, undoing.left


def _record(state: State, run: str) -> Record:
    packed = state.journal.get(run.strip())
    if packed is None:
        known = ", ".join(state.journal) or "none"
        raise UsageFault(f"Run {run} can't be undone: only the last runs that wrote can be ({known}).")
    try:
        return unpacked(packed)
    except ValueError as fault:
        raise UsageFault(f"What run {run} wrote over can't be read: the tab System was changed by hand.") from fault


class _Undoing:
    """One undo under way: what was put back, and what was left alone and why."""

    def __init__(self, tabs: Tabs, state: State, settings: Settings, found: Record, only: str | None) -> None:
        self.tabs, self.state, self.found, self.only = tabs, state, found, only
        self.back: list[str] = []
        self.left: list[str] = []
        rows = rows_of(tabs, OrderRow, settings.time_zone)
        self.rows = {(row.order_id.value or "").upper(): row.number for row in rows if row.order_id.value}
        self.invoiced = set(self._invoiced())

    def _invoiced(self) -> Iterator[str]:
        """Orders that got an invoice in that run: their Invoiced stays."""
        for memory in self.found.memories:
            old = Memory.model_validate_json(memory.old) if memory.old else None
            now = self.state.orders.get(memory.order_id)
            if now and now.invoice_no and (old is None or old.invoice_no != now.invoice_no):
                yield memory.order_id

    def _wanted(self, order_id: str) -> bool:
        return self.only is None or order_id == self.only

    def cells(self, plan: Plan) -> None:
        """Plan the cells that are still as the run left them."""
        for cell in self.found.cells:
            if not self._wanted(cell.order_id):
                continue
            where = f"{cell.tab} {cell.order_id or f'row {cell.row}'}, {cell.column}"
            row = self.rows.get(cell.order_id) if cell.order_id else cell.row
            if cell.order_id in self.invoiced:
                self.left.append(f"{where}: its invoice was issued")
            elif row is None:
                self.left.append(f"{where}: the row is gone")
            elif check(self._now(cell, row)) != cell.new:
                self.left.append(f"{where}: it was changed since")
            else:
                kind: type[Row] = _KINDS[cell.tab]
                plan.put(self.tabs[kind], row, kind.named(cell.column), cell.old)
                self.back.append(where)

    def _now(self, cell: Overwritten, row: int) -> Raw:
        kind = _KINDS[cell.tab]
        found = self.tabs[kind].raw(row, kind.named(cell.column))
        return None if found == "" else found

    def memories(self) -> None:
        """Put the job's memory back, where no later run changed it."""
        for memory in self.found.memories:
            if self._wanted(memory.order_id) and memory.order_id not in self.invoiced:
                self._memory(memory)
        if self.only is None:
            for stamp, fingerprint in self.found.answers:
                if fingerprint in self.state.answers.get(stamp, ()):
                    self.state.answers[stamp].remove(fingerprint)

            self._numbers(*self.found.numbers)

    def _numbers(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Where no number was given since, rows get theirs again; never below one that still stands."""
        if self.state.numbers.get("order", {}) != after:
            return
        numbers = dict(before)
        for order_id in self.state.orders:
            year, number = id_order(order_id)
            numbers[str(year)] = max(numbers.get(str(year), 0), number)
        self.state.numbers["order"] = numbers

    def _memory(self, memory: Forgotten) -> None:
        now = self.state.orders.get(memory.order_id)
        if now is None or mark(now) != memory.new:
            return
        if memory.old is None:
            del self.state.orders[memory.order_id]
        else:
            old = Memory.model_validate_json(memory.old)
            self.state.orders[memory.order_id] = old.model_copy(update={"told": now.told})  # what was said stays said
