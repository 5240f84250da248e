"""What of a run goes back, and what has to stay: nothing of the people's, and nothing that left the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from rules.cells import Raw
from rules.columns import OrderRow, Row, SiteRow
from rules.history import PUT_BACK, Forgotten, Overwritten, Record, check, mark, merged
from rules.memory import Memory, Told
from rules.state import State
from rules.undoing import Standing, Undoing
from rules.words import Status
from tests.rules.build import Cells, row

FIRST, SECOND = "ORD-2026-0001", "ORD-2026-0002"
READY, OFFERED = Memory(status=Status.READY), Memory(status=Status.OFFERED)
INVOICED = Memory(status=Status.INVOICED, invoice_no="INV-2026-0001")


@dataclass
class Scene:
    """A register as it is now, and the run that is to be undone."""

    orders: list[Cells]
    sites: list[Cells] = field(default_factory=list)
    wrote: list[tuple[str, Cells, Cells]] = field(default_factory=list)
    """Of orders: ID, what stood there, what was written."""
    wrote_sites: list[tuple[int, Cells]] = field(default_factory=list)
    """Of new rows of Other sites: row, what was written."""
    memories: dict[str, tuple[Memory | None, Memory]] = field(default_factory=dict)
    """Before the run, and as the run left them."""
    now: dict[str, Memory] = field(default_factory=dict)
    """Where later runs changed them."""
    answers: tuple[tuple[str, str, str], ...] = ()
    formulas: frozenset[tuple[type[Row], int, str]] = frozenset()

    def undo(self, only: str | None = None) -> Undoing:
        rows: dict[type[Row], dict[int, Row]] = {kind: {} for kind in PUT_BACK}
        rows[OrderRow] = {n: row(OrderRow, cells, n) for n, cells in enumerate(self.orders, 2)}
        rows[SiteRow] = {n: row(SiteRow, cells, n) for n, cells in enumerate(self.sites, 2)}
        state = State(orders={key: after for key, (_, after) in self.memories.items()} | self.now)
        for stamp, fingerprint, _ in self.answers:
            state.answers.setdefault(stamp, []).append(fingerprint)
        undoing = Undoing(Standing(rows, self.formulas), state, self.record(), only)
        undoing.cells()
        undoing.memories()
        return undoing

    def record(self) -> Record:
        cells = [
            Overwritten("Orders", at, order_id, header, old.get(header), check(value))
            for at, (order_id, old, new) in enumerate(self.wrote, 2)
            for header, value in new.items()
        ]
        cells += [
            Overwritten("Other sites", at, "", header, None, check(value))
            for at, new in self.wrote_sites
            for header, value in new.items()
        ]
        memories = (
            Forgotten(key, before.model_dump_json() if before else None, mark(after))
            for key, (before, after) in self.memories.items()
        )
        return Record(tuple(cells), tuple(memories), self.answers)


def put(undoing: Undoing) -> dict[tuple[str, int, str], Raw]:
    return {(kind.title, at, column.header): value for (kind, at, column), value in undoing.put.items()}


def flagged(shows: str = "BLOCK one") -> Scene:
    """The run put a flag where none was, and took the status back."""
    return Scene(
        orders=[{"Order ID": FIRST, "Status": "Needs info", "Flags": shows}],
        wrote=[(FIRST, {"Status": "Ready"}, {"Status": "Needs info", "Flags": "BLOCK one"})],
        memories={FIRST: (READY, Memory(status=Status.NEEDS_INFO))},
    )


def test_rounds_of_a_run_are_put_back_as_one() -> None:
    """What people changed between them is what they find again; rows that moved between them are known."""

    def wrote(at: int, column: str, old: str | None, new: str, order_id: str = FIRST) -> Overwritten:
        return Overwritten("Orders", at, order_id, column, old, check(new))

    one = Record((wrote(2, "Status", None, "Ready"), wrote(2, "Flags", "a", "b")), (Forgotten(FIRST, None, 1),), ())
    later = (wrote(3, "Status", "Ready", "Offered"), wrote(3, "Flags", "typed", "c"))
    two = Record(later, (Forgotten(FIRST, "x", 2),), ())
    found = merged(one, two)
    assert found.cells == (wrote(3, "Status", None, "Offered"), wrote(3, "Flags", "typed", "c"))
    assert found.memories == (Forgotten(FIRST, None, 2),)


def test_what_is_as_the_run_left_it_goes_back() -> None:
    undoing = flagged().undo()
    assert put(undoing) == {("Orders", 2, "Status"): "Ready", ("Orders", 2, "Flags"): None}
    assert (undoing.left, undoing.state.orders) == ([], {FIRST: READY})


def test_what_was_changed_since_stays_and_is_named() -> None:
    undoing = flagged(shows="BLOCK two").undo()
    assert put(undoing) == {("Orders", 2, "Status"): "Ready"}
    (left,) = undoing.left
    assert FIRST in left and "Flags" in left


def test_what_is_as_it_was_before_the_run_is_nothing_to_tell_of() -> None:
    undoing = flagged(shows="").undo()
    assert (put(undoing), undoing.left) == ({("Orders", 2, "Status"): "Ready"}, [])


def test_a_memory_that_a_later_run_changed_stays() -> None:
    scene = flagged()
    scene.now = {FIRST: OFFERED}
    assert scene.undo().state.orders == {FIRST: OFFERED}


def test_what_was_said_stays_said() -> None:
    told = Told(kinds=("approved",))
    scene = flagged()
    scene.now = {FIRST: scene.memories[FIRST][1].model_copy(update={"told": told})}
    assert scene.undo().state.orders == {FIRST: READY.model_copy(update={"told": told})}


@pytest.mark.parametrize(
    "orders",
    [
        [],
        [{"Order ID": SECOND}],
        [{"Order ID": FIRST, "Status": "Needs info"}, {"Order ID": FIRST.lower(), "Status": "Needs info"}],
    ],
    ids=["gone", "another", "copied"],
)
def test_an_order_whose_row_is_gone_or_copied_stays_whole(orders: list[Cells]) -> None:
    scene = flagged()
    scene.orders = orders
    undoing = scene.undo()
    assert (put(undoing), undoing.state.orders) == ({}, {FIRST: scene.memories[FIRST][1]})
    (left,) = undoing.left
    assert left.startswith(FIRST)


@pytest.mark.parametrize(
    ("before", "stays"), [(READY, True), (None, True), (INVOICED.model_copy(update={"settled": True}), False)]
)
def test_an_order_that_got_its_invoice_in_that_run_stays(before: Memory | None, stays: bool) -> None:
    """One that had it already goes back: its invoice is not the run's."""
    scene = flagged()
    scene.memories = {FIRST: (before, INVOICED)}
    undoing = scene.undo()
    assert bool(put(undoing)) is not stays and bool(undoing.left) is stays
    assert undoing.state.orders == {FIRST: INVOICED if stays or before is None else before}


