"""The log of `onsite run`: a line a run, for people or machines, in which nobody's phone, address or key stands."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.errors import OnsiteError
from sync.masking import masked

_OURS = ("rules", "sync", "templates")


class RunLog:
    """Writes lines, one at a time. A log that can't be written stops no run."""

    def __init__(self, as_json: bool, write: Callable[[str], None]) -> None:
        self._as_json, self._write = as_json, write
        self._lock = threading.Lock()

    def say(
        self, register: str, at: datetime, took: float, code: int, said: str, figures: dict[str, Any]
    ) -> None:
        """`at` is aware, `took` in seconds. `said` is masked here."""
        name, text = masked(register), " ".join(masked(said).split())
        at_text, seconds = at.isoformat(timespec="seconds"), round(took, 1)
        if self._as_json:
            found = {"at": at_text, "register": name, "exit": code, "seconds": seconds, **figures, "said": text}
            line = json.dumps(found, ensure_ascii=False)
        else:
            line = f"{at_text} {name}: {'ok' if code == 0 else f'exit {code}'}, {seconds} s: {text}"
        with self._lock:
            try:
                self._write(line)
            except (OSError, ValueError):
                return


def told(fault: Exception) -> str:
    """What may be said of what went wrong: our own sentence, or the system's; of a bug only where it is."""
    if isinstance(fault, OnsiteError | OSError):
        return str(fault)
    return named(fault)


def named(bug: BaseException) -> str:
    """A bug by its kind and its place."""
    return f"a bug of ours, please report it: {type(bug).__name__} in {place_of(bug)}"


def place_of(bug: BaseException) -> str:
    """Where in our code a bug is. What it says may hold any cell's text, and stays out of logs."""
    frames = traceback.extract_tb(bug.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).parent.parts and _is_ours(frame.filename)]
    frame = (ours or list(frames))[-1]
    return f"{Path(frame.filename).name} line {frame.lineno}"


def _is_ours(name: str) -> bool:
    return any(part in _OURS for part in Path(name).parts)
