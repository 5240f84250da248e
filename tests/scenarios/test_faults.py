"""Google's bad days, scenarios 3 to 10: what fails, how often it is tried again, what is said (and never success)."""

from __future__ import annotations

import http.server
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sync.registers.google.transport import Transport
from tests.acceptance.desk import NOW, Desk, md5, onsite
from tests.acceptance.sheet_desk import SheetDesk
from tests.scenarios.conftest import WRITE, Meanwhile
from tests.sheets_server import SheetsServer, faults
from tests.sheets_server.faults import Call, Fault
from tests.simulation.memo import remember_papers
from tests.sync.google_bench import Clock
from tests.sync.test_worker import listening

LATER = "2026-11-24T10:05+09:00"
NUMBERS = ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003"]


CREDIT = ("credit", "INV-2026-0002", "--reason", "wrong rate", "--now", LATER)


def out(desk: Desk) -> tuple[object, ...]:
    """Where the documents go: beside a workbook by itself."""
    return ("--out", desk.folder)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the invoices here."""
    remember_papers(monkeypatch)


@pytest.fixture
def due(sheet: SheetDesk) -> SheetDesk:
    """An order was completed: the next run issues the third invoice."""
    complete(sheet)
    sheet.server.log.clear()
    return sheet


def complete(desk: Desk, reference: str = "S-04") -> None:
    desk.type(reference, {"Completed at": "2026-11-24 09:55", "Release approved by": "Ann"})


def numbers(desk: Desk) -> list[str]:
    return [str(row["Invoice no."]) for row in desk.rows("Invoices")]


def is_invoiced_once(desk: Desk, now: str = LATER) -> None:
    """One ledger row, one line, one file, one entry in the Log; the next run has nothing to do."""
    assert numbers(desk) == NUMBERS
    assert [row["Invoice no."] for row in desk.rows("Invoice lines")].count(NUMBERS[-1]) == 1
    assert [row["To"] for row in desk.log("invoice")] == NUMBERS
    assert len(desk.files()) == len(NUMBERS)
    assert (desk.order("S-04")["Status"], desk.order("S-04")["Invoice no."]) == ("Invoiced", NUMBERS[-1])
    assert desk.sync(now=now)["changes"] == []


def writes(desk: SheetDesk) -> list[Call]:
    return [call for call in desk.server.log.calls if call.is_write]


@pytest.mark.scenario(3, 4)
@pytest.mark.parametrize(
    "fault",
    [
        faults.hanging(after=True), faults.dropped(after=True), faults.unavailable(after=True),
        faults.bad_gateway(after=True),
    ],
    ids=["no reply", "hung up", "503", "502"],
)  # fmt: skip
def test_3_4_applied_and_no_word_of_it(
    due: SheetDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setitem(Transport.__init__.__kwdefaults__, "timeout", (5.0, 0.5))
    due.server.faults.at(WRITE, fault)
    found = due.sync(now=LATER)
    assert [invoice["number"] for invoice in found["invoices"]] == NUMBERS[-1:]
    calls = due.server.log.calls
    assert [call.n for call in writes(due)] == [WRITE]
    assert len(calls) > WRITE and calls[WRITE].is_read
    assert found["requests"] == {"reads": len(calls) - 1, "writes": 1}
    is_invoiced_once(due)


@pytest.mark.scenario(3, 4)
@pytest.mark.parametrize("fault", [faults.dropped(after=True), faults.unavailable(after=True)], ids=["hung up", "503"])
def test_3_4_a_credit_note_applied_and_no_word_of_it(sheet: SheetDesk, clock: Clock, fault: Fault) -> None:
    sheet.server.faults.at(WRITE, fault)
    done = sheet.call(*CREDIT, *out(sheet))
    assert done.code == 0 and [call.n for call in writes(sheet)] == [WRITE]
    assert numbers(sheet) == NUMBERS and len(sheet.log("credit")) == 1 and len(sheet.files()) == 3


@pytest.mark.scenario(5)
def test_5_no_quota_for_ninety_seconds(due: SheetDesk, clock: Clock) -> None:
    due.server.faults.when(lambda call: clock.time < 90, faults.too_many(), times=None)
    due.sync(now=LATER)
    assert clock.time >= 90
    is_invoiced_once(due)


@pytest.mark.scenario(5)
def test_5_no_quota_for_ninety_seconds_when_it_comes_to_writing(due: SheetDesk, clock: Clock) -> None:
    due.server.faults.when(lambda call: call.is_write and clock.time < 90, faults.too_many("Write"), times=None)
    due.sync(now=LATER)
    assert clock.time >= 90 and sum(call.applied for call in writes(due)) == 1
    is_invoiced_once(due)


def everything(desk: SheetDesk) -> tuple[Any, list[str]]:
    """The register, and the documents that people see."""
    return desk.state(), desk.files() + desk.files("outbox")


@pytest.mark.scenario(6)
@pytest.mark.parametrize("what", ["all", "writes"])
def test_6_no_quota_for_ten_minutes(due: SheetDesk, clock: Clock, what: str) -> None:
    before = everything(due)
    due.server.faults.when(
        lambda call: clock.time < 600 and (what == "all" or call.is_write), faults.too_many(), times=None
    )
    done = due.call("sync", "--now", LATER, "--json")
    assert (done.code, done.out) == (3, "")
    assert "quota" in done.err and len(done.err.splitlines()) == 1
    assert clock.time <= 600 and everything(due) == before
    clock.time = 601
    due.sync(now=LATER)
    is_invoiced_once(due)


@pytest.mark.scenario(6)
def test_6_a_scheduled_run_without_quota_tells_nobody_of_success(sheet: SheetDesk, clock: Clock) -> None:
    """Neither the watchdog, nor the line of the log, nor the Dashboard."""
    sheet.server.faults.when(lambda call: True, faults.too_many(), times=None)
    before = sheet.state()
    with listening() as (url, heard):
        config = sheet.folder / "onsite.toml"
        config.write_text(f'ping = "{url}"\n')
        done = onsite("run", "--once", "--log-json", sheet.key, "--out", sheet.folder, "--config", config)
    (line,) = map(json.loads, done.out.splitlines())
    assert (done.code, line["exit"]) == (3, 3) and "quota" in line["said"]
    assert [path.rpartition("/")[2] for path in heard] == ["start", "fail"]
    assert sheet.state() == before


@pytest.mark.scenario(7)
@pytest.mark.parametrize(
    "fault", [faults.bad_gateway(), faults.half_json(), faults.cut_off()], ids=["502", "half", "cut"]
)
def test_7_replies_that_are_none(due: SheetDesk, clock: Clock, fault: Fault) -> None:
    """Tried again for less than three minutes, then one line that says that Google can't be reached, without HTML."""
    before = everything(due)
    due.server.faults.when(lambda call: True, fault, times=None)
    done = due.call("sync", "--now", LATER, "--json")
    assert (done.code, done.out) == (3, "")
    assert 3 < len(due.server.log.calls) < 30 and 150 <= clock.time <= 170
    assert "Google" in done.err and "<" not in done.err and len(done.err.splitlines()) == 1
    assert "bug of ours" not in done.err and everything(due) == before
    due.server.faults.clear()
    due.server.faults.at(len(due.server.log.calls) + 2, fault)
    due.sync(now=LATER)
    is_invoiced_once(due)


