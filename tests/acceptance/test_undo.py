"""`onsite undo`: a run is put back, but for what people changed since and what left the house; on both adapters."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from sync import deciding, history
from sync.registers.google import model
from tests.acceptance.desk import NOW, Desk, Done, onsite, tree
from tests.sheets_server import SheetsServer
from tests.sheets_server.grids import tabs_of_workbook

LATER, LATEST, AFTER = (f"2026-11-24T{clock}+09:00" for clock in ("10:05", "10:10", "10:15"))
FORM = (
    "Timestamp,Client,Client reference,Order email,Site address,Site 2 address,Site 2 floor\n"
    "2026/11/24 9:58:00,Quillfern Project Management Ltd,F-1,x@client.example,1-1 Sakae Nagoya,2-2 Umeda Osaka,3F\n"
)
NEW = "ORD-2026-0013"


class Register(Protocol):
    """What a person does with a register, wherever it is."""

    @property
    def name(self) -> str: ...
    @property
    def out(self) -> Path: ...
    def type(self, reference: str, cells: Mapping[str, Any], /) -> None: ...
    def rows(self, tab: str, /) -> list[dict[str, Any]]: ...


class OnDisk(Desk):
    """A workbook."""

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def out(self) -> Path:
        return self.folder


class OnTheWeb:
    """A Google Sheet."""

    def __init__(self, server: SheetsServer, workbook: Path, out: Path) -> None:
        self.server, self._out = server, out
        self._key = server.create("Register", tabs_of_workbook(workbook), time_zone="Asia/Tokyo")
        self.people = server.people_of(self.name)

    @property
    def name(self) -> str:
        return self._key

    @property
    def out(self) -> Path:
        return self._out

    def type(self, reference: str, cells: Mapping[str, Any]) -> None:
        row = self.people.find("Orders", "Client reference", reference)
        for header, value in cells.items():
            self.people.edit("Orders", row, header, "" if value is None else value)

    def rows(self, tab: str) -> list[dict[str, Any]]:
        headers, *lines = self.server.grid(tab, self.name)
        padded = (line + [""] * (len(headers) - len(line)) for line in lines)
        found = ({h: value or None for h, value in zip(headers, line, strict=True)} for line in padded)
        return [{"row": row, **line} for row, line in enumerate(found, 2) if any(line.values())]


def sync(register: Register, now: str, *options: object, code: int = 0) -> dict[str, Any]:
    done = onsite("sync", register.name, "--now", now, "--json", "--out", register.out, *options)
    assert done.code == code, done.err or done.out[-1000:]
    return done.object


def undo(register: Register, run: str, *options: object, now: str = LATEST) -> dict[str, Any]:
    done = onsite("undo", register.name, run, "--now", now, "--json", *options)
    assert done.code == 0, done.err
    return done.object


def refused(register: Register, *arguments: object) -> Done:
    done = onsite("undo", register.name, *arguments, "--now", LATEST)
    assert done.code == 2 and "bug of ours" not in done.err
    return done


def orders(register: Register) -> dict[str, dict[str, Any]]:
    """Rows of Orders by Client reference."""
    return {str(row["Client reference"]): row for row in register.rows("Orders")}


def held(register: Register) -> bool:
    """Whether scheduled runs wait."""
    return onsite("run", "--once", register.name, "--out", register.out).code == 2


@pytest.fixture(scope="module")
def web() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.fixture(params=["workbook", "sheet"])
def fresh(
    request: pytest.FixtureRequest, begun: Callable[[str], Path], tmp_path: Path, web: SheetsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Register:  # fmt: skip
    """The small sample after init, before any run."""
    if request.param == "workbook":
        return OnDisk(Path(shutil.copytree(begun("small"), tmp_path / "desk")) / "register.xlsx")
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", web.host)
    return OnTheWeb(web, begun("small") / "register.xlsx", tmp_path)


@pytest.fixture
def disk(begun: Callable[[str], Path], tmp_path: Path) -> OnDisk:
    """A workbook after its first run."""
    return OnDisk(Path(shutil.copytree(begun("small synced"), tmp_path / "desk")) / "register.xlsx")


@pytest.fixture
def register(fresh: Register) -> Register:
    """After its first run."""
    sync(fresh, NOW)
    return fresh


def test_a_run_is_put_back_and_a_person_goes_on(register: Register) -> None:
    register.type("S-11", {"Site phone": "03-1234-5678"})
    typed = register.rows("Orders")
    run = sync(register, LATER)["run"]
    flagged = register.rows("Orders")
    assert flagged != typed
    found = undo(register, run)
    assert found["put_back"] and found["left_alone"] == []
    assert register.rows("Orders") == typed
    assert held(register)
    sync(register, AFTER)
    assert register.rows("Orders") == flagged
    assert sync(register, AFTER)["changes"] == []
    assert [row["Event"] for row in register.rows("Log")].count("undo") == 1
    assert not held(register)


def test_what_was_changed_since_is_left_and_named(register: Register) -> None:
    register.type("S-11", {"Site phone": "03-1234-5678"})
    run = sync(register, LATER)["run"]
    register.type("S-11", {"Next step": "Ken calls them", "Notes": "mine"})
    found = undo(register, run)
    (left,) = found["left_alone"]
    assert "ORD-2026-0010" in left and "Next step" in left
    row = orders(register)["S-11"]
    assert (row["Next step"], row["Notes"], row["Flags"]) == ("Ken calls them", "mine", None)


def test_twice_puts_back_once(register: Register) -> None:
    register.type("S-11", {"Site phone": "03-1234-5678"})
    run = sync(register, LATER)["run"]
    assert undo(register, run)["put_back"]
    before = [register.rows(tab) for tab in ("Orders", "Log", "System")]
    assert undo(register, run) == {"run": run, "put_back": [], "left_alone": []}
    assert [register.rows(tab) for tab in ("Orders", "Log", "System")] == before


def test_one_order_alone(register: Register) -> None:
    for reference in ("S-11", "S-10"):
        register.type(reference, {"Site phone": "03-1234-5678"})
    before = orders(register)
    run = sync(register, LATER)["run"]
    after = orders(register)
    undo(register, run, "--order", before["S-11"]["Order ID"].lower())
    assert orders(register) == {**after, "S-11": before["S-11"]}


def test_an_issued_invoice_and_its_order_stay(register: Register) -> None:
    ready = {"Completed at": "2026-11-24 09:30", "Release approved by": "Ken"}
    register.type("S-04", ready)
    register.type("S-11", {"Site phone": "03-1234-5678"})
    done = sync(register, LATER)
    (invoice,) = done["invoices"]
    before = register.rows("Invoices"), register.rows("Invoice lines"), orders(register)["S-04"]
    found = undo(register, done["run"])
    (left,) = found["left_alone"]
    assert invoice["order_id"] in left and "invoice" in left
    assert (register.rows("Invoices"), register.rows("Invoice lines"), orders(register)["S-04"]) == before
    assert orders(register)["S-11"]["Flags"] is None
    assert sync(register, AFTER)["invoices"] == []


def test_the_first_run_of_a_register(fresh: Register) -> None:
    """What was issued stays; the run after it is the first again: what was paid before is not billed."""
    fresh.type("S-09", {"Paid at": "2026-11-23 10:00"})
    before = orders(fresh)
    done = sync(fresh, NOW)
    after = orders(fresh)
    undo(fresh, done["run"])
    issued = {row["Client reference"] for row in after.values() if row["Invoice no."]}
    assert len(issued) == len(done["invoices"]) == 2
    assert orders(fresh) == {**before, **{reference: after[reference] for reference in issued}}
    again = sync(fresh, LATEST)
    assert again["invoices"] == [] and orders(fresh) == after


def test_order_ids_that_people_gave_come_through(fresh: Register) -> None:
    fresh.type("S-11", {"Order ID": "ORD-2024-0777"})
    run = sync(fresh, NOW)["run"]
    undo(fresh, run)
    sync(fresh, LATEST)
    assert orders(fresh)["S-11"]["Order ID"] == "ORD-2024-0777"


def test_one_order_of_the_first_run_keeps_its_number(fresh: Register) -> None:
    run = sync(fresh, NOW)["run"]
    after = orders(fresh)
    order_id = after["S-11"]["Order ID"]
    found = undo(fresh, run, "--order", order_id)
    assert any("Order ID" in left for left in found["left_alone"])
    row = orders(fresh)["S-11"]
    assert (row["Order ID"], row["Status"], row["Next step"]) == (order_id, None, None)
    sync(fresh, LATEST)
    assert orders(fresh) == after


def test_an_order_that_went_on_keeps_its_number(fresh: Register) -> None:
    """Else it would be invoiced a second time, under another."""
    run = sync(fresh, NOW)["run"]
    ids = {reference: row["Order ID"] for reference, row in orders(fresh).items()}
    fresh.type("S-04", {"Completed at": "2026-11-24 09:30", "Release approved by": "Ken"})
    invoices = sync(fresh, LATER)["invoices"]
    undo(fresh, run)
    assert orders(fresh)["S-04"]["Order ID"] == ids["S-04"]
    assert sync(fresh, AFTER)["invoices"] == []
    assert {reference: row["Order ID"] for reference, row in orders(fresh).items()} == ids
    assert len(invoices) == 1 and len(fresh.rows("Invoices")) == 3


@pytest.fixture
def answered(register: Register, tmp_path: Path) -> tuple[Register, Path, str]:
    """After an answer of the form with two places came in; with the run that took it in."""
    form = tmp_path / "answers.csv"
    form.write_text(FORM, "utf-8")
    return register, form, sync(register, LATER, "--form-csv", form)["run"]


def test_an_answer_goes_back_to_the_form(answered: tuple[Register, Path, str]) -> None:
    register, form, run = answered
    after = [register.rows(tab) for tab in ("Orders", "Other sites")]
    undo(register, run)
    assert "F-1" not in orders(register)
    assert not any(row["Floor"] == "3F" for row in register.rows("Other sites"))
    sync(register, AFTER, "--form-csv", form)
    assert [register.rows(tab) for tab in ("Orders", "Other sites")] == after


@pytest.mark.parametrize("cells", [{"Notes": "called them"}, {"Site address": "1-1 Sakae, Naka-ku"}])
def test_an_answer_that_people_worked_on_stays_whole(
    answered: tuple[Register, Path, str], cells: dict[str, str]
) -> None:
    register, form, run = answered
    register.type("F-1", cells)
    before = [register.rows(tab) for tab in ("Orders", "Other sites")]
    found = undo(register, run)
    assert [left.startswith(NEW) for left in found["left_alone"]] == [True]
    assert [register.rows(tab) for tab in ("Orders", "Other sites")] == before
    sync(register, AFTER, "--form-csv", form)
    assert [row["Client reference"] for row in register.rows("Orders")].count("F-1") == 1


def test_an_answer_that_went_on_stays_whole(disk: OnDisk, tmp_path: Path) -> None:
    """Nobody typed into its row, but its client is known now: it keeps its number, so it must keep what it says."""
    (tmp_path / "answers.csv").write_text(
        "Timestamp,Client,Client reference,Order email,Planned start,Language,Work description,Instruction documents,"
        "Site address,Site contact,Site phone\n2026/11/24 9:58:00,Newcomer Ltd,F-1,x@client.example,2026-12-01 9:00,"
        "English,Swap a disk,MOP.docx,1-1 Sakae Nagoya,Grace,+81 3-1234-5678\n",
        "utf-8",
    )
    run = sync(disk, LATER, "--form-csv", tmp_path / "answers.csv")["run"]
    with disk.edited() as book:
        book["Clients"].append(["Newcomer Ltd"])
    sync(disk, "2026-11-24T10:07+09:00")
    before = orders(disk)["F-1"]
    assert before["Status"] == "Ready"
    found = undo(disk, run)
    assert [left.startswith(NEW) for left in found["left_alone"]] == [True]
    assert orders(disk)["F-1"] == before


def test_what_a_later_run_wrote_beside_an_answer_goes_with_it(answered: tuple[Register, Path, str]) -> None:
    """What stands in the job's own cells is nobody's work: the row is to be blank all the same."""
    register, _, run = answered
    register.type("F-1", {"Candidates": "somebody"})
    undo(register, run)
    assert len(register.rows("Orders")) == 12


@pytest.fixture(params=[model.SMALL, 0], ids=["small", "large"])
def twice_answered(
    request: pytest.FixtureRequest, begun: Callable[[str], Path], web: SheetsServer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[OnTheWeb, dict[str, Any], str]:  # fmt: skip
    """A sheet into which two answers came, its orders before that, and the run that took them in."""
    monkeypatch.setattr(model, "SMALL", request.param)
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", web.host)
    sheet = OnTheWeb(web, begun("small") / "register.xlsx", tmp_path)
    (tmp_path / "answers.csv").write_text(FORM + FORM.splitlines()[1].replace("F-1", "F-2") + "\n", "utf-8")
    sync(sheet, NOW)
    before = {reference: line(row) for reference, row in orders(sheet).items()}
    return sheet, before, sync(sheet, LATER, "--form-csv", tmp_path / "answers.csv")["run"]


def test_rows_that_move_in_the_moment_of_an_undo_go_back_whole(
    twice_answered: tuple[OnTheWeb, dict[str, Any], str],
) -> None:
    """Else the answer that stayed and its second coming would be two orders."""
    sheet, before, run = twice_answered
    sheet.server.hooks.before_when(lambda call: call.is_write, lambda: sheet.people.sort("Orders", "Client reference"))
    undo(sheet, run)
    assert {reference: line(row) for reference, row in orders(sheet).items()} == before


def test_a_row_that_moves_to_where_another_is_blanked_comes_back(
    twice_answered: tuple[OnTheWeb, dict[str, Any], str],
) -> None:
    """Nothing is seen of it any more: it is what is missing."""
    sheet, before, run = twice_answered
    row = orders(sheet)["F-2"]["row"]
    mine = ["Quillfern Project Management Ltd", "S-99", "x@client.example", "9-9 Nagono"]
    cells = dict(zip(("Client", "Client reference", "Order email", "Site address"), mine, strict=True))
    sheet.people.insert_row("Orders", row, [cells.get(header) for header in sheet.server.grid("Orders", sheet.name)[0]])
    sheet.server.hooks.before_when(lambda call: call.is_write, lambda: sheet.people.insert_row("Orders", 2))
    undo(sheet, run)
    found = orders(sheet)
    assert [found["S-99"][header] for header in cells] == mine
    assert {reference: line(found[reference]) for reference in before} == before and len(found) == len(before) + 1


def test_what_people_clear_in_the_moment_of_an_undo_stays_cleared(
    twice_answered: tuple[OnTheWeb, dict[str, Any], str],
) -> None:
    """Found by the worlds: in a large sheet it was put back, for the undo clears cells of that column too."""
    sheet, before, run = twice_answered
    first = next(iter(before))
    assert before[first]["Order email"]
    edit = partial(sheet.people.edit, "Orders", orders(sheet)[first]["row"], "Order email", "")
    sheet.server.hooks.before_when(lambda call: call.is_write, edit)
    undo(sheet, run)
    assert orders(sheet)[first]["Order email"] in (None, "")


def test_the_run_after_an_undo_writes_once(twice_answered: tuple[OnTheWeb, dict[str, Any], str]) -> None:
    """It forgets that runs were held back, and has more to remember, all in one write."""
    sheet, before, run = twice_answered
    undo(sheet, run)
    done = sync(sheet, AFTER, "--form-csv", sheet.out / "answers.csv")
    assert len(done["orders"]) == len(before) + 2 and done["requests"]["writes"] == 1


def line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row wherever it stands."""
    return {header: value for header, value in row.items() if header != "row"}


