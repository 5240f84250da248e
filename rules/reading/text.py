"""Text as people type it: what counts as blank, as the same name, and how a cell is quoted."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize

Raw = str | int | float | bool | datetime | date | time | timedelta | None
"""What an adapter delivers for one cell; a date and time is naive."""

# Zero-width, direction and variation marks: they come along with pasted text and nobody sees them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")

_LAST = datetime.max.replace(microsecond=0)

_BLANK_WORDS = frozenset({"", "n/a", "none", "なし", *"-‐‑‒–—―−ー─"})
_ERRORS = frozenset(
    {
        *("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#error!", "#calc!"),
        *("#spill!", "#field!", "#blocked!", "#connect!", "#busy!", "#unknown!", "#external!", "#timeout!"),
        "#getting_data",
    }
)

_COMPANY = re.compile(r"\s*\(\s*株\s*\)\s*|\s*株式会社\s*")
_LIMITED = re.compile(r"\s*\(\s*有\s*\)\s*|\s*有限会社\s*")


def widths(text: str) -> str:
    """NFKC without invisible characters and outer blanks; case and inner blanks as they are."""
    if text.isascii():
        return text.strip()
    return normalize("NFKC", _INVISIBLE.sub("", text)).strip()


def fold(text: str) -> str:
    """The key for comparing names: NFKC, no case, no outer blanks, inner runs of blanks as one."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Some letters fold to what NFKC would write differently: hence once more.
    folded = normalize("NFKC", normalize("NFKC", _INVISIBLE.sub("", text)).casefold())
    return " ".join(folded.split())


def fold_client(text: str) -> str:
    """`fold` for company names: (株), ㈱ as 株式会社, (有), ㈲ as 有限会社; blanks beside them go."""
    return _LIMITED.sub("有限会社", _COMPANY.sub("株式会社", fold(text))).strip()


@lru_cache(maxsize=1 << 13)  # the same headers and tab names are asked for thousands of times a run
def squash(text: str) -> str:
    """`fold` without any blanks or line breaks: the key for comparing headers and tab names."""
    return "".join(fold(text).split())


def is_blank(raw: Raw) -> bool:
    """Whether a cell says nothing: empty, blanks only, `N/A`, `-`, `none`, なし, or an error value."""
    if not isinstance(raw, str):
        return raw is None
    if raw.isascii():
        word = raw.strip().lower()
        return len(word) < 16 and (word in _BLANK_WORDS or word in _ERRORS)
    if len(raw) > 64 and raw[0].isalnum():
        return False  # a sentence: not worth folding
    word = fold(raw)
    return len(word) < 16 and (word in _BLANK_WORDS or word in _ERRORS)


def shown(raw: Raw) -> str:
    """The cell as a person sees it, for quoting: whole numbers without point, midnight as a day."""
    if isinstance(raw, str):
        return raw.strip()
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return _number(raw)
    if isinstance(raw, datetime):
        raw = nearest_second(raw)
        return f"{raw.date()} {_clock(raw.time())}" if raw.time() != time.min else f"{raw.date()}"
    if isinstance(raw, time):
        return _clock(raw)
    if isinstance(raw, timedelta):
        minutes, seconds = divmod(round(raw.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return raw.isoformat()


def nearest_second(raw: datetime) -> datetime:
    """Spreadsheets keep moments as fractions of days, which miss the second by a hair."""
    if not raw.microsecond:
        return raw
    whole = raw.replace(microsecond=0)
    up = raw.microsecond >= 500_000 and whole < _LAST.replace(tzinfo=raw.tzinfo)
    return whole + timedelta(seconds=1) if up else whole


def _number(raw: int | float) -> str:
    """Digits without exponent; a float with the 15 digits that a spreadsheet keeps."""
    if isinstance(raw, int):
        return format(Decimal(raw), "f")
    digits = Decimal(f"{raw:.15g}")
    return format(digits, "f") if digits.is_finite() else str(raw)


def _clock(moment: time) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
