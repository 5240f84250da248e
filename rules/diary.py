"""An engineer's diary: the orders that he or she is assigned to, found by time without reading them all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.case import Case, Window


class Diary:
    """Assigned orders by start of their window. Orders without a window are counted, but overlap with nothing."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        """Rows of the open orders."""
        self._entries: list[tuple[datetime, int, Case]] = []
        self._longest = timedelta()
        self._sorted = True

    def enter(self, case: Case) -> None:
        """Put an order into the diary."""
        if case.window is not None:
            self._entries.append((case.window.start, case.row.number, case))
            self._longest = max(self._longest, case.window.end - case.window.start)
            self._sorted = False

    def overlapping(self, window: Window) -> Iterator[Case]:
        """Orders, open or not, whose windows overlap: only those that begin near enough are looked at."""
        if not self._sorted:
            self._entries.sort(key=lambda entry: entry[:2])
            self._sorted = True
        place = bisect_left(self._entries, window.start - self._longest, key=lambda entry: entry[0])
        for start, _, case in self._entries[place:]:
            if start >= window.end:
                return
            if case.window is not None and case.window.overlaps(window):
                yield case