def test_one_order_does_not_go_back_to_the_form(answered: tuple[Register, Path, str]) -> None:
    register, form, run = answered
    undo(register, run, "--order", NEW)
    row = orders(register)["F-1"]
    assert (row["Order ID"], row["Status"], row["Site address"]) == (NEW, None, "1-1 Sakae Nagoya")
    sync(register, AFTER, "--form-csv", form)
    assert orders(register)["F-1"]["Status"] == "Needs info" and len(register.rows("Orders")) == 13


def test_a_place_that_people_moved_is_not_mistaken(disk: OnDisk, tmp_path: Path) -> None:
    """Where the form's place stood another one stands now, with a floor of the same name."""
    (tmp_path / "answers.csv").write_text(FORM, "utf-8")
    run = sync(disk, LATER, "--form-csv", tmp_path / "answers.csv")["run"]
    with disk.edited() as book:
        sheet = book["Other sites"]
        row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == NEW)
        sheet.insert_rows(row)
        for col, value in ((1, "S-11"), (2, "9-9 Nagono"), (4, "3F")):
            sheet.cell(row, col).value = value
    undo(disk, run)
    assert [row["Floor"] for row in disk.rows("Other sites")].count("3F") == 2
    assert "F-1" in orders(disk)


def test_a_register_that_shrank_by_an_undo_is_no_alarm(fresh: Register, tmp_path: Path) -> None:
    form = tmp_path / "many.csv"
    header, line = FORM.splitlines()
    form.write_text("\n".join([header, *(line.replace("F-1", f"F-{n}") for n in range(20))]), "utf-8")
    sync(fresh, NOW)
    run = sync(fresh, LATER, "--form-csv", form)["run"]
    undo(fresh, run)
    assert len(sync(fresh, AFTER, "--form-csv", form)["orders"]) == 32


