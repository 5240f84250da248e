"""Every single fault, and every pair of faults, at every call of a run: then nothing is lost, doubled or wrong.

A world begins, a run meets its faults (the second one in the same run, or in the next where the first one ended it),
and after every run all invariants are looked at; then two quiet runs bring all right, and a third writes nothing.
Worlds that come to a state that was checked before are not followed further: the same would happen again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sheets_server import faults
from tests.simulation import disk
from tests.simulation.desks import SheetDesk
from tests.simulation.wire import Died
from tests.simulation.world import World, remember_papers


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_papers(monkeypatch)


def die() -> None:
    raise Died


SINGLE: dict[str, faults.Fault | str] = {
    "429": faults.too_many(), "403": faults.forbidden(), "401": faults.unauthenticated(), "404": faults.missing(),
    "500": faults.internal(), "500 applied": faults.internal(True),
    "502": faults.bad_gateway(), "502 applied": faults.bad_gateway(True),
    "503": faults.unavailable(), "503 applied": faults.unavailable(True),
    "dropped": faults.dropped(), "dropped applied": faults.dropped(True),
    "hanging": faults.hanging(), "hanging applied": faults.hanging(True),
    "half JSON": faults.half_json(), "cut off": faults.cut_off(),
    "killed before": "before", "killed after": "after",
}  # fmt: skip
"""What can go wrong at a call over HTTP."""
READ = ("429", "403", "half JSON", "killed after")
WRITE = ("429", "403", "503", "503 applied", "killed before", "killed after")
"""One of each sort that the program can tell apart, for pairs. Killed before a call is killed after the last one."""


@dataclass(frozen=True)
class Meets:
    """A fault at a call of a run, by name."""

    call: int
    fault: str


def over_http(world: World, *met: Meets) -> int:
    """A run that meets these faults."""
    network: dict[int, faults.Fault] = {}
    hooks: dict[str, dict[int, Callable[[], object]]] = {"before": {}, "after": {}}
    for one in met:
        fault = SINGLE[one.fault]
        if isinstance(fault, str):
            hooks[fault][one.call] = die
        else:
            network[one.call] = fault
    return world.run(network, before=hooks["before"], after=hooks["after"])


def on_disk(world: World, *met: Meets) -> int:
    return world.run(files={one.call: disk.FAULTS[one.fault] for one in met})


Run = Callable[..., int]


def begun(kind: str, seen: set[str]) -> World:
    world = World(kind, orders=2, answers=1) if kind == "sheet" else World(kind, orders=1, answers=0)
    world.seen = seen
    return world


def calls_of(world: World) -> list[str]:
    """The calls of the world's last run."""
    return list(world.desk.server.log.kinds if isinstance(world.desk, SheetDesk) else world.disk.calls)


def settle(world: World) -> None:
    """Where this state is new: it comes right by itself."""
    if not world.known:
        world.seen = None
        world.calm()


def explore(kind: str, run: Run, first: Callable[[str], Any], second: Callable[[str], Any] | None) -> tuple[int, int]:
    """All of them; how many singles and pairs there were."""
    seen: set[str] = set()
    singles = pairs = 0
    world = begun(kind, seen)
    run(world)
    calls = calls_of(world)
    settle(world)
    world.close()
    for one in _each(calls, first):
        world = begun(kind, seen)
        code = run(world, one)
        singles += 1
        after, known = list(calls_of(world)), world.known
        settle(world)
        world.close()
        if second is None:
            continue
        if len(after) > one.call:
            for two in _each(after, second, one.call + 1):
                pairs += 1
                world = begun(kind, seen)
                run(world, one, two)
                settle(world)
                world.close()
        if code != 0 and not known:
            pairs += _in_the_next(kind, run, one, second, seen)
    return singles, pairs


def _in_the_next(kind: str, run: Run, one: Meets, second: Callable[[str], Any], seen: set[str]) -> int:
    """The first fault ended its run; the second one meets the next."""
    count, calls = 0, None
    at = 1
    while calls is None or at <= len(calls):
        for fault in second(calls[at - 1] if calls else "get"):
            world = begun(kind, set())
            run(world, one)
            world.seen = seen
            run(world, Meets(at, fault))
            if calls is None:
                trial = begun(kind, set())
                run(trial, one)
                run(trial)
                calls = list(calls_of(trial))
                trial.close()
            count += 1
            settle(world)
            world.close()
        at += 1
    return count


def _each(calls: list[str], kinds: Callable[[str], Any], start: int = 1) -> Iterator[Meets]:
    for at, call in enumerate(calls, 1):
        if at >= start:
            for fault in kinds(call):
                yield Meets(at, fault)


def by_call(call: str) -> tuple[str, ...]:
    return WRITE if call == "batchUpdate" else READ


def test_single_over_http() -> None:
    singles, _ = explore("sheet", over_http, lambda _: SINGLE, None)
    assert singles >= 4 * len(SINGLE)


@pytest.mark.slow
def test_pairs_over_http() -> None:
    singles, pairs = explore("sheet", over_http, lambda _: SINGLE, by_call)
    assert singles >= 4 * len(SINGLE) and pairs > 200


CHANGES = ("write", "fsync", "replace", "rename", "link", "unlink", "mkdir", "open")


@pytest.mark.slow
def test_single_on_disk() -> None:
    singles, _ = explore("file", on_disk, lambda call: disk.FAULTS if call in CHANGES else ("EIO",), None)
    assert singles > 250


def test_unreadable_disk() -> None:
    """Found by the enumeration: a look at lock files or invoices that fails ended in a traceback."""
    for call in (18, 19, 49):
        world = World("file", orders=2, answers=0)
        assert on_disk(world, Meets(call, "EIO")) in (0, 3, 5)
        world.calm()
        world.close()
