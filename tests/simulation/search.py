"""Goes through every single fault and every pair of faults at every call of a run.

A world begins, a run meets its faults (the second one in the same run, or in the next where the first one ended it),
and after every run all invariants are looked at; then two quiet runs bring all right, and a third writes nothing.
From a state that was followed to its end before, the same would happen again: it is not followed once more.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from itertools import chain

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.desks import SheetDesk
from tests.simulation.known import Known, Saved
from tests.simulation.letters import DOWN, FAULTS, Letters
from tests.simulation.wire import Died
from tests.simulation.world import World


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
CHANGES = ("write", "fsync", "replace", "rename", "link", "unlink", "mkdir", "open", "exchange")
"""Calls by which the disk changes. At the others nothing but a refusal can go wrong."""


@dataclass(frozen=True, order=True)
class Meets:
    """A fault at a call of a run, by name; messages have negative numbers."""

    call: int
    fault: str


def on_http(call: str) -> Iterable[str]:
    """A call that only reads applies nothing, so that those faults are one."""
    if call == MESSAGE:
        return (*FAULTS, DOWN)
    return [name for name in SINGLE if not (call in faults.READS and name.endswith("applied"))]


def on_disk(call: str) -> Iterable[str]:
    return disk.FAULTS if call in CHANGES else ("EIO",)


def over_http(world: World, *met: Meets) -> int:
    """A run that meets these faults."""
    network: dict[int, faults.Fault] = {}
    hooks: dict[str, dict[int, Callable[[], object]]] = {"before": {}, "after": {}}
    for one in met:
        fault = SINGLE.get(one.fault)
        if isinstance(fault, Hook) and one.call > 0:
            hooks[fault.when][one.call] = fault.act(world)
        elif isinstance(fault, faults.Fault):
            network[one.call] = fault
    post = {-one.call: one.fault for one in met if one.call < 0}
    return world.run(network, before=hooks["before"], after=hooks["after"], post=post)


def with_files(world: World, *met: Meets) -> int:
    return world.run(files={one.call: disk.FAULTS[one.fault] for one in met})


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


@dataclass(frozen=True)
class Search:
    """What is gone through: faults, by the name of the call, at the calls of a run in a world, and pairs of them."""

    world: Callable[[], World]
    run: Callable[..., int]
    kinds: Callable[[str], Iterable[str]]


SEARCHES = {
    "http": Search(partial(World, "sheet", orders=2, answers=1), over_http, on_http),
    "mail": Search(mailing, over_http, on_http),
    "disk": Search(partial(World, "file", orders=1, answers=0), with_files, on_disk),
}


@dataclass
class Found:
    singles: int = 0
    pairs: int = 0
    failed: list[str] = field(default_factory=list)


class Explorer:
    """Goes through the pairs that begin with one fault. Its processes know of each other's states by `known`."""

    def __init__(self, search: Search, known: Known) -> None:
        self.search, self.known = search, known
        self.found = Found()
        self.beginning = Saved(search.world(), known.folder)

    def singles(self) -> list[Meets]:
        return list(faults_at(self._calls(self.beginning), self.search.kinds))

    def explore(self, one: Meets) -> Found:
        self.found = Found(1)
        state, after = self._live(self.beginning, one)
        for two in faults_at(after, self.search.kinds, one):
            if self.known.first(f"pair {sorted((one, two))}"):
                self.found.pairs += 1
                self._live(self.beginning, one, two)
        if state and self.known.first(f"next {state}"):
            self._in_the_next(one)
        return self.found

    def _in_the_next(self, one: Meets) -> None:
        """The first fault ended its run; the second one meets the next."""
        world = self.beginning.world()
        self.search.run(world, one)
        broken_off = Saved(world, self.known.folder)
        for two in faults_at(self._calls(broken_off), self.search.kinds):
            self.found.pairs += 1
            self._live(broken_off, two)
        broken_off.forget()

    def _calls(self, saved: Saved) -> list[str]:
        """Those of a run that meets no fault."""
        world = saved.world()
        self.search.run(world)
        world.close()
        return calls_of(world)

    def _live(self, saved: Saved, *met: Meets) -> tuple[str, list[str]]:
        """The life of a world from a run on that meets these faults; in the end all comes right by itself.

        The state in which that run left it, blank where it ended well, and the calls of the run.
        """
        world = saved.world()
        try:
            code = self.search.run(world, *met)
            calls, state = calls_of(world), world.state()
            world.calm(lambda quiet: not self.known.first(f"after {quiet} {world.state()}"))
            return state if code else "", calls
        except (Exception, Died):
            self.found.failed.append(f"{met}: {traceback.format_exc(limit=-3)}")
            return "", []
        finally:
            world.close()


def calls_of(world: World) -> list[str]:
    """The calls of the world's last run, and the messages that it sent."""
    messages = world.letters.count if world.letters else 0
    calls = list(world.desk.server.log.kinds if isinstance(world.desk, SheetDesk) else world.disk.calls)
    return calls + [MESSAGE] * messages


def faults_at(calls: list[str], kinds: Callable[[str], Iterable[str]], one: Meets | None = None) -> Iterator[Meets]:
    """The faults of a run; after another one, those at later calls, where calls and messages have an order each."""
    last = len(calls) - calls.count(MESSAGE)
    for at, call in enumerate(calls, 1):
        number = last - at if call == MESSAGE else at
        if one is None or number * one.call < 0 or abs(number) > abs(one.call):
            yield from (Meets(number, fault) for fault in kinds(call))


@cache
def explorer(name: str, known: Known) -> Explorer:
    """One for each process."""
    return Explorer(SEARCHES[name], known)


def explored(name: str, known: Known, one: Meets) -> Found:
    return explorer(name, known).explore(one)


def by_all(name: str) -> Found:
    """What a search comes to, by as many processes as there are processors."""
    known = Known()
    try:
        singles = Explorer(SEARCHES[name], known).singles()
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
            found = list(pool.map(partial(explored, name, known), singles))
    finally:
        known.forget()
    failed = list(chain.from_iterable(one.failed for one in found))
    return Found(sum(one.singles for one in found), sum(one.pairs for one in found), failed)
