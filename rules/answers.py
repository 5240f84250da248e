"""Answers of the form: what one is known by, and which are new (contract, section 2, "Form responses")."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.cells import Kind, Raw, shown, squash
from rules.columns import OrderRow


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


def _canonical(key: str, raw: Raw, zone: ZoneInfo) -> str:
    kind: Kind[object] = getattr(OrderRow, key).kind
    value = kind.read(raw, zone).value
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return squash(shown(raw)) if value is None or isinstance(value, str) else str(value)


def new_answers(
    sources: Sequence[Sequence[Answer]], taken: Mapping[str, Sequence[str]], zone: ZoneInfo
) -> list[Answer]:
    """The answers not taken in yet, in the order of their Timestamps.

    Of several in the same second as many are new as there are more than before; sources are counted
    apart and the larger count applies. `taken` has the fingerprints taken in, by Timestamp.
    """
    by_stamp = [_by_stamp(source) for source in sources]
    found: list[Answer] = []
    for stamp in dict.fromkeys(stamp for stamped in by_stamp for stamp in stamped):
        most = max((stamped.get(stamp, []) for stamped in by_stamp), key=len)
        found += _unseen(most, taken.get(stamp, ()), zone)
    return sorted(found, key=lambda answer: answer.at)


def _by_stamp(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.stamp, []).append(answer)
    return found


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
