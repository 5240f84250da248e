"""What shall be written: cells, each with what stands there now, so that a plan can be shown and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rules.cells import Raw, same
from rules.columns import Heading, Row
from sync.tabs import Tab
from sync.xlsx import held


@dataclass(frozen=True)
class Write:
    """One cell: tab title as written, row and column counted from 1. None clears it."""

    tab: str
    row: int
    col: int
    value: Raw


@dataclass(frozen=True)
class Change:
    """A cell that changes: tab and column as the contract calls them, row as the spreadsheet counts."""

    tab: str
    row: int
    column: str
    old: Raw
    new: Raw
    write: Write


def cut(text: str, most: int) -> str:
    """The part of a text that a cell holds; spreadsheets count UTF-16 units, two for an emoji."""
    if len(text) * 2 <= most or len(text.encode("utf-16-le", "replace")) <= 2 * most:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore")


@dataclass
class Plan:
    """All that a run will change, in the order in which it was decided."""

    max_text: int
    changes: list[Change] = field(default_factory=list)
    _ends: dict[str, int] = field(default_factory=dict)

    def put(self, tab: Tab, row: int, column: Heading[object], new: Raw) -> None:
        """Let a cell show a value; nothing is planned where it does already."""
        col = tab.columns[column.key]
        self.put_at(tab, row, col, column.header, new)

    def put_at(self, tab: Tab, row: int, col: int, header: str, new: Raw) -> None:
        """As `put`, for a column that the contract leaves to the job."""
        line = tab.grid.rows[row - 1] if row <= len(tab.grid.rows) else ()
        old = line[col - 1] if col <= len(line) else None
        # What cells can't hold is left out before the comparison, or it would be written again by every run.
        value = cut(held(new), self.max_text) if isinstance(new, str) and new != old else new
        if not same(old, value):
            write = Write(tab.title, row, col, value if value != "" else None)
            self.changes.append(Change(tab.kind.title, row, header, old, write.value, write))

    def append(self, tab: Tab, values: dict[str, Raw]) -> int:
        """A new row below the last one of a tab of the job's; values by column key. Returns its row."""
        row = self.next_row(tab)
        self._ends[tab.title] = row
        for column in tab.kind.columns:
            if values.get(column.key) is not None:
                self.put(tab, row, column, values[column.key])
        return row

    def next_row(self, tab: Tab) -> int:
        """The row below the last with content, planned ones counted."""
        return self._ends.setdefault(tab.title, max(last_filled(tab), 1)) + 1

    def forget(self, tab: Tab) -> None:
        """Take back what was planned for a tab."""
        self.changes = [change for change in self.changes if change.write.tab != tab.title]
        self._ends.pop(tab.title, None)

    def writes(self) -> list[Write]:
        return [change.write for change in self.changes]

    def of(self, kind: type[Row]) -> Iterator[Change]:
        """The changes of one tab."""
        return (change for change in self.changes if change.tab == kind.title)


def last_filled(tab: Tab) -> int:
    """The last row in which anything stands; 0 for a blank tab."""
    for number in range(tab.height, 0, -1):
        if any(cell not in (None, "") for cell in tab.grid.rows[number - 1]):
            return number
    return 0
