"""Planted faults, each caught by name: a simulation that finds nothing in a broken program proves nothing.

Each mutant replaces one function of the program by one with a fault that somebody could really make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rules import answers
from rules.columns import OrderRow
from rules.settling import Stage
from rules.state import State
from rules.undoing import Undoing
from sync import deciding, filing, issuing, papers, plan, restored, state
from sync.outbox import Outbox
from sync.plan import Plan
from sync.registers.google import commit, placing, repair, requests, settle
from sync.registers.google.faults import Lost
from sync.registers.google.transport import Transport
from tests.sheets_server import faults
from tests.simulation import register
from tests.simulation.issued import Violation
from tests.simulation.job import DIED, Undo
from tests.simulation.letters import Letters
from tests.simulation.memo import remember_papers
from tests.simulation.world import World

Patch = pytest.MonkeyPatch
NOTHING: Mapping[str, Any] = {}


@pytest.fixture(autouse=True)
def quick(monkeypatch: Patch) -> None:
    remember_papers(monkeypatch)


@pytest.fixture
def sheet() -> Iterator[World]:
    world = World("sheet", orders=3, answers=1, letters=Letters())
    yield world
    world.close()


def caught(work: Callable[[], object]) -> str:
    """What kind of violation it comes to; blank where nothing is noticed."""
    try:
        work()
    except Violation as violation:
        return violation.kind
    return ""


def lost_reply(world: World) -> None:
    """The batch is applied, and its reply lost."""
    world.run({4: faults.unavailable(after=True)})
    world.calm()


def sorted_meanwhile(world: World) -> None:
    """Somebody sorts between the last look and the write."""
    world.run(before={4: lambda: world.act(lambda: world.desk.sort("Orders", "Client reference", True))})
    world.calm()


def second_job(world: World) -> None:
    """Another run goes through between the last look and the write."""
    world.run(before={4: world.second()})
    world.calm()


def killed_at_the_write(world: World) -> None:
    """The machine dies right before the batch that issues an invoice."""
    world.run(before={4: world.machine.die})
    world.calm()


def answers_again(world: World) -> None:
    world.run()
    world.act(lambda: world.desk.edit("Orders", 2, "Notes", "called"))
    world.run()
    world.calm()


def killed_while_sending(world: World) -> None:
    """The first message that is sent is taken, and the machine dies before that is noted."""
    world.run()
    type_order(world, {"Site phone": None})
    world.run()
    world.pass_time(24 * 60)
    assert world.run(post={1: "killed after"}) == DIED
    world.calm()


def last_order_deleted(world: World) -> None:
    """Somebody deletes the newest order, and types another."""
    world.run()
    rows = world.desk.rows("Orders")
    newest = max(range(1, len(rows)), key=lambda at: str(rows[at][0])) + 1
    world.act(lambda: world.desk.delete_row("Orders", newest))
    world.calm()
    type_order(world)
    world.calm()


def lost_reply_and_another_job(world: World) -> None:
    """The batch is applied and its reply lost; another job takes in two answers before that is looked after."""
    world.run()
    type_order(world)
    another = world.second()

    def answered() -> None:
        for reference in ("F-901", "F-902"):
            answer = register.answer(reference, world.local - timedelta(minutes=1))
            world.act(partial(world.desk.answer, answer))
            another()

    world.run({4: faults.unavailable(after=True)}, before={5: answered})
    world.calm()


def undone_after_typing(world: World) -> None:
    """A run took in an answer of the form, people typed into its row, and the run is put back."""
    world.run()
    row = next(n for n, cells in enumerate(world.desk.rows("Orders"), 1) if "F-001" in cells)
    world.act(lambda: world.desk.edit("Orders", row, "Notes", "called"))
    assert world.run(command=Undo(world.logged()[-1])) == 0
    world.calm()


def type_order(world: World, changes: Mapping[str, Any] = NOTHING) -> None:
    cells = register.complete("R-901", world.local + timedelta(days=4)) | {register.TAG: "n901", **changes}
    world.act(lambda: world.desk.insert_row("Orders", 2, register.line(register.ORDERS, cells)))


def no_token(patch: Patch) -> None:
    ids = count(1_800_000_000)
    real = requests.token
    patch.setattr(commit, "token", lambda number, value: real(next(ids), value))


def blind_retry(patch: Patch) -> None:
    """No token, and after a lost reply the same batch again."""
    no_token(patch)
    real = Transport.write

    def write(self: Any, params: Any, body: Any, patience: Any) -> Any:
        try:
            return real(self, params, body, patience)
        except Lost:
            ids = count(1_900_000_000)
            body["requests"][0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"] = next(ids)
            return real(self, params, body, patience)

    patch.setattr(Transport, "write", write)


def no_look_back(patch: Patch) -> None:
    patch.setattr(commit, "verify", lambda *_: None)


def number_before_commit(patch: Patch) -> None:
    numbers = count(1)
    patch.setattr(issuing, "next_number", lambda state, office: f"INV-{office.today.year}-{next(numbers):04d}")


def forgets_answers(patch: Patch) -> None:
    patch.setattr(deciding, "new_answers", lambda sources, taken, zone: answers.new_answers(sources, {}, zone))


def number_by_counting(patch: Patch) -> None:
    def give(state: State, kind: str, year: int) -> int:
        return 1 if kind == "invoice" else len(state.orders) + 1

    patch.setattr(State, "give", give)


def always_writes(patch: Patch) -> None:
    patch.setattr(plan, "same", lambda old, new: False)


def clears_blanks(patch: Patch) -> None:
    """Writes every cell of the row, people's ones too."""
    real = Plan.put

    def put(self: Plan, tab: Any, row: int, column: Any, new: Any) -> None:
        real(self, tab, row, column, new)
        if column.header == "Status":
            real(self, tab, row, OrderRow.notes, new)

    patch.setattr(Plan, "put", put)


