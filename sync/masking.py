"""What a log line may not hold: phones, addresses, keys."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^\s@\"'<>(),;:]+@[^\s@\"'<>(),;:]+")
_PHONE = re.compile(r"(?<![\w-])\+?\d[\d ()\-]{7,}\d(?![\w-])")
_KEY = re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)|\bya29\.[\w.-]+", re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?")


def masked(text: str) -> str:
    """The text with e-mail addresses, phone numbers and keys blotted out; moments stay."""
    text = _EMAIL.sub("***@***", _KEY.sub("(key)", text))
    return _PHONE.sub(lambda found: found[0] if _MOMENT.fullmatch(found[0].strip()) else "***", text)
