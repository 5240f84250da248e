"""What shall be written, row by row, and which rows belong together: an order with its ledger, log and memory."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.cells import Raw
from rules.columns import InvoiceLineRow, InvoiceRow, LogRow, OrderRow, SiteRow, SystemRow
from sync.plan import Write
from sync.registers.google.layout import Layout, Role, blank, counts, last_row, layout_of
from sync.snapshot import Grid, Reading

_FACT = re.compile(r"(?:(?P<invoice>invoice)|order|messages) (?P<name>[^+].*?)(?: \+\d+)?|text (?P<id>ORD-\d+-\d+)-.+")
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
    ledger: list[int] = field(default_factory=list)
    """The rows (from 1) of the invoices that are issued with it."""
    numbered: bool = False
    """A row that stood there gets its Order ID."""

    def take_in(self, other: Group) -> None:
        """Be written together with another one."""
        for unit in other.units:
            unit.group = self.name
        self.units += other.units
        self.ledger += other.ledger
        self.numbered |= other.numbered


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
        self._sources = defaultdict[str, list[str]](list)
        """Orders by what their Source tells of the answer: two that are alike may come in one second."""
        for unit in units:
            if self.layout(unit).orders and self.layout(unit).columns.get("source") in unit.cells:
                source = _SOURCE.fullmatch(str(self.text(unit, "source")))
                if source:
                    self._sources[source[1]].append(self._named(unit))
        self._joined: dict[str, str] = {}
        """Names of groups that go by another's: of orders whose answers are remembered in one row."""
        for unit in units:
            roots = [self._root(name) for name in self._answered(unit)]
            self._joined |= {root: roots[0] for root in roots if root != roots[0]}

    def layout(self, unit: Unit) -> Layout:
        return self._layouts[unit.tab]

    def text(self, unit: Unit, key: str) -> Raw:
        """What a row is known by: what is written into a column; where it is cleared or left alone, what stands there.

        A row that is cleared so goes with what it was of.
        """
        col = self.layout(unit).columns.get(key, 0)
        return unit.cells.get(col) or cell(self._reading.grids[unit.tab], unit.row, col)

    def name(self, unit: Unit) -> str:
        return self._root(self._named(unit))

    def _root(self, name: str) -> str:
        while name in self._joined:
            name = self._joined[name]
        return name

    def _named(self, unit: Unit) -> str:
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
            return next(iter(self._answered(unit)), "")
        return self._invoices.get(match["name"], "") if match["invoice"] else match["id"] or match["name"]

    def _answered(self, unit: Unit) -> list[str]:
        """The orders of the answers that a row of System begins or ceases to remember."""
        layout = self.layout(unit)
        if layout.kind is not SystemRow or not str(self.text(unit, "key") or "").startswith("answer "):
            return []
        col = layout.columns.get("value", 0)
        shall, was = _prints(unit.cells.get(col)), _prints(cell(self._reading.grids[unit.tab], unit.row, col))
        differing = (shall - was) + (was - shall)
        return sorted({name for text in differing for name in self._sources.get(text[:6], ())})


def _prints(value: Raw) -> Counter[str]:
    """The answers that a row of System names, each as often as it does; none where it is a piece of the whole."""
    try:
        return Counter(map(str, json.loads(str(value))))
    except (ValueError, TypeError):
        return Counter()


def groups_of(reading: Reading, units: Sequence[Unit]) -> list[Group]:
    """What is written together: first what issues invoices, by their numbers, so that a run that is cut short leaves no
    gap; last, without a name, what is of no order: totals, numbers, the run's own memory.
    """
    names = _Names(reading, units)
    found: dict[str, Group] = {}
    for unit in units:
        unit.group = names.name(unit)
        group = found.setdefault(unit.group, Group(unit.group))
        group.units.append(unit)
        layout = names.layout(unit)
        if layout.kind is InvoiceRow:
            group.ledger.append(unit.row)
        group.numbered |= layout.orders and not unit.new and layout.key in unit.cells
    rest = found.pop("", None)
    others = [group for group in found.values() if not group.ledger]
    return [*_by_number(group for group in found.values() if group.ledger), *others, *([rest] if rest else [])]


def _by_number(groups: Iterable[Group]) -> list[Group]:
    """Those that issue invoices, by their numbers; where the numbers of some interleave, neither can come first."""
    kept: list[Group] = []
    for group in sorted(groups, key=lambda group: min(group.ledger)):
        if kept and min(group.ledger) < max(kept[-1].ledger):
            kept[-1].take_in(group)
        else:
            kept.append(group)
    return kept


def writes_of(reading: Reading, writes: Sequence[Write], names: Collection[str]) -> list[Write]:
    """Those of the writes that are of groups of these names."""
    groups = groups_of(reading, units_of(reading, writes)) if names else []
    rows = {(unit.tab, unit.row) for group in groups if group.name in names for unit in group.units}
    return [write for write in writes if (write.tab, write.row) in rows]


def tabs_of(units: Iterable[Unit]) -> Iterator[str]:
    """The titles of their tabs, each once."""
    yield from dict.fromkeys(unit.tab for unit in units)
