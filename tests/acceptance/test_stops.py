"""What stops a run though the file is sound: its clock, rows that vanished, a lost memory, other people."""

from __future__ import annotations

import errno
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.acceptance.desk import NOW, Desk, columns, md5, onsite, told

LATER = "2026-11-24T10:05+09:00"


@pytest.mark.scenario(25)
@pytest.mark.parametrize(
    ("now", "named"),
    [("2026-11-24T09:59:59+09:00", "09:59:59"), ("2026-11-24T00:59+00:00", "09:59"), ("2025-11-24T10:00", "2025")],
)
def test_a_clock_before_the_last_runs(synced: Desk, now: str, named: str) -> None:
    said = synced.refused(now=now)
    assert named in said and "2026-11-24 10:00:00" in said
    assert onsite("doctor", synced.path, "--now", now).code == 2


def test_a_clock_before_the_last_runs_can_be_forced(synced: Desk) -> None:
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    assert synced.sync("--force", now="2026-11-24T09:00+09:00")["revision"] == 2


def test_check_looks_as_of_any_time(synced: Desk) -> None:
    """It writes nothing, so no clock can spoil anything: a person may ask what was wrong an hour ago."""
    before = md5(synced.path)
    assert onsite("check", synced.path, "--now", "2026-11-24T09:00+09:00").code == 1
    assert md5(synced.path) == before


def test_now_without_an_offset_is_in_the_registers_zone(synced: Desk) -> None:
    assert "2026-11-24 09:59:00" in synced.refused(now="2026-11-24T09:59")
    assert synced.sync(now="2026-11-24T10:00")["changes"] == []


def _shrunk(desk: Desk, rows: int) -> None:
    with desk.edited() as book:
        book["Orders"].delete_rows(2 + rows, 100)


def test_far_fewer_orders_than_before(synced: Desk) -> None:
    _shrunk(synced, 5)
    said = synced.refused(now=LATER)
    assert " 5 " in said and " 12" in said
    code, found = _doctors(synced)
    assert (code, found["orders"], found["documents"]) == (2, "bad", "ok")
    assert len(synced.sync("--force", now=LATER)["orders"]) == 5
    assert _doctors(synced)[1]["orders"] == "ok"
    assert synced.sync(now=LATER)["changes"] == []
    assert len(synced.log("deleted")) == 7


@pytest.mark.parametrize("typed", [None, "MY-1", "ORD-2026-0100", "ORD-2026-0001"])
def test_orders_that_lost_their_ids_are_not_numbered_anew(synced: Desk, typed: str | None) -> None:
    """As under a new, blank column of that name, or where somebody filled the cells down."""
    with synced.edited() as book:
        for row in range(2, 14):
            book["Orders"].cell(row, columns(book["Orders"])["Order ID"]).value = typed
    assert " 2 " in synced.refused(now=LATER)  # invoiced ones are known by their invoices
    assert len(synced.sync("--force", now=LATER)["orders"]) == 12


def test_an_invoiced_order_whose_id_was_filled_in_from_another_is_itself_again(synced: Desk) -> None:
    """Else people would clear the copied ID, as they are told to, and the work be invoiced a second time."""
    invoiced = next(row for row in synced.rows("Orders") if row["Invoice no."])
    other = next(row for row in synced.rows("Orders") if not row["Invoice no."])
    with synced.edited() as book:
        book["Orders"].cell(invoiced["row"], columns(book["Orders"])["Order ID"]).value = other["Order ID"]
    done = synced.sync(now=LATER)
    assert done["invoices"] == [] and not synced.log("deleted")
    rows = {row["row"]: (row["Order ID"], row["Invoice no."]) for row in synced.rows("Orders")}
    assert rows[invoiced["row"]] == (invoiced["Order ID"], invoiced["Invoice no."])
    assert rows[other["row"]] == (other["Order ID"], None)