@pytest.mark.scenario(7)
def test_7_the_reply_to_the_write_is_cut_and_then_all_is(due: SheetDesk, clock: Clock) -> None:
    """It was written, and the run can't know: it says so, and the next one sees that it is done."""
    due.server.faults.when(lambda call: call.n >= WRITE, faults.half_json(), times=None)
    done = due.call("sync", "--now", LATER)
    assert (done.code, done.out) == (3, "") and len(done.err.splitlines()) == 1
    assert "Nothing was written" not in done.err and "next run" in done.err
    assert len(writes(due)) == 1 and clock.time <= 340
    due.server.faults.clear()
    due.sync(now=LATER)
    is_invoiced_once(due)


@contextmanager
def signing_in() -> Iterator[str]:
    """The address of a server that gives a token to everybody who asks for one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"access_token": "a token", "token_type": "Bearer", "expires_in": 3600}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/token"
        server.shutdown()


@pytest.fixture
def robot(sheets: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a service account, whose key file the program signs in with; Google is still the test server."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    address = "orders@our-project.iam.gserviceaccount.com"
    with signing_in() as tokens:
        path = tmp_path / "key.json"
        path.write_text(json.dumps({
            "type": "service_account", "client_email": address, "private_key": key.decode(), "token_uri": tokens,
        }))  # fmt: skip
        path.chmod(0o600)
        monkeypatch.delenv("SHEETS_EMULATOR_HOST")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        host = f"http://{sheets.host}/v4/spreadsheets/"
        monkeypatch.setattr("sync.registers.google.transport.ADDRESS", host)
        yield address


@pytest.mark.scenario(8)
@pytest.mark.parametrize("writing", [False, True], ids=["not shared", "viewer only"])
@pytest.mark.parametrize("command", ["sync", "doctor"])
def test_8_not_allowed(due: SheetDesk, clock: Clock, robot: str, writing: bool, command: str) -> None:
    before, closed = everything(due), due.server.read_only if writing else due.server.closed
    closed.add(due.key)
    try:
        done = due.call(command, "--now", LATER)
    finally:
        closed.discard(due.key)
    assert done.code == 3 and robot in done.err + done.out
    assert [call.status for call in due.server.log.calls].count(403) == 1 and clock.slept == []
    assert everything(due) == before


@pytest.mark.scenario(8)
def test_8_the_log_of_a_scheduled_run_names_the_address_too(sheet: SheetDesk, robot: str) -> None:
    sheet.server.closed.add(sheet.key)
    try:
        done = onsite("run", "--once", sheet.key, "--out", sheet.folder)
    finally:
        sheet.server.closed.discard(sheet.key)
    assert (done.code, len(sheet.server.log.calls)) == (3, 1) and robot in done.out


@pytest.mark.scenario(9)
def test_9_another_run_gets_in_first(desk: Desk, meanwhile: Meanwhile) -> None:
    """The first of two jobs reads, the second runs whole, the first writes: it plans anew and gives no number twice."""
    complete(desk)
    others: list[dict[str, Any]] = []
    meanwhile(desk, lambda: others.append(desk.sync(now=LATER)), late=True)
    found = desk.sync(now=LATER)
    assert [[invoice["number"] for invoice in run["invoices"]] for run in (*others, found)] == [NUMBERS[-1:], []]
    assert found["changes"] == [] and found["revision"] == others[0]["revision"]
    is_invoiced_once(desk)


@pytest.mark.scenario(9)
def test_9_both_have_something_to_write(desk: Desk, meanwhile: Meanwhile) -> None:
    complete(desk)

    def other() -> None:
        desk.sync(now=LATER)
        desk.type("S-11", {"Site phone": "03-1234-5678"})

    meanwhile(desk, other, late=True)
    found = desk.sync(now=LATER)
    assert {change["column"] for change in found["changes"] if change["tab"] == "Orders"} == {"Flags", "Next step"}
    assert found["invoices"] == []
    assert desk.order("S-11")["Flags"].startswith("BLOCK phone-country-code")
    is_invoiced_once(desk)


@pytest.mark.scenario(9)
def test_9_another_gets_in_first_every_time(desk: Desk, meanwhile: Meanwhile) -> None:
    """It gives up with 4 after a few tries, and has written nothing; the register is as the other one left it."""
    phones = itertools.cycle(["03-1234-5678", "+81 3-1234-5678"])
    desk.type("S-11", {"Site phone": next(phones)})
    left: list[object] = []

    def other() -> None:
        desk.sync(now=LATER)
        desk.type("S-11", {"Site phone": next(phones)})
        left.append(desk.state())

    meanwhile(desk, other, times=9, late=True)
    done = desk.call("sync", "--now", LATER)
    assert done.code == 4 and 2 <= len(left) < 9 and len(done.err.splitlines()) == 1
    assert desk.state() == left[-1]


@pytest.mark.scenario(9)
def test_9_a_lost_race_for_a_file_leaves_no_trace(workbook: Desk, meanwhile: Meanwhile) -> None:
    before = md5(workbook.path)
    meanwhile(workbook, lambda: workbook.path.touch())
    assert workbook.sync(now=NOW)["changes"] == [] and md5(workbook.path) == before


@pytest.mark.scenario(9)
def test_9_two_people_credit_one_invoice(desk: Desk, meanwhile: Meanwhile) -> None:
    """One note, and the second is told that it was credited."""
    codes: list[int] = []
    meanwhile(desk, lambda: codes.append(desk.call(*CREDIT, *out(desk)).code))
    done = desk.call(*CREDIT, *out(desk))
    assert (codes, done.code) == ([0], 2) and "credited" in done.err
    assert numbers(desk) == NUMBERS and len(desk.log("credit")) == 1 and len(desk.files()) == 3


@pytest.mark.scenario(9)
def test_9_a_credit_note_during_a_run(desk: Desk, meanwhile: Meanwhile) -> None:
    """The run plans anew: the next number is its own, and the credited order is not invoiced again as it is."""
    complete(desk)
    meanwhile(desk, lambda: desk.call(*CREDIT, *out(desk)))
    found = desk.sync(now=LATER)
    kinds = {row["Invoice no."]: (row["Kind"], row["Order ID"]) for row in desk.rows("Invoices")[2:]}
    assert kinds == {
        "INV-2026-0003": ("credit", "ORD-2026-0002"), "INV-2026-0004": ("invoice", "ORD-2026-0003"),
    }  # fmt: skip
    assert [invoice["number"] for invoice in found["invoices"]] == ["INV-2026-0004"] and len(desk.files()) == 4
    assert desk.sync(now=LATER)["changes"] == []


@pytest.mark.scenario(9)
def test_9_an_undo_during_a_run(desk: Desk, meanwhile: Meanwhile) -> None:
    """The run under way decides on what the undo left, and nothing is invoiced twice."""
    desk.type("S-10", {"Site confirmed at": "2026-11-24 09:58"})
    undone = desk.sync(now=LATER)["run"]
    complete(desk)
    codes: list[int] = []
    meanwhile(desk, lambda: codes.append(desk.call("undo", undone, "--now", LATER).code))
    desk.sync(now=LATER)
    assert codes == [0] and desk.order("S-10")["Status"] == "Site confirmed"
    is_invoiced_once(desk)
