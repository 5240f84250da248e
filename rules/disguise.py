"""Finds an e-mail address in a text however it is written there (contract, 5.8; instructions, item 12).

One way of reading for the flag `engineer-email` and for the last look at a finished file: what the second one would
refuse, the first one has to find before a number is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_AT = re.compile("[@＠﹫]")  # what NFKD makes an at sign of
_MAY_BE_AT = re.compile("[@＠﹫&%]|_x")  # or what decodes to one
_GAP = "\x00"  # stands for a blank, an invisible sign, markup, or a sign that no file name keeps
_LEFT_OUT = frozenset('/\\:*?"<>|')
_ADDRESS = re.compile(r"""[^\s@"'<>()\[\],;:、]+@[^\s@"'<>()\[\],;:、]+""")


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses that somebody typed into one cell: `Taro <taro@x.jp>, taro@y.jp` has two."""
    return tuple(_ADDRESS.findall(unicodedata.normalize("NFKC", text))) or (text,)


def keys_of(addresses: Iterable[str]) -> dict[str, str]:
    """What to look for, by address as written. What has nothing on either side of its at sign is no address."""
    keys = {key_of(form): form for address in addresses for form in _forms(address.strip())}
    return {address: key for key, address in keys.items() if all(key.rpartition("@"))}


def _forms(address: str) -> Iterator[str]:
    """An address, last as written; its domain as computers and as people write it, as xn--r8jz45g.jp and 例え.jp
    (RFC 5891).
    """
    name, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        yield f"{name}{at}{domain.encode('idna').decode()}"
    with suppress(UnicodeError):
        yield f"{name}{at}{domain.encode('ascii').decode('idna')}"
    yield address


def key_of(address: str) -> str:
    """An address as it compares: small letters without accents, blanks and invisible signs."""
    return _plain(address).replace(_GAP, "")


def holds(text: str, wanted: Mapping[str, str]) -> Iterator[str]:
    """The addresses of `wanted` (as from `keys_of`) that a text holds in any disguise."""
    if not wanted or not _MAY_BE_AT.search(text):
        return
    found: dict[str, None] = {}
    for version in sorted(_versions(text)):
        if _AT.search(version):
            gapped = _plain(version)
            squeezed = gapped.replace(_GAP, "")
            alone = (address for address, key in wanted.items() if key in squeezed and _alone(key).search(gapped))
            found |= dict.fromkeys(alone)
    yield from found


@lru_cache(maxsize=4096)
def _alone(key: str) -> re.Pattern[str]:
    """Finds an address that is there by itself: taro@x.jp isn't in kentaro@x.jp, nor in taro@x.jpn."""
    spread = f"{_GAP}*".join(re.escape(sign) for sign in key)
    return re.compile(rf"(?<![a-z0-9])(?<![a-z0-9][._+-]){spread}(?![a-z0-9])(?!-[a-z0-9])")


def _plain(text: str) -> str:
    """Small letters without accents; every blank and invisible sign is a gap."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return text.translate({ord(sign): _read_as(sign) for sign in set(text)})


def _read_as(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Mn", "Me"):
        return ""
    unseen = sign.isspace() or category[0] in "CZ" or sign in "\u115f\u1160\u2800\u3164\uffa0"
    return _GAP if unseen or sign in _LEFT_OUT else sign


def _versions(text: str) -> set[str]:
    """A text as it stands, and as programs read it: entities and escapes decoded, markup taken out."""
    found = {text, _TAG.sub(_GAP, text)}
    for version in tuple(found):
        for _ in range(3):  # what was encoded twice
            version = unquote(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), unescape(version)))
            found |= {version, _TAG.sub(_GAP, version)}
    return found