def test_a_deleted_row_and_a_copied_one_are_left(disk: OnDisk) -> None:
    for reference in ("S-11", "S-10"):
        disk.type(reference, {"Site phone": "03-1234-5678"})
    run = sync(disk, LATER)["run"]
    ids = orders(disk)["S-11"]["Order ID"], orders(disk)["S-10"]["Order ID"]
    with disk.edited() as book:
        sheet = book["Orders"]
        copied = [cell.value for cell in sheet[Desk.row_of(sheet, "S-10")]]
        sheet.delete_rows(Desk.row_of(sheet, "S-11"))
        sheet.append(copied)
    before = disk.rows("Orders")
    found = undo(disk, run)
    assert sorted(left[:13] for left in found["left_alone"]) == sorted(ids)
    assert disk.rows("Orders") == before


def test_rows_that_were_sorted_are_found(register: Register) -> None:
    register.type("S-11", {"Site phone": "03-1234-5678"})
    typed = orders(register)
    run = sync(register, LATER)["run"]
    if isinstance(register, OnTheWeb):
        register.people.sort("Orders", "Client reference", descending=True)
    elif isinstance(register, OnDisk):
        with register.edited() as book:
            sheet = book["Orders"]
            lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2, max_row=13)]
            for number, line in enumerate(reversed(lines), 2):
                for col, value in enumerate(line, 1):
                    sheet.cell(number, col).value = value
    undo(register, run)
    assert {key: {**row, "row": 0} for key, row in orders(register).items()} == {
        key: {**row, "row": 0} for key, row in typed.items()
    }


