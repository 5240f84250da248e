"""Waived flags: `code: reason`, one per line (contract, section 3)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rules.catalogue import CATALOGUE


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
        plain = unicodedata.normalize("NFKC", line)
        code = plain.partition(":")[0]
        if plain.strip():
            found.append(Waiver(line.strip(), code.strip().casefold(), _after_colon(line).strip()))
    return tuple(found)


def _after_colon(line: str) -> str:
    """The reason as typed: what stands after the first colon, full-width or plain."""
    places = [place for place in (line.find(":"), line.find("：")) if place >= 0]
    return line[min(places) + 1 :] if places else ""
