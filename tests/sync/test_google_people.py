"""People sort, insert, delete, edit, copy and move between any two calls of a run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.errors import OnsiteError
from sync.registers.google import model
from tests.simulation.memo import remember_papers
from tests.sync.google_desk import REFERENCE, Between, GoogleDesk, copied

Act = Callable[[GoogleDesk], object]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the invoices here."""
    remember_papers(monkeypatch)


@pytest.fixture(scope="module")
def used(fresh: GoogleDesk) -> GoogleDesk:
    """The same after a run, with four things changed by people since; only copies of it are used."""
    desk = copied(fresh, fresh.folder)
    desk.run()
    desk.people.edit("Orders", desk.row("S-03"), "Site phone", "'03-1234-5678")
    desk.people.edit("Orders", desk.row("S-05"), "Status", "Paid")
    desk.people.edit("Orders", desk.row("S-08"), "Client", "Nobody Ltd.")
    desk.people.insert_row("Orders", 4, typed(desk, "NEW-1"))
    return desk


def typed(desk: GoogleDesk, reference: str) -> list[Any]:
    """A row as people begin one: a client, a reference, a site."""
    header = desk.server.grid("Orders", desk.key)[0]
    cells = {REFERENCE: reference, "Client": "Nobody yet", "Site phone": "'+81 3 1234 5678", "Language": "English"}
    return [cells.get(name) for name in header]


def sort(column: str, descending: bool = False) -> Act:
    return lambda desk: desk.people.sort("Orders", column, descending=descending)


def edit(column: str, value: Any, reference: str = "S-02") -> Act:
    return lambda desk: desk.people.edit("Orders", desk.row(reference), column, value)


def _insert(desk: GoogleDesk) -> None:
    desk.people.insert_row("Orders", 3, typed(desk, "NEW-2"))


def _fill_gap(desk: GoogleDesk) -> None:
    """A row typed below the last one, where the job would append."""
    desk.people.insert_row("Orders", len(desk.server.grid("Orders", desk.key)) + 1, typed(desk, "NEW-3"))


def _copy(desk: GoogleDesk) -> None:
    desk.people.copy_row("Orders", desk.row("S-04"), len(desk.server.grid("Orders", desk.key)) + 1)
    desk.people.edit("Orders", len(desk.server.grid("Orders", desk.key)), REFERENCE, "COPY")


def _answer(desk: GoogleDesk) -> None:
    header = desk.server.grid("Form responses 1", desk.key)[0]
    cells = {"Timestamp": "2026/11/24 9:30:00", REFERENCE: "FORM-1", "Client": "Someone"}
    desk.people.add_form_answer("Form responses 1", [cells.get(name) for name in header])


def _ledgers(desk: GoogleDesk) -> None:
    for tab in ("Log", "Invoices", "System"):
        desk.people.sort(tab, 1, descending=True)


