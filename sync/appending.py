"""Where new rows go, and what they hold: answers of the form as rows of Orders and Other sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rules.answers import Answer
from rules.cells import Raw
from rules.columns import Heading, OrderRow, Row, SiteRow
from sync.plan import Plan, cut
from sync.tabs import Tab, cell_at


@dataclass(frozen=True)
class Cut:
    """A text that is longer than a cell holds: kept whole in a file."""

    column: str
    text: str

    def file(self, order_id: str) -> str:
        """The name of the file that keeps it."""
        return f"{order_id}-{self.column.lower().replace(' ', '-')}.txt"


@dataclass
class Taken:
    """An answer as the rows that it becomes."""

    answer: Answer
    order: OrderRow
    sites: list[SiteRow] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)


def free_rows(tab: Tab, after: int) -> Iterator[int]:
    """Rows below `after` without content but FALSE (tick boxes made in advance) and people's own formulas."""
    own = set(tab.columns.values())
    row = after
    while True:
        row += 1
        width = len(tab.grid.rows[row - 1]) if row <= tab.height else 0
        if all(_free(tab, row, col, own) for col in range(1, width + 1)):
            yield row


def _free(tab: Tab, row: int, col: int, own: set[int]) -> bool:
    value = cell_at(tab.grid, row, col)
    if (row, col) in tab.grid.formulas:
        return col not in own or value is False
    return value in (None, "") or value is False


def take_in(
    answers: Sequence[Answer],
    tabs: Mapping[type[Row], Tab],
    last_order: int,
    last_site: int,
    zone: ZoneInfo,
    max_text: int,
) -> list[Taken]:
    """The rows that answers become, below the last rows that count, in the answers' order."""
    order_rows, site_rows = free_rows(tabs[OrderRow], last_order), free_rows(tabs[SiteRow], last_site)
    found = []
    for answer in answers:
        cells: dict[str, Raw] = {
            **answer.order,
            "received_at": answer.at.astimezone(zone).replace(tzinfo=None),
            "source": answer.source(zone),
        }
        taken = Taken(answer, OrderRow(next(order_rows), {}, zone))
        taken.order = OrderRow(taken.order.number, _fitting(cells, taken, max_text, OrderRow, 1), zone)
        for number, site in sorted(answer.sites.items()):
            taken.sites.append(SiteRow(next(site_rows), _fitting(site, taken, max_text, SiteRow, number), zone))
        found.append(taken)
    return found


def _fitting(cells: Mapping[str, Raw], taken: Taken, max_text: int, kind: type[Row], site: int) -> dict[str, Raw]:
    fitting = dict(cells)
    for key, raw in cells.items():
        if isinstance(raw, str) and cut(raw, max_text) != raw:
            column: Heading[object] = getattr(kind, key)
            taken.cuts.append(Cut(column.header if site == 1 else f"Site {site} {column.header}", raw))
            fitting[key] = cut(raw, max_text)
    return fitting


def write_rows(plan: Plan, tabs: Mapping[type[Row], Tab], taken: Taken, order_id: str) -> None:
    """Plan the H cells of an answer's rows, and the Order ID in those of its further sites."""
    for kind, rows in ((OrderRow, [taken.order]), (SiteRow, taken.sites)):
        for row in rows:
            cells = {**row.raw, "order_id": order_id} if kind is SiteRow else row.raw
            for column in kind.columns:
                if column.key in cells:
                    plan.put(tabs[kind], row.number, column, cells[column.key])
