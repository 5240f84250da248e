"""What a spreadsheet makes of a text that is typed into it (USER_ENTERED)."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from tests.sheets_server.cells import Cell, text_value, value_of
from tests.sheets_server.errors import Obj
from tests.sheets_server.shown import serial

NUMBER = re.compile(r"([+-])?([$¥￥€£])?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?(%)?")
TIME = r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + TIME)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + TIME)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?")

Entered = tuple[Obj | None, Obj | None]
"""ExtendedValue and the number format that comes with it."""


def _hours(hour: str, half: str | None) -> int:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    return number


def _number(text: str) -> Entered | None:
    hit = NUMBER.fullmatch(text)
    if not hit or not (hit.group(3) or (hit.group(4) and len(hit.group(4)) > 1)):
        return None
    sign, money, whole, fraction, power, percent = hit.groups()
    number = float((whole or "0").replace(",", "") + (fraction or "") + (power or ""))
    number = (-number if sign == "-" else number) / (100 if percent else 1)
    shape: Obj | None = None
    decimals = "0.00" if fraction else "0"
    if percent:
        shape = {"type": "PERCENT", "pattern": decimals + "%"}
    elif money:
        shape = {"type": "CURRENCY", "pattern": f"{money}#,##{decimals}"}
    elif power:
        shape = {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    elif whole and "," in whole:
        shape = {"type": "NUMBER", "pattern": "#,##" + decimals}
    return {"numberValue": int(number) if number.is_integer() and abs(number) < 1e16 else number}, shape


def _date(text: str, locale: str) -> Entered | None:
    first, last = YEAR_FIRST.fullmatch(text), YEAR_LAST.fullmatch(text)
    hit = first or last
    if not hit:
        return None
    one, mark, two, three, hour, minute, second, half = hit.groups()
    if first:
        year, month, day = int(one), int(two), int(three)
    else:
        year = int(three)
        month, day = (int(one), int(two)) if locale == "en_US" else (int(two), int(one))
    try:
        clock = (_hours(hour, half), int(minute), int(second or 0)) if hour else (0, 0, 0)
        moment = datetime(year, month, day, *clock)
    except ValueError:
        return None
    order = (
        f"yyyy{mark}mm{mark}dd"
        if first
        else f"m{mark}d{mark}yyyy"
        if locale == "en_US"
        else f"dd{mark}mm{mark}yyyy"
    )
    number = serial(moment)
    if not hour:
        return {"numberValue": int(number)}, {"type": "DATE", "pattern": order}
    return {"numberValue": number}, {"type": "DATE_TIME", "pattern": order + " h:mm:ss"}


def _clock(text: str) -> Entered | None:
    hit = CLOCK.fullmatch(text)
    if not hit or int(hit.group(2)) > 59:
        return None
    hour, minute, second, half = hit.groups()
    seconds = _hours(hour, half) * 3600 + int(minute) * 60 + int(second or 0)
    pattern = "h:mm am/pm" if half else "h:mm:ss" if second else "h:mm"
    return {"numberValue": seconds / 86400}, {"type": "TIME", "pattern": pattern}


def typed(text: str, locale: str) -> Entered:
    """The value of a typed text, and the format that the cell takes on with it where it has none."""
    if text == "":
        return None, None
    if text.startswith("'"):
        return (text_value(text[1:]), None) if text != "'" else (None, None)
    if text.startswith("=") and len(text) > 1:
        return {"formulaValue": text}, None
    tidy = unicodedata.normalize("NFKC", text).strip()
    if tidy.upper() in ("TRUE", "FALSE"):
        return {"boolValue": tidy.upper() == "TRUE"}, None
    found = _number(tidy) or _date(tidy, locale) or _clock(tidy)
    if found:
        return found
    if re.match(r"\+\S", tidy):
        return {"formulaValue": "=" + tidy}, None
    return text_value(text), None


def entered(raw: Any, cell: Cell, locale: str, option: str) -> Entered:
    """What a value of the `values` calls becomes in the cell, under RAW or USER_ENTERED."""
    if option == "USER_ENTERED" and isinstance(raw, str) and not cell.plain_text:
        return typed(raw, locale)
    if option == "USER_ENTERED" and cell.plain_text and not isinstance(raw, str):
        return value_of(str(raw).upper() if isinstance(raw, bool) else str(raw)), None
    return value_of(raw), None
