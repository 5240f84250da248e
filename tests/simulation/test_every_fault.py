"""Every single fault, and every pair of faults, at every call of a run: then nothing is lost, doubled or wrong.

A world begins, a run meets its faults (the second one in the same run, or in the next where the first one ended it),
and after every run all invariants are looked at; then two quiet runs bring all right, and a third writes nothing.
Worlds that come to a state that was checked before are not followed further: the same would happen again.
"""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain

import pytest

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.desks import SheetDesk
from tests.simulation.letters import DOWN, FAULTS, Letters
from tests.simulation.memo import remember_papers
from tests.simulation.wire import Died
from tests.simulation.world import World


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_papers(monkeypatch)


def die() -> None:
    raise Died


@dataclass(frozen=True)
class Hook:
    """What happens right `before` or `after` a call, whatever becomes of the call itself."""

    when: str
    act: Callable[[World], Callable[[], object]]


SINGLE: dict[str, faults.Fault | Hook] = {
    "429": faults.too_many(), "403": faults.forbidden(), "401": faults.unauthenticated(), "404": faults.missing(),
    "500": faults.internal(), "500 applied": faults.internal(True),
    "502": faults.bad_gateway(), "502 applied": faults.bad_gateway(True),
    "503": faults.unavailable(), "503 applied": faults.unavailable(True),
    "dropped": faults.dropped(), "dropped applied": faults.dropped(True),
    "hanging": faults.hanging(), "hanging applied": faults.hanging(True),
    "half JSON": faults.half_json(), "cut off": faults.cut_off(),
    "killed before": Hook("before", lambda _: die), "killed after": Hook("after", lambda _: die),
    "another job before": Hook("before", World.second), "another job after": Hook("after", World.second),
}  # fmt: skip
"""What can go wrong at a call over HTTP."""
MESSAGE = "message"


@dataclass(frozen=True)
class Meets:
    """A fault at a call of a run, by name; messages have negative numbers."""

    call: int
    fault: str


CHANGES = ("write", "fsync", "replace", "rename", "link", "unlink", "mkdir", "open", "exchange")
"""Calls by which the disk changes. At the others nothing but a refusal can go wrong."""
Kinds = Callable[[str], Iterable[str]]
"""The faults that can happen at a call, by its name."""


def http(call: str) -> Iterable[str]:
    return (*FAULTS, DOWN) if call == MESSAGE else SINGLE


def after_mail(call: str) -> Iterable[str]:
    """What comes on top of a fault of the mail, or before one: one of each sort that the program can tell apart."""
    return (*FAULTS, DOWN) if call == MESSAGE else ("429", "503 applied", "killed before", "killed after")


def on_any(call: str) -> Iterable[str]:
    return disk.FAULTS if call in CHANGES else ("EIO",)


def on_change(call: str) -> Iterable[str]:
    """One fault that is told, and one after which nothing is."""
    return ("EIO", "killed") if call in CHANGES else ()


def over_http(world: World, *met: Meets) -> int:
    """A run that meets these faults."""
    network: dict[int, faults.Fault] = {}
    hooks: dict[str, dict[int, Callable[[], object]]] = {"before": {}, "after": {}}
    post = ("", 0)
    for one in met:
        if one.call < 0:
            post = one.fault, -one.call
            continue
        fault = SINGLE[one.fault]
        if isinstance(fault, Hook):
            hooks[fault.when][one.call] = fault.act(world)
        else:
            network[one.call] = fault
    return world.run(network, before=hooks["before"], after=hooks["after"], post=post)


def on_disk(world: World, *met: Meets) -> int:
    return world.run(files={one.call: disk.FAULTS[one.fault] for one in met})


@dataclass(frozen=True)
class Search:
    """What is gone through: faults at the calls of a run, and after each further ones, in it or in the next."""

    world: Callable[[], World]
    run: Callable[..., int]
    first: Kinds
    second: Kinds | None = None


def mailing() -> World:
    """A register with two orders that lack something since yesterday: its next run sends two messages."""
    world = World("sheet", orders=1, answers=0, letters=Letters())
    world.run()
    for number, reference in enumerate(("R-901", "R-902")):
        cells = register.complete(reference, world.local + timedelta(days=4 + number)) | {register.TAG: reference}
        line = register.line(register.ORDERS, cells | {"Site phone": None})
        world.act(partial(world.desk.insert_row, "Orders", 2, line))
    world.run()
    world.pass_time(24 * 60)
    return world


SHEET = partial(World, "sheet", orders=2, answers=1)
FILE = partial(World, "file", orders=1, answers=0)
SEARCHES = {
    "http": Search(SHEET, over_http, http, http),
    "mail": Search(mailing, over_http, http),
    "disk": Search(FILE, on_disk, on_any, on_change),
    "mail pairs": Search(mailing, over_http, http, after_mail),
    "disk pairs": Search(FILE, on_disk, on_any, on_any),
}


