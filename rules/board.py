"""All orders of the register side by side: which are open, which look alike, who is booked where."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.case import Case, Window
from rules.cells import fold
from rules.diary import Diary
from rules.words import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands at the moment: reached in this run, or known from the last one."""

    status: Status
    invoiced_on: date | None = None
    charged_after_cancel: bool = False


def month_later(day: date) -> date:
    """The same day of the next month, or its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Board:
    """The orders of one run. Rows identify them: an Order ID may stand twice."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._standing: dict[int, Standing] = {}
        self._alike: dict[tuple[str, ...], list[Case]] = {}
        self._diaries: dict[str, Diary] = {}

    def add(self, case: Case, standing: Standing) -> None:
        """Put an order on the board, where the last run left it."""
        self._standing[case.row.number] = standing
        for key in likeness(case):
            self._alike.setdefault(key, []).append(case)
        for name in case.assigned:
            self._diaries.setdefault(fold(name), Diary()).enter(case)
        self._note_open(case)

    def move(self, case: Case, standing: Standing) -> None:
        """Note what an order reached in this run."""
        self._standing[case.row.number] = standing
        self._note_open(case)

    def _note_open(self, case: Case) -> None:
        for name in case.assigned:
            rows = self._diaries[fold(name)].open
            (rows.add if self.is_open(case) else rows.discard)(case.row.number)

    def status(self, case: Case) -> Status:
        return self._standing[case.row.number].status

    def is_open(self, case: Case) -> bool:
        """Neither Paid, nor Cancelled, nor Invoiced for more than a month (contract, section 4)."""
        standing = self._standing[case.row.number]
        if standing.status in (Status.PAID, Status.CANCELLED) or standing.charged_after_cancel:
            return False
        if standing.status is Status.INVOICED and standing.invoiced_on:
            return self.today <= month_later(standing.invoiced_on)
        return True

    def open_alike(self, case: Case) -> Iterator[tuple[Case, str]]:
        """Other open orders of the same client with the same reference, or place and start; what is alike."""
        seen = {case.row.number}
        for key in likeness(case):
            for other in self._alike.get(key, ()):
                if other.row.number not in seen and self.is_open(other):
                    seen.add(other.row.number)
                    yield other, key[0]

    def open_orders_of(self, engineer: str, beside: Case) -> int:
        """How many open orders an engineer is assigned to, without this one."""
        diary = self._diaries.get(fold(engineer))
        return len(diary.open) - (beside.row.number in diary.open) if diary else 0

    def clashes(self, engineer: str, window: Window, beside: Case) -> Iterator[Case]:
        """Other open orders of an engineer whose windows overlap this one."""
        diary = self._diaries.get(fold(engineer))
        for case in diary.overlapping(window) if diary else ():
            if case.row.number != beside.row.number and self.is_open(case):
                yield case


def likeness(case: Case) -> list[tuple[str, ...]]:
    """The keys by which two orders of a client are the same: reference; first address and planned start."""
    row, client = case.row, case.order.client_key
    if not client:
        return []
    keys: list[tuple[str, ...]] = []
    if row.client_reference.value:
        keys.append(("Client reference", client, fold(row.client_reference.value)))
    if row.site_address.value and row.planned_start.value:
        keys.append(("Site address", client, fold(row.site_address.value), row.planned_start.value.isoformat()))
    return keys
