"""The Dashboard: counts, and when the job last ran (contract, section 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.cells import Raw
from rules.columns import DashboardRow
from rules.memory import Memory
from rules.nextstep import needs_somebody
from rules.verdict import Verdict
from rules.words import Status
from sync.plan import Plan
from sync.tabs import Tab, cell_at

LAST_RUN, HOST = "Last good run", "Host"
_LAST_ROW, _HOST_ROW, _FIRST_COUNT = 2, 3, 4


def last_run(tab: Tab, zone: ZoneInfo) -> datetime | None:
    """When the heartbeat last beat; None where it never did, or can't be read."""
    raw = cell_at(tab.grid, _LAST_ROW, tab.columns["value"])
    if cell_at(tab.grid, _LAST_ROW, tab.columns["figure"]) != LAST_RUN:
        return None
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=zone)
    try:
        return datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def figures(verdicts: Sequence[Verdict], memories: Mapping[str, Memory]) -> list[tuple[str, int]]:
    """What is counted: orders by status, those that need somebody, invoices of the job that are not paid."""
    by_status = Counter(verdict.status for verdict in verdicts)
    unpaid = sum(m.status is Status.INVOICED and m.invoice_no is not None for m in memories.values())
    return [
        ("Orders", len(verdicts)),
        *((str(status), by_status[status]) for status in Status),
        ("Orders that need somebody", sum(needs_somebody(v.flags, v.status) for v in verdicts)),
        ("Settled by hand", sum(v.memory.settled for v in verdicts)),
        ("Unpaid invoices", unpaid),
    ]


def write_figures(plan: Plan, tab: Tab, verdicts: Sequence[Verdict], memories: Mapping[str, Memory]) -> None:
    """Plan the header and the counts."""
    _line(plan, tab, 1, DashboardRow.figure.header, DashboardRow.value.header)
    for row, (figure, value) in enumerate(figures(verdicts, memories), _FIRST_COUNT):
        _line(plan, tab, row, figure, value)


def write_heartbeat(plan: Plan, tab: Tab, now: datetime) -> None:
    """Plan the one cell that says that the job runs."""
    if cell_at(tab.grid, _LAST_ROW, tab.columns["figure"]) != LAST_RUN:
        plan.put(tab, _LAST_ROW, DashboardRow.figure, LAST_RUN)
    plan.put(tab, _LAST_ROW, DashboardRow.value, now.isoformat())


def write_host(plan: Plan, tab: Tab, host: str) -> None:
    """Plan the name of the machine that ran the job."""
    _line(plan, tab, _HOST_ROW, HOST, host)


def _line(plan: Plan, tab: Tab, row: int, figure: str, value: Raw) -> None:
    plan.put(tab, row, DashboardRow.figure, figure)
    plan.put(tab, row, DashboardRow.value, value)
