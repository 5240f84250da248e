"""What must always hold of what was issued: the ledger, its lines and the papers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.simulation.desks import Desk

_NUMBER = re.compile(r"INV-(\d{4})-(\d{4})")
LEDGER = "Invoices"
LINES = "Invoice lines"


class Violation(AssertionError):
    """Something that must never happen. `kind` is a word for tests."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(f"{kind}: {said}")
        self.kind = kind


class Issued:
    """The invoices as they were last seen."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self.desk, self.out = desk, out
        self.ledger: dict[str, tuple[Any, ...]] = {}
        self.lines: dict[str, int] = {}
        self.files: dict[str, str] = {}

    def check(self) -> None:
        """The ledger as it stands: no number twice or missing, nothing changed, no order invoiced twice."""
        rows = self.desk.rows(LEDGER)
        now = {str(row[0]): tuple(row) for row in rows[1:] if row and row[0]}
        if len(now) != sum(1 for row in rows[1:] if row and row[0]):
            raise Violation("number twice", str([row[0] for row in rows[1:]]))
        for number, was in self.ledger.items():
            if now.get(number) != was:
                raise Violation("invoice changed", f"{number}: {was} → {now.get(number)}")
        credited = Counter(row[10] for row in now.values() if row[10])
        orders = Counter(row[1] for number, row in now.items() if not row[10] and number not in credited)
        if max((orders | credited).values(), default=0) > 1:
            raise Violation("invoiced twice", f"{orders} {credited}")
        _check_series(now)
        lines = Counter(str(row[0]) for row in self.desk.rows(LINES)[1:] if row)
        if set(lines) != set(now) or any(lines[number] != count for number, count in self.lines.items()):
            raise Violation("invoice lines", f"{lines} for {sorted(now)}")
        self.ledger, self.lines = now, dict(lines)

    def check_files(self) -> None:
        """The papers that are there are those that were issued."""
        for row in self.ledger.values():
            path = self.out / str(row[11])
            if not path.exists():
                continue
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != row[12] or self.files.setdefault(str(row[11]), found) != found:
                raise Violation("invoice changed", f"file {path.name}")

    def missing(self) -> list[str]:
        """Papers that are not there."""
        return [str(row[11]) for row in self.ledger.values() if not (self.out / str(row[11])).exists()]


def _check_series(ledger: Mapping[str, object]) -> None:
    years: dict[str, list[int]] = {}
    for number in ledger:
        match = _NUMBER.fullmatch(number)
        if match is None:
            raise Violation("number missing", number)
        years.setdefault(match[1], []).append(int(match[2]))
    for year, found in years.items():
        if found != list(range(1, len(found) + 1)):
            raise Violation("number missing", f"{year}: {found}")
