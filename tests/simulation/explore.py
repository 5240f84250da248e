"""Goes through every single fault and every pair of faults at every call of a run.

A world begins, a run meets its faults (the second one in the same run, or in the next where the first one ended it),
and after every run all invariants are looked at; then two quiet runs bring all right, and a third writes nothing.
From a state that was followed to its end before, the same would happen again: it is not followed once more.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain

from tests.simulation.known import Known, Saved
from tests.simulation.search import SEARCHES, Meets, Place, Search, calls_of, kinds, run
from tests.simulation.wire import Died


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
            if one and self.search.beside not in (None, one.place, place):
                continue
            done = one.call if one and one.place is place else 0
            for at, call in enumerate(calls[place][done:], done + 1):
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
