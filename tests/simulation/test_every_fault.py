"""Every single fault, and every pair of faults, at every call of a run: then nothing is lost, doubled or wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from sync import files
from tests.simulation.explore import Explorer, Found, by_all
from tests.simulation.known import Known
from tests.simulation.memo import remember_papers
from tests.simulation.search import SEARCHES
from tests.simulation.sizes import LIMITS, beyond
from tests.simulation.test_mutants import blind_retry, sends_again
from tests.simulation.world import World

Mutant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_papers(monkeypatch)


LEAST = {
    "people": (90, 3_000), "http": (60, 1_500), "mail": (100, 5_000), "disk": (300, 20_000), "papers": (300, 30_000),
}  # fmt: skip
"""No fewer than these singles and pairs: a search that finds nothing to do proves nothing."""


@pytest.mark.parametrize("name", SEARCHES)
def test_every(name: str, record_property: Callable[[str, object], None]) -> None:
    found = by_all(name)
    record_property("figures", f"{name}: {found.singles} faults, {found.pairs} pairs, {len(found.failed)} violations")
    assert found.failed == []
    assert found.singles >= LEAST[name][0] and found.pairs >= LEAST[name][1]


def test_every_fault_where_tabs_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of such tabs only a part is looked at, before a write and after it, and they are written in several batches."""
    beyond(monkeypatch, list(LIMITS)[:3])
    assert alone("mail").failed == []


def test_every_act_of_people_where_tabs_are_long(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    beyond(monkeypatch, list(LIMITS)[:3])
    found = by_all("people")
    record_property("figures", f"people, long tabs: {found.singles} acts and faults, {found.pairs} pairs")
    assert found.failed == []
    assert found.singles >= 100 and found.pairs >= 5_000


def alone(name: str) -> Found:
    """What a search comes to without its pairs, in this process."""
    known = Known()
    explorer = Explorer(replace(SEARCHES[name], pairs=False), known)
    every = [explorer.explore(one) for one in explorer.singles()]
    known.forget()
    return Found(len(every), failed=[text for found in every for text in found.failed])


def writes_in_place(patch: pytest.MonkeyPatch) -> None:
    for name in ("replace", "replace_quietly"):
        patch.setattr(files, name, lambda path, data, *_: path.write_bytes(data))


@pytest.mark.parametrize(("name", "mutant"), [
    ("http", blind_retry), ("mail", sends_again), ("disk", writes_in_place),
])  # fmt: skip
def test_finds_planted_faults(name: str, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    assert alone(name).failed


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
