"""Reads a finished file as an outsider would, and finds every place that holds an engineer's e-mail address.

Nothing here knows how the file was made: not only cells are read but every part, name, property and comment.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO

from rules.disguise import holds, keys_of

MAX_DEPTH = 3
MAX_BYTES = 64 << 20
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


def guard(data: bytes, name: str, engineer_emails: Sequence[str]) -> list[str]:
    """Where a finished file holds an engineer's address, as `place: address`; nothing where it may go out.

    `data` may be any file; zip files, and zip files in them, are read part by part. Addresses are found in spite of
    entities, escapes, full-width letters, accents, invisible signs, blanks and markup between their letters.
    """
    wanted = keys_of(engineer_emails)
    found: dict[str, None] = {}
    for place, text in (("file name", name), ("file name", name.replace("_", " ")), *_texts(data, "file", 0)):
        for address in holds(text, wanted):
            found[f"{place}: {address}"] = None
    return list(found)


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