def test_orders_that_came_in_place_of_others_are_counted(synced: Desk) -> None:
    """As where people begin a new month on the rows of the last one."""
    _shrunk(synced, 2)
    for number in range(4):
        synced.add("S-01", {"Client reference": f"NEW-{number}", "Site address": f"{number} Main Street"})
    assert len(synced.sync(now=LATER)["orders"]) == 6


def test_init_names_the_column_of_order_ids_that_lost_its_header(synced: Desk) -> None:
    with synced.edited() as book:
        book["Orders"].cell(1, columns(book["Orders"])["Order ID"]).value = None
    synced.refused(now=LATER)
    assert onsite("init", synced.path).code == 0
    assert synced.sync(now=LATER)["changes"] == []


def test_init_adds_the_column_of_order_ids_where_there_is_none(synced: Desk) -> None:
    with synced.edited() as book:
        book["Orders"].delete_cols(columns(book["Orders"])["Order ID"])
    assert onsite("init", synced.path).code == 0
    synced.refused(now=LATER)
    assert len(synced.sync("--force", now=LATER)["orders"]) == 12


def test_init_takes_no_column_of_the_peoples_for_the_ids(synced: Desk) -> None:
    """A scratch column without a header, in which an ID happens to stand: people have to say what it is."""
    with synced.edited() as book:
        sheet = book["Orders"]
        sheet.delete_cols(columns(sheet)["Order ID"])
        scratch = sheet.max_column + 1
        sheet.cell(2, scratch).value, sheet.cell(3, scratch).value = "ORD-2026-0003", "ask Ken"
    before = md5(synced.path)
    assert (onsite("init", synced.path).code, md5(synced.path)) == (2, before)
    with synced.edited() as book:
        book["Orders"].cell(3, scratch).value = None
    assert onsite("init", synced.path).code == 2
    with synced.edited() as book:
        book["Orders"].cell(1, scratch + 1).value = "Order ID"
    assert onsite("init", synced.path).code == 0


def test_init_names_no_column_where_other_headers_are_gone_too(synced: Desk) -> None:
    with synced.edited() as book:
        for cell in book["Orders"][1]:
            cell.value = None
    before = md5(synced.path)
    assert (onsite("init", synced.path).code, md5(synced.path)) == (2, before)


def test_init_adds_no_second_column_of_order_ids(synced: Desk) -> None:
    with synced.edited() as book:
        book["Orders"].cell(1, columns(book["Orders"])["Order ID"]).value = "No."
    assert '"Order ID"' in synced.refused(now=LATER)
    before = md5(synced.path)
    assert (onsite("init", synced.path).code, md5(synced.path)) == (2, before)
    with synced.edited() as book:
        book["Orders"].cell(1, columns(book["Orders"])["No."]).value = "Order ID"
    assert synced.sync(now=LATER)["changes"] == []


def test_exactly_at_the_limit_goes_through(synced: Desk) -> None:
    _shrunk(synced, 6)
    assert len(synced.sync(now=LATER)["orders"]) == 6


def test_the_limit_is_a_setting(synced: Desk) -> None:
    synced.settle({"Shrink limit": 0.9})
    _shrunk(synced, 10)
    synced.refused(now=LATER)
    synced.settle({"Shrink limit": 0})
    assert len(synced.sync(now=LATER)["orders"]) == 10


@pytest.mark.parametrize(("orders", "code"), [(3, 0), (4, 2)])
def test_from_four_orders_on(desk: Callable[[str], Desk], orders: int, code: int) -> None:
    register = desk("small")
    _shrunk(register, orders)
    register.sync()
    _shrunk(register, 1)
    assert onsite("sync", register.path, "--now", LATER).code == code


@pytest.mark.parametrize("kept", ["Log", "Invoices", "Status", "all"])
def test_a_blank_memory_beside_what_a_run_left(synced: Desk, kept: str) -> None:
    with synced.edited() as book:
        book["System"].delete_rows(1, 1000)
        for tab in {"Log", "Invoices"} - {kept} if kept != "all" else ():
            book[tab].delete_rows(2, 1000)
        if kept in ("Log", "Invoices"):
            for row in range(2, 14):
                book["Orders"].cell(row, 2).value = None
    said = synced.refused(now=LATER)
    assert "System" in said and (kept if kept != "all" else "Log") in said
    done = onsite("doctor", synced.path, "--now", LATER)
    assert done.code == 2 and "System" in done.out


