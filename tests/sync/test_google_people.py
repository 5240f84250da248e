"""People sort, insert, delete, edit, copy and move between any two calls of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.errors import OnsiteError
from tests.conftest import DATA
from tests.sheets_server import SheetsServer
from tests.sync.google_desk import REFERENCE, Between, GoogleDesk, copied, started

Act = Callable[[GoogleDesk], object]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleDesk]:
    """A register before its first run; only copies of it are used."""
    with SheetsServer() as server:
        yield started(server, DATA / "register-small.xlsx", tmp_path_factory.mktemp("out"))


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
    "edit a text": edit("Site phone", "'03-9999-0000"),
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
MOMENTS = ["before call 2", "before call 3", "before call 4", "after call 4", "before calls 3 and 4"]


def disturbed(desk: GoogleDesk, moment: str, act: Act) -> None:
    """A run with people at work at that moment."""
    if moment == "after call 4":
        desk.server.hooks.after_when(lambda call: call.book_id == desk.key and call.is_write, lambda: act(desk))
        desk.run()
        desk.server.hooks.clear()
        return
    desk.run(limiter=Between(int(moment[-1]), lambda: act(desk)))


@pytest.fixture(scope="module", params=["first run", "later run"])
def base(request: pytest.FixtureRequest, fresh: GoogleDesk, used: GoogleDesk) -> GoogleDesk:
    return fresh if request.param == "first run" else used


@pytest.fixture(scope="module")
def before(base: GoogleDesk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the orders come to where nobody disturbs the run."""
    calm = copied(base, tmp_path_factory.mktemp("calm"))
    calm.run()
    return calm.orders()


@pytest.fixture(scope="module", params=ACTS)
def act(request: pytest.FixtureRequest) -> Act:
    found: Act = ACTS[request.param]
    return found


@pytest.fixture(scope="module")
def calm(base: GoogleDesk, act: Act, tmp_path_factory: pytest.TempPathFactory) -> GoogleDesk:
    """Where people did it in peace, before the run."""
    calm = copied(base, tmp_path_factory.mktemp("calm"))
    act(calm)
    return calm


@pytest.fixture(scope="module")
def after(calm: GoogleDesk) -> tuple[dict[str, list[Any]], dict[str, dict[str, Any]]]:
    """What people left in their cells, and what the orders come to in the end."""
    human = calm.human()
    calm.run()
    calm.run()
    return human, calm.orders()


@pytest.mark.parametrize("moment", MOMENTS[:4])
def test_every_cell_stands_beside_its_own_order_and_none_of_the_peoples_is_changed(
    base: GoogleDesk, act: Act, moment: str, before: Any, after: Any, tmp_path: Path
) -> None:
    desk, (human, meant) = copied(base, tmp_path), after
    disturbed(desk, moment, act)
    now = desk.orders()
    either = {key: row if not now[key]["Status"] or same(now[key], row) else before.get(key, row)
              for key, row in meant.items() if key in now and (now[key]["Status"] or now[key]["Order ID"])}  # fmt: skip
    assert desk.problems(either) == []
    desk.run()
    assert {key: row for key, row in desk.human().items() if key in human} == human
    assert desk.problems(meant) == []
    assert desk.run().decision.plan.changes == []


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one["Status"] == other["Status"]


def test_people_who_sort_at_every_call(used: GoogleDesk, tmp_path: Path) -> None:
    """Nothing is written beside the wrong row though rows move before every single call."""
    desk = copied(used, tmp_path)
    calm = copied(used, tmp_path)
    calm.run()
    columns = ["Client", "Planned start", REFERENCE, "Site address", "Order ID"]
    turn = iter(range(1_000))

    def stir() -> None:
        n = next(turn)
        desk.people.sort("Orders", columns[n % len(columns)], descending=n % 2 == 0)

    class Always(Between):
        def wait(self, kind: str) -> None:
            stir()

    human = desk.human()
    with_errors(lambda: desk.run(limiter=Always(0, stir)))
    desk.run()
    assert desk.human() == human
    assert desk.problems(calm.orders()) == []


def with_errors(run: Callable[[], object]) -> None:
    """A run may say that it can't get through; it may not do harm."""
    try:
        run()
    except OnsiteError as fault:
        assert fault.exit_code in (3, 4)
