"""What a run needs of a register, whether it is a workbook or a Google Sheet."""

from collections.abc import Collection, Sequence
from typing import Protocol

from sync.plan import Write
from sync.snapshot import Reading


class Register(Protocol):
    """A register that can be read whole and written in one step."""

    name: str
    max_text: int
    """Characters that a cell holds."""

    def read(self) -> Reading:
        """All tabs. Raises OnsiteError, saying what to do, where it can't be read."""

    def commit(self, reading: Reading, writes: Sequence[Write], quiet: bool = False) -> Collection[Write]:
        """Writes all of it or nothing. Raises Changed where the register is no longer what was read.

        Returns what was left out all the same: whole orders whose rows people changed in the last moment.
        A `quiet` write is the heartbeat of a run that changed nothing: it leaves no backup and no revision.
        """
