"""Where the tabs and columns of a register are while `init` completes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from rules.cells import Raw, shown, squash
from rules.columns import TABS, OrderRow, Row, SettingRow, SystemRow
from rules.settings import Settings
from sync.commands.layout import AnyColumn, by_job
from sync.errors import UsageFault
from sync.snapshot import Grid, Reading
from sync.state import known_orders
from sync.tabs import cell_at, find_tab, headers
from sync.xlsx import Book
from sync.xlsx.cells import column_letters

LAST_ROW = 1_048_576


@dataclass
class Place:
    """A tab that is there: where its columns are (from 1), and the last row and column in which anything stands."""

    kind: type[Row]
    title: str
    columns: dict[AnyColumn, int]
    last_row: int
    last_col: int
    new_tab: bool = False
    new_columns: list[AnyColumn] = field(default_factory=list)
    unnamed: dict[AnyColumn, int] = field(default_factory=dict)
    """Columns that are there, and lost their header."""

    @property
    def missing(self) -> list[AnyColumn]:
        return [column for column in self.kind.columns if column not in self.columns]

    @property
    def told(self) -> list[str]:
        """A line for each thing that was done to its headers."""
        lines = [
            f"{self.title}: the header {column.header} over column {column_letters(col)}, which lost it"
            for column, col in self.unnamed.items()
        ]
        names = ", ".join(column.header for column in self.new_columns)
        return [*lines, f"{self.title}: new columns at the right: {names}"] if names else lines

    @property
    def blank(self) -> bool:
        return self.last_row == 0


def find_places(reading: Reading) -> dict[type[Row], Place]:
    """The contract's tabs that a register has. Raises UsageFault for a tab or header that is there twice, and where
    people have to say which column holds the Order IDs: under a new one every order would be new.
    """
    found = {}
    for kind in TABS:
        grid = find_tab(reading, kind.title)
        if grid is not None:
            last_row, last_col = _extent(grid)
            found[kind] = Place(kind, grid.title, _columns(kind, grid), last_row, last_col)
    orders = found.get(OrderRow)
    if orders is not None and OrderRow.order_id in orders.missing:
        _find_ids(orders, reading)
    return found


def _find_ids(place: Place, reading: Reading) -> None:
    """The column in which the IDs stand that the job gave. It is named again where nothing else can be meant."""
    grid, known = reading.grids[place.title], known_orders(find_tab(reading, SystemRow.title))
    columns = dict(enumerate(zip_longest(*grid.rows), 1))
    hold = {
        col: cells for col, (_, *cells) in columns.items()
        if col not in place.columns.values() and not known.isdisjoint(str(cell).upper() for cell in cells)
    }  # fmt: skip
    if len(hold) == 1 and place.missing == [OrderRow.order_id]:
        ((col, cells),) = hold.items()
        rows = sum(any(cell not in (None, "") for cell in line) for line in grid.rows[1:])
        if not columns[col][0] and _are_ids(cells, known, rows):
            place.unnamed[OrderRow.order_id] = place.columns[OrderRow.order_id] = col
            return
    if hold:
        names = ", ".join(f"{column_letters(col)} ({shown(columns[col][0]) or 'no header'})" for col in hold)
        raise UsageFault(
            f'Tab {place.title}: the header "{OrderRow.order_id.header}" is missing, and Order IDs stand in column '
            f"{names}: write it above the orders' own. Nothing was added: under a new one every order would be new. "
            "Only if the orders' own is gone, write it above a blank column."
        )


def _are_ids(cells: Sequence[Raw], known: frozenset[str], rows: int) -> bool:
    """Whether a column holds the orders' own IDs and nothing else: in most rows, and none twice."""
    filled = [str(cell).upper() for cell in cells if cell not in (None, "")]
    return known.issuperset(filled) and len(set(filled)) == len(filled) and 2 * len(filled) > rows


def form_title(places: Mapping[type[Row], Place], reading: Reading) -> str:
    """What the setting Form tab says, or its default."""
    default = str(Settings.model_fields["form_tab"].default)
    place = places.get(SettingRow)
    if place is None or SettingRow.setting not in place.columns or SettingRow.value not in place.columns:
        return default
    wanted = squash(Settings.model_fields["form_tab"].title or "")
    grid = reading.grids[place.title]
    for row in range(2, len(grid.rows) + 1):
        if squash(str(cell_at(grid, row, place.columns[SettingRow.setting]) or "")) == wanted:
            return str(cell_at(grid, row, place.columns[SettingRow.value]) or default).strip()
    return default


def _extent(grid: Grid) -> tuple[int, int]:
    """Formulas count also where they show nothing, and so do cells with an error."""
    ends = [(len(grid.rows), max(map(len, grid.rows), default=0)), *grid.formulas]
    return max(row for row, _ in ends), max(col for _, col in ends)


def _columns(kind: type[Row], grid: Grid) -> dict[AnyColumn, int]:
    texts = [squash(text) for text in headers(grid)]
    count = Counter(texts)
    twice = [column.header for column in kind.columns if count[squash(column.header)] > 1]
    if twice:
        names = ", ".join(f'"{name}"' for name in twice)
        raise UsageFault(f"Tab {grid.title}: the header {names} is there twice: rename or delete one of them.")
    return {c: texts.index(squash(c.header)) + 1 for c in kind.columns if squash(c.header) in count}


def below(columns: Iterable[int]) -> str:
    """All cells of these columns below the header: "A2:C1048576 F2:F1048576"."""
    return " ".join(
        f"{column_letters(first)}2:{column_letters(last)}{LAST_ROW}" for first, last in _runs(sorted(columns))
    )


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """[1, 2, 3, 6] → [(1, 3), (6, 6)]."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def cells_of(place: Place, column: AnyColumn) -> str:
    """The cells of a column below its header, as a formula in any tab names them."""
    letters = column_letters(place.columns[column])
    title = place.title.replace("'", "''")
    return f"'{title}'!${letters}$2:${letters}$5000"


def header_style(book: Book, places: dict[type[Row], Place], place: Place, column: AnyColumn) -> int | None:
    """The style of the nearest header that people know as one: same tab before others, same owner before others."""
    for near in (place, *places.values()):
        there = {c: number for c, number in near.columns.items() if c not in near.new_columns}
        if near.new_tab or not there:
            continue
        alike = [number for c, number in there.items() if by_job(c) == by_job(column)]
        if alike or near is place:
            return book.style_at(near.title, 1, max(alike or there.values()))
    return None
