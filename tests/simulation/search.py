"""The faults that a run can meet, by where and at which call, and which of them are tried in which world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from tests.sheets_server import faults
from tests.simulation import crowd, disk, register
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
    """Where a run calls somebody: a server over HTTP, the mail server with a message, the disk. And the people, who do
    something right before a call over HTTP.
    """

    HTTP = "http"
    PEOPLE = "people"
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
        case Place.PEOPLE:
            return crowd.ACTS
        case Place.MAIL:
            return (*FAULTS, DOWN)
        case Place.DISK:
            return disk.FAULTS if call in CHANGES else ("EIO",)


def run(world: World, *met: Meets) -> int:
    """A run that meets these faults."""
    network: dict[int, faults.Fault] = {}
    hooks: dict[str, dict[int, Callable[[], object]]] = {"before": {}, "after": {}}
    for one in sorted(met, key=lambda one: one.place is Place.HTTP):
        fault = SINGLE[one.fault] if one.place is Place.HTTP else None
        if one.place is Place.PEOPLE:
            fault = Hook("before", partial(_person, crowd.ACTS[one.fault]))
        if isinstance(fault, Hook):
            earlier = hooks[fault.when].get(one.call, _nothing)
            hooks[fault.when][one.call] = partial(_both, earlier, fault.act(world))
        elif fault:
            network[one.call] = fault
    files = {one.call: disk.FAULTS[one.fault] for one in met if one.place is Place.DISK}
    post = {one.call: one.fault for one in met if one.place is Place.MAIL}
    return world.run(network, files, hooks["before"], hooks["after"], post)


def _person(act: Callable[[World], object], world: World) -> Callable[[], object]:
    return lambda: world.act(partial(act, world))


def _nothing() -> None:
    """Nobody does anything."""


def _both(first: Callable[[], object], second: Callable[[], object]) -> None:
    first()
    second()


def calls_of(world: World) -> dict[Place, list[str]]:
    """The calls of the world's last run."""
    over_http = list(world.desk.server.log.kinds) if isinstance(world.desk, SheetDesk) else []
    return {
        Place.HTTP: over_http,
        Place.PEOPLE: over_http,
        Place.MAIL: ["message"] * (world.letters.count if world.letters else 0),
        Place.DISK: list(world.disk.calls),
    }


def at_work() -> World:
    """A register in use: an order goes on, another is completed, and an answer has come."""
    world = World("sheet", orders=2, answers=0)
    world.run()
    world.pass_time(60)
    head = world.desk.rows("Orders")[0]
    for row, line in enumerate(world.desk.rows("Orders")[1:3], 2):
        cells = dict(zip(head, line, strict=False))
        wanting = [header for header in register.EVIDENCE if cells.get(header) in (None, "")]
        for header in wanting[: 2 if row == 2 else None]:
            world.act(partial(world.desk.edit, "Orders", row, header, register.evidence(header, world.local)))
    world.act(partial(crowd.answered, world))
    return world


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
    beside: Place | None = None
    """Where one fault of a pair has to be, at least: the others are gone through by another search."""


SEARCHES = {
    "people": Search(at_work, (Place.HTTP, Place.PEOPLE), beside=Place.PEOPLE),
    "http": Search(partial(World, "sheet", orders=2, answers=1), (Place.HTTP,)),
    "mail": Search(mailing, (Place.HTTP, Place.MAIL)),
    "disk": Search(partial(World, "file", orders=1, answers=0), (Place.DISK,)),
    "papers": Search(partial(World, "sheet", orders=1, answers=0), (Place.HTTP, Place.DISK)),
}