def test_what_can_not_be_undone_is_refused(register: Register) -> None:
    register.type("S-11", {"Site phone": "03-1234-5678"})
    run = sync(register, LATER)["run"]
    before = register.rows("System")
    assert run in refused(register, "20200101-000000-1").err  # names those that can be
    refused(register, run, "--order", "ORD-2026-0001")
    refused(register, run, "--order", "nonsense")
    assert register.rows("System") == before
    assert not held(register)


def test_the_last_runs_are_kept(disk: OnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty; three of them stand for those here."""
    assert history.KEPT == 20
    monkeypatch.setattr(deciding, "KEPT", 3)
    runs = []
    for n in range(4):
        disk.type("S-11", {"Site phone": f"03-1234-56{n:02d}"})
        runs.append(sync(disk, f"2026-11-24T10:{n + 1:02d}+09:00")["run"])
    keys = [str(row["Key"]) for row in disk.rows("System")]
    assert {key.removeprefix("journal ") for key in keys if key.startswith("journal ")} == set(runs[1:])


def test_system_does_not_grow_with_every_run(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal forgets a run for each that it learns of, whose row the next one takes."""
    monkeypatch.setattr(deciding, "KEPT", 2)

    def last_row(minute: int) -> int:
        register.type("S-11", {"Site phone": f"03-1234-56{minute:02d}"})
        sync(register, f"2026-11-24T10:{minute:02d}+09:00")
        return max(int(row["row"]) for row in register.rows("System"))

    heights = [last_row(minute) for minute in range(10, 18)]
    assert max(heights) == max(heights[:3])


def test_an_undo_of_what_is_undone_since_in_another_order(register: Register) -> None:
    """The earlier run first: what the later one wrote over stays, and is put back with the later one."""
    before = orders(register)
    register.type("S-11", {"Site phone": "03-1234-5678"})
    first = sync(register, LATER)["run"]
    register.type("S-11", {"Site phone": "03-9999-5678"})
    second = sync(register, "2026-11-24T10:06+09:00")["run"]
    assert any("Flags" in left for left in undo(register, first)["left_alone"])
    undo(register, second)
    undo(register, first)
    row = orders(register)["S-11"]
    assert {**row, "Site phone": before["S-11"]["Site phone"]} == before["S-11"]


def test_an_open_workbook_is_left(disk: OnDisk) -> None:
    disk.type("S-11", {"Site phone": "03-1234-5678"})
    run = sync(disk, LATER)["run"]
    (disk.folder / "~$register.xlsx").write_bytes(b"\3Ken")
    before = tree(disk.folder)
    done = onsite("undo", disk.name, run, "--now", LATEST)
    assert done.code == 3 and "Ken" in done.err and tree(disk.folder) == before
