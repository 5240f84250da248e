"""Waived flags: `code: reason`, one per line (contract, section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rules.catalogue import CATALOGUE
from rules.cells import fold, is_blank

_COLON = re.compile("[:：﹕]")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One line of the cell. `valid` where it has a reason and a code that may be waived."""

    line: str
    code: str
    reason: str

    @property
    def readable(self) -> bool:
        return self.code in CATALOGUE and bool(self.reason)

    @property
    def valid(self) -> bool:
        return self.readable and CATALOGUE[self.code].waivable


@lru_cache(maxsize=4096)
def read_waivers(text: str) -> tuple[Waiver, ...]:
    """Every line that is not blank; full-width colons and letters are read as plain ones."""
    found = []
    for line in text.splitlines():
        code, _, reason = _COLON.sub(":", line, count=1).partition(":")
        if not is_blank(line):
            found.append(Waiver(line.strip(), fold(code), "" if is_blank(reason) else reason.strip()))
    return tuple(found)
