"""Values as they stand in a cell of a sheet: text that stays text, serial numbers for dates."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape  # it parses nothing  # nosec B406

Moment = datetime | date | time | timedelta
Value = str | int | float | Decimal | bool | Moment | None
NUMBERS = (int, float, Decimal)

MAX_TEXT = 32_767  # UTF-16 code units that a cell holds
MAX_ROW, MAX_COL = 1_048_576, 16_384

DATE_TIME, DATE, TIME, DURATION = "yyyy\\-mm\\-dd\\ hh:mm", "yyyy\\-mm\\-dd", "hh:mm", "[h]:mm:ss"

# C0 and C1 but tab and line feed, lone surrogates, and the two that XML has no place for.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Programs read `_x0041_` in a file as "A": a typed one has its underscore written that way.
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# What a program would run as a formula once somebody pressed Enter in the cell, full-width signs too.
_ALIVE = re.compile(r"[\s\u3000]*[=+\-@＝＋－＠]")
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_FIRST_SURE_DAY = datetime(1900, 3, 1)  # before it the 1900 system counts a day that never was


def held(text: str) -> str:
    """Text, however long, as a cell holds it: no control characters but tab and line feed."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """The same, at most MAX_TEXT of it."""
    text = held(text)
    if len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le")) > 2 * MAX_TEXT:
        text = text.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
    return text


def alive(text: str) -> bool:
    """Whether a spreadsheet program would make a formula of this text once somebody edits the cell."""
    return _ALIVE.match(text) is not None


def text_xml(text: str, prefix: bytes) -> bytes:
    """`<is>`, the content of a cell of type inlineStr."""
    text = escape(_ESCAPE_LIKE.sub("_x005F_", text))
    space = b' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else b""
    return b"<%bis><%bt%b>%b</%bt></%bis>" % (prefix, prefix, space, text.encode(), prefix, prefix)


def serial(value: Moment, from_1904: bool) -> float | None:
    """The number that stands for a date or time; None where the date system of the workbook can't say it.

    A datetime is a clock on the wall: raises ValueError where it has a zone.
    """
    if isinstance(value, timedelta):
        return _days(value)
    if isinstance(value, time):
        return _days(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is not None:
        raise ValueError("a cell holds no time zone: give the time in the register's zone, without tzinfo")
    if value < (_DAY_ZERO[True] if from_1904 else _FIRST_SURE_DAY):
        return None
    return _days(value - _DAY_ZERO[from_1904])


def _days(span: timedelta) -> float:
    return span / timedelta(days=1)


def number_text(value: int | float | Decimal) -> str:
    """Digits as XML has them. Raises ValueError for what isn't finite."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that a cell can hold")
    return format(value, "f") if isinstance(value, Decimal) else repr(value)


def date_format(value: Value) -> str | None:
    """The number format that a date or time of this type needs; None for everything else."""
    if isinstance(value, datetime):
        return DATE_TIME
    if isinstance(value, date):
        return DATE
    if isinstance(value, time):
        return TIME
    return DURATION if isinstance(value, timedelta) else None


def column_letters(col: int) -> str:
    """3 → "C"."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """"C" → 3."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def reference(row: int, col: int) -> str:
    """(2, 3) → "C2"."""
    return f"{column_letters(col)}{row}"


_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$")


def area(ref: str) -> tuple[int, int, int, int]:
    """"B2:C9" → (2, 2, 9, 3): first row, first column, last row, last column. Raises ValueError."""
    found = _RANGE.match(ref)
    if found is None:
        raise ValueError(f"{ref} is no range of cells")
    row, col = int(found[2]), column_number(found[1])
    return (row, col, int(found[4]), column_number(found[3])) if found[3] else (row, col, row, col)
