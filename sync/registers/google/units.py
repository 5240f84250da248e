"""What shall be written, row by row, and which rows belong together: an order with its ledger, log and memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.cells import Raw
from rules.columns import InvoiceLineRow, InvoiceRow, LogRow, OrderRow, SiteRow, SystemRow
from sync.plan import Write
from sync.registers.google.layout import Layout, Role, blank, counts, last_row, layout_of
from sync.snapshot import Grid, Reading

_FACT = re.compile(r"(order|invoice|answer) (.+?)(?: \+\d+)?")
_SOURCE = re.compile(r"form .*\b([0-9a-f]{6})")


@dataclass
class Unit:
    """The cells of one row, by column as read. `new`: the row is to be made. `group`: blank where it is of all."""

    tab: str
    row: int
    cells: dict[int, Raw]
    new: bool = False
    group: str = ""


@dataclass
class Group:
    """Units that are written together or not at all."""

    name: str
    units: list[Unit] = field(default_factory=list)
    ledger: bool = False
    """An invoice is issued with it."""
    numbered: bool = False
    """A row that stood there gets its Order ID."""


def cell(grid: Grid, row: int, col: int) -> Raw:
    """A cell as read; None outside."""
    return grid.rows[row - 1][col - 1] if 0 < row <= len(grid.rows) and 0 < col <= len(grid.rows[row - 1]) else None


def units_of(reading: Reading, writes: Sequence[Write]) -> list[Unit]:
    """The writes by row, in their order."""
    found: dict[tuple[str, int], Unit] = {}
    for write in writes:
        unit = found.setdefault((write.tab, write.row), Unit(write.tab, write.row, {}))
        unit.cells[write.col] = write.value
    for title in {unit.tab for unit in found.values()}:
        grid = reading.grids[title]
        layout = layout_of(title, grid.rows[0] if grid.rows else ())
        if layout.role is not Role.FREE:
            _mark_new(grid, layout, (unit for unit in found.values() if unit.tab == title))
    return list(found.values())


def _mark_new(grid: Grid, layout: Layout, units: Iterable[Unit]) -> None:
    last = last_row(grid.rows, layout)
    for unit in units:
        free = layout.role is Role.HUMAN and unit.row > 1 and not counts(grid.rows, layout, unit.row)
        below = unit.row > last or free
        unit.new = below and not blank(unit.cells.get(col) for col in layout.known())


class _Names:
    """Which group a unit is of."""

    def __init__(self, reading: Reading, units: Sequence[Unit]) -> None:
        self._reading = reading
        self._layouts = {
            title: layout_of(title, grid.rows[0] if grid.rows else ()) for title, grid in reading.grids.items()
        }
        self._invoices = {
            str(self.text(unit, "invoice_no")): str(self.text(unit, "order_id"))
            for unit in units if self.layout(unit).kind is InvoiceRow
        }  # fmt: skip
        self._sources: dict[str, str] = {}
        for unit in units:
            source = _SOURCE.fullmatch(str(self.text(unit, "source"))) if self.layout(unit).orders else None
            if source:
                self._sources[source[1]] = self.name(unit)

    def layout(self, unit: Unit) -> Layout:
        return self._layouts[unit.tab]

    def text(self, unit: Unit, key: str) -> Raw:
        """What a row will show in a column: what is written, else what stands there."""
        col = self.layout(unit).columns.get(key, 0)
        return unit.cells[col] if col in unit.cells else cell(self._reading.grids[unit.tab], unit.row, col)

    def name(self, unit: Unit) -> str:
        kind = self.layout(unit).kind
        if kind in (OrderRow, InvoiceRow) or (kind is SiteRow and unit.new):
            return str(self.text(unit, "order_id") or f"{unit.tab} {unit.row}")
        if kind is LogRow:
            return str(self.text(unit, "order_id") or "")
        if kind is InvoiceLineRow:
            return self._invoices.get(str(self.text(unit, "invoice_no")), "")
        if kind is SystemRow:
            return self._of_fact(unit)
        return f"{unit.tab} {unit.row}" if self.layout(unit).role is Role.HUMAN else ""

    def _of_fact(self, unit: Unit) -> str:
        match = _FACT.fullmatch(str(self.text(unit, "key") or ""))
        if match is None:
            return ""
        if match[1] == "order":
            return match[2]
        if match[1] == "invoice":
            return self._invoices.get(match[2], "")
        try:
            prints = json.loads(str(self.text(unit, "value")))
            return next((self._sources[text[:6]] for text in reversed(prints) if text[:6] in self._sources), "")
        except (ValueError, TypeError):
            return ""


def groups_of(reading: Reading, units: Sequence[Unit]) -> list[Group]:
    """What is written together; last, without a name, what is of no order: totals, numbers, the run's own memory."""
    names = _Names(reading, units)
    found: dict[str, Group] = {}
    for unit in units:
        unit.group = names.name(unit)
        group = found.setdefault(unit.group, Group(unit.group))
        group.units.append(unit)
        layout = names.layout(unit)
        group.ledger |= layout.kind in (InvoiceRow, InvoiceLineRow)
        group.numbered |= layout.orders and not unit.new and layout.key in unit.cells
    rest = found.pop("", None)
    return [*found.values(), *([rest] if rest else [])]


def tabs_of(units: Iterable[Unit]) -> Iterator[str]:
    """The titles of their tabs, each once."""
    yield from dict.fromkeys(unit.tab for unit in units)
