"""`onsite run` as a process of its own, watched by what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 120
"""After which a process that says nothing is ended, so that its test fails and doesn't hang."""


class Running:
    """A process, and every line that it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []

    def line(self) -> dict[str, Any]:
        """The next line, waited for."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        assert text, f"it ended with {self.process.wait()} after {self.said}"
        self.said.append(json.loads(text))
        return self.said[-1]

    def until(self, enough: Callable[[], bool]) -> None:
        while not enough():
            self.line()

    def of(self, path: Path) -> list[dict[str, Any]]:
        """What was said of a register."""
        return [line for line in self.said if line["register"] == str(path)]

    def ended(self, number: signal.Signals | None = None) -> int:
        """The exit code, after this signal."""
        if number is not None:
            self.process.send_signal(number)
        assert self.process.stdout is not None
        self.said += map(json.loads, self.process.stdout)
        return self.process.wait()


@contextmanager
def running(*arguments: object, **environment: str) -> Iterator[Running]:
    """`onsite run … --log-json`."""
    command = [sys.executable, "-m", "sync.cli", "run", "--log-json", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env={**os.environ, **environment}
    )
    backstop = threading.Timer(_PATIENCE_S, process.kill)
    backstop.start()
    try:
        yield Running(process)
    finally:
        backstop.cancel()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
