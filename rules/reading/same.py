"""What stands in a cell beside what shall stand there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.reading.text import Raw

_DAY_ZERO = datetime(1899, 12, 30)
_SECOND = 1 / 86400


def same(old: Raw, new: Raw) -> bool:
    """Whether a cell already shows a value: blank is blank, numbers and moments by value, text to the letter."""
    if old in (None, "") or new in (None, ""):
        return (old in (None, "")) == (new in (None, ""))
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(float(old) - float(new)) < 1e-9 * max(1.0, abs(float(new)))
    if isinstance(old, date) and isinstance(new, date):
        return _moment(old) == _moment(new)
    if isinstance(old, int | float) and isinstance(new, date):  # a column in which not only dates stand
        return abs(float(old) - (_moment(new) - _DAY_ZERO) / timedelta(days=1)) < _SECOND / 2
    return type(old) is type(new) and old == new


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def number(value: Decimal | None) -> Raw:
    """A Decimal as a spreadsheet keeps numbers."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
