"""How a Google Sheet is named: by its address in a browser, or by the key in that."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:https?://)?docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)", re.IGNORECASE
)
_KEY = re.compile(r"([A-Za-z0-9_-]+)")


def key_in(target: str) -> str | None:
    """The key in a spreadsheet's address, or the key itself; None where it is neither."""
    match = _ADDRESS.match(target.strip()) or _KEY.fullmatch(target.strip())
    return match[1] if match else None
