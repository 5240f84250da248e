"""What became of every message, on this machine: noted before and after each step, so that nothing goes out twice.

The register says what is to be said (System); here, below `--out`, stands what was written or sent. A message
that a run decided on is noted here before the register is written, so that a later run can tell one that was
certainly not sent yet from one whose notes are gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from rules.settling import Note, Stage
from sync.errors import Unreachable

NOTES = ".onsite-outbox"
OUTBOX = "outbox"
_WAIT_S = 30.0


class Outbox:
    """The notes on messages below a folder."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._read: dict[str, dict[str, Note]] = {}

    def note_of(self, key: str) -> Note | None:
        """What became of a message; None where this folder knows nothing of it."""
        order = key.partition("/")[0]
        if order not in self._read:
            self._read[order] = dict(_notes(self._path(order)))
        return self._read[order].get(key)

    def notes(self, keys: Iterable[str]) -> Mapping[str, Note]:
        """The notes on these messages, those without one left out."""
        found = ((key, self.note_of(key)) for key in keys)
        return {key: note for key, note in found if note}

    def note(self, key: str, stage: Stage, at: datetime, why: str = "") -> None:
        """Write down how far a message got; on the disk before this returns. Raises OSError."""
        order = key.partition("/")[0]
        path = self._path(order)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": key, "stage": stage, "at": at.isoformat(), "why": why}, ensure_ascii=False)
        with path.open("ab") as file:
            start = b"\n" if file.tell() else b""  # what a power cut left of the last line stays by itself
            file.write(start + text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        self.note_of(key)
        self._read[order][key] = Note(stage, at, why)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other runs from writing and sending meanwhile; what they noted before is read anew.

        Raises filelock.Timeout, OSError.
        """
        folder = self.out / NOTES
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock").acquire(timeout=_WAIT_S):
            self._read.clear()
            yield

    def _path(self, order: str) -> Path:
        return self.out / NOTES / f"{order}.jsonl"


def _notes(path: Path) -> Iterator[tuple[str, Note]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as fault:  # without them a message might go out twice
        raise Unreachable(f"{path}, which says what was sent, can't be read: {fault.strerror or fault}") from fault
    for line in lines:
        try:
            found = json.loads(line)
            yield found["key"], Note(Stage(found["stage"]), datetime.fromisoformat(found["at"]), found["why"])
        except (ValueError, KeyError, TypeError):  # torn by a power cut
            continue
