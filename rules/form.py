"""From the questions and rows of a form to its answers (contract, section 2, "Form responses")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.answers import Answer
from rules.cells import TIMESTAMP, Raw, is_blank, names_zone, squash
from rules.columns import FORM_TIMESTAMPS, SITE_COLUMNS, Heading, OrderRow, Owner

_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header): column for column in OrderRow.columns if column.owner is Owner.HUMAN
}
_SITE_QUESTIONS: dict[str, Heading[object]] = {
    squash(column.header).removeprefix("site"): column for column in SITE_COLUMNS
}


@dataclass(frozen=True)
class Source:
    """What a form tab or a download of it holds: answers, and where one has a Timestamp that can't be read."""

    answers: Sequence[Answer] = ()
    unstamped: Sequence[str] = ()


def _questions(titles: Sequence[str]) -> Iterator[tuple[int, int, Heading[object]]]:
    """(place, site, column) of every question that is known; site 0 is the order itself."""
    for place, title in enumerate(titles):
        key = squash(title)
        if key in _QUESTIONS:
            yield place, 0, _QUESTIONS[key]
        elif (match := re.fullmatch(r"site(\d{1,2})(.+)", key)) and int(match[1]) > 1 and match[2] in _SITE_QUESTIONS:
            yield place, int(match[1]), _SITE_QUESTIONS[match[2]]


def stamp_places(titles: Sequence[str]) -> list[int]:
    """Which of the questions are the Timestamp: one, unless people renamed it or have it twice."""
    stamps = {squash(title) for title in FORM_TIMESTAMPS}
    return [place for place, title in enumerate(titles) if squash(title) in stamps]


def answers_of(name: str, titles: Sequence[str], rows: Iterable[Sequence[Raw]], zone: ZoneInfo) -> Source:
    """The answers of a form tab or its download, in their order; rows without a Timestamp are no answers."""
    stamps, questions = stamp_places(titles), list(_questions(titles))
    if not stamps:
        return Source()
    when = stamps[0]
    answers, unstamped = [], []
    for number, row in enumerate(rows, 2):
        stamp = TIMESTAMP.read(row[when] if when < len(row) else None, zone)
        if stamp.value is not None:
            answers.append(_answer(stamp.value, questions, row, names_zone(row[when])))
        elif stamp.unreadable:
            unstamped.append(f"{name}, row {number}")
    return Source(answers, unstamped)


def _answer(
    at: datetime, questions: Iterable[tuple[int, int, Heading[object]]], row: Sequence[Raw], fixed: bool
) -> Answer:
    cells: dict[int, dict[str, Raw]] = {0: {}}
    for place, site, column in questions:
        raw = row[place] if place < len(row) else None
        if raw is not None:
            cells.setdefault(site, {})[column.key] = raw
    return Answer(at, cells.pop(0), {site: found for site, found in cells.items() if _is_place(found)}, fixed)


def _is_place(cells: Mapping[str, Raw]) -> bool:
    """Whether a further site was named: people who have none answer なし or N/A."""
    return not all(is_blank(raw) for raw in cells.values())