ACTS: dict[str, Act] = {
    "sort by client": sort("Client", descending=True),
    "sort by start": sort("Planned start"),
    "sort by a column of the job": sort("Status"),
    "insert a filled row": _insert,
    "insert blank rows": lambda desk: [desk.people.insert_row("Orders", 2) for _ in range(3)],
    "type below the last row": _fill_gap,
    "delete an order": lambda desk: desk.people.delete_row("Orders", desk.row("S-02")),
    "delete one that is invoiced": lambda desk: desk.people.delete_row("Orders", desk.row("S-01")),
    "move a row down": lambda desk: desk.people.move_row("Orders", 2, 9),
    "move a row up": lambda desk: desk.people.move_row("Orders", 10, 3),
    "copy a row": _copy,
    "clear a row": lambda desk: desk.people.clear_rows("Orders", desk.row("S-06"), desk.row("S-06")),
    "edit a text": edit("Floor", ""),
    "edit a date": edit("Planned start", "2026/12/24 9:00"),
    "edit the reference": edit(REFERENCE, "S-02b"),
    "type over a status": edit("Status", "Cancelled"),
    "type over an ID": edit("Order ID", "ORD-2026-9999"),
    "insert a column": lambda desk: desk.people.insert_column("Orders", "Flags", "Ours"),
    "insert a column without a header": lambda desk: desk.people.insert_column("Orders", "Status"),
    "move a column of the job": lambda desk: desk.people.move_column("Orders", "Flags", "Client"),
    "move a column of people": lambda desk: desk.people.move_column("Orders", "Client", "Order ID"),
    "an answer of the form": _answer,
    "sort the job's tabs": _ledgers,
    "hide a row": lambda desk: desk.people.hide_row("Orders", 5),
    "sort engineers": lambda desk: desk.people.sort("Engineers", 1, descending=True),
    "add a client": lambda desk: desk.people.insert_row("Clients", 2, ["Nobody yet"]),
}
QUICK = (
    "sort by client", "insert a filled row", "delete an order", "move a row up", "copy a row", "edit a date",
    "insert a column", "move a column of people", "an answer of the form",
)  # fmt: skip
MOMENTS = ("before call 2", "before call 3", "before call 4", "after call 4")
AFTER_THE_FIRST = ("type over a status", "type over an ID")
"""What stands there before the first run is believed, or stops it."""
WITH_ITS_NUMBER = ("copy a row", MOMENTS[3])
"""After the first run a copy has an Order ID, and before it none: two different things."""
CASES = [
    pytest.param((run, act), moment, id=f"{run} run, {act} {moment}",
                 marks=[] if (run, moment) == ("later", MOMENTS[2]) and act in QUICK else pytest.mark.slow)
    for run in ("first", "later") for act in ACTS for moment in MOMENTS
    if run == "later" or (act not in AFTER_THE_FIRST and (act, moment) != WITH_ITS_NUMBER)
]  # fmt: skip
"""Before the second read, the look before the write, the write, and the end. All of them: `make test-long`."""


@dataclass(frozen=True)
class Peace:
    """What comes out where people do the same before a run: their cells, and what the orders come to."""

    base: GoogleDesk
    act: Act
    human: dict[str, list[Any]]
    before: dict[str, dict[str, Any]]
    meant: dict[str, dict[str, Any]]
    odd: tuple[str, ...]


@pytest.fixture(scope="module")
def peace(request: pytest.FixtureRequest, fresh: GoogleDesk, used: GoogleDesk, tmp_path_factory: Any) -> Peace:
    base, act = fresh if request.param[0] == "first" else used, ACTS[request.param[1]]
    undisturbed, calm = copied(base, tmp_path_factory.mktemp("one")), copied(base, tmp_path_factory.mktemp("two"))
    undisturbed.run()
    act(calm)
    human = calm.human()
    calm.run()
    calm.run()
    copy = [row["Order ID"] for row in undisturbed.rows() if row[REFERENCE] == "S-04"]
    odd = {"copy a row": tuple(copy), "type over an ID": ("ORD-2026-9999",)}.get(request.param[1], ())
    return Peace(base, act, human, undisturbed.results(), calm.results(), odd)


def disturbed(desk: GoogleDesk, moment: str, act: Act) -> None:
    """A run with people at work at that moment."""
    if moment == "after call 4":
        desk.server.hooks.after_when(lambda call: call.book_id == desk.key and call.is_write, lambda: act(desk))
        desk.run()
        desk.server.hooks.clear()
        return
    between = Between(int(moment[-1]), lambda: act(desk))
    desk.run(limiter=between)
    assert between.acted


@pytest.mark.scenario(11, 12, 13, 16)
@pytest.mark.parametrize(("peace", "moment"), CASES, indirect=["peace"])
def test_every_cell_stands_beside_its_own_order_and_none_of_the_peoples_is_changed(
    peace: Peace, moment: str, tmp_path: Path
) -> None:
    desk = copied(peace.base, tmp_path)
    disturbed(desk, moment, peace.act)
    typed = {"S-02": {**peace.before["S-02"], "Status": "Cancelled"}, "COPY": peace.before["S-04"]}
    assert desk.problems(peace.before, typed, peace.meant, odd=peace.odd) == []
    desk.run()
    assert {key: row for key, row in desk.human().items() if key in peace.human} == peace.human
    assert desk.problems(peace.meant, odd=peace.odd) == []
    assert desk.run().decision.plan.changes == []


