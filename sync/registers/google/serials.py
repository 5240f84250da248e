"""Dates as Google keeps them: days since 1899-12-30, without a zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from rules import cells as kinds
from rules.cells import Kind

EPOCH = datetime(1899, 12, 30)
FIRST, LAST = 36526, 73050
"""2000-01-01 and 2099-12-31: what a number in a date column must lie between to be a date."""
_DAY = timedelta(days=1)
DATED: frozenset[Kind[Any]] = frozenset({kinds.MOMENT, kinds.START, kinds.DAY, kinds.TIMESTAMP, kinds.ABSENCES})
"""Kinds of columns in which such a number is a date."""


def moment(raw: Any) -> Any:
    """A cell of a date column: a number in the range as a naive datetime, to the second; all else as it is."""
    if raw.__class__ in (int, float) and FIRST <= raw < LAST + 1:
        return EPOCH + timedelta(seconds=round(raw * 86400))
    return raw


def serial(value: date | time | timedelta) -> float | int:
    """A naive date, moment, time of day or span as a number of days."""
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return value / _DAY
    if not isinstance(value, datetime):
        return (datetime.combine(value, time()) - EPOCH).days
    days = (value - EPOCH) / _DAY
    return int(days) if days.is_integer() else days


def plain(raw: Any) -> Any:
    """A cell's value so that two readings of the same cell compare as equal, whoever wrote its number down."""
    if raw == "" and raw.__class__ is str:
        return None
    if raw.__class__ in (int, float):
        return round(float(raw), 9)
    return raw
