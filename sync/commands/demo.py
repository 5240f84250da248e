"""`onsite demo`: makes a register with orders in every state, and runs the job on it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from rules.cells import DAY, MOMENT, START, Raw, squash
from rules.columns import ClientRow, EngineerRow, OrderRow, RateRow, Row, SettingRow
from sync.commands.demo_data import CLIENTS, COMPLETE, ENGINEERS, LATER, ORDERS, RATES, SETTINGS, STEPS
from sync.commands.setup import init_workbook
from sync.commands.syncing import run_once
from sync.config import Config
from sync.errors import Unreachable
from sync.gather import Tabs, rows_of, settings_of
from sync.opening import open_register
from sync.outbox import OUTBOX
from sync.plan import Plan, last_filled
from sync.registers.base import Register
from sync.run import moment
from sync.tabs import find_tabs

_HOURS = (DAY, MOMENT, START)
NAME = "register.xlsx"


Played = Generator[str, None, dict[str, Any]]
"""What was done, line by line; in the end the object of the last run."""


def run_demo(folder: Path, out: Path | None = None, now: datetime | None = None) -> Played:
    """Makes a register in the folder (the next free one of its name) and syncs it."""
    folder = _free(folder)
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unreachable(f"{folder} can't be made ({fault.strerror}): name another folder for the demo.") from fault
    yield from init_workbook(path)
    papers = out or folder
    found = yield from play(str(path), papers, now)
    yield f"The register: {path.resolve()}"
    yield f"The invoices: {(papers / 'invoices').resolve()}"
    yield f"What is to be said to clients and sites, as drafts for a mail program: {(papers / OUTBOX).resolve()}"
    yield f"Open the register, change something, close it, and run: onsite sync {path}"
    return found


def play(target: str, out: Path, now: datetime | None = None) -> Played:
    """Types the demo's orders into a register that is new, and lets the job and people take turns in it.

    `now`: when the last run is; aware, or naive in the register's zone.
    """
    register, nobodys = open_register(target, Config()), Path(os.devnull)  # a machine's settings may switch mail on
    begun = fill(register, now or datetime.now(UTC))
    yield f"{target}: {len(ORDERS)} invented orders written into it, as people would. Now the job runs:"
    done = run_once(target, out, begun, nobodys)
    yield from done.lines
    for after, cells in LATER:
        go_on(register, begun + after, cells)
        yield "People type on, and the job runs again:"
        done = run_once(target, out, begun + after, nobodys)
        yield from done.lines
    yield from _flags(done.object)
    return done.object


def _free(folder: Path) -> Path:
    """The folder itself, or the first of folder-2, folder-3 … in which no register stands yet."""
    names = (folder, *(folder.with_name(f"{folder.name}-{number}") for number in range(2, 1000)))
    return next(name for name in names if not (name / NAME).exists())


def _flags(found: Mapping[str, object]) -> Iterator[str]:
    yield "What it says:"
    orders = found["orders"]
    for order in orders if isinstance(orders, list) else ():
        yield f"  {order['order_id']} {order['status_to']}: {order['next_step']}"
        yield from (f"      {flag['severity']} {flag['code']}: {flag['message']}" for flag in order["flags"])


def fill(register: Register, end: datetime) -> datetime:
    """Types the demo's rows into a new register. Returns when the first run is: the last is in the hour of `end`.

    `end` is aware, or naive in the register's zone. The rows' hours count from the first run.
    """
    reading = register.read()
    tabs = find_tabs(reading)
    settings = settings_of(tabs)
    now = moment(end, settings).replace(minute=0, second=0) - LATER[-1][0]
    local = now.astimezone(settings.time_zone).replace(tzinfo=None)
    plan = Plan(register.max_text)
    _settings(plan, tabs)
    _rows(plan, tabs, ClientRow, CLIENTS, local)
    _rows(plan, tabs, EngineerRow, ENGINEERS, local)
    _rows(plan, tabs, RateRow, RATES, local)
    _rows(plan, tabs, OrderRow, list(orders()), local)
    register.commit(reading, plan.writes())
    return now


def go_on(register: Register, now: datetime, later: Mapping[str, Mapping[str, object]]) -> None:
    """Types cells into rows, by the first word of the orders' references; a row that isn't there yet is a new one."""
    reading = register.read()
    tabs = find_tabs(reading)
    zone = settings_of(tabs).time_zone
    local, plan = now.astimezone(zone).replace(tzinfo=None), Plan(register.max_text)
    places = {row.client_reference.text: row.number for row in rows_of(tabs, OrderRow, zone)}
    free = count(last_filled(tabs[OrderRow]) + 1)
    for reference, cells in later.items():
        typed = cells if reference in places else {**COMPLETE, "Client reference": reference, **cells}
        _cells(plan, tabs, OrderRow, places.get(reference) or next(free), typed, local)
    register.commit(reading, plan.writes())


def orders() -> Iterator[Mapping[str, object]]:
    """The demo's orders as cells; times in hours from now."""
    for text, start, steps, other in ORDERS:
        reference, _, remark = text.partition(" ")
        past = {header: -0.5 * (steps - place) for place, (header, _) in enumerate(STEPS[:steps])}
        evidence = {header: min(start + offset, past[header]) for header, offset in STEPS[:steps]}
        cells = {**COMPLETE, "Client reference": reference, "Notes": remark, "Planned start": start}
        cells |= {"Received at": min(start - 80, -6), "Assigned engineers": "Sato Haruka"}
        yield {**cells, **evidence, **other}


def _settings(plan: Plan, tabs: Tabs) -> None:
    tab = tabs[SettingRow]
    wanted = {squash(name): value for name, value in SETTINGS.items()}
    for row in rows_of(tabs, SettingRow, settings_of(tabs).time_zone):
        value = wanted.get(squash(row.setting.text))
        if isinstance(value, str):
            plan.put(tab, row.number, SettingRow.value, value)


def _rows(plan: Plan, tabs: Tabs, kind: type[Row], rows: Iterable[Mapping[str, object]], now: datetime) -> None:
    first = max(last_filled(tabs[kind]), 1) + 1
    for number, cells in enumerate(rows, first):
        _cells(plan, tabs, kind, number, cells, now)


def _cells(
    plan: Plan, tabs: Tabs, kind: type[Row], number: int, cells: Mapping[str, object], now: datetime
) -> None:
    for header, value in cells.items():
        column = kind.named(header)
        timed = column.kind in _HOURS and isinstance(value, int | float)
        plan.put(tabs[kind], number, column, _moment(value, now, column.kind is DAY) if timed else _raw(value))


def _moment(hours: object, now: datetime, day: bool) -> datetime | date:
    at = now + timedelta(hours=float(str(hours)))
    at = at.replace(second=0, microsecond=0)
    return at.date() if day else at


def _raw(value: object) -> Raw:
    return value if isinstance(value, str | int | float) and value != "" else None
