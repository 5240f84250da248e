"""What was sent as evidence: written into the cells that it proves (contract, section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from rules.columns import Heading, OrderRow
from rules.models import Site
from rules.settling import Settled
from sync.gather import Gathered
from sync.plan import Plan
from sync.tabs import Tab

Cell = tuple[int, Heading[datetime], datetime]
"""Row of Orders, column, local time."""


def fill(gathered: Gathered, settled: Settled, tab: Tab) -> list[Cell]:
    """Puts evidence of what was sent into the orders, where the cell is blank. Returns the cells to be written."""
    cells: list[Cell] = []
    for at, order in enumerate(gathered.orders):
        times = settled.evidence.get(order.order_id)
        if not times or order.id_twice:
            continue
        row, found = order.row, dict[str, datetime]()
        for column, moment in times.items():
            free = row.raw.get(column.key) in (None, "")
            if free and (row.number, tab.columns[column.key]) not in tab.grid.formulas:
                found[column.key] = local = moment.astimezone(row.zone).replace(tzinfo=None)
                cells.append((row.number, column, local))
        new = OrderRow(row.number, {**row.raw, **found}, row.zone)
        gathered.orders[at] = replace(order, row=new, sites=(Site(1, new), *order.sites[1:]))
    return cells


def plan_evidence(plan: Plan, tab: Tab, cells: Iterable[Cell]) -> None:
    """Plan the cells that `fill` found."""
    for row, column, moment in cells:
        plan.put(tab, row, column, moment)
