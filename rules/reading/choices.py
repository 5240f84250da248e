"""Cells that hold one of a few known words: yes or no, levels, languages, tax, currency, time zone."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rules.reading.cell import Kind, Unreadable
from rules.reading.text import Raw, shown, squash, widths
from rules.words import Language, Level, TaxClass

_YESNO = dict.fromkeys(["yes", "y", "true", "1", "はい", "○", "◯", "〇", "⭕"], True) | dict.fromkeys(
    ["no", "n", "false", "0", "いいえ", "×", "✕", "✖", "❌"], False
)
_LEVELS = {
    "entry": Level.ENTRY,
    "junior": Level.ENTRY,
    "エントリー": Level.ENTRY,
    "ジュニア": Level.ENTRY,
    "senior": Level.SENIOR,
    "シニア": Level.SENIOR,
    "specialist": Level.SPECIALIST,
    "スペシャリスト": Level.SPECIALIST,
}
_TAXES = {tax.value.replace("-", ""): tax for tax in TaxClass}

_ENGLISH, _JAPANESE = frozenset({Language.ENGLISH}), frozenset({Language.JAPANESE})
_BOTH = _ENGLISH | _JAPANESE
_LANGUAGES = (
    dict.fromkeys(["both", "日英", "英日", "両方"], _BOTH)
    | dict.fromkeys(["english", "eng", "en", "英語", "英"], _ENGLISH)
    | dict.fromkeys(["japanese", "jpn", "jp", "ja", "日本語", "日"], _JAPANESE)
    | dict.fromkeys(["and", "or", "と", "や", "および", "及び", "または", "又は"], frozenset[Language]())
)
# Latin words whole, Japanese ones longest first because no blanks part them; anything else as itself.
_PIECE = re.compile(
    r"[a-z]+|"
    + "|".join(sorted((word for word in _LANGUAGES if not word.isascii()), key=len, reverse=True))
    + r"|(?P<between>[\W_ー])|(?P<other>\w)"
)

_NO_CODES = frozenset({"YEN", "RMB", "WON"})
"""What people write for a currency that has another code: no rate would ever be found for it."""


def _yesno(raw: Raw, zone: ZoneInfo) -> bool:
    word = squash(shown(raw))
    if word not in _YESNO:
        raise Unreadable("write yes or no")
    return _YESNO[word]


def _level(raw: Raw, zone: ZoneInfo) -> Level:
    word = squash(shown(raw))
    if word not in _LEVELS:
        raise Unreadable("write Entry, Senior or Specialist")
    return _LEVELS[word]


def _languages(raw: Raw, zone: ZoneInfo) -> frozenset[Language]:
    found: frozenset[Language] = frozenset()
    for piece in _PIECE.finditer(widths(shown(raw)).lower()):
        if piece["between"]:
            continue
        if piece["other"] or piece[0] not in _LANGUAGES:
            found = frozenset()
            break
        found |= _LANGUAGES[piece[0]]
    if not found:
        raise Unreadable("write English, Japanese or both")
    return found


def _currency(raw: Raw, zone: ZoneInfo) -> str:
    code = widths(shown(raw)).upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()) or code in _NO_CODES:
        raise Unreadable("write a currency as three letters such as JPY")
    return code


def _tax(raw: Raw, zone: ZoneInfo) -> TaxClass:
    word = squash(shown(raw)).replace("-", "").replace("_", "")
    if word not in _TAXES:
        raise Unreadable("write standard, export-exempt or out-of-scope")
    return _TAXES[word]


@cache
def _zone_names() -> dict[str, str]:
    """IANA names by how they compare; this machine's own zone and the placeholder are nobody's."""
    names = available_timezones() - {"localtime", "Factory"}
    return {name.lower().replace("_", ""): name for name in names}


def _zone(raw: Raw, zone: ZoneInfo) -> ZoneInfo:
    name = _zone_names().get(squash(shown(raw)).replace("_", ""))
    if name is None:
        raise Unreadable("write an IANA time zone such as Asia/Tokyo")
    return ZoneInfo(name)


YESNO: Kind[bool] = Kind("yes or no", _yesno)
LEVEL: Kind[Level] = Kind("level", _level)
LANGUAGES: Kind[frozenset[Language]] = Kind("languages", _languages)
DOCLANG: Kind[frozenset[Language]] = Kind("document language", _languages)
CURRENCY: Kind[str] = Kind("currency", _currency)
TAX: Kind[TaxClass] = Kind("tax", _tax)
ZONE: Kind[ZoneInfo] = Kind("time zone", _zone)