@pytest.mark.parametrize("newer", ["Log", "Invoices"])
def test_a_memory_older_than_what_stands_beside_it(synced: Desk, newer: str) -> None:
    """Somebody put back the hidden tab of an earlier copy."""
    shutil.copyfile(synced.path, synced.folder / "earlier.xlsx")
    synced.add("S-30", {"Site address": "7-7 Sakae, Nagoya", "Assigned engineers": "Sakurai Ren"})
    assert len(synced.sync(now=LATER)["invoices"]) == 1
    earlier = Desk(synced.folder / "earlier.xlsx").rows("System")
    with synced.edited() as book:
        sheet = book["System"]
        sheet.delete_rows(2, 1000)
        for fact in earlier:
            sheet.append([fact["Key"], fact["Value"]])
        other = "Invoices" if newer == "Log" else "Log"
        book[other].delete_rows(2, 1000)
    assert newer in synced.refused(now="2026-11-24T10:06+09:00")
    assert onsite("credit", synced.path, "INV-2026-0001", "--reason", "x", "--now", "2026-11-24T10:06+09:00").code == 2
    done = onsite("doctor", synced.path, "--now", "2026-11-24T10:06+09:00")
    assert done.code == 2 and "System" in done.out


def test_a_memory_that_was_tampered_with(synced: Desk) -> None:
    with synced.edited() as book:
        sheet = book["System"]
        row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "order ORD-2026-0001")
        sheet.cell(row, 2).value = "nothing of ours"
    assert "System" in synced.refused(now=LATER)


@pytest.mark.scenario(22)
def test_open_in_excel(synced: Desk) -> None:
    name = "Ken Satō"
    lock = synced.folder / "~$register.xlsx"
    lock.write_bytes(bytes([8]) + b"Ken Sato".ljust(54, b" ") + bytes([8, 0]) + name.ljust(54).encode("utf-16-le"))
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    said = synced.refused(now=LATER, code=3)
    assert "Excel" in said and "Ken Sat" in said
    assert synced.sync("--dry-run", now=LATER)["changes"]  # reading is no harm
    lock.unlink()
    assert synced.sync(now=LATER)["changes"]


@pytest.mark.scenario(22)
def test_open_in_libreoffice(synced: Desk) -> None:
    lock = synced.folder / ".~lock.register.xlsx#"
    lock.write_text(",naomi,elsewhere.example,24.11.2026 09:30,file:///home/naomi/.config/libreoffice/4;", "utf-8")
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    said = synced.refused(now=LATER, code=3)
    assert "LibreOffice" in said and "naomi" in said
    before = md5(synced.path)
    for command in (["credit", "--reason", "x", "INV-2026-0001"], ["undo", "20261124-100000-1"]):
        done = onsite(command[0], synced.path, *command[1:], "--now", LATER)
        assert (done.code, md5(synced.path)) == (3, before), (command, done)
    done = onsite("init", synced.path)  # has nothing to add
    assert (done.code, md5(synced.path)) == (0, before), done


def test_a_lock_that_a_dead_libreoffice_left_here(synced: Desk) -> None:
    lock = synced.folder / ".~lock.register.xlsx#"
    lock.write_text(f",nobody-of-us,{socket.gethostname()},24.11.2026 09:30,file:///home/nobody/.config;", "utf-8")
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    assert synced.sync(now=LATER)["changes"]


