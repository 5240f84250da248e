"""Dates and times: real ones, and the ways of writing them that can mean one moment only."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from rules.reading.cell import Kind, Unreadable
from rules.reading.text import Raw, nearest_second, widths

WRITE_MOMENT = "write a date and time such as 2026-12-01 09:00"
WRITE_START = "write the date and time at the site such as 2026-12-01 09:00"
WRITE_DAY = "write a date such as 2026-12-01"

_LONGEST = 64  # no way of writing a date is longer; keeps pasted pages away from the patterns
_NO_TIME = timedelta()
_EPOCH, _EPOCH_UNZONED = datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1)
_FIRST_YEAR = 1900  # spreadsheets show a time or a small number as a day before this

_DAY = (
    r"(?P<year>[0-9]{4})(?:(?P<sep>[-/])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|\s*年\s*(?P<month_j>[0-9]{1,2})\s*月\s*(?P<day_j>[0-9]{1,2})\s*日)"
)
_CLOCK = (
    r"(?P<before>am|pm|午前|午後)?\s*(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"|\s*時(?:\s*(?P<minute_j>[0-9]{1,2})\s*分(?:\s*(?P<second_j>[0-9]{1,2})\s*秒)?)?)"
    r"\s*(?P<after>am|pm|午前|午後)?"
)
_OFFSET = r"(?:\s*(?P<gmt>gmt)(?:(?P<sign>[-+−])(?P<off_h>[0-9]{1,2})(?::?(?P<off_m>[0-9]{2}))?)?)?"
_WRITTEN = re.compile(rf"{_DAY}(?:(?:\s+|t|(?<=日)|(?=午)){_CLOCK}{_OFFSET})?")
_TIME = re.compile(_CLOCK)
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?:\s+(.*))?")


def read_day(text: str) -> date | None:
    """The day of a text without a time, None where it is not one of the ways to write it."""
    found = _WRITTEN.fullmatch(_kindly(text))
    return _day(found) if found and found["hour"] is None else None


def read_time(text: str) -> time | None:
    """The time of day of a text such as `13:00`, `1:00 PM` or `13時`, else None."""
    found = _TIME.fullmatch(_kindly(text))
    return _time(found) if found else None


def names_zone(raw: Raw) -> bool:
    """Whether a Timestamp that can be read says itself how far it is from UTC."""
    found = _WRITTEN.fullmatch(_kindly(raw)) if isinstance(raw, str) else None
    return bool(found and found["gmt"])


def _kindly(text: str) -> str:
    text = text.strip()
    return widths(text).lower() if len(text) <= _LONGEST else ""


def _day(found: re.Match[str]) -> date | None:
    month, day_of_month = found["month"] or found["month_j"], found["day"] or found["day_j"]
    try:
        day = date(int(found["year"]), int(month), int(day_of_month))
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def _time(found: re.Match[str]) -> time | None:
    hour = int(found["hour"])
    if found["before"] and found["after"]:
        return None
    half = found["before"] or found["after"]
    if half:
        if hour > 12:
            return None
        # as digital clocks and spreadsheets count, in Japanese too: 12 AM is midnight, 12 PM noon
        hour = hour % 12 + (12 if half in ("pm", "午後") else 0)
    try:
        minute = int(found["minute"] or found["minute_j"] or 0)
        return time(hour, minute, int(found["second"] or found["second_j"] or 0))
    except ValueError:
        return None


def _offset(found: re.Match[str]) -> timezone | None:
    """The zone that a Timestamp names at its end; None where it is no offset on earth."""
    ahead = timedelta(hours=int(found["off_h"] or 0), minutes=int(found["off_m"] or 0))
    if ahead > timedelta(hours=14) or int(found["off_m"] or 0) > 59:
        return None
    return timezone(ahead if found["sign"] == "+" else -ahead)


def _rounded(raw: datetime, write: str) -> datetime:
    if raw.year < _FIRST_YEAR:
        raise Unreadable(f"a time without its day; {write}")
    return nearest_second(raw)


@lru_cache(1 << 14)
def _steady(zone: ZoneInfo, ordinal: int) -> timedelta | None:
    """How far ahead of UTC a zone is from midnight to midnight; None where that changes that day."""
    start = datetime.fromordinal(ordinal)
    if start.date() == date.max:
        return None
    ends = (start, start + timedelta(days=1))
    ahead = {zone.utcoffset(end.replace(fold=fold)) for end in ends for fold in (0, 1)}
    return ahead.pop() if len(ahead) == 1 else None


def _in_utc(local: datetime, zone: ZoneInfo, write: str) -> datetime:
    """The moment of a local time: the first where it occurs twice; unreadable where it is skipped."""
    ahead = _steady(zone, local.toordinal())
    if ahead is None:
        ahead = zone.utcoffset(local.replace(fold=0)) or _NO_TIME
        # Where a time occurs twice the second is less ahead; where it is skipped it is more (PEP 495).
        if (zone.utcoffset(local.replace(fold=1)) or _NO_TIME) > ahead:
            raise Unreadable(f"daylight saving skips this time in {zone.key}; {write}, before or after the gap")
    try:
        # much faster than replace() and astimezone(), and a register has millions of these
        return _EPOCH + (local - _EPOCH_UNZONED - ahead)
    except OverflowError:
        raise Unreadable(write) from None


def _not_text(raw: Raw, write: str) -> Unreadable:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return Unreadable(f"a bare number is no date; {write}")
    if isinstance(raw, (time, timedelta)):
        return Unreadable(f"a time without its day; {write}")
    return Unreadable(write)


def _unreadable(text: str, write: str) -> Unreadable:
    """Says what is wrong with a text that is none of the ways, with both readings of an ambiguous one."""
    found = _DAY_FIRST.fullmatch(_kindly(text))
    if not found:
        return Unreadable(write)
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    clock = read_time(found[5] or "")
    days = []
    for month, day in dict.fromkeys([(one, other), (other, one)]):
        try:
            days.append(date(year, month, day).isoformat() + (f" {clock:%H:%M}" if clock else ""))
        except ValueError:
            continue
    if len(days) == 2:
        return Unreadable(f"ambiguous, day or month first; write {days[0]} or {days[1]}")
    return Unreadable(f"write the year first: {days[0]}" if days else write)


def _moment(raw: Raw, zone: ZoneInfo, *, write: str, stamped: bool = False) -> datetime:
    if isinstance(raw, datetime):
        if raw.tzinfo is not None:
            raise Unreadable(write)
        return _in_utc(_rounded(raw, write), zone, write)
    if isinstance(raw, date):
        return _in_utc(_rounded(datetime.combine(raw, time.min), write), zone, write)
    if not isinstance(raw, str):
        raise _not_text(raw, write)
    found = _WRITTEN.fullmatch(_kindly(raw))
    if not found or (found["gmt"] and not stamped):
        raise _unreadable(raw, write)
    day = _day(found)
    if found["hour"] is None:
        raise Unreadable(f"the time is missing; {write}")
    clock = _time(found)
    if day is None or clock is None:
        raise Unreadable(f"no such day or time; {write}")
    local = datetime.combine(day, clock)
    if not found["gmt"]:
        return _in_utc(local, zone, write)
    ahead = _offset(found)
    if ahead is None:
        raise Unreadable(write)
    try:
        return local.replace(tzinfo=ahead).astimezone(UTC)
    except OverflowError:
        raise Unreadable(write) from None


def _read_day(raw: Raw, zone: ZoneInfo) -> date:
    if isinstance(raw, datetime):
        return _rounded(raw, WRITE_DAY).date()
    if isinstance(raw, date):
        return _rounded(datetime.combine(raw, time.min), WRITE_DAY).date()
    if not isinstance(raw, str):
        raise _not_text(raw, WRITE_DAY)
    found = _WRITTEN.fullmatch(_kindly(raw))
    if not found or found["gmt"]:
        raise _unreadable(raw, WRITE_DAY)
    day = _day(found)
    if day is None or (found["hour"] and _time(found) is None):
        raise Unreadable(f"no such day; {WRITE_DAY}")
    return day


MOMENT: Kind[datetime] = Kind("date and time", partial(_moment, write=WRITE_MOMENT))
START: Kind[datetime] = Kind("start", partial(_moment, write=WRITE_START))
TIMESTAMP: Kind[datetime] = Kind("timestamp", partial(_moment, write=WRITE_MOMENT, stamped=True))
DAY: Kind[date] = Kind("day", _read_day)
