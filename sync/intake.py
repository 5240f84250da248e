"""Takes in the answers of the form: each once (contract, section 2, "Form responses")."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.cells import TIMESTAMP, Kind, Raw, is_blank, shown, squash
from rules.columns import FORM_TIMESTAMP, SITE_COLUMNS, Heading, OrderRow, Owner
from sync.errors import UsageFault
from sync.snapshot import Grid
from sync.tabs import headers

_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header): column for column in OrderRow.columns if column.owner is Owner.HUMAN
}
_SITE_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header).removeprefix("site"): column for column in SITE_COLUMNS
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_KANA = re.compile("[ぁ-んァ-ヶ]{2}")
MAX_CSV = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """One answer: when it was given (UTC), the order's cells, and the cells of further sites by number."""

    at: datetime
    order: dict[str, Raw]
    sites: dict[int, dict[str, Raw]] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """What the answer is known by."""
        return self.at.isoformat()

    def fingerprint(self, zone: ZoneInfo) -> str:
        """The same for the same answer, whether it was read from the tab or from a download."""
        found = hashlib.sha256()
        for number, cells in sorted({0: self.order, **self.sites}.items()):
            for key, raw in sorted(cells.items()):
                found.update(f"{number}|{key}|{_canonical(key, raw, zone)}\n".encode())
        return found.hexdigest()[:16]


@dataclass(frozen=True)
class Source:
    """What a form tab or a download of it holds: answers, and where one has a Timestamp that can't be read."""

    answers: Sequence[Answer] = ()
    unstamped: Sequence[str] = ()


def _canonical(key: str, raw: Raw, zone: ZoneInfo) -> str:
    kind: Kind[object] = getattr(OrderRow, key).kind
    value = kind.read(raw, zone).value
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return squash(shown(raw)) if value is None or isinstance(value, str) else str(value)


def clean(raw: Raw) -> Raw:
    """A cell from outside: without control characters that no spreadsheet holds; blanks are nothing."""
    if not isinstance(raw, str):
        return raw
    text = _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return text if text.strip() else None


def _questions(titles: Sequence[str]) -> Iterator[tuple[int, int, Heading[object]]]:
    """(place, site, column) of every question that is known; site 0 is the order itself."""
    for place, title in enumerate(titles):
        key = squash(title)
        if key in _QUESTIONS:
            yield place, 0, _QUESTIONS[key]
        elif (match := re.fullmatch(r"site(\d{1,2})(.+)", key)) and int(match[1]) > 1 and match[2] in _SITE_QUESTIONS:
            yield place, int(match[1]), _SITE_QUESTIONS[match[2]]


def answers_of(name: str, titles: Sequence[str], rows: Iterable[Sequence[Raw]], zone: ZoneInfo) -> Source:
    """The answers of a form tab or its download, in their order; rows without a Timestamp are no answers."""
    keys = [squash(title) for title in titles]
    if squash(FORM_TIMESTAMP) not in keys:
        return Source()
    when, questions = keys.index(squash(FORM_TIMESTAMP)), list(_questions(titles))
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
    if not rows or squash(FORM_TIMESTAMP) not in [squash(title) for title in rows[0]]:
        raise UsageFault(f'{path.name} has no column "{FORM_TIMESTAMP}": choose the download of the form\'s answers.')
    return answers_of(path.name, rows[0], rows[1:], zone)


def new_answers(
    sources: Sequence[Sequence[Answer]], taken: dict[str, list[str]], zone: ZoneInfo
) -> list[Answer]:
    """The answers not taken in yet, in the order of their Timestamps.

    Of several in the same second as many are new as there are more than before; sources are counted
    apart and the larger count applies. `taken` has the fingerprints taken in, by Timestamp.
    """
    found: list[Answer] = []
    stamps = dict.fromkeys(answer.stamp for source in sources for answer in source)
    for stamp in stamps:
        known = taken.get(stamp, [])
        best = max(([a for a in source if a.stamp == stamp] for source in sources), key=len)
        found += _unseen(best, known, zone)
    return sorted(found, key=lambda answer: answer.at)


def _unseen(answers: Sequence[Answer], known: Sequence[str], zone: ZoneInfo) -> list[Answer]:
    """As many as there are more than known; those that look like none of the known ones first."""
    wanted = len(answers) - len(known)
    if wanted <= 0:
        return []
    seen = Counter(known)
    new, old = [], []
    for answer in answers:
        if seen[answer.fingerprint(zone)] > 0:
            seen[answer.fingerprint(zone)] -= 1
            old.append(answer)
        else:
            new.append(answer)
    chosen = (new + old)[:wanted]
    return [answer for answer in answers if any(answer is one for one in chosen)]