def test_another_run_is_at_work(synced: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, and gives up with 4."""
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    held = FileLock(synced.folder / ".register.xlsx.onsite-lock")
    monkeypatch.setattr("sync.registers.workbook.WorkbookRegister.__init__.__defaults__", (None, 0.2))
    with held:
        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(onsite("sync", synced.path, "--now", LATER).code))
        thread.start()
        thread.join()
    assert done == [4]
    assert synced.order("S-11")["Flags"] is None
    assert told(synced.sync(now=LATER), "ORD-2026-0010")["flags"]


def _doctors(desk: Desk, *options: object) -> tuple[int, dict[str, str]]:
    done = onsite("doctor", desk.path, "--now", LATER, "--json", *options)
    return done.code, {found["what"]: found["grade"] for found in done.object["findings"]}


def test_doctor_names_a_setting_that_nobody_reads(synced: Desk) -> None:
    with synced.edited() as book:
        book["Settings"].append(["Grace hour", 0.5])
    code, found = _doctors(synced)
    assert (code, found["settings"], found["Grace hour"]) == (0, "ok", "look")


def test_doctor_sees_what_a_run_would_meet(synced: Desk) -> None:
    code, found = _doctors(synced)
    assert (code, found["in use"], found["rights"], found["documents"]) == (0, "ok", "ok", "ok")
    code, found = _doctors(synced, "--out", synced.path)
    assert (code, found["documents"]) == (5, "bad")
    code, found = _doctors(synced, "--out", synced.folder / ("x" * 300))
    assert (code, found["documents"]) == (5, "bad")
    synced.path.chmod(0o444)
    code, found = _doctors(synced)
    assert (code, found["rights"], found["documents"]) == (3, "bad", "ok")
    synced.path.chmod(0o644)
    (synced.folder / "~$register.xlsx").write_bytes(b"\3Ken")
    code, found = _doctors(synced)
    assert (code, found["in use"], found["documents"]) == (3, "bad", "ok")


def test_a_template_that_can_not_be_read(synced: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real, own, config = Path.read_bytes, synced.folder / "papers" / "invoice-both.xlsx", synced.folder / "own.toml"

    def refusing(path: Path) -> bytes:
        if path == own:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    own.parent.mkdir()
    own.touch()
    config.write_text(f'templates = "{own.parent.as_posix()}"\n', "utf-8")
    monkeypatch.setattr(Path, "read_bytes", refusing)
    code, found = _doctors(synced, "--config", config)
    assert (code, found["documents"], found["templates"]) == (2, "ok", "bad")
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    done = onsite("sync", synced.path, "--now", LATER, "--config", config)
    assert "bug of ours" not in done.err, (done.code, done.err)


@pytest.mark.parametrize("named", ["x" * 300, "a/../" + "x" * 300])
def test_settings_that_can_not_be_looked_at(synced: Desk, named: str) -> None:
    config = synced.folder / "own.toml"
    config.write_text(f'templates = "{named}"\n', "utf-8")
    assert onsite("sync", synced.path, "--now", NOW, "--config", config).code == 2
    assert onsite("sync", synced.path, "--now", NOW, "--config", synced.folder / named).code == 2


def test_a_read_only_workbook(synced: Desk) -> None:
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    synced.path.chmod(0o444)
    assert "register.xlsx" in synced.refused(now=LATER, code=3)


def test_quiet_runs_need_no_lock(synced: Desk) -> None:
    (synced.folder / "~$register.xlsx").write_bytes(b"\3Ken")
    assert onsite("sync", synced.path, "--now", NOW).code == 0


def test_formulas_that_were_saved_without_results(
    synced: Desk, convert: Callable[[Path, str], Path]
) -> None:
    """A script saves them so, and they read as blank; a spreadsheet program works them out."""
    with synced.edited() as book:
        orders = book["Orders"]
        notes = next(cell.column for cell in orders[1] if cell.value == "Notes")
        orders.cell(2, notes).value = '="pass " & "12"'
        orders.cell(3, notes).value = '=""'
    assert _doctors(synced)[1]["formulas"] == "look"
    shutil.copyfile(convert(synced.path, "xlsx"), synced.path)
    assert "formulas" not in _doctors(synced)[1]
    assert synced.rows("Orders")[0]["Notes"] == "pass 12"
