"""Numbers, with the units, currency signs and thousands commas that people add."""

from __future__ import annotations

import re
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.reading.cell import Kind, Unreadable
from rules.reading.text import Raw, widths

WRITE_NUMBER = "write a number such as 2 or 1940.50"
WRITE_WHOLE = "write a whole number of at least 1"

_LONGEST = 64  # no number is longer; keeps pasted pages away from the pattern
_TOO_LARGE = 10**15  # a spreadsheet keeps 15 digits: beyond that it is not what was typed

_SIGN = r"[-−+▲△]"
_CURRENCY = r"(?:[a-z]{0,2}\$|[¥€£₩₹₱₫฿])"
_DIGITS = r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<part>\.[0-9]{1,30})?"
_UNIT = r"(?:hours?|hrs?|h|時間|名|人|円)"
_WRITTEN = re.compile(
    rf"(?P<sign>{_SIGN})?\s*(?:(?P<first>{_CURRENCY})\s*(?P<inner>{_SIGN})?\s*)?{_DIGITS}"
    rf"\s*(?P<last>{_CURRENCY}|{_UNIT})?"
)


def read_number(text: str) -> Decimal | None:
    """The number that a text says, None where it says none."""
    text = text.strip()
    found = _WRITTEN.fullmatch(widths(text).lower()) if len(text) <= _LONGEST else None
    if not found or not (found["whole"] or found["part"]):
        return None
    if (found["sign"] and found["inner"]) or (found["first"] and found["last"] and found["last"] != "円"):
        return None
    value = Decimal((found["whole"] or "0").replace(",", "") + (found["part"] or ""))
    if value >= _TOO_LARGE:
        return None
    return -value if value and (found["sign"] or found["inner"] or "+") != "+" else value


def _number(raw: Raw, zone: ZoneInfo) -> Decimal:
    if isinstance(raw, str):
        value = read_number(raw)
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool) and abs(raw) < _TOO_LARGE:
        # 15 digits are what a spreadsheet keeps; the rest of a float is noise such as 0.30000000000000004
        value = Decimal(raw) if isinstance(raw, int) else Decimal(f"{raw:.15g}") or Decimal(0)
    else:
        value = None
    if value is None:
        raise Unreadable(WRITE_NUMBER)
    return value


def _whole(raw: Raw, zone: ZoneInfo) -> int:
    try:
        value = _number(raw, zone)
    except Unreadable:
        raise Unreadable(WRITE_WHOLE) from None
    if value < 1 or value != value.to_integral_value():
        raise Unreadable(WRITE_WHOLE)
    return int(value)


NUMBER: Kind[Decimal] = Kind("number", _number)
WHOLE: Kind[int] = Kind("whole number", _whole)