def test_one_order_alone() -> None:
    scene = Scene(
        orders=[{"Order ID": FIRST, "Flags": "A"}, {"Order ID": SECOND, "Flags": "B"}],
        wrote=[(FIRST, {}, {"Flags": "A"}), (SECOND, {}, {"Flags": "B"})],
        memories={FIRST: (READY, OFFERED), SECOND: (READY, OFFERED)},
    )
    undoing = scene.undo(only=SECOND)
    assert undoing.orders == {FIRST, SECOND}
    assert (put(undoing), undoing.state.orders) == ({("Orders", 3, "Flags"): None}, {FIRST: OFFERED, SECOND: READY})


ANSWER: Cells = {"Order ID": FIRST, "Source": "form 1", "Client": "Acme", "Status": "Needs info"}
PLACE: Cells = {"Order ID": FIRST, "Floor": "3F"}
STAMP, PRINT = "2026-11-24T00:58:00+00:00", "abc"


def from_form(*, order: Cells = ANSWER, place: Cells = PLACE, now: Sequence[tuple[str, Memory]] = ()) -> Scene:
    """The run took in an answer with a further place; `order` and `place` are their rows as they are now."""
    return Scene(
        orders=[order], sites=[place], wrote=[(FIRST, {}, ANSWER)], wrote_sites=[(2, PLACE)],
        memories={FIRST: (None, Memory(status=Status.NEEDS_INFO))}, now=dict(now), answers=((STAMP, PRINT, FIRST),),
    )  # fmt: skip