class Explorer:
    """Goes through a search, or through every n-th of its first faults."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.seen: set[str] = set()
        self.failed: list[str] = []
        self.singles = self.pairs = 0

    def explore(self, part: int = 0, parts: int = 1) -> None:
        """Counts singles and pairs, and notes which failed."""
        _, calls, _ = self.live()
        for one in list(_each(calls, self.search.first))[part::parts]:
            self.singles += 1
            code, after, known = self.live(one)
            if self.search.second is None:
                continue
            for two in _each(after, self.search.second, one.call + 1):
                self.pairs += 1
                self.live(one, two)
            if code != 0 and not known:
                self._in_the_next(one, self.search.second)

    def live(self, *met: Meets, then: Meets | None = None) -> tuple[int, list[str], bool]:
        """A world whose first run meets these faults, and the next one `then`; in the end all comes right by itself.

        The last run's exit code, its calls, and whether it led to a state that was seen before.
        """
        world = self.search.world()
        found: tuple[int, list[str], bool] = 0, [], True
        try:
            if then is None:
                world.seen = self.seen
            code = self.search.run(world, *met)
            if then is not None:
                world.seen = self.seen
                code = self.search.run(world, then)
            found = code, calls_of(world), world.known
            if not world.known:
                world.seen = None
                world.calm()
        except (Exception, Died):
            self.failed.append(f"{met}, then {then}: {traceback.format_exc(limit=-3)}")
        world.close()
        return found

    def _in_the_next(self, one: Meets, second: Kinds) -> None:
        """The first fault ended its run; the second one meets the next."""
        world = self.search.world()
        self.search.run(world, one)
        self.search.run(world)
        calls = calls_of(world)
        world.close()
        for two in _each(calls, second):
            self.pairs += 1
            self.live(one, then=two)


def calls_of(world: World) -> list[str]:
    """The calls of the world's last run, and the messages that it sent."""
    messages = world.letters.count if world.letters else 0
    calls = list(world.desk.server.log.kinds if isinstance(world.desk, SheetDesk) else world.disk.calls)
    return calls + [MESSAGE] * messages


def _each(calls: list[str], kinds: Kinds, start: int = 1) -> Iterator[Meets]:
    """The faults from a call on; after a fault of a message, that is from the first call on, and no other message."""
    last = len(calls) - calls.count(MESSAGE)
    for at, call in enumerate(calls, 1):
        if call != MESSAGE and at >= start:
            yield from (Meets(at, fault) for fault in kinds(call))
        elif call == MESSAGE and start > 0:
            yield from (Meets(last - at, fault) for fault in kinds(call))


def explored(name: str, part: int, *, parts: int) -> tuple[int, int, list[str]]:
    explorer = Explorer(SEARCHES[name])
    explorer.explore(part, parts)
    return explorer.singles, explorer.pairs, explorer.failed


def by_all(name: str) -> tuple[int, int, list[str]]:
    """Singles, pairs and those that failed of a search, by as many processes as there are processors."""
    parts = 4 * (os.cpu_count() or 1)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(partial(explored, name, parts=parts), range(parts)))
    singles, pairs, failed = zip(*found, strict=True)
    return sum(singles), sum(pairs), list(chain.from_iterable(failed))


LEAST = {
    "http": (72, 2_000), "mail": (100, 0), "disk": (300, 5_000),
    "mail pairs": (100, 3_000), "disk pairs": (300, 20_000),
}  # fmt: skip
"""No fewer than these singles and pairs: a search that finds nothing to do proves nothing."""


@pytest.mark.parametrize("name", [
    "http", "mail", "disk", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mail pairs", "disk pairs")),
])  # fmt: skip
def test_every(name: str) -> None:
    singles, pairs, failed = by_all(name)
    print(f"{name}: {singles} singles, {pairs} pairs")
    assert failed == []
    assert singles >= LEAST[name][0] and pairs >= LEAST[name][1]


def saved(world: World) -> None:
    """Somebody saves the workbook with a word more in it."""
    world.act(lambda: world.desk.edit("Orders", 2, "Notes", "called"))


def test_saved_at_every_call_on_disk() -> None:
    """Found by the worlds: what was saved between the last look and the rename was lost."""
    world = World("file", orders=1, answers=0)
    world.run()
    calls = world.calls
    world.close()
    for call in range(1, calls + 1):
        world = World("file", orders=1, answers=0)
        assert world.run(before={call: partial(saved, world)}) == 0
        assert world.watch.cells["t1"]["Notes"] == "called"
        world.calm()
        world.close()
