"""What a cell looks like: values as formatted text, and serial numbers as dates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.sheets_server.errors import Obj

EPOCH = datetime(1899, 12, 30)
DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
ERRORS = {
    "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!", "NAME": "#NAME?", "NUM": "#NUM!",
    "N_A": "#N/A", "NULL_VALUE": "#NULL!", "ERROR": "#ERROR!",
}  # fmt: skip
PATTERNS = {
    "en": {"DATE": "m/d/yyyy", "TIME": "h:mm:ss am/pm", "DATE_TIME": "m/d/yyyy h:mm:ss"},
    "ja": {"DATE": "yyyy/mm/dd", "TIME": "h:mm:ss", "DATE_TIME": "yyyy/mm/dd h:mm:ss"},
    "": {"DATE": "dd/mm/yyyy", "TIME": "hh:mm:ss", "DATE_TIME": "dd/mm/yyyy hh:mm:ss"},
}
TOKEN = re.compile(r'"[^"]*"|\\.|y+|m+|d+|h+|s+|am/pm|.', re.IGNORECASE)
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def plain(number: float) -> int | float:
    """JSON writes whole numbers without a point."""
    if isinstance(number, int):
        return number
    return int(number) if number.is_integer() and abs(number) < 1e16 else number


def serial(moment: datetime) -> float:
    """Days since 1899-12-30, of a naive date and time."""
    return (moment - EPOCH) / timedelta(days=1)


def moment_of(number: float) -> datetime:
    return EPOCH + timedelta(seconds=round(number * 86400))


def is_date(number_format: Obj | None) -> bool:
    return (number_format or {}).get("type") in DATE_TYPES


def _pattern(number_format: Obj, locale: str) -> str:
    given = number_format.get("pattern")
    if given:
        return str(given)
    family = "en" if locale == "en_US" else "ja" if locale.startswith("ja") else ""
    return PATTERNS[family].get(number_format.get("type", ""), "")


def date_text(number: float, pattern: str) -> str:
    at = moment_of(number)
    tokens = TOKEN.findall(pattern)
    noon = any(token.lower() == "am/pm" for token in tokens)
    parts, last = [], ""
    for n, token in enumerate(tokens):
        kind = token[0].lower() if token[0].isalpha() else ""
        following = next((t[0].lower() for t in tokens[n + 1 :] if t[0].isalpha()), "")
        minutes = kind == "m" and len(token) < 3 and (last == "h" or following == "s")
        parts.append(_date_part(token, at, noon, minutes))
        last = kind or last
    return "".join(parts)


def _date_part(token: str, at: datetime, noon: bool, minutes: bool) -> str:
    low = token.lower()
    if low == "am/pm":
        return "AM" if at.hour < 12 else "PM"
    if token[0] in '"\\':
        return token.strip('"').lstrip("\\")
    width = len(token)
    if low[0] == "y":
        return str(at.year) if width > 2 else f"{at.year % 100:02}"
    if low[0] == "m" and width > 2 and not minutes:
        return MONTHS[at.month - 1][: 3 if width == 3 else None]
    if low[0] == "d" and width > 2:
        return DAYS[at.weekday()][: 3 if width == 3 else None]
    hour = (at.hour % 12 or 12) if noon else at.hour
    figures = {"m": at.minute if minutes else at.month, "d": at.day, "h": hour, "s": at.second}
    return f"{figures[low[0]]:0{min(width, 2)}}" if low[0] in figures else token


def number_text(number: float, pattern: str) -> str:
    """Simple patterns only: `0`, `0.00`, `#,##0.00`, `0%`, `¥#,##0`, `0.00E+00`."""
    hit = re.search(r"[#0,]*0(?:\.([0#]+))?", pattern)
    if not hit:
        return general(number)
    head, tail = pattern[: hit.start()], pattern[hit.end() :]
    decimals = hit.group(1) or ""
    if tail.upper().startswith("E"):
        return f"{number:.{len(decimals)}E}"
    exact = Decimal(repr(float(number))) * (100 if "%" in tail else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}" if "," in hit.group() else f"{abs(rounded):f}"
    for _ in range(len(decimals) - len(decimals.rstrip("#"))):
        text = text.removesuffix("0").removesuffix(".")
    return ("-" if rounded < 0 else "") + (head + text + tail).replace('"', "")


def general(number: float) -> str:
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.10g}".upper()
    return text if "E" not in text or abs(number) >= 1e15 else f"{Decimal(text):f}"


def shown(value: Obj | None, number_format: Obj | None, locale: str) -> str:
    """The text that a person sees in a cell with this effective value; "" where blank."""
    if not value:
        return ""
    if "boolValue" in value:
        return "TRUE" if value["boolValue"] else "FALSE"
    if "errorValue" in value:
        return ERRORS[value["errorValue"]["type"]]
    if "stringValue" in value:
        return str(value["stringValue"])
    number = float(value["numberValue"])
    shape = number_format or {}
    pattern = _pattern(shape, locale)
    if is_date(shape):
        return date_text(number, pattern)
    return number_text(number, pattern) if pattern and pattern != "@" else general(number)
