"""Reads a finished file as an outsider would, and finds every place that holds an engineer's e-mail address.

Nothing here knows how the file was made: not only cells are read but every part, name, property and comment.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import unescape
from io import BytesIO
from urllib.parse import unquote

MAX_DEPTH = 3
MAX_BYTES = 64 << 20
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_AT = "@＠﹫"  # what NFKD makes an at sign of
_GAP = "\x00"  # stands for a blank, an invisible sign or markup


def guard(data: bytes, name: str, engineer_emails: Sequence[str]) -> list[str]:
    """Where a finished file holds an engineer's address, as `place: address`; nothing where it may go out.

    `data` may be any file; zip files, and zip files in them, are read part by part. Addresses are found in spite of
    entities, escapes, full-width letters, accents, invisible signs, blanks and markup between their letters.
    """
    keys = ((address.strip(), _key(address)) for address in engineer_emails)
    wanted = dict.fromkeys((address, key) for address, key in keys if all(key.rpartition("@")))
    found: dict[str, None] = {}
    for place, text in (("file name", name), ("file name", name.replace("_", " ")), *_texts(data, "file", 0)):
        for address in holds(text, wanted):
            found[f"{place}: {address}"] = None
    return list(found)


def holds(text: str, wanted: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Addresses of `wanted` (as written, and squeezed by `_key`) that a text holds in any disguise."""
    for version in sorted(_versions(text)):
        if not any(at in version for at in _AT):
            continue
        gapped = _plain(version)
        squeezed = gapped.replace(_GAP, "")
        for address, key in wanted:
            if key in squeezed and _stands_alone(key, gapped):
                yield address


def _stands_alone(key: str, gapped: str) -> bool:
    """Whether the address is there by itself: taro@x.jp isn't in kentaro@x.jp, nor in taro@x.jpn."""
    spread = f"{_GAP}*".join(re.escape(sign) for sign in key)
    return re.search(rf"(?<![a-z0-9])(?<![a-z0-9][._+-]){spread}(?![a-z0-9])(?!-[a-z0-9])", gapped) is not None


def _key(address: str) -> str:
    return _plain(address).replace(_GAP, "")


def _plain(text: str) -> str:
    """Small letters without accents; every blank and invisible sign is a gap."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return text.translate({ord(sign): _read_as(sign) for sign in set(text)})


def _read_as(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Mn", "Me"):
        return ""
    return _GAP if sign.isspace() or category[0] in "CZ" or sign in "\u115f\u1160\u2800\u3164\uffa0" else sign


def _versions(text: str) -> set[str]:
    """A text as it stands, and as programs read it: entities and escapes decoded, markup taken out."""
    found = {text, _TAG.sub(_GAP, text)}
    for version in tuple(found):
        for _ in range(3):  # what was encoded twice
            version = unquote(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), unescape(version)))
            found |= {version, _TAG.sub(_GAP, version)}
    return found


def _texts(data: bytes, place: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every text in a file with where it stands; of a zip file, its parts, their names and comments."""
    for text in _decoded(data):
        yield place, text
    if depth >= MAX_DEPTH or not zipfile.is_zipfile(BytesIO(data)):
        return
    with zipfile.ZipFile(BytesIO(data)) as archive:
        yield f"{place}, comment", archive.comment.decode("utf-8", "ignore")
        for info in archive.infolist():
            yield f"name of part {info.filename}", info.filename
            yield info.filename, (info.comment + info.extra).decode("utf-8", "ignore")
            if info.file_size <= MAX_BYTES:
                yield from _texts(archive.read(info), info.filename, depth + 1)


def _decoded(data: bytes) -> Iterator[str]:
    """Bytes in every encoding in which they could be text."""
    yield data.decode("utf-8", "ignore")
    declared = _DECLARED.match(data[:200])
    if declared:
        with suppress(LookupError):
            yield data.decode(declared[1].decode(), "ignore")
    if b"\0" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                yield data[start:].decode(encoding, "ignore")
