"""File names that every file system takes, whatever a client is called."""

from __future__ import annotations

import re
import unicodedata

from rules.invoice import Invoice
from rules.money import minor_digits

MAX_CLIENT = 60
MAX_BYTES = 200  # UTF-8, in all; file systems take 255, and people add " - Copy (2)"
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Drawn as nothing though no format signs: joiners, fillers, variation selectors.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")


def file_name(invoice: Invoice) -> str:
    """`20261201_INV-2026-0001_client_19800.xlsx`: searchable by date, number, client and amount."""
    total = f"{invoice.total:.{minor_digits(invoice.currency)}f}"
    before = f"{invoice.issued_on.isoformat().replace('-', '')}_{safe(invoice.number) or 'draft'}_"
    after = f"_{total}.xlsx"
    room = MAX_BYTES - len((before + after).encode())
    return before + (_shortened(safe(invoice.client), room) or "client") + after


def safe(text: str) -> str:
    """Text as a piece of a file name: nothing invisible, nothing that a file system or a shell reads as a path."""
    text = unicodedata.normalize("NFKC", _FILLERS.sub("", text))
    text = "".join(" " if sign.isspace() else sign for sign in text)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in _INVISIBLE)
    text = " ".join(_FORBIDDEN.sub("", _FILLERS.sub("", text)).split()).strip(". ")
    return f"{text}-" if _RESERVED.match(text) else text


def _shortened(text: str, room: int) -> str:
    """At most so many bytes of UTF-8, and MAX_CLIENT signs; no accent is torn off its letter."""
    cut = text[:MAX_CLIENT]
    while len(cut.encode()) > room:
        cut = cut[:-1]
    while len(cut) < len(text) and cut and unicodedata.combining(text[len(cut)]):
        text, cut = cut, cut[:-1]
    return cut.rstrip(". ")
