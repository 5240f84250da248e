"""How a command that writes begins and ends: as a run of its own, with a name, a line in the Log, the sign of life."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.columns import DashboardRow, LogRow, SystemRow
from rules.events import Event
from rules.settings import Settings
from rules.state import State
from sync.dashboard import write_heartbeat, write_host
from sync.deciding import run_name
from sync.gather import Tabs, settings_of
from sync.journal import write_log
from sync.plan import Plan
from sync.registers.base import Register
from sync.restored import is_first_run
from sync.run import check_clock, moment
from sync.snapshot import Reading
from sync.state import SCHEMA, plan_facts, read_state
from sync.tabs import find_tabs


@dataclass(frozen=True)
class OwnRun:
    """A register as it was read, and when (aware)."""

    register: Register
    reading: Reading
    tabs: Tabs
    settings: Settings
    state: State
    at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.time_zone

    def close(self, plan: Plan, events: Sequence[Event]) -> None:
        """Plan System, Log and heartbeat. The state gets the next revision."""
        state = self.state
        state.schema, state.revision, state.at = SCHEMA, state.revision + 1, self.at
        state.run = run_name(self.at, self.zone, state.revision)
        plan_facts(plan, self.tabs, state)
        write_log(plan, self.tabs[LogRow], events, self.at, self.zone, state.run)
        write_heartbeat(plan, self.tabs[DashboardRow], self.at.astimezone(self.zone))
        write_host(plan, self.tabs[DashboardRow], socket.gethostname())

    def commit(self, plan: Plan) -> None:
        """Write what was planned. Raises Changed where the register is no longer what was read."""
        self.register.commit(self.reading, plan.writes())


def begin(register: Register, now: datetime) -> OwnRun:
    """Reads the register. Raises UsageFault where it lost its memory, or `now` is before its last run."""
    reading = register.read()
    tabs = find_tabs(reading)
    settings, state = settings_of(tabs), read_state(tabs[SystemRow])
    is_first_run(tabs, state, settings)  # refuses a register that lost its memory
    at = moment(now, settings)
    check_clock(tabs, state, settings, at)
    return OwnRun(register, reading, tabs, settings, state, at)
