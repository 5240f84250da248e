"""Limits beyond which the program works differently, set so low that a small register is beyond them."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from types import ModuleType

from pytest import MonkeyPatch

from sync import deciding, filing, state
from sync.registers.google import batch, commit, looking, model
from sync.xlsx import package, xml


@dataclass(frozen=True)
class Limit:
    """One of the program's constants, and what it is in a world that is beyond it."""

    where: ModuleType
    name: str
    low: int


LIMITS = {
    "a sheet is read back in part": Limit(model, "SMALL", 0),
    "the job's tabs are looked at in part": Limit(looking, "SHORT", 0),
    "a run writes several batches": Limit(batch, "MOST_BYTES", 6_000),
    "tokens are cleaned up": Limit(commit, "MOST_TOKENS", 28),
    "memory stands in several rows": Limit(state, "_CHUNK", 300),
    "runs fall out of the journal": Limit(deciding, "KEPT", 3),
    "papers are made in several runs": Limit(filing, "MOST", 1),
    "parts of a workbook are large": Limit(package, "_SMALL", 0),
    "pieces of XML are large": Limit(xml, "_LARGE", 0),
}
"""By what the program then does."""


def beyond(patch: MonkeyPatch, names: Collection[str]) -> None:
    """The register is beyond these limits."""
    for name in names:
        limit = LIMITS[name]
        patch.setattr(limit.where, limit.name, limit.low)


def drawn(seed: int) -> list[str]:
    """The limits that a world of this seed is beyond: about every third."""
    dice = random.Random(seed)
    return [name for name in LIMITS if dice.random() < 0.35]