@pytest.mark.scenario(14)
@pytest.mark.parametrize("pasted", ["before the write", "after it"])
@pytest.mark.parametrize("small", [model.SMALL, 0], ids=["read back whole", "in part"])
def test_a_copy_that_comes_to_just_where_the_run_fills_in(
    used: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int, pasted: str
) -> None:
    """Found by the worlds: the copy's Received at was written over, or cleared when the run put that right."""
    monkeypatch.setattr(model, "SMALL", small)
    desk = copied(used, tmp_path)
    row = desk.row("NEW-1")
    assert desk.orders()["NEW-1"]["Received at"] == ""
    received = desk.orders()["S-04"]["Received at"]

    def paste() -> None:
        desk.people.copy_row("Orders", desk.row("S-04"), row)
        for header, value in {REFERENCE: "COPY", "Order ID": "", "Invoice no.": ""}.items():
            desk.people.edit("Orders", row, header, value)

    def work() -> None:
        desk.people.insert_row("Orders", row)
        if pasted == "before the write":
            paste()
        else:
            desk.server.hooks.after_when(lambda call: call.book_id == desk.key and call.is_write, paste)

    disturbed(desk, "before call 4", lambda _: work())
    found = desk.orders()
    assert found["COPY"]["Received at"] == received != ""
    assert found["S-04"]["Received at"] == received
    assert found["NEW-1"]["Received at"] not in ("", received)


@pytest.mark.scenario(11, 14)
@pytest.mark.parametrize("moved", [0, 1], ids=["the original", "two copies"])
def test_rows_that_nearly_all_columns_show_as_one(
    used: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """Found by the worlds: of a large sheet a few columns are read back, by which a copy and its original were one."""
    monkeypatch.setattr(model, "SMALL", 0)
    desk = copied(used, tmp_path)
    row = desk.row("S-01") + 1
    for reference in ("COPY 2", "COPY"):
        desk.people.insert_row("Orders", row)
        desk.people.copy_row("Orders", row - 1, row)
        for header, value in {REFERENCE: reference, "Order ID": "", "Invoice no.": ""}.items():
            desk.people.edit("Orders", row, header, value)
    _answer(desk)
    calm = copied(desk, tmp_path)
    calm.run()
    disturbed(desk, "before call 4", lambda desk: desk.people.move_row("Orders", row + moved, row + moved - 1))
    shown = ("Order ID", "Status", "Next step", "Flags", "Invoice no.")
    meant = {reference: [order[header] for header in shown] for reference, order in calm.orders().items()}
    assert {reference: [order[header] for header in shown] for reference, order in desk.orders().items()} == meant


@pytest.mark.scenario(11)
@pytest.mark.slow
def test_people_who_sort_at_every_call(used: GoogleDesk, tmp_path: Path) -> None:
    """Nothing is written beside the wrong row though rows move before every single call."""
    desk, calm = copied(used, tmp_path), copied(used, tmp_path)
    calm.run()
    columns = ["Client", "Planned start", REFERENCE, "Site address", "Order ID"]
    turn = itertools.count()

    class Always(Between):
        def wait(self, kind: str) -> None:
            n = next(turn)
            desk.people.sort("Orders", columns[n % len(columns)], descending=n % 2 == 0)

    human = desk.human()
    with_errors(lambda: desk.run(limiter=Always(0, lambda: None)))
    desk.run()
    assert desk.human() == human
    assert desk.problems(calm.results()) == []


def with_errors(run: Callable[[], object]) -> None:
    """A run may say that it can't get through; it may not do harm."""
    try:
        run()
    except OnsiteError as fault:
        assert fault.exit_code in (3, 4)
