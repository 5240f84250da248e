"""`onsite undo`: puts back what a run wrote, except what was changed since (contract, section 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rules.answers import with_zone, with_zones
from rules.events import Event
from rules.history import PUT_BACK, Record, merged
from rules.state import State
from rules.undoing import Standing, Undoing
from sync.commands.own_run import OwnRun, begin
from sync.commands.syncing import Done
from sync.config import load
from sync.errors import UsageFault
from sync.history import unpacked
from sync.opening import open_register
from sync.plan import Plan
from sync.registers.base import Register
from sync.run import until_written


def run_undo(target: str, run: str, order: str | None, now: datetime, config_file: Path | None) -> Done:
    """Put back a run, or of it one order. Raises UsageFault where the run is unknown or too long ago."""
    return _done(run, undo(open_register(target, load(config_file)), run, order, now), target)


def undo(register: Register, run: str, order: str | None, now: datetime) -> Undoing:
    """As `run_undo`, on a register that is open: what was put back, and what was left and why."""
    return until_written(register, lambda: _attempt(register, run, order, now))


def _done(run: str, undoing: Undoing, target: str) -> Done:
    back, left = undoing.back, undoing.left
    lines = ["Nothing to put back."]
    if back or undoing.forgot:
        cells = "1 cell" if len(back) == 1 else f"{len(back)} cells"
        lines = [f"{cells} put back; scheduled runs wait until somebody runs `onsite sync {target}`."]
    lines += [f"left alone: {line}" for line in left]
    return Done(lambda: {"run": run, "put_back": back, "left_alone": left}, lambda: lines)


def _attempt(register: Register, run: str, order: str | None, now: datetime) -> Undoing:
    own = begin(register, now)
    own.state.answers = with_zones(own.state.answers, own.zone)
    record = _record(own.state, run)
    answers = tuple((with_zone(stamp, own.zone), mark, order_id) for stamp, mark, order_id in record.answers)
    record = replace(record, answers=answers)
    undoing = Undoing(_standing(own), own.state, record, order.strip().upper() if order else None)
    if undoing.only and undoing.only not in undoing.orders:
        raise UsageFault(f"Run {run} wrote nothing of {undoing.only}: the tab Log says which run did.")
    undoing.cells()
    if record.after:
        undoing.left.append(f"{record.after}, with which the run began: what that wrote over is no longer kept")
    undoing.memories()
    if not undoing.back and not undoing.forgot:
        return undoing
    own.state.held = f"run {run} was undone at {own.at.astimezone(own.zone):%Y-%m-%d %H:%M}"
    plan = Plan(register.max_text)
    for (kind, row, column), value in undoing.put.items():
        plan.put(own.tabs[kind], row, column, value)
    own.close(plan, [Event("undo", order or "", "", "", f"run {run}: {len(undoing.back)} cells put back")])
    own.commit(plan)
    return undoing


def _standing(own: OwnRun) -> Standing:
    tabs = {kind: own.tabs[kind] for kind in PUT_BACK}
    return Standing(
        {kind: {row.number: row for row in tab.rows(own.zone)} for kind, tab in tabs.items()},
        frozenset((kind, row, key) for kind, tab in tabs.items() for row, key in tab.formulas),
    )


def _record(state: State, run: str) -> Record:
    """What a run wrote over, in all its rounds that are kept: they are known by the last one, which is what the run is
    called. `after` names the round before them, where that is no longer kept.
    """
    packed = state.journal.get(run.strip())
    if packed is None:
        known = ", ".join(state.journal) or "none"
        raise UsageFault(f"Run {run} can't be undone: only the last runs that wrote can be ({known}).")
    try:
        found = unpacked(packed)
    except ValueError as fault:
        raise UsageFault(f"What run {run} wrote over can't be read: the tab System was changed by hand.") from fault
    return merged(_record(state, found.after), found) if found.after in state.journal else found
