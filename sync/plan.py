"""What shall be written."""

from dataclasses import dataclass

from rules.cells import Raw


@dataclass(frozen=True)
class Write:
    """One cell: tab title as written, row and column counted from 1. None clears it."""

    tab: str
    row: int
    col: int
    value: Raw
