"""How a command that writes ends: as a run of its own, with a name, a line in the Log, and the sign of life."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.columns import DashboardRow, LogRow
from sync.dashboard import write_heartbeat, write_host
from sync.deciding import plan_facts, run_name
from sync.gather import Tabs
from sync.journal import Event, write_log
from sync.plan import Plan
from sync.state import SCHEMA, State


def close(plan: Plan, tabs: Tabs, state: State, events: Sequence[Event], at: datetime, zone: ZoneInfo) -> None:
    """Plan System, Log and heartbeat. `state` gets the next revision; `at` is aware, `zone` the register's."""
    state.schema, state.revision, state.at = SCHEMA, state.revision + 1, at
    state.run = run_name(at, zone, state.revision)
    plan_facts(plan, tabs, state)
    write_log(plan, tabs[LogRow], events, at, zone, state.run)
    write_heartbeat(plan, tabs[DashboardRow], at.astimezone(zone))
    write_host(plan, tabs[DashboardRow], socket.gethostname())
