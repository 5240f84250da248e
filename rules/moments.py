"""Moments for people, always with the zone that they are meant in; and spans of hours that never overflow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_LONGEST_H = 1_000_000  # a century: what is longer is a slip of the pen, and datetime could not hold it
_LAST = datetime(9999, 12, 30, tzinfo=UTC)  # the day after still exists in every zone


def local(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-12-01 09:00` in a zone."""
    return min(moment, _LAST).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def span(hours: Decimal) -> timedelta:
    """So many hours of real time; more than a century counts as one."""
    return timedelta(seconds=float(max(min(hours, Decimal(_LONGEST_H)), Decimal(-_LONGEST_H)) * 3600))


def shifted(moment: datetime, hours: Decimal) -> datetime:
    """The moment (UTC) so many hours later; the last that a calendar can hold where it would be after that."""
    try:
        return min(moment + span(hours), _LAST)
    except OverflowError:
        return _LAST
