"""What a new spreadsheet has before anybody touches it, as Google's recorded replies show it."""

from __future__ import annotations

import struct
from typing import Any

from tests.sheets_server.book import Book, Ids, blank_sheet
from tests.sheets_server.errors import Obj

WHITE: Obj = {"red": 1, "green": 1, "blue": 1}
THEME: dict[str, Obj] = {
    "TEXT": {},
    "BACKGROUND": WHITE,
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
ROW_PIXELS, COLUMN_PIXELS = 21, 100


def default_format() -> Obj:
    return {
        "backgroundColor": WHITE,
        "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
        "verticalAlignment": "BOTTOM",
        "wrapStrategy": "OVERFLOW_CELL",
        "textFormat": {
            "foregroundColor": {},
            "fontFamily": "arial,sans,sans-serif",
            "fontSize": 10,
            "bold": False,
            "italic": False,
            "strikethrough": False,
            "underline": False,
            "foregroundColorStyle": {"rgbColor": {}},
        },
        "backgroundColorStyle": {"rgbColor": WHITE},
    }


def book_properties(title: str, locale: str, time_zone: str) -> Obj:
    return {
        "title": title,
        "locale": locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": time_zone,
        "defaultFormat": default_format(),
        "spreadsheetTheme": {
            "primaryFontFamily": "Arial",
            "themeColors": [{"colorType": name, "color": {"rgbColor": rgb}} for name, rgb in THEME.items()],
        },
    }


def new_book(
    ids: Ids, title: str, locale: str = "en_US", time_zone: str = "Etc/GMT", key: str | None = None
) -> Book:
    """A blank spreadsheet with one sheet, Sheet1, of 1000 rows and 26 columns."""
    return Book(
        key or ids.key(), book_properties(title, locale, time_zone), [blank_sheet(0, "Sheet1", 0)], ids
    )


def _single(number: float) -> float | int:
    """As Google keeps parts of a colour: in 255ths, single precision, the shortest decimal that says it."""
    steps = int(number * 255 + 1e-6) / 255
    rounded = struct.unpack("f", struct.pack("f", steps))[0]
    for digits in range(1, 10):
        text = f"{rounded:.{digits}g}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == rounded:
            return int(float(text)) if float(text).is_integer() else float(text)
    return float(rounded)


def coloured(value: Any) -> Any:
    """A copy with its colours as Google hands them back: no zeros, and `fooColor` beside `fooColorStyle`."""
    if isinstance(value, list):
        return [coloured(one) for one in value]
    if not isinstance(value, dict):
        return value
    result = {key: coloured(one) for key, one in value.items()}
    for key in list(result):
        style = key if key.endswith("Style") else key + "Style"
        if key.endswith("Color") and key != "rgbColor" and isinstance(result[key], dict):
            result.setdefault(style, {"rgbColor": result[key]})
        elif key.endswith("ColorStyle") and isinstance(result[key], dict) and "rgbColor" in result[key]:
            result.setdefault(key.removesuffix("Style"), result[key]["rgbColor"])
    if result and set(result) <= {"red", "green", "blue", "alpha"}:
        return {key: _single(one) for key, one in result.items() if one}
    return result
