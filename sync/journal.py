"""The Log: what the job did, to which order, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.columns import LogRow
from rules.events import Event
from sync.plan import Plan
from sync.tabs import Tab


def write_log(plan: Plan, tab: Tab, events: Sequence[Event], now: datetime, zone: ZoneInfo, run: str) -> None:
    """Plan a row for every event, below the last one. `now` is aware and written in the register's zone."""
    at = now.astimezone(zone).replace(tzinfo=None)
    for event in events:
        plan.append(
            tab,
            {
                LogRow.at.key: at,
                LogRow.run.key: run,
                LogRow.order_id.key: event.order_id or None,
                LogRow.event.key: event.event,
                LogRow.from_.key: event.before or None,
                LogRow.to.key: event.after or None,
                LogRow.why.key: event.why or None,
            },
        )
