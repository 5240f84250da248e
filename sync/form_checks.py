"""What the intake form asks an answer to look like: our rules for cells, as far as a pattern can say them.

Google Forms checks answers by patterns only, so these take everything that the rules take (odd spellings that nobody
types aside) and refuse what the rules refuse by its looks. What needs a table, such as the numbers that a country has,
is left to the rules. Patterns keep to what JavaScript and RE2 both know (no look-around, no flags inside, no needless
escapes): nobody says which of the two looks at an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules import addresses
from rules.reading import text as reading


@dataclass(frozen=True)
class Check:
    """What an answer must look like (without outer blanks), and what to tell a person whose answer doesn't."""

    pattern: str
    hint: str


def either_case(pattern: str) -> str:
    """A lower-case pattern that also takes capitals: `[a-z]` and letters, but not what is escaped."""

    def both(found: re.Match[str]) -> str:
        piece = found[0]
        if piece.startswith("["):
            return piece.replace("a-z", "A-Za-z")
        return piece if piece.startswith("\\") else f"[{piece.upper()}{piece}]"

    return re.sub(r"\\.|\[[^]]*\]|[a-z]", both, pattern)


def wide(signs: str) -> str:
    """For a character class: ASCII signs and their full-width forms, which the rules read alike."""
    return "".join(("\\" if sign in r"-()[]./\^" else "") + sign + chr(ord(sign) + 0xFEE0) for sign in signs)


_SPACE = r"[\s　]*"
_DIGIT = "[0-9０-９]"
_NATURAL = "[1-9１-９]"
_GAP = rf"[{wide('-()[]./~')}‐-―−ー \xa0　]*"
_BEFORE = "[^0-9０-９+＋=＝]{0,20}"  # as in (+81) and tel:+81
_EXTENSION = rf"(?:[ ,;　]*(?:{either_case('ext(?:ension)?')}|[xXｘ#＃]|内線)[ .:．：　]*{_DIGIT}{{1,7}})?"

_NEVER = r"\s　、。"
_ATOM = rf"{_NEVER}{wide('@,;:<>()[].')}{wide(chr(92))}{wide(chr(34))}"
_LABEL = rf"[^{_NEVER}\x00-/:-@\[-`{{-\x7f＠．]"
_WORD = rf"[^{_NEVER}\x00-,./:-@\[-^`{{-\x7f＠．]"
_LETTER = rf"[^{_NEVER}\x00-@\[-`{{-\x7f＠．０-９]"
_NAME = rf"[^{_ATOM}=＝][^{_ATOM}]*(?:[.．][^{_ATOM}]+)*"
_DOMAIN = rf"(?:{_LABEL}(?:{_WORD}{{0,61}}{_LABEL})?[.．])+{_LETTER}{_WORD}{{1,62}}"

_CHANNEL = either_case("(?:line|skype|whatsapp)")
_CHAT = rf"{_CHANNEL}{_SPACE}[:：]{_SPACE}[^\s　,;、，；][^,;、，；]*"

_REGIONS = either_case(
    "africa|america|antarctica|arctic|asia|atlantic|australia|brazil|canada|chile|etc|europe|indian|mexico|pacific|us"
)
_ALONE = either_case("hongkong|japan|singapore|utc|gmt")


def _map_link() -> str:
    hosts = (either_case(host.pattern) + "(?::443)?" + path for host, path in addresses._MAP_HOSTS)
    return rf"""{either_case("https")}://(?:{"|".join(hosts)})(?:[/?#][^\s　<>"\\\x00-\x1f]*)?"""


CHECKS: dict[str, Check] = {
    "phone": Check(
        rf"{_BEFORE}[+＋]{_GAP}{_NATURAL}(?:{_GAP}{_DIGIT}){{5,17}}{_EXTENSION}",
        "Begin with + and the country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678",
    ),
    "email": Check(
        f"{_NAME}[@＠]{_DOMAIN}",
        "One e-mail address: name@example.com / メールアドレスを1つ: name@example.com",
    ),
    "chat": Check(
        rf"{_CHAT}(?:[,;、，；]{_SPACE}{_CHAT})*",
        "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか",
    ),
    "map": Check(
        _map_link(),
        "Google Maps: Share, Copy link (https://maps.app.goo.gl/…) / Googleマップの「共有」→「リンクをコピー」",
    ),
    "hours": Check(
        rf"(?:[0０]*{_NATURAL}{_DIGIT}{{0,13}}(?:[.．]{_DIGIT}{{1,30}})?"
        rf"|[0０]*[.．][0０]{{0,14}}{_NATURAL}{_DIGIT}{{0,14}}){_SPACE}(?:{either_case('h(?:(?:ou)?rs?)?')}|時間)?",
        "Hours, more than 0: 3 or 2.5 / 0より大きい時間数: 3 または 2.5",
    ),
    "whole": Check(
        rf"[0０]*{_NATURAL}{_DIGIT}{{0,13}}(?:[.．][0０]{{1,30}})?{_SPACE}[名人]?",
        "A whole number, 1 or more / 1以上の整数",
    ),
    "zone": Check(
        rf"(?:(?:{_REGIONS}){_SPACE}/{_SPACE}[A-Za-z][A-Za-z0-9+_/ -]*|{_ALONE})",
        "Region/City: Asia/Tokyo, Europe/London / 「地域/都市」の形式: Asia/Tokyo、Europe/London",
    ),
    "words": Check("", "Please answer; do not begin with = / ご記入ください(先頭に「=」は使えません)"),
}
"""By name. `words` is for texts of every form: they only may not begin with `=`."""


def blanks() -> str:
    """What people write to say nothing: never an answer to a required question, always one to the others."""
    words = sorted(reading._BLANK_WORDS - {"", "-"})
    dashes = "".join(word for word in words if len(word) == 1)
    return "|".join([*(either_case(word) for word in words if len(word) > 1), f"[{wide('-')}{dashes}]"])
