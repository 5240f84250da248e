"""Which charts the Dashboard has (contract, section 9), for every kind of spreadsheet program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.columns import DashboardRow
from rules.figures import COUNTED, MONTHS, NAMES, SLA_CLOCKS, TO_DO
from sync.dashboard import FIRST_COUNT, FIRST_MONTH


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars for rows `first` to `last`: labels from one column, a series from each of the others, all counted from 1.

    The names of several series stand in row `names`. `place` is the cell (row, column) of the upper left corner.
    """

    title: str
    first: int
    last: int
    labels: int
    series: tuple[int, ...]
    place: tuple[int, int]
    names: int | None = None
    lying: bool = False
    code: str = "#,##0"


def charts(columns: Mapping[str, int]) -> tuple[Chart, ...]:
    """The charts of a Dashboard whose columns stand there, by key."""
    figure, value, month, _, share, lead, issued, *clients = (columns[column.key] for column in DashboardRow.columns)
    statuses, clocks, todo = _rows(COUNTED[1:]), _rows(SLA_CLOCKS), _rows(TO_DO)
    months, issues = (FIRST_MONTH, FIRST_MONTH + MONTHS - 1), (FIRST_MONTH + 1, FIRST_MONTH + MONTHS)
    upper, middle, lower = (FIRST_MONTH + MONTHS + 2 + 17 * n for n in range(3))
    left, right = month, issued + 1
    return (
        Chart("Orders by status", *statuses, figure, (value,), (upper, left), lying=True),
        Chart("SLA clocks", *clocks, figure, (value,), (upper, right), lying=True),
        Chart("Share of urgent orders by month of receipt", *months, month, (share,), (middle, left), code="0%"),
        Chart("Mean lead time (h) by month of receipt", *months, month, (lead,), (middle, right)),
        Chart("Revenue by month of issue and client", *issues, issued, (*clients,), (lower, left), names=FIRST_MONTH),
        Chart("Orders to look after", *todo, figure, (value,), (lower, right), lying=True),
    )


def _rows(figures: Sequence[str]) -> tuple[int, int]:
    """The first and the last row of figures that stand one below the other."""
    first = FIRST_COUNT + NAMES.index(figures[0])
    return first, first + len(figures) - 1
