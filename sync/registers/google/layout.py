"""What a tab is and where its columns are, from its title and its header row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from rules.cells import TIMESTAMP, YESNO, Kind, Raw, shown, squash
from rules.columns import (
    FORM_TIMESTAMPS,
    TABS,
    ClientRow,
    DashboardRow,
    InvoiceLineRow,
    InvoiceRow,
    LogRow,
    OrderRow,
    Owner,
    Row,
    SettingRow,
    SystemRow,
)
from rules.settings import Settings
from sync.registers.google.serials import DATED


class Role(Enum):
    """How the rows of a tab are known again: by what people wrote in them, by their first column, or by place."""

    HUMAN = "human"
    LEDGER = "ledger"
    FREE = "free"


_LEDGER: tuple[type[Row], ...] = (InvoiceRow, InvoiceLineRow, LogRow, SystemRow)
_KINDS = {squash(kind.title): kind for kind in TABS}
_DAY_SETTINGS = frozenset(
    squash(str(field.title)) for field in Settings.model_fields.values() if "date" in str(field.annotation)
)
_FORM_KINDS: dict[str, Kind[Any]] = {
    **{squash(column.header): column.kind for column in OrderRow.columns},
    **dict.fromkeys(map(squash, FORM_TIMESTAMPS), TIMESTAMP),
}  # fmt: skip
_COUNTS = frozenset(
    squash(column.header) for column in (OrderRow.reserved_hours, OrderRow.engineers_needed, ClientRow.sla_response_h)
)
"""Hours and heads: a spreadsheet makes a day of `2-3` and `1/2`, and nobody means tens of thousands of them."""


def kind_of(title: str) -> type[Row] | None:
    """The row class of a tab, by its title compared kindly."""
    return _KINDS.get(squash(title))


def texts(header: Sequence[Raw]) -> list[str]:
    """The header row as keys for comparing."""
    return [squash(shown(cell)) if cell not in (None, "") else "" for cell in header]


@dataclass(frozen=True)
class Layout:
    """Columns from 1. `key` tells rows apart (0: none); `human` are people's; `counting` ones make a row count."""

    kind: type[Row] | None
    role: Role
    columns: dict[str, int]
    key: int
    human: tuple[int, ...]
    counting: tuple[int, ...]

    @property
    def orders(self) -> bool:
        return self.kind is OrderRow

    def known(self) -> tuple[int, ...]:
        """The columns of the contract, in the order of the sheet."""
        return tuple(sorted(self.columns.values()))


def layout_of(title: str, header: Sequence[Raw]) -> Layout:
    """The layout of a tab; a column that stands twice is where it stands first."""
    kind = kind_of(title)
    if kind is None:
        return Layout(None, Role.FREE, {}, 0, (), ())
    keys = texts(header)
    found = {column: keys.index(squash(column.header)) + 1 for column in kind.columns if squash(column.header) in keys}
    columns = {column.key: place for column, place in found.items()}
    if kind is SystemRow and not found:
        columns = {"key": 1, "value": 2}
    human = tuple(place for column, place in found.items() if column.owner is Owner.HUMAN)
    counting = tuple(p for column, p in found.items() if column.owner is Owner.HUMAN and column.kind is not YESNO)
    if kind is DashboardRow:
        return Layout(kind, Role.FREE, columns, 0, (), ())
    if kind in _LEDGER:
        key = columns.get(kind.columns[0].key, 0)
        return Layout(kind, Role.LEDGER, columns, key, (), tuple(columns.values()))
    key = columns.get("order_id", 0) if kind is OrderRow else 0
    return Layout(kind, Role.HUMAN, columns, key, human, (key, *counting) if key else counting)


def dated(title: str, header: Sequence[Raw]) -> list[int]:
    """The columns (from 0) of a tab in which a number may be a date. Tabs that aren't the contract's: as the form's."""
    kind = kind_of(title)
    kinds = _FORM_KINDS if kind is None else {squash(column.header): column.kind for column in kind.columns}
    found = {key for key, what in kinds.items() if what in DATED or key in _COUNTS}
    return [place for place, key in enumerate(texts(header)) if key in found]


def is_day_setting(title: str, name: Raw) -> bool:
    """Whether a row of Settings holds a day."""
    return kind_of(title) is SettingRow and isinstance(name, str) and squash(name) in _DAY_SETTINGS


def blank(values: Iterable[Raw]) -> bool:
    """Nothing in any of the cells."""
    return all(value is None or value == "" for value in values)


def last_row(rows: Sequence[Sequence[Raw]], layout: Layout) -> int:
    """The last row that counts; the header at least."""
    return next((row for row in range(len(rows), 1, -1) if counts(rows, layout, row)), 1)


def counts(rows: Sequence[Sequence[Raw]], layout: Layout, row: int) -> bool:
    """Whether something stands in the columns that make a row count."""
    line = rows[row - 1] if row <= len(rows) else ()
    return not blank(line[col - 1] for col in layout.counting if col <= len(line))
