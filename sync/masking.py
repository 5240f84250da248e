"""What a log line may not hold: phones, addresses of people and places, keys."""

from __future__ import annotations

import re

_KEPT = r"(?<![\w-])(?:\d{8}-\d{6}-\d+|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:[+-]\d{2}:\d{2})?)?)(?![\w-])"
"""Runs and moments, which look like phone numbers."""
_ROBOT = r"(?<![\w.-])[\w-]+@(?:[\w-]+\.)+gserviceaccount\.com(?![\w-])"
"""The program's own address: nobody's, and a person has to know with whom to share a sheet."""
_KEY = (
    r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)"  # a private key
    r"|\bya29\.[\w.-]+|\bAIza[\w-]{30,}|\bBearer\s+\S+"  # Google's tokens
    r"|(?<=/spreadsheets/d/)[\w-]{10,}|(?<![\w-])1[\w-]{42,}(?![\w-])"  # a sheet that anyone with the link may read
)
_EMAIL = r"[^\s@\"'<>(),;:]+@[^\s@\"'<>(),;:]+"
_PLACE = (
    r"〒\s*\d{3}-?\d{4}(?:\s*[^\s\"”;]+)?"
    r"|(?:東京都|北海道|(?:京都|大阪)府|[一-鿿]{2,3}県)[^\s\"”;:、。]*"
    r"|(?<![\w-])\d{1,4}(?:-\d{1,4}){1,3},? [A-Z][\w'-]+(?:,? [A-Z][\w'-]+)*"  # 1-2-3 Akasaka, Minato-ku
    r"|(?<![\w-])\d{1,5} (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Square)\b"
)
_PHONE = (
    r"(?<![\w-])[+＋]?\d[\d ()（）\u3000\-‐-―−－ー]{7,}\d(?![\w-])"  # with any of the strokes that people type
    r"|(?<![\w.-])0\d{1,3}(?:\.\d{2,4}){2}(?![\w.-])"  # 03.1234.5678, and no server's address
)
_FOUND = re.compile(
    f"(?P<kept>{_KEPT}|{_ROBOT})|(?P<key>{_KEY})|(?P<email>{_EMAIL})|(?P<place>{_PLACE})|(?P<phone>{_PHONE})", re.DOTALL
)
_SHOWN = {"key": "(key)", "email": "***@***", "place": "(address)", "phone": "***"}


def masked(text: str) -> str:
    """The text with phone numbers, e-mail addresses, places and keys blotted out.

    Moments, names of runs and the program's own address stay.
    """
    return _FOUND.sub(lambda found: _SHOWN.get(found.lastgroup or "", found[0]), text)
