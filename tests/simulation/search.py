"""The faults that a run can meet, by where and at which call, and which of them are tried in which world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.desks import SheetDesk
from tests.simulation.letters import DOWN, FAULTS, Letters
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


SEARCHES = {
    "http": Search(partial(World, "sheet", orders=2, answers=1), (Place.HTTP,)),
    "mail": Search(mailing, (Place.HTTP, Place.MAIL)),
    "disk": Search(partial(World, "file", orders=1, answers=0), (Place.DISK,)),
    "papers": Search(partial(World, "sheet", orders=1, answers=0), (Place.HTTP, Place.DISK)),
}
