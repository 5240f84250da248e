"""Every fault at every call: a run ends right or says that it didn't, and the next one completes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.errors import OnsiteError
from sync.registers.google import batch, looking, model
from sync.registers.google.faults import Uncertain
from tests.sheets_server import faults
from tests.sheets_server.faults import Fault
from tests.simulation.memo import remember_papers
from tests.sync.google_bench import Clock
from tests.sync.google_desk import GoogleDesk, copied

PAGE = "<!DOCTYPE html><title>Sign in to the network</title>"
FAULTS: dict[str, Fault] = {
    "a page": Fault("a page", status=200, text=PAGE),
    "a page after": Fault("a page", after=True, status=200, text=PAGE),
    "429": faults.too_many("Write", "7"),
    "500": faults.internal(),
    "502": faults.bad_gateway(),
    "502 after": faults.bad_gateway(after=True),
    "503": faults.unavailable(),
    "503 after": faults.unavailable(after=True),
    "dropped": faults.dropped(),
    "dropped after": faults.dropped(after=True),
    "hanging": faults.hanging(),
    "hanging after": faults.hanging(after=True),
    "half": faults.half_json(),
    "cut off": faults.cut_off(),
}


def at_every_call(*quick: tuple[int, str]) -> list[Any]:
    """Every fault at every call: two that read, the look before the write, the write. All: `make test-long`."""
    return [
        pytest.param(fault, n, id=f"{name} at call {n}", marks=[] if (n, name) in quick else pytest.mark.slow)
        for n in (1, 2, 3, 4)
        for name, fault in FAULTS.items()
    ]


SHORT = (0.5, 0.5)
"""Seconds that a call may take where one hangs."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the invoices here."""
    remember_papers(monkeypatch)


@pytest.fixture(scope="module")
def meant(fresh: GoogleDesk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[Any]]]:
    """What a run without faults leaves."""
    calm = copied(fresh, tmp_path_factory.mktemp("calm"))
    calm.run()
    return stable(calm)


@pytest.fixture
def desk(fresh: GoogleDesk, tmp_path: Path) -> Iterator[GoogleDesk]:
    fresh.server.log.clear()
    yield copied(fresh, tmp_path)
    fresh.server.faults.clear()
    fresh.server.hooks.clear()


def stable(desk: GoogleDesk) -> dict[str, list[list[Any]]]:
    """Everything but the job's memory, which names the run."""
    tabs = desk.server.export(desk.key)
    return {title: rows for title, rows in tabs.items() if title != "System"}


def timeout_for(fault: Fault) -> tuple[float, float]:
    return SHORT if fault.manner == "hang" else (5.0, 30.0)


@pytest.mark.scenario(3, 4, 7)
@pytest.mark.parametrize(
    ("fault", "n"), at_every_call((1, "429"), (2, "half"), (3, "502"), *((4, name) for name in FAULTS))
)
def test_once(desk: GoogleDesk, meant: Any, fault: Fault, n: int) -> None:
    """What passes is waited out; nothing is done twice."""
    clock = Clock()
    desk.server.faults.at(n, fault)
    outcome = desk.run(clock=clock, timeout=timeout_for(fault))
    assert stable(desk) == meant
    assert outcome.decision.state.revision == 1
    assert sum(call.applied for call in desk.server.log.calls if call.is_write) == 1
    assert 0 <= sum(clock.slept) <= 160
    assert desk.run().decision.plan.changes == []


@pytest.mark.scenario(7)
@pytest.mark.parametrize(("fault", "n"), at_every_call((1, "a page"), (2, "429"), (4, "503"), (4, "503 after")))
def test_for_good(desk: GoogleDesk, meant: Any, fault: Fault, n: int) -> None:
    """What doesn't pass ends the run with exit code 3; the register is as before or whole, and the next run goes on."""
    before = stable(desk)
    desk.server.faults.when(lambda call: call.n >= n, fault, times=None)
    clock = Clock()
    with pytest.raises(OnsiteError) as stopped:
        desk.run(clock=clock, timeout=timeout_for(fault))
    assert stopped.value.exit_code == 3
    assert 150 <= sum(clock.slept) <= 500
    assert stable(desk) in (before, meant)
    assert stable(desk) == before or n == 4
    desk.server.faults.clear()
    desk.run()
    assert stable(desk) == meant
    assert desk.problems() == []
    assert desk.run().decision.plan.changes == []


