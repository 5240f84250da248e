"""The Dashboard: figures, series for its charts, and when the job last ran (contract, section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules import figures
from rules.cells import Raw, number
from rules.columns import DashboardRow, Heading
from rules.figures import Figure, Rows
from rules.memory import Memory
from rules.models import Office
from rules.verdict import Verdict
from sync.plan import Plan
from sync.tabs import Tab, cell_at

LAST_RUN, HOST = "Last good run", "Host"
_LAST_ROW, _HOST_ROW = 2, 3
FIRST_COUNT, FIRST_MONTH = 4, 2
"""The rows where the figures and the series begin."""

RECEIVED = (DashboardRow.month, DashboardRow.orders, DashboardRow.urgent_share, DashboardRow.lead_time)
REVENUE = DashboardRow.columns[DashboardRow.columns.index(DashboardRow.issued) :]


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


def write_figures(
    plan: Plan, tab: Tab, verdicts: Sequence[Verdict], memories: Iterable[Memory], office: Office
) -> None:
    """Plan the headers, the figures and the series. `office` knows what this run issued."""
    for column in DashboardRow.columns:
        plan.put(tab, 1, column, column.header)
    counted = figures.counts(verdicts, memories, office)
    for row, (figure, value) in enumerate(zip(figures.NAMES, counted, strict=True), FIRST_COUNT):
        _line(plan, tab, row, figure, _raw(value))
    _series(plan, tab, RECEIVED, figures.by_month((verdict.order for verdict in verdicts), office))
    _series(plan, tab, REVENUE, figures.revenue(office))


def write_heartbeat(plan: Plan, tab: Tab, now: datetime) -> None:
    """Plan the one cell that says that the job runs."""
    if cell_at(tab.grid, _LAST_ROW, tab.columns["figure"]) != LAST_RUN:
        plan.put(tab, _LAST_ROW, DashboardRow.figure, LAST_RUN)
    plan.put(tab, _LAST_ROW, DashboardRow.value, now.isoformat())


def write_host(plan: Plan, tab: Tab, host: str) -> None:
    """Plan the name of the machine that ran the job."""
    _line(plan, tab, _HOST_ROW, HOST, host)


def _series(plan: Plan, tab: Tab, columns: Sequence[Heading[object]], rows: Rows) -> None:
    """Plan the rows of a series; what it no longer has is cleared."""
    for row, line in enumerate(rows, FIRST_MONTH):
        for column, figure in zip(columns, line, strict=True):
            plan.put(tab, row, column, _raw(figure))


def _line(plan: Plan, tab: Tab, row: int, figure: str, value: Raw) -> None:
    plan.put(tab, row, DashboardRow.figure, figure)
    plan.put(tab, row, DashboardRow.value, value)


def _raw(figure: Figure) -> Raw:
    return number(figure) if isinstance(figure, Decimal) else figure
