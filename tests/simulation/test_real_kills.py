"""The installed program over real HTTP, killed (SIGKILL) before and after every call; the next completes.

On files the same is in tests/acceptance/test_kill.py and tests/sync/test_killed.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from tests.acceptance.desk import ONSITE
from tests.sheets_server import Call, SheetsServer
from tests.simulation import register

ROOT = Path(__file__).resolve().parents[2]
CALLS = 4


class Process:
    """One run of the program at a time, that can be killed from within a call."""

    def __init__(self, server: SheetsServer, key: str, out: Path) -> None:
        self.server, self.key, self.out = server, key, out
        self._started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        self._started.clear()
        self._process = subprocess.Popen(
            [ONSITE, "sync", self.key, "--now", "2026-12-21T09:00+09:00", "--out", self.out],
            env={**os.environ, "PYTHONPATH": str(ROOT), "SHEETS_EMULATOR_HOST": self.server.host},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._started.set()
        return self._process.wait(120)

    def kill(self) -> None:
        self._started.wait(60)
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)


@pytest.mark.scenario(1, 2)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_killed_over_http(number: int, after: bool, tmp_path: Path) -> None:
    with SheetsServer() as server:
        key = server.create("Register", register.tabs(3, 1), time_zone="Asia/Tokyo", rows=24, columns=70)
        process = Process(server, key, tmp_path)

        def at(call: Call) -> bool:
            return call.n == number

        (server.hooks.after_when if after else server.hooks.before_when)(at, process.kill)
        assert process.run() == -signal.SIGKILL and len(server.log.calls) == number
        server.hooks.clear()
        server.log.clear()
        assert process.run() == 0
        written = number == CALLS  # also where it was killed before: what was sent arrives
        assert len(server.log.calls) == (2 if written else CALLS)
        orders = [row[0] for row in server.grid("Orders")[1:]]
        assert sorted(orders) == [f"ORD-2026-{n:04}" for n in range(1, 5)]
        assert [row[0] for row in server.grid("Invoices")[1:]] == ["INV-2026-0001"]
        assert len(list((tmp_path / "invoices").glob("*.xlsx"))) == 1
        server.log.clear()
        assert process.run() == 0 and server.log.writes == 0
