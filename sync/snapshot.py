"""What was read from a register: the cells, and what is needed to notice that they changed meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.cells import Raw


@dataclass(frozen=True)
class Grid:
    """One tab. `rows[0]` is row 1 of the sheet; rows may differ in length.

    `formulas` are the cells (row, col), counted from 1, that show a person's formula.
    """

    title: str
    rows: Sequence[Sequence[Raw]]
    formulas: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Reading:
    """All tabs by title as written, hidden ones too. `stamp` belongs to the adapter that made the reading."""

    grids: dict[str, Grid]
    stamp: object
