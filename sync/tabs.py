"""Finds tabs and headers in what was read, and gives their rows to the rules (contract, section 2)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from rules.cells import Raw, shown, squash
from rules.columns import FREE_TABS, TABS, Column, Heading, OrderRow, Row
from sync.errors import UsageFault
from sync.snapshot import Grid, Reading


@dataclass(frozen=True)
class Tab:
    """A tab as found: the row class that it holds, its title as written, and where its columns are (from 1)."""

    kind: type[Row]
    grid: Grid
    columns: dict[str, int]
    _rows: dict[str, list[Row]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def title(self) -> str:
        return self.grid.title

    @property
    def height(self) -> int:
        """The last row that holds anything at all."""
        return len(self.grid.rows)

    def raw(self, row: int, column: Heading[object]) -> Raw:
        """What stands in a cell; None where the tab ends before it."""
        return cell_at(self.grid, row, self.columns.get(column.key))

    def texts(self, column: Heading[object]) -> set[str]:
        """What stands in a column, without reading its cells one by one."""
        col = self.columns[column.key]
        return {str(line[col - 1]).strip() for line in self.grid.rows[1:] if len(line) >= col and line[col - 1]}

    @property
    def formulas(self) -> Iterator[tuple[int, str]]:
        """Where people's formulas stand in our columns: row and column key."""
        keys = {col: key for key, col in self.columns.items()}
        return ((row, keys[col]) for row, col in self.grid.formulas if col in keys)

    def rows(self, zone: ZoneInfo) -> list[Row]:
        """Every row below the header, blank ones too; the same rows each time, so that a cell is read once."""
        if zone.key not in self._rows:
            self._rows[zone.key] = [self._row(number, zone) for number in range(2, self.height + 1)]
        return self._rows[zone.key]

    def _row(self, number: int, zone: ZoneInfo) -> Row:
        line = self.grid.rows[number - 1]
        width = len(line)
        raw = {key: line[col - 1] for key, col in self.columns.items() if col <= width and line[col - 1] is not None}
        return self.kind(number, raw, zone)


def cell_at(grid: Grid, row: int, col: int | None) -> Raw:
    """The raw cell of a grid; None outside of it."""
    if col is None or row > len(grid.rows) or col > len(grid.rows[row - 1]):
        return None
    return grid.rows[row - 1][col - 1]


def headers(grid: Grid) -> list[str]:
    """The texts of row 1."""
    return [shown(cell) if cell is not None else "" for cell in (grid.rows[0] if grid.rows else ())]


def find_tab(reading: Reading, title: str) -> Grid | None:
    """The tab with this name, compared kindly. Raises UsageFault where there are two."""
    found = [grid for name, grid in reading.grids.items() if squash(name) == squash(title)]
    if len(found) > 1:
        names = ", ".join(f'"{grid.title}"' for grid in found)
        raise UsageFault(f"The tab {title} is there twice ({names}): rename or delete one of them.")
    return found[0] if found else None


def _columns(kind: type[Row], grid: Grid) -> dict[str, int]:
    """Where each column is. Raises UsageFault naming what is missing or there twice.

    In a tab that is the job's own, what is missing goes to the right of everything.
    """
    places: dict[str, list[int]] = {}
    for col, text in enumerate(headers(grid), 1):
        if text:
            places.setdefault(squash(text), []).append(col)
    twice = [column.header for column in kind.columns if len(places.get(squash(column.header), ())) > 1]
    if twice:
        raise UsageFault(f"Tab {grid.title}: the header {_quoted(twice)} is there twice: rename or delete one of them.")
    missing = [column.header for column in kind.columns if squash(column.header) not in places]
    if missing and kind not in FREE_TABS:
        raise UsageFault(_missing(grid, missing, kind.columns))
    found = {c.key: places[squash(c.header)][0] for c in kind.columns if c.header not in missing}
    absent = [c.key for c in kind.columns if c.key not in found]
    return found | dict(zip(absent, itertools.count(max(map(len, grid.rows), default=0) + 1), strict=False))


def _missing(grid: Grid, missing: Sequence[str], columns: Sequence[Column[object]]) -> str:
    known = {squash(column.header) for column in columns}
    strange = [text for text in headers(grid) if text and squash(text) not in known]
    guess = get_close_matches(missing[0], strange, n=1, cutoff=0.6)
    maybe = f' Perhaps "{guess[0]}" was renamed?' if guess else ""
    what_to_do = "`onsite init` adds what is missing."
    if OrderRow.order_id.header in missing and OrderRow.order_id in columns:
        ids = f'Give the column that holds the IDs (ORD-…) the name "{OrderRow.order_id.header}" again'
        what_to_do = f"{ids}: under a new one every order would be new. Only where there is none, {what_to_do}"
    return f"Tab {grid.title}: the header {_quoted(missing)} is missing.{maybe} {what_to_do}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def find_tabs(reading: Reading) -> dict[type[Row], Tab]:
    """Every tab of the contract. Raises UsageFault naming each tab and header that is missing or there twice."""
    found, missing = {}, list[str]()
    faults = list[str]()
    for kind in TABS:
        try:
            grid = find_tab(reading, kind.title)
            if grid is None:
                missing.append(kind.title)
            else:
                found[kind] = Tab(kind, grid, _columns(kind, grid))
        except UsageFault as fault:
            faults.append(str(fault))
    if missing:
        faults.insert(0, f"The tab {_quoted(missing)} is missing: `onsite init` adds it.")
    if faults:
        raise UsageFault(" ".join(faults))
    return found
