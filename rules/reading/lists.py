"""Text as typed, and cells that hold several things: names, items, waivers, charges, absences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.reading.cell import Kind, Unreadable
from rules.reading.dates import read_day, read_time
from rules.reading.numbers import read_number
from rules.reading.text import Raw, is_blank, shown, widths

WRITE_CHARGE = "write one charge per line such as Parking: 800 or Discount: -5000"
WRITE_ABSENCE = "write 2026-12-01, 2026-12-01..2026-12-05 or 2026-12-01 13:00..18:00, one per line"

_BETWEEN = re.compile(r"[,，、､;；\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_COLON = re.compile(r"[:：﹕]")
_SECOND_AMOUNT = re.compile(r"[^0-9\s]\s?:\s?[^\w\s]?[0-9]")
_CLOCK = re.compile(r"[0-9]:[0-9]{2}$")
_RANGE = re.compile(r"\.{2,3}|[~〜]")


@dataclass(frozen=True, slots=True)
class Charge:
    """A further amount of the order, before tax, in the order's currency."""

    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Absence:
    """Days from `first` to `last`, both included; or, with both times, hours of one day."""

    first: date
    last: date
    begin: time | None = None
    end: time | None = None

    def __str__(self) -> str:
        """As it is written: "2026-12-01..2026-12-03", "2026-12-01 18:00..19:00"."""
        if self.begin and self.end:
            return f"{self.first} {self.begin:%H:%M}..{self.end:%H:%M}"
        return f"{self.first}..{self.last}" if self.last != self.first else str(self.first)


def _text(raw: Raw, zone: ZoneInfo) -> str:
    return shown(raw)


def _filled(pieces: list[str]) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in pieces if not is_blank(piece))


def _listed(raw: Raw, zone: ZoneInfo) -> tuple[str, ...] | None:
    return _filled(_BETWEEN.split(shown(raw))) or None


def _lines(raw: Raw, zone: ZoneInfo) -> tuple[str, ...] | None:
    return _filled(shown(raw).splitlines()) or None


def _charge(line: str) -> Charge:
    colons = [found.span() for found in _COLON.finditer(line)]
    if not colons:
        raise Unreadable(WRITE_CHARGE)
    label, amount = line[: colons[-1][0]].strip(), read_number(line[colons[-1][1] :])
    if is_blank(label) or amount is None:
        raise Unreadable(WRITE_CHARGE)
    # "Parking: 800, Toll: 500" in one line would else lose the 800, and "Taxi 9:30" cost 30
    if _SECOND_AMOUNT.search(widths(label)) or _CLOCK.search(widths(line)):
        raise Unreadable(WRITE_CHARGE)
    return Charge(label, amount)


def _charges(raw: Raw, zone: ZoneInfo) -> tuple[Charge, ...] | None:
    if not isinstance(raw, str):
        raise Unreadable(WRITE_CHARGE)
    return tuple(_charge(line) for line in raw.splitlines() if not is_blank(line)) or None


def _absence(piece: str) -> Absence:
    ends = _RANGE.split(widths(piece))
    first = read_day(ends[0])
    if len(ends) == 1 and first:
        return Absence(first, first)
    if len(ends) != 2:
        raise Unreadable(WRITE_ABSENCE)
    last = read_day(ends[1])
    if first and last and first <= last:
        return Absence(first, last)
    day, _, begins = " ".join(ends[0].split()).partition(" ")
    on, begin, end = read_day(day), read_time(begins), read_time(ends[1])
    if on and begin and end and begin < end:
        return Absence(on, on, begin, end)
    raise Unreadable(WRITE_ABSENCE)


def _absences(raw: Raw, zone: ZoneInfo) -> tuple[Absence, ...] | None:
    if isinstance(raw, date) and (not isinstance(raw, datetime) or raw.time() == time.min):
        day = raw.date() if isinstance(raw, datetime) else raw
        return (Absence(day, day),)
    if not isinstance(raw, str):
        raise Unreadable(WRITE_ABSENCE)
    return tuple(_absence(piece) for piece in _filled(_BETWEEN.split(raw))) or None


_FEW = 1 << 14

TEXT: Kind[str] = Kind("text", _text, _FEW)
NAME: Kind[str] = Kind("name", _text)
NAMES: Kind[tuple[str, ...]] = Kind("names", _listed)
ITEMS: Kind[tuple[str, ...]] = Kind("items", _listed, _FEW)
WAIVERS: Kind[tuple[str, ...]] = Kind("waivers", _lines, _FEW)
CHARGES: Kind[tuple[Charge, ...]] = Kind("charges", _charges, _FEW)
ABSENCES: Kind[tuple[Absence, ...]] = Kind("absences", _absences, _FEW)
