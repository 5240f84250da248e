"""Google's replies with anything changed in them: a run is done or refused, and nothing of the people's is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from sync.errors import OnsiteError
from sync.post import Post
from sync.run import Asked, sync
from tests.acceptance.desk import NOW, onsite
from tests.fuzz.odd import bounded
from tests.sheets_server.faults import Fault
from tests.sheets_server.grids import tabs_of_workbook
from tests.sheets_server.server import SheetsServer
from tests.sync.google_bench import Clock, opened
from tests.sync.google_desk import GoogleDesk

ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**400, "", "x", "=1+1", "\x00", [], {}, [[]], [None], {"x": 1}, "Orders", "2026-11-24",
]  # fmt: skip
acts = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([*ODD, "(gone)", "(twice)"])), min_size=1, max_size=3)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a reply."""
    if path:
        yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def changed(reply: Any, found: list[tuple[float, Any]]) -> Any:
    reply = deepcopy(reply)
    for share, odd in found:
        paths = sorted(places(reply), key=lambda path: (len(path), str(path)))
        if not paths:
            return reply
        *way, last = paths[int(share**3 * (len(paths) - 1))]  # rather the frame than a cell
        node = reply
        for key in way:
            node = node[key]
        if odd == "(gone)":
            del node[last]
        elif odd == "(twice)" and isinstance(node, list):
            node.insert(last, deepcopy(node[last]))
        else:
            node[last] = odd
    return reply


class Replies(list):
    """Too long to be shown where a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} replies>"


class Web:
    """A register on the test server, before its first run, and what that run hears."""

    def __init__(self, server: SheetsServer, key: str) -> None:
        self.server, self.key = server, key
        self.book = server.books[key]
        self.theirs = self.human()

    def human(self) -> dict[str, list[Any]]:
        """What people wrote into Orders."""
        return GoogleDesk(self.server, self.key, Path()).human()

    def run(self, folder: Path) -> None:
        asked = Asked(datetime.fromisoformat(NOW), Post(folder))
        sync(opened(self.server, self.key, Clock()), asked)

    def anew(self) -> None:
        self.server.books[self.key] = self.book
        self.server.log.clear()
        self.server.faults.clear()


@pytest.fixture(scope="module")
def web(samples, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    path = folder / "orders.xlsx"
    path.write_bytes(samples.small.read_bytes())
    assert onsite("init", path).code == 0
    with SheetsServer() as server:
        yield Web(server, server.create("Register", tabs_of_workbook(path), time_zone="Asia/Tokyo"))


@pytest.fixture(scope="module")
def replies(web: Web, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What each call of a whole run is answered."""
    web.anew()
    web.run(tmp_path_factory.mktemp("out"))
    return Replies(call.reply for call in web.server.log.calls)


@settings(
    max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(call=st.integers(0, 9), found=acts)
@example(call=1, found=[(0.9678132396271013, [[]])] * 2)
@example(call=5, found=[(0.8002918374454169, 10**400)] * 3)
def test_a_changed_reply(web: Web, replies: list[Any], tmp_path: Path, call: int, found: list[Any]) -> None:
    number = call % len(replies)
    web.anew()
    text = json.dumps(changed(replies[number], found))
    web.server.faults.at(number + 1, Fault("changed", after=True, status=200, text=text))
    with bounded(60):
        try:
            web.run(tmp_path / "out")
        except OnsiteError as fault:
            assert fault.exit_code in (2, 3, 4) and str(fault)
    assert web.human().items() >= web.theirs.items()