def test_an_answer_goes_back_to_the_form() -> None:
    """Its rows are blank, it may come again, and comes with its own number."""
    undoing = from_form().undo()
    assert set(undoing.put.values()) == {None}
    wanted = {("Orders", 2, header) for header in ANSWER} | {("Other sites", 2, header) for header in PLACE}
    assert put(undoing).keys() >= wanted and undoing.left == []
    state = undoing.state
    assert (state.orders, state.answers, list(state.returned.values())) == ({}, {STAMP: []}, [[FIRST]])


@pytest.mark.parametrize(
    ("order", "place"),
    [
        ({"Notes": "called them"}, {}),
        ({"Client": "Acme Ltd"}, {}),
        ({"Client": None}, {}),
        ({}, {"Floor": "4F"}),
        ({}, {"Site contact": "Sam"}),
    ],
)
def test_an_answer_that_people_worked_on_stays_whole(order: Cells, place: Cells) -> None:
    undoing = from_form(order={**ANSWER, **order}, place={**PLACE, **place}).undo()
    assert put(undoing) == {} and [left[:13] for left in undoing.left] == [FIRST]
    assert list(undoing.state.orders) == [FIRST] and undoing.state.answers == {STAMP: [PRINT]}


@pytest.mark.parametrize("cells", [{"Travel needed": False}, {"Notes": ""}, {"Flags": "WARN of a later run"}])
def test_ticks_in_advance_and_what_later_runs_wrote_are_nobodys_work(cells: Cells) -> None:
    undoing = from_form(order={**ANSWER, **cells}).undo()
    assert undoing.left == [] and undoing.state.orders == {}
    assert put(undoing).get(("Orders", 2, "Flags"), "") is None


def test_a_formula_filled_down_is_nobodys_work() -> None:
    scene = from_form(order={**ANSWER, "Notes": "=A1"})
    assert scene.undo().state.orders != {}
    scene.formulas = frozenset({(OrderRow, 2, "notes")})
    assert scene.undo().state.orders == {}


def test_an_answer_whose_order_went_on_stays_whole() -> None:
    undoing = from_form(now=[(FIRST, READY)]).undo()
    assert put(undoing) == {} and [left[:13] for left in undoing.left] == [FIRST]
    assert undoing.state.answers == {STAMP: [PRINT]}


def test_one_order_alone_does_not_go_back_to_the_form() -> None:
    """What the job found out of it does; its cells, its number and what is told of it stay."""
    undoing = from_form().undo(only=FIRST)
    assert put(undoing) == {("Orders", 2, "Status"): None}
    assert undoing.state.orders == {FIRST: Memory(status=Status.NEEDS_INFO)}
    assert undoing.state.answers == {STAMP: [PRINT]} and undoing.state.returned == {}
    assert len(undoing.left) == len(ANSWER) - 1 + len(PLACE)


def test_the_next_run_after_the_first_was_undone_is_the_first_again() -> None:
    scene = flagged()
    undoing = scene.undo()
    assert undoing.state.anew is False
    rows: dict[type[Row], dict[int, Row]] = {kind: {} for kind in PUT_BACK}
    for only, anew in ((None, True), (FIRST, False)):
        first = Undoing(Standing(rows), State(), Record((), (), (), first=True), only)
        first.memories()
        assert first.state.anew is anew
