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
from enum import StrEnum
from functools import cache, partial
from itertools import chain

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.desks import SheetDesk
from tests.simulation.known import Known, Saved
from tests.simulation.letters import DOWN, FAULTS, Letters
from tests.simulation.wire import Died
from tests.simulation.world import World


@dataclass(frozen=True)
class Hook:
    """What happens right `before` or `after` a call, whatever becomes of the call itself."""

    when: str
    act: Callable[[World], Callable[[], object]]


def machine_dies(world: World) -> Callable[[], object]:
    return world.machine.die


SINGLE: dict[str, faults.Fault | Hook] = {
    "429": faults.too_many(), "403": faults.forbidden(), "401": faults.unauthenticated(), "404": faults.missing(),
    "500": faults.internal(), "500 applied": faults.internal(True),
    "502": faults.bad_gateway(), "502 applied": faults.bad_gateway(True),
    "503": faults.unavailable(), "503 applied": faults.unavailable(True),
    "dropped": faults.dropped(), "dropped applied": faults.dropped(True),
    "hanging": faults.hanging(), "hanging applied": faults.hanging(True),
    "half JSON": faults.half_json(), "cut off": faults.cut_off(),
    "killed before": Hook("before", machine_dies), "killed after": Hook("after", machine_dies),
    "another job before": Hook("before", World.second), "another job after": Hook("after", World.second),
}  # fmt: skip
"""What can go wrong at a call over HTTP."""
CHANGES = ("write", "fsync", "replace", "rename", "link", "unlink", "mkdir", "open", "exchange")
"""Calls by which the disk changes. At the others nothing but a refusal can go wrong."""


class Place(StrEnum):
    """Where a run calls somebody: a server over HTTP, the mail server with a message, the disk."""

    HTTP = "http"
    MAIL = "mail"
    DISK = "disk"


@dataclass(frozen=True, order=True)
class Meets:
    """A fault at a call of a run, by name. Calls are counted from 1, at each place by itself."""

    place: Place
    call: int
    fault: str


def kinds(place: Place, call: str) -> Iterable[str]:
    """The faults that can happen at a call, by its name. One that only reads applies nothing."""
    match place:
        case Place.HTTP:
            return (name for name in SINGLE if not (call in faults.READS and name.endswith("applied")))
        case Place.MAIL:
            return (*FAULTS, DOWN)
        case Place.DISK:
            return disk.FAULTS if call in CHANGES else ("EIO",)


def run(world: World, *met: Meets) -> int:
    """A run that meets these faults."""
    network: dict[int, faults.Fault] = {}
    hooks: dict[str, dict[int, Callable[[], object]]] = {"before": {}, "after": {}}
    for one in met:
        fault = SINGLE[one.fault] if one.place is Place.HTTP else None
        if isinstance(fault, Hook):
            hooks[fault.when][one.call] = fault.act(world)
        elif fault:
            network[one.call] = fault
    files = {one.call: disk.FAULTS[one.fault] for one in met if one.place is Place.DISK}
    post = {one.call: one.fault for one in met if one.place is Place.MAIL}
    return world.run(network, files, hooks["before"], hooks["after"], post)


def calls_of(world: World) -> dict[Place, list[str]]:
    """The calls of the world's last run."""
    return {
        Place.HTTP: list(world.desk.server.log.kinds) if isinstance(world.desk, SheetDesk) else [],
        Place.MAIL: ["message"] * (world.letters.count if world.letters else 0),
        Place.DISK: list(world.disk.calls),
    }


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
    """What is gone through: all faults at these places of a run in a world, and all pairs of them."""

    world: Callable[[], World]
    places: tuple[Place, ...]
    pairs: bool = True


SHEET = partial(World, "sheet", orders=2, answers=1)
SMALL = partial(World, "sheet", orders=1, answers=0)
SEARCHES = {
    "http": Search(SHEET, (Place.HTTP,)),
    "mail": Search(mailing, (Place.HTTP, Place.MAIL)),
    "disk": Search(partial(World, "file", orders=1, answers=0), (Place.DISK,)),
    "papers": Search(SMALL, (Place.HTTP, Place.DISK), pairs=False),
    "papers, pairs": Search(SMALL, (Place.HTTP, Place.DISK)),
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
        return list(self._faults(self._calls(self.beginning)))

    def explore(self, one: Meets) -> Found:
        self.found = Found(1)
        state, after = self._live(self.beginning, one)
        if not self.search.pairs:
            return self.found
        for two in self._faults(after, one):
            if self.known.first(f"pair {sorted((one, two))}"):
                self.found.pairs += 1
                self._live(self.beginning, one, two)
        if state and self.known.first(f"next {state}"):
            self._in_the_next(one)
        return self.found

    def _in_the_next(self, one: Meets) -> None:
        """The first fault ended its run; the second one meets the next."""
        world = self.beginning.world()
        run(world, one)
        broken_off = Saved(world, self.known.folder)
        for two in self._faults(self._calls(broken_off)):
            self.found.pairs += 1
            self._live(broken_off, two, before=one)
        broken_off.forget()

    def _calls(self, saved: Saved) -> dict[Place, list[str]]:
        """Those of a run that meets no fault."""
        world = saved.world()
        run(world)
        world.close()
        return calls_of(world)

    def _faults(self, calls: dict[Place, list[str]], one: Meets | None = None) -> Iterator[Meets]:
        """The faults of a run; after another one, those at later calls of its place, and at all calls of the others."""
        for place in self.search.places:
            for at, call in enumerate(calls[place], 1):
                if one is None or place is not one.place or at > one.call:
                    yield from (Meets(place, at, fault) for fault in kinds(place, call))

    def _live(self, saved: Saved, *met: Meets, before: Meets | None = None) -> tuple[str, dict[Place, list[str]]]:
        """The life of a world from a run on that meets these faults; in the end all comes right by itself.
        `before`: what the run before it met.

        The state in which that run left it, blank where it ended well, and the calls of the run.
        """
        world = saved.world()
        try:
            code = run(world, *met)
            calls, state = calls_of(world), world.state()
            if self.known.first(f"after 0 {state}"):
                world.calm(lambda quiet: quiet > 0 and not self.known.first(f"after {quiet} {world.state()}"))
            return state if code else "", calls
        except (Exception, Died):
            self.found.failed.append(f"{before or ''} {met}: {traceback.format_exc(limit=-3)}")
            return "", {place: [] for place in Place}
        finally:
            world.close()


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
