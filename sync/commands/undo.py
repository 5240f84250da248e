"""`onsite undo`: puts back what a run wrote, except what was changed since (contract, section 7)."""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path

from rules.columns import DashboardRow, LogRow, SystemRow
from sync.commands.syncing import Done
from sync.config import load
from sync.dashboard import write_heartbeat, write_host
from sync.deciding import plan_facts, run_name
from sync.errors import Changed, Contended, UsageFault
from sync.gather import settings_of
from sync.history import Record, unpacked
from sync.journal import Event, write_log
from sync.opening import open_register
from sync.plan import Plan
from sync.registers.base import Register
from sync.restored import is_first_run
from sync.run import TRIES, check_clock, moment
from sync.state import SCHEMA, State, read_state
from sync.tabs import find_tabs
from sync.undoing import Undoing


def run_undo(target: str, run: str, order: str | None, now: datetime, config_file: Path | None) -> Done:
    """Put back a run, or of it one order. Raises UsageFault where the run is unknown or too long ago."""
    register = open_register(target, load(config_file))
    for _ in range(TRIES):
        try:
            return _done(run, _attempt(register, run, order, now), target)
        except Changed:
            continue
    raise Contended(f"{register.name} was changed by somebody else at every try: nothing was written.")


def _done(run: str, undoing: Undoing, target: str) -> Done:
    back, left = undoing.back, undoing.left
    lines = ["Nothing to put back."]
    if back or undoing.forgot:
        cells = "1 cell" if len(back) == 1 else f"{len(back)} cells"
        lines = [f"{cells} put back; scheduled runs wait until somebody runs `onsite sync {target}`."]
    lines += [f"left alone: {line}" for line in left]
    return Done(lambda: {"run": run, "put_back": back, "left_alone": left}, lambda: lines)


def _attempt(register: Register, run: str, order: str | None, now: datetime) -> Undoing:
    reading = register.read()
    tabs = find_tabs(reading)
    settings, state = settings_of(tabs), read_state(tabs[SystemRow])
    is_first_run(tabs, state, settings)  # refuses a register that lost its memory
    at = moment(now, settings)
    check_clock(tabs, state, settings, at)
    undoing = Undoing(tabs, state, settings, _record(state, run), order.strip().upper() if order else None)
    if undoing.only and undoing.only not in undoing.orders:
        raise UsageFault(f"Run {run} wrote nothing of {undoing.only}: the tab Log says which run did.")
    plan = Plan(register.max_text)
    undoing.cells(plan)
    undoing.memories()
    if not undoing.back and not undoing.forgot:
        return undoing
    event = Event("undo", order or "", "", "", f"run {run}: {len(undoing.back)} cells put back")
    name = run_name(at, settings.time_zone, state.revision + 1)
    state.schema, state.revision, state.run, state.at = SCHEMA, state.revision + 1, name, at
    state.held = f"run {run} was undone at {at.astimezone(settings.time_zone):%Y-%m-%d %H:%M}"
    plan_facts(plan, tabs, state)
    write_log(plan, tabs[LogRow], [event], at, settings.time_zone, name)
    write_heartbeat(plan, tabs[DashboardRow], at.astimezone(settings.time_zone))
    write_host(plan, tabs[DashboardRow], socket.gethostname())
    register.commit(reading, plan.writes())
    return undoing


def _record(state: State, run: str) -> Record:
    packed = state.journal.get(run.strip())
    if packed is None:
        known = ", ".join(state.journal) or "none"
        raise UsageFault(f"Run {run} can't be undone: only the last runs that wrote can be ({known}).")
    try:
        return unpacked(packed)
    except ValueError as fault:
        raise UsageFault(f"What run {run} wrote over can't be read: the tab System was changed by hand.") from fault
