"""References, phone numbers and addresses: text whose width doesn't matter, and that spreadsheets like to
turn into numbers and dates."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rules.reading.cell import Kind
from rules.reading.text import Raw, shown, widths


def _code(raw: Raw, zone: ZoneInfo) -> str:
    return widths(shown(raw))


CODE: Kind[str] = Kind("code", _code)
"""A reference: full-width signs as plain ones; a number cell gives its digits, a date cell its text."""

PHONE: Kind[str] = Kind("phone", _code)
"""As CODE. Whether it was a number cell, whose + the spreadsheet dropped, is to be seen from `raw`."""

EMAIL: Kind[str] = Kind("email", _code)
"""As CODE, unchecked."""
