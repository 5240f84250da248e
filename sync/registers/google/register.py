"""A register that is a Google Sheet."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync import clock
from sync.config import Config
from sync.errors import Changed
from sync.plan import Write
from sync.registers.google.access import connect, key_of
from sync.registers.google.commit import Commit
from sync.registers.google.faults import understood
from sync.registers.google.reading import Overview, grid_of, overview, quoted, values
from sync.registers.google.transport import Transport
from sync.registers.google.units import writes_of
from sync.snapshot import Reading

MAX_TEXT = 50_000
_READ_TRIES = 3


@dataclass(frozen=True, slots=True)
class Stamp:
    """Of a reading: what there was, of which spreadsheet, when it was read on the pace's and the machine's clock."""

    seen: Overview
    key: str
    at: float
    day: datetime


class GoogleRegister:
    """Reads a spreadsheet in two calls, and writes to it in one, after a look at the rows that it writes beside."""

    max_text = MAX_TEXT

    def __init__(self, transport: Transport) -> None:
        self.name = transport.key
        self.transport = transport
        self.title = ""
        self.time_zone: str | None = None
        """The spreadsheet's own zone, an IANA name, once it was read: its dates are meant in it."""

    @property
    def reads(self) -> int:
        """HTTP calls made that read."""
        return self.transport.reads

    @property
    def writes(self) -> int:
        """HTTP calls made that write."""
        return self.transport.writes

    def read(self) -> Reading:
        """All tabs, hidden ones too. Errors arrive as their texts; formulas are looked up only before a write.

        Raises NoAccess, Unreachable, Changed.
        """
        for attempt in range(_READ_TRIES):
            try:
                with understood():
                    return self._read()
            except Changed:
                if attempt == _READ_TRIES - 1:
                    raise
        raise AssertionError

    def _read(self) -> Reading:
        patience, at, day = self.transport.patience(), self.transport.pace.now(), clock.utc_now()
        seen = overview(self.transport, patience)
        titles = list(seen.sheets)
        lines = values(self.transport, [quoted(title) for title in titles], patience) if titles else []
        self.title, self.time_zone = seen.title, seen.time_zone or None
        grids = {title: grid_of(title, rows) for title, rows in zip(titles, lines, strict=True)}
        return Reading(grids, Stamp(seen, self.transport.key, at, day))

    def commit(self, reading: Reading, writes: Sequence[Write], quiet: bool = False) -> Collection[Write]:
        """Writes these cells; rows are found again if they moved. Raises Changed, NoAccess, Unreachable.

        Returns what it left out: everything of orders whose rows people changed meanwhile.
        """
        stamp = stamp_of(reading)
        if stamp.key != self.transport.key:
            raise TypeError("this reading is of another register")
        if not writes:
            return ()
        commit = Commit(self.transport, stamp.seen, reading, stamp.at, stamp.day)
        commit.run(writes)
        return writes_of(reading, writes, commit.left_out)


def stamp_of(reading: Reading) -> Stamp:
    """What the adapter needs of a reading of its own."""
    if not isinstance(reading.stamp, Stamp):
        raise TypeError("this reading is of another register")
    return reading.stamp


def open_google(
    target: str, config: Config | None = None, environment: Mapping[str, str] = os.environ, **options: Any
) -> GoogleRegister:
    """The register at an address, or with a key. `options` are those of Transport: pace, limiter, timeout, budget.

    Raises UsageFault, NoAccess.
    """
    key = key_of(target)
    session, who = connect((config or Config()).credentials.file, environment)
    return GoogleRegister(Transport(session, key, who, **options))
