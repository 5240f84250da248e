"""What a tab and a column are.

A row class is a tab; each of its attributes is a column: header, who owns it, how its cells are
read. Reading a column of a row gives a typed `Cell`; reading it of the class gives the column itself.
From here come the reader, `init`, the form, protection and the tables in the docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar, overload
from zoneinfo import ZoneInfo

from rules.cells import Cell, Kind, Raw, squash

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Owner(StrEnum):
    """Who writes a column: a human, the job, or the Google Form."""

    HUMAN = "H"
    JOB = "J"


class Heading(Protocol[T_co]):
    """A column as a value that can be kept in a table: what it is called and how its cells are read."""

    @property
    def header(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> Kind[T_co]: ...


class Column(Generic[T]):
    """One column: its header as in the contract, its owner and how its cells are read."""

    def __init__(
        self, header: str, kind: Kind[T], owner: Owner = Owner.HUMAN, *, group: str = "", note: str = ""
    ) -> None:
        self.header = header
        self.kind = kind
        self.owner = owner
        self.group = group
        self.note = note
        self.key = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = self.key or name

    @overload
    def __get__(self, row: None, owner: type) -> Column[T]: ...
    @overload
    def __get__(self, row: Row, owner: type) -> Cell[T]: ...
    def __get__(self, row: Row | None, owner: type) -> Column[T] | Cell[T]:
        if row is None:
            return self
        return row.cell(self)

    def __repr__(self) -> str:
        return f"Column({self.header!r})"


class Row:
    """One row of a tab: where it stands, its raw cells by column key, and the register's time zone."""

    title: ClassVar[str]
    columns: ClassVar[tuple[Column[Any], ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.columns = tuple(c for c in vars(cls).values() if isinstance(c, Column))

    def __init__(self, number: int, raw: Mapping[str, Raw], zone: ZoneInfo) -> None:
        self.number = number
        self.raw = raw
        self.zone = zone
        self.cells: dict[str, Cell[Any]] = {}

    def zone_of(self, column: Heading[object]) -> ZoneInfo:
        """The zone in which the times of a column are meant: the register's, unless a tab knows better."""
        return self.zone

    def cell(self, column: Heading[T]) -> Cell[T]:
        """The cell of a column; read once."""
        cell = self.cells.get(column.key)
        if cell is None:
            cell = self.cells[column.key] = column.kind.read(self.raw.get(column.key), self.zone_of(column))
        return cell

    @classmethod
    def named(cls, header: str) -> Column[Any]:
        """The column with this header, compared kindly. Raises KeyError where the tab has none."""
        return {squash(c.header): c for c in cls.columns}[squash(header)]


J, H = Owner.JOB, Owner.HUMAN


def column(group: str, header: str, kind: Kind[T], owner: Owner = H, note: str = "") -> Column[T]:
    """A column in a table that reads like the contract's: group, header, kind, owner, note."""
    return Column(header, kind, owner, group=group, note=note)
