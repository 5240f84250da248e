"""Phones, e-mail addresses, chat names and map links: what makes them usable (items 1.3 and 1.5)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from rules.cells import Raw

_REGIONS = {
    "Asia/Tokyo": "JP", "Japan": "JP", "Asia/Singapore": "SG", "Singapore": "SG", "Europe/London": "GB",
    "America/New_York": "US", "America/Chicago": "US", "America/Los_Angeles": "US", "Europe/Berlin": "DE",
    "Europe/Paris": "FR", "Asia/Hong_Kong": "HK", "Asia/Seoul": "KR", "Asia/Taipei": "TW",
    "Asia/Shanghai": "CN", "Asia/Kuwait": "KW", "Asia/Dubai": "AE", "Australia/Sydney": "AU",
}  # fmt: skip
"""Where a national number probably belongs, by the site's zone: only for the proposal in a message."""


@dataclass(frozen=True, slots=True)
class PhoneFault:
    """What is wrong with a phone, and what it probably should be ("" where nobody can tell)."""

    code: str
    hint: str


@lru_cache(maxsize=200_000)
def phone_fault(number: str, raw: Raw, zone: str) -> PhoneFault | None:
    """None for a number that can be dialled from anywhere. A number cell has lost its `+`, so it counts as without.

    `number` is the cell as read (NFKC), `zone` the IANA name of where it probably belongs.
    """
    if isinstance(raw, int | float) or not _INTERNATIONAL.match(number):
        return PhoneFault("phone-country-code", _proposal(number, zone))
    return None if _parse(number, None) else PhoneFault("phone-invalid", _proposal(number, zone))


_INTERNATIONAL = re.compile(r"[^0-9]{0,20}?\+")
"""A + before the first digit, also in `(+81)` and `tel:+81`."""
_EXTENSION = re.compile(r"\s*内線\s*")
_DIALLED_ABROAD = re.compile(r"0(?:0|10|11)(?=[1-9])")
"""What people dial before a country code: 00, from Japan 010, from America 011."""


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    if len(number) > 60:
        return None
    try:
        parsed = phonenumbers.parse(_EXTENSION.sub(" ext. ", number), region)
    except NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def _proposal(number: str, zone: str) -> str:
    """The number that was probably meant, as it should be written; "" where no reading gives a valid one."""
    digits = number.strip(" +()")
    region = _REGIONS.get(zone)
    readings: list[tuple[str, str | None]] = [(digits, region), (f"0{digits}", region)] if region else []
    readings += [(f"+{digits}", None), (_DIALLED_ABROAD.sub("+", digits, count=1), None)]
    found = (_parse(*reading) for reading in readings)
    parsed = next((number for number in found if number), None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL).replace("-", " ") if parsed else ""


_ATOM = r"[^\s\x00-\x1f\x7f@,;:<>()\[\]\\\"]"
_LOCAL = rf"(?:(?!\.)(?!{_ATOM}*\.\.){_ATOM}{{1,64}}(?<!\.)|\"[^\"\\\x00-\x1f\x7f@]{{1,62}}\")"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
_EMAIL = re.compile(f"{_LOCAL}@{_DOMAIN}")


def is_email(text: str) -> bool:
    """One address: a name, an @, a domain with a dot; also in other scripts. No display name, no list."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


_CHAT = re.compile(r"(?i)\s*(line|skype|whatsapp)\s*:\s*(\S[^\n]*)")


def chat_channels(text: str) -> list[tuple[str, str]]:
    """(channel, id) of `LINE: id`, `Skype: id`, `WhatsApp: id`, one a line or separated; empty where unreadable."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = []
    for part in re.split(r"\s*[\n,;、]\s*(?=\S)", plain):
        match = _CHAT.fullmatch(part)
        if match is None:
            return []
        found.append((match[1], match[2].strip()))
    return found


_TLD = r"(?:com|[a-z]{2}|(?:co|com)\.[a-z]{2})"
_MAP_HOSTS = (
    (re.compile(r"maps\.app\.goo\.gl"), ""),
    (re.compile(r"goo\.gl"), "/maps"),
    (re.compile(rf"maps\.google\.{_TLD}"), ""),
    (re.compile(rf"(?:www\.)?google\.{_TLD}"), "/maps"),
    (re.compile(r"g\.co"), "/kgs"),
)
"""Hosts of Google Maps, and what the path must begin with."""


def is_map_link(text: str) -> bool:
    """An https link to a place on Google Maps, and nothing else in the cell. Text as read (NFKC)."""
    if re.search(r"[\s<>\"\\\x00-\x1f\x7f]", text):
        return False
    try:
        parts = urlsplit(text)
        host, port, user = parts.hostname or "", parts.port, parts.username
    except ValueError:
        return False
    if parts.scheme.lower() != "https" or user is not None or parts.password is not None or port not in (None, 443):
        return False
    return any(
        pattern.fullmatch(host) and (not path or parts.path == path or parts.path.startswith(f"{path}/"))
        for pattern, path in _MAP_HOSTS
    )