@pytest.mark.parametrize("second", ["503", "429"])
@pytest.mark.parametrize("first", ["503 after", "dropped", "half"])
def test_twice_in_a_row(desk: GoogleDesk, meant: Any, first: str, second: str) -> None:
    """The write goes wrong, then whatever comes after it."""
    desk.server.faults.when(lambda call: call.is_write, FAULTS[first])
    desk.server.faults.when(lambda call: call.n > 4, FAULTS[second])
    desk.run()
    assert stable(desk) == meant
    assert sum(call.applied for call in desk.server.log.calls if call.is_write) == 1


def test_the_server_is_asked_again_no_sooner_than_it_wishes(desk: GoogleDesk) -> None:
    clock = Clock()
    desk.server.faults.next(faults.too_many("Read", "40"), faults.too_many("Read", "40"))
    desk.run(clock=clock)
    assert len(clock.slept) == 2
    assert all(seconds >= 40 for seconds in clock.slept)


def test_a_quota_that_is_gone_for_ten_minutes_ends_the_run_and_nothing_is_half_written(
    desk: GoogleDesk, meant: Any
) -> None:
    clock, before = Clock(), desk.server.export(desk.key)
    desk.server.faults.when(lambda call: clock.time < 600, faults.too_many(), times=None)
    with pytest.raises(OnsiteError) as stopped:
        desk.run(clock=clock)
    assert stopped.value.exit_code == 3
    assert desk.server.export(desk.key) == before
    clock.time = 601
    desk.run(clock=clock)
    assert stable(desk) == meant


@pytest.mark.parametrize("fault", [faults.unavailable(), faults.too_many("Write")])
def test_a_repair_that_fails_is_made_by_the_next_run(desk: GoogleDesk, fault: Fault) -> None:
    """Rows move right before the write, then Google is gone, or its quota: nobody is told that nothing was written."""
    desk.run()
    desk.people.edit("Orders", desk.row("S-05"), "Status", "Paid")
    desk.people.edit("Orders", desk.row("S-03"), "Site phone", "'03-1234-5678")
    calm = copied(desk, desk.folder / "calm")
    calm.run()
    server, human = desk.server, desk.human()
    before = server.log.writes
    server.hooks.before_when(lambda call: call.is_write, lambda: desk.people.insert_row("Orders", 2))
    server.faults.when(lambda call: server.log.writes > before + 1, fault, times=None)
    with pytest.raises(Uncertain) as stopped:
        desk.run()
    assert stopped.value.exit_code == 3
    assert desk.problems(calm.results()) != []
    server.faults.clear()
    desk.run()
    assert desk.problems(calm.results()) == []
    assert desk.human() == human


