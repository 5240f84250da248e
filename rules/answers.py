"""Answers of the form: what one is known by, and which are new (contract, section 2, "Form responses")."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from rules.cells import ZONE, Kind, Raw, shown, squash
from rules.columns import OrderRow
from rules.moments import local


@dataclass(frozen=True)
class Answer:
    """One answer: when it was given (UTC), the order's cells, and the cells of further sites by number."""

    at: datetime
    order: dict[str, Raw]
    sites: dict[int, dict[str, Raw]] = field(default_factory=dict)
    fixed: bool = False
    """Its Timestamp names a zone of its own, as in a download; else the register's zone says when it was."""

    def stamp(self, zone: ZoneInfo) -> str:
        """What the answer is remembered by: its time in the register's zone, and that zone, which people may change."""
        return f"{self.at.astimezone(zone).isoformat()} {zone.key}"

    def source(self, zone: ZoneInfo) -> str:
        """What stands in Source of the order that it becomes."""
        return f"form {local(self.at, zone)}:{self.at:%S} {self.fingerprint(zone)[:6]}"

    def fingerprint(self, zone: ZoneInfo) -> str:
        """The same for the same answer, whether it was read from the tab or from a download."""
        found = hashlib.sha256()
        for number, cells in sorted({0: self.order, **self.sites}.items()):
            for key, raw in sorted(cells.items()):
                found.update(f"{number}|{key}|{_canonical(key, raw, zone)}\n".encode())
        return found.hexdigest()[:16]


def _canonical(key: str, raw: Raw, zone: ZoneInfo) -> str:
    kind: Kind[object] = getattr(OrderRow, key).kind
    value = kind.read(raw, zone).value
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return squash(shown(raw)) if value is None or isinstance(value, str) else str(value)


def with_zones(taken: Mapping[str, list[str]], zone: ZoneInfo) -> dict[str, list[str]]:
    """Earlier versions remembered answers by UTC alone: they get the register's zone, before people change it."""
    found: dict[str, list[str]] = {}
    for stamp, prints in taken.items():
        found.setdefault(with_zone(stamp, zone), []).extend(prints)
    return found


def with_zone(stamp: str, zone: ZoneInfo) -> str:
    """What an answer is remembered by now."""
    try:
        return stamp if " " in stamp else Answer(datetime.fromisoformat(stamp), {}).stamp(zone)
    except (ValueError, OverflowError):  # changed by hand
        return stamp


def new_answers(
    sources: Sequence[Sequence[Answer]], taken: Mapping[str, Sequence[str]], zone: ZoneInfo
) -> list[Answer]:
    """The answers not taken in yet, in the order of their Timestamps.

    Of several in the same second as many are new as there are more than before; sources are counted
    apart and the larger count applies. `taken` has the fingerprints taken in, by Timestamp.
    """
    by_time, known = [_by_time(source) for source in sources], _Known(taken, zone)
    found: list[Answer] = []
    for at in dict.fromkeys(at for timed in by_time for at in timed):
        most = max((timed.get(at, []) for timed in by_time), key=len)
        if len(taken.get(most[0].stamp(zone), ())) < len(most):  # else all are known without a closer look
            found += _unseen(most, known.like(most[0]))
    return sorted(found, key=lambda answer: answer.at)


def _by_time(answers: Sequence[Answer]) -> dict[datetime, list[Answer]]:
    found: dict[datetime, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.at, []).append(answer)
    return found


Print = tuple[str, ZoneInfo]
"""A fingerprint, and the zone in which it was made."""


class _Known:
    """Answers taken in. Where people change the register's zone, the form tab still shows the hours that it showed
    before, which are now other moments; what names its own zone is the same moment as before.
    """

    def __init__(self, taken: Mapping[str, Sequence[str]], zone: ZoneInfo) -> None:
        self._taken, self._zone = taken, zone

    def like(self, answer: Answer) -> list[Print]:
        """Those that were given when this one was."""
        by_moment, by_clock = self._found
        if answer.fixed:
            return by_moment.get(answer.at, [])
        return by_clock.get(answer.at.astimezone(self._zone).replace(tzinfo=None), [])

    @cached_property
    def _found(self) -> tuple[dict[datetime, list[Print]], dict[datetime, list[Print]]]:
        """By the moment, and by what the clock said then."""
        by_moment: dict[datetime, list[Print]] = {}
        by_clock: dict[datetime, list[Print]] = {}
        for stamp, prints in self._taken.items():
            try:
                at, then = self._read(stamp)
                moment = at.astimezone(UTC)
            except (ValueError, OverflowError):  # changed by hand
                continue
            found = [(print_, then) for print_ in prints]
            by_moment.setdefault(moment, []).extend(found)
            by_clock.setdefault(at.replace(tzinfo=None), []).extend(found)
        return by_moment, by_clock

    def _read(self, stamp: str) -> tuple[datetime, ZoneInfo]:
        text, _, name = stamp.partition(" ")
        return datetime.fromisoformat(text), ZONE.read(name, self._zone).value or self._zone


def _unseen(answers: Sequence[Answer], known: Sequence[Print]) -> list[Answer]:
    """As many as there are more than known; those that look like none of the known ones first."""
    wanted = len(answers) - len(known)
    if wanted <= 0:
        return []
    seen = Counter(known)
    zones = dict.fromkeys(zone for _, zone in known)
    new, old = [], []
    for answer in answers:
        same = next((one for zone in zones if seen[one := (answer.fingerprint(zone), zone)] > 0), None)
        if same:
            seen[same] -= 1
            old.append(answer)
        else:
            new.append(answer)
    chosen = (new + old)[:wanted]
    return [answer for answer in answers if any(answer is one for one in chosen)]
