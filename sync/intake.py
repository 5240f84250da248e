"""Reads the answers of the form, in its tab or in a download (contract, section 2, "Form responses")."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.answers import Answer
from rules.cells import TIMESTAMP, Raw, is_blank, squash
from rules.columns import FORM_TIMESTAMP, FORM_TIMESTAMPS, SITE_COLUMNS, Heading, OrderRow, Owner
from sync.errors import UsageFault
from sync.snapshot import Grid
from sync.tabs import headers
from sync.xlsx import held

_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header): column for column in OrderRow.columns if column.owner is Owner.HUMAN
}
_SITE_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header).removeprefix("site"): column for column in SITE_COLUMNS
}
_KANA = re.compile("[ぁ-んァ-ヶ]{2}")
MAX_CSV = 64 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """What a form tab or a download of it holds: answers, and where one has a Timestamp that can't be read."""

    answers: Sequence[Answer] = ()
    unstamped: Sequence[str] = ()


def clean(raw: Raw) -> Raw:
    """A cell from outside: without control characters that no spreadsheet holds; blanks are nothing."""
    if not isinstance(raw, str):
        return raw
    text = held(raw)
    return text if text.strip() else None


def _questions(titles: Sequence[str]) -> Iterator[tuple[int, int, Heading[object]]]:
    """(place, site, column) of every question that is known; site 0 is the order itself."""
    for place, title in enumerate(titles):
        key = squash(title)
        if key in _QUESTIONS:
            yield place, 0, _QUESTIONS[key]
        elif (match := re.fullmatch(r"site(\d{1,2})(.+)", key)) and int(match[1]) > 1 and match[2] in _SITE_QUESTIONS:
            yield place, int(match[1]), _SITE_QUESTIONS[match[2]]


def stamp_place(titles: Sequence[str]) -> int | None:
    """Which of the questions is the Timestamp; None where it is missing."""
    stamps = {squash(title) for title in FORM_TIMESTAMPS}
    return next((place for place, title in enumerate(titles) if squash(title) in stamps), None)


def answers_of(name: str, titles: Sequence[str], rows: Iterable[Sequence[Raw]], zone: ZoneInfo) -> Source:
    """The answers of a form tab or its download, in their order; rows without a Timestamp are no answers."""
    when, questions = stamp_place(titles), list(_questions(titles))
    if when is None:
        return Source()
    answers, unstamped = [], []
    for number, row in enumerate(rows, 2):
        stamp = TIMESTAMP.read(row[when] if when < len(row) else None, zone)
        if stamp.value is not None:
            answers.append(_answer(stamp.value, questions, row))
        elif stamp.unreadable:
            unstamped.append(f"{name}, row {number}")
    return Source(answers, unstamped)


def _answer(at: datetime, questions: Iterable[tuple[int, int, Heading[object]]], row: Sequence[Raw]) -> Answer:
    cells: dict[int, dict[str, Raw]] = {0: {}}
    for place, site, column in questions:
        raw = clean(row[place]) if place < len(row) else None
        if raw is not None:
            cells.setdefault(site, {})[column.key] = raw
    return Answer(at, cells.pop(0), {site: found for site, found in cells.items() if _is_place(found)})


def _is_place(cells: Mapping[str, Raw]) -> bool:
    """Whether a further site was named: people who have none answer なし or N/A."""
    return not all(is_blank(raw) for raw in cells.values())


def answers_in_tab(grid: Grid | None, zone: ZoneInfo) -> Source:
    """The answers in the form tab; none where the register has no such tab."""
    return answers_of(grid.title, headers(grid), grid.rows[1:], zone) if grid else Source()


def _decoded(data: bytes) -> str:
    """A download as text: UTF-8, or as spreadsheet programs save it again. Raises UnicodeDecodeError.

    Shift_JIS is believed only where it comes to kana: nearly any bytes are some text in it.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp932", "replace")
        if "\ufffd" in text or not _KANA.search(text):
            raise
        return text


def answers_in_csv(path: Path, zone: ZoneInfo) -> Source:
    """The answers of a download. Raises UsageFault where the file can't be read or has no Timestamp."""
    try:
        if path.stat().st_size > MAX_CSV:
            raise UsageFault(f"{path.name} is larger than any form's answers: choose the download of the form.")
        text = _decoded(path.read_bytes())
    except UnicodeDecodeError as fault:
        raise UsageFault(f"{path.name} is not UTF-8 text: download the answers of the form as CSV anew.") from fault
    except OSError as fault:
        raise UsageFault(f"{path} can't be read: {fault.strerror}.") from fault
    csv.field_size_limit(MAX_CSV)
    try:
        rows: list[list[str]] = list(csv.reader(StringIO(text.replace("\x00", ""), newline=""), strict=True))
    except csv.Error as fault:
        raise UsageFault(f"{path.name} is not a whole CSV file ({fault}): download the answers anew.") from fault
    if not rows or stamp_place(rows[0]) is None:
        raise UsageFault(f'{path.name} has no column "{FORM_TIMESTAMP}": choose the download of the form\'s answers.')
    return answers_of(path.name, rows[0], rows[1:], zone)