Sure = Callable[[GoogleDesk], None]
REFUSALS: dict[str, tuple[Sure, str]] = {
    "not shared": (lambda desk: desk.server.closed.add(desk.key), "not-shared"),
    "viewer only": (lambda desk: desk.server.read_only.add(desk.key), "viewer-only"),
    "deleted": (lambda desk: desk.server.faults.when(lambda call: True, faults.missing(), None), "not-found"),
    "revoked": (lambda desk: desk.server.faults.when(lambda call: True, faults.unauthenticated(), None), "credentials"),
    "not enabled": (
        lambda desk: desk.server.faults.when(
            lambda call: True,
            faults.forbidden("Google Sheets API has not been used in project 1 before or it is disabled."), None,
        ),
        "api-disabled",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("refuse", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_what_no_second_try_would_mend(desk: GoogleDesk, refuse: Sure, reason: str) -> None:
    before, clock = desk.server.export(desk.key), Clock()
    refuse(desk)
    with pytest.raises(OnsiteError) as stopped:
        desk.run(clock=clock)
    assert (stopped.value.exit_code, getattr(stopped.value, "reason", "")) == (3, reason)
    assert clock.slept == []
    assert desk.server.export(desk.key) == before
    desk.server.closed.discard(desk.key)
    desk.server.read_only.discard(desk.key)


def test_a_closed_cell_is_named_and_nothing_is_written(desk: GoogleDesk) -> None:
    desk.people.protect("Orders", 2, "Status")
    before = desk.server.export(desk.key)
    with pytest.raises(OnsiteError) as stopped:
        desk.run()
    assert (stopped.value.exit_code, getattr(stopped.value, "reason", "")) == (3, "protected")
    assert desk.server.export(desk.key) == before


@pytest.mark.scenario(3, 4)
@pytest.mark.parametrize("name", ["503 after", "half"])
def test_no_word_of_a_change_to_long_tabs(
    desk: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Found by the worlds: what the ledger, the Log and System already held was cleared where it was like what the run
    wrote, for of long tabs of the job's only one column is looked at before the write.
    """
    monkeypatch.setattr(looking, "SHORT", 0)
    monkeypatch.setattr(model, "SMALL", 0)
    desk.run()
    for header, value in {"Completed at": "2026-11-24 09:55", "Release approved by": "Ann"}.items():
        desk.people.edit("Orders", desk.row("S-04"), header, value)
    calm = copied(desk, tmp_path)
    calm.run()
    assert len(calm.rows("Invoices")) > len(desk.rows("Invoices")) > 0
    desk.server.log.clear()
    desk.server.faults.at(4, FAULTS[name])
    desk.run()
    assert stable(desk) == stable(calm)
    assert desk.run().decision.plan.changes == []


@pytest.mark.scenario(3, 4)
@pytest.mark.parametrize("n", [4, 5, 6])
@pytest.mark.parametrize("name", ["503", "503 after", "dropped", "half"])
def test_one_of_several_batches(
    desk: GoogleDesk, meant: Any, monkeypatch: pytest.MonkeyPatch, name: str, n: int
) -> None:
    """Found by the worlds: where a batch had to be sent again, those after it were left out without a word."""
    monkeypatch.setattr(batch, "MOST_BYTES", 8_000)
    desk.server.faults.at(n, FAULTS[name])
    desk.run()
    assert sum(call.applied for call in desk.server.log.calls if call.is_write) > 3
    assert {title: sorted(map(str, rows)) for title, rows in stable(desk).items()} == {
        title: sorted(map(str, rows)) for title, rows in meant.items()
    }
    assert desk.run().decision.plan.changes == []


@pytest.mark.scenario(3, 4)
@pytest.mark.parametrize("n", [5, 6, 7])
def test_one_of_several_batches_and_no_word_of_the_next(
    desk: GoogleDesk, meant: Any, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    """Found by the worlds: what the run itself had written just before was cleared where it was like what came next."""
    monkeypatch.setattr(batch, "MOST_BYTES", 8_000)
    monkeypatch.setattr(looking, "SHORT", 0)
    desk.server.faults.at(n, FAULTS["503"])
    desk.server.faults.at(n + 3, FAULTS["half"])
    desk.run()
    assert {title: sorted(map(str, rows)) for title, rows in stable(desk).items()} == {
        title: sorted(map(str, rows)) for title, rows in meant.items()
    }
    assert desk.run().decision.plan.changes == []


@pytest.mark.scenario(3)
def test_two_answers_that_are_the_same_and_a_death_between_batches(
    desk: GoogleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody pressed twice: in one second, with the same words. Each is an order, and is taken in once."""
    desk.run()
    header = desk.server.grid("Form responses 1", desk.key)[0]
    cells = {"Timestamp": "2026/11/24 9:30:00", "Client reference": "FORM-1", "Work description": "Replace it. " * 200}
    for _ in range(2):
        desk.people.add_form_answer("Form responses 1", [cells.get(name) for name in header])
    desk.server.log.clear()
    desk.server.faults.when(lambda call: call.n >= 5, faults.unavailable(), times=None)
    with monkeypatch.context() as small, pytest.raises(OnsiteError):
        small.setattr(batch, "MOST_BYTES", 4_000)
        desk.run()
    desk.server.faults.clear()
    desk.run()
    assert [row["Client reference"] for row in desk.rows()].count("FORM-1") == 2
    assert desk.run().decision.plan.changes == []