def invoices_again(patch: Patch) -> None:
    """Forgets what it issued, and doesn't notice."""
    patch.setattr(restored, "torn", lambda state: ())
    patch.setattr(restored, "unremembered", lambda state, ledger, prefix: iter(()))
    real = state.facts
    patch.setattr(
        state, "facts",
        lambda found: {k: v for k, v in real(found).items() if not k.startswith(("invoice", "order "))},
    )


def files_not_made(patch: Patch) -> None:
    patch.setattr(filing, "deliver", lambda *_: None)


def other_bytes(patch: Patch) -> None:
    """The file is not what the ledger has the hash of."""
    real = papers.write_file

    def write(path: Path, data: bytes) -> None:
        real(path, data + b" " if path.parent.name == "invoices" else data)

    patch.setattr(papers, "write_file", write)


def sends_again(patch: Patch) -> None:
    """Doesn't note that it is about to send, so what was being sent when the machine died seems not to be."""
    real = Outbox.note

    def note(self: Any, key: str, stage: Stage, *rest: Any) -> None:
        if stage is not Stage.SENDING:
            real(self, key, stage, *rest)

    patch.setattr(Outbox, "note", note)


def repairs_over_another(patch: Patch) -> None:
    """Takes for a fault of its own whatever another job wrote since."""
    patch.setattr(repair, "settle", lambda model, seen, certain, overtaken: settle.settle(model, seen, certain))


def undoes_people(patch: Patch) -> None:
    """An undo that doesn't look whether people worked on what it takes away."""
    patch.setattr(Undoing, "_touched", frozenset())


def position_instead_of_id(patch: Patch) -> None:
    """Writes into the rows that it read, wherever those are now; nothing is compared."""
    no_look_back(patch)
    patch.setattr(placing._Finder, "row", lambda self, unit: unit.row)


def sorted_before_the_look(world: World) -> None:
    world.run(after={2: lambda: world.act(lambda: world.desk.sort("Orders", "Client reference", True))})
    world.calm()


MUTANTS: tuple[tuple[Callable[[Patch], None], Callable[[World], None], str], ...] = (
    (no_token, second_job, "answer twice"),
    (blind_retry, lost_reply, "answer twice"),
    (no_look_back, sorted_meanwhile, "wrong order"),
    (repairs_over_another, lost_reply_and_another_job, "refused"),
    (position_instead_of_id, sorted_before_the_look, "wrong order"),
    (number_before_commit, killed_at_the_write, "number missing"),
    (forgets_answers, answers_again, "answer twice"),
    (number_by_counting, last_order_deleted, "wrong order"),
    (always_writes, answers_again, "not converging"),
    (clears_blanks, answers_again, "human cell"),
    (invoices_again, answers_again, "not converging"),
    (files_not_made, answers_again, "unwritten"),
    (other_bytes, answers_again, "invoice changed"),
    (undoes_people, undone_after_typing, "human cell"),
    (sends_again, killed_while_sending, "mail twice"),
)


@pytest.mark.parametrize(("mutant", "scene", "kind"), MUTANTS, ids=[mutant.__name__ for mutant, *_ in MUTANTS])
def test_mutant(mutant: Any, scene: Any, kind: str, sheet: World, monkeypatch: Patch) -> None:
    mutant(monkeypatch)
    assert caught(lambda: scene(sheet)) == kind


@pytest.mark.parametrize("scene", dict.fromkeys(scene for _, scene, _ in MUTANTS))
def test_sound(scene: Any, sheet: World) -> None:
    """The same happens to the program as it is."""
    scene(sheet)
