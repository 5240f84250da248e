"""The installed program over real HTTP, killed (SIGKILL) before and after every call; the next completes.

On files the same is in tests/acceptance/test_kill.py and tests/sync/test_killed.py.
"""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import pytest

from tests.killing import Process
from tests.sheets_server import Call, SheetsServer
from tests.simulation import register

CALLS = 4
NOW = "2026-12-21T09:00+09:00"


@pytest.mark.scenario(1, 2)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_killed_over_http(number: int, after: bool, tmp_path: Path) -> None:
    with SheetsServer() as server:
        key = server.create("Register", register.tabs(3, 1), time_zone="Asia/Tokyo", rows=24, columns=70)
        process = Process(server.host)
        run = partial(process.run, "sync", key, "--now", NOW, "--out", tmp_path)

        def at(call: Call) -> bool:
            return call.n == number

        (server.hooks.after_when if after else server.hooks.before_when)(at, process.kill)
        assert run() == -signal.SIGKILL and len(server.log.calls) == number
        server.hooks.clear()
        server.log.clear()
        assert run() == 0
        written = number == CALLS  # also where it was killed before: what was sent arrives
        assert len(server.log.calls) == (2 if written else CALLS)
        orders = [row[0] for row in server.grid("Orders")[1:]]
        assert sorted(orders) == [f"ORD-2026-{n:04}" for n in range(1, 5)]
        assert [row[0] for row in server.grid("Invoices")[1:]] == ["INV-2026-0001"]
        assert len(list((tmp_path / "invoices").glob("*.xlsx"))) == 1
        server.log.clear()
        assert run() == 0 and server.log.writes == 0
