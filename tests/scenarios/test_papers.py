"""Ledger, files and mail, scenarios 1, 2, 18 and 19: numbers that hold whatever people do and machines die of."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import Desk, columns, told
from tests.acceptance.sheet_desk import SheetDesk
from tests.killing import Process
from tests.scenarios.conftest import KINDS, WRITE, Act, Office, mailing
from tests.scenarios.test_faults import LATER, NUMBERS, complete, is_invoiced_once, numbers
from tests.scenarios.test_people import AFTER
from tests.sync.mail_server import MailServer

LATEST = "2026-11-24T10:15+09:00"
LEDGERS = ("Invoices", "Invoice lines")
Spoil = Callable[[Any], object]


def typed(header: str, value: object) -> Spoil:
    """Somebody types over a cell of the first row."""
    return lambda sheet: setattr(sheet.cell(2, columns(sheet)[header]), "value", value)


def copied(sheet: Any) -> None:
    for col in range(1, sheet.max_column + 1):
        sheet.cell(sheet.max_row + (col == 1), col).value = sheet.cell(2, col).value


SPOILT: dict[str, tuple[str, Spoil]] = {
    "first row gone": ("Invoices", lambda sheet: sheet.delete_rows(2)),
    "last row gone": ("Invoices", lambda sheet: sheet.delete_rows(3)),
    "row copied": ("Invoices", copied),
    "Order ID edited": ("Invoices", typed("Order ID", "ORD-2026-0002")),
    "Total edited": ("Invoices", typed("Total", 19801)),
    "SHA-256 edited": ("Invoices", typed("SHA-256", "0" * 64)),
    "line's Amount edited": ("Invoice lines", typed("Amount", 0)),
}
"""One of each kind; that every cell counts is held by the rule's own tests."""


def spoil(desk: Desk, what: str) -> None:
    tab, act = SPOILT[what]
    with desk.edited() as book:
        act(book[tab])


@pytest.mark.scenario(18)
@pytest.mark.parametrize("what", ["first row gone", "Total edited"])
def test_18_a_damaged_ledger(desk: Desk, what: str) -> None:
    """Orders go on, none is invoiced, none credited; put right again, the number follows without a gap."""
    before = {tab: desk.rows(tab) for tab in LEDGERS}
    complete(desk)
    desk.type("S-11", {"Site phone": "03-1234-5678"})
    spoil(desk, what)
    damaged = {tab: desk.rows(tab) for tab in LEDGERS}
    assert desk.call("doctor", "--now", LATER).code == 5
    done = desk.call("sync", "--now", LATER, "--json", *(("--out", desk.folder) if isinstance(desk, SheetDesk) else ()))
    assert done.code == 5 and done.object["invoices"] == []
    assert SPOILT[what][0] in done.err and "INV-2026-0001" in done.err
    order = told(done.object, "ORD-2026-0003")
    assert order["status_to"] == "Completed" and "INV-2026-0001" in order["next_step"]
    assert desk.order("S-11")["Flags"].startswith("BLOCK phone-country-code")
    assert desk.call("credit", "INV-2026-0002", "--reason", "x", "--now", LATER).code == 2
    assert {tab: desk.rows(tab) for tab in LEDGERS} == damaged and len(desk.files()) == 2
    with desk.edited() as book:
        for tab, rows in before.items():
            sheet, place = book[tab], columns(book[tab])
            for number, row in enumerate(rows, 2):
                for header, col in place.items():
                    sheet.cell(number, col).value = row[header]
    desk.sync(now=AFTER)
    is_invoiced_once(desk, AFTER)


@pytest.mark.scenario(18)
@pytest.mark.parametrize("what", [what for what in SPOILT if what not in ("first row gone", "Total edited")])
def test_18_whatever_is_edited_or_removed(workbook: Desk, what: str) -> None:
    complete(workbook)
    spoil(workbook, what)
    done = workbook.call("sync", "--now", LATER, "--json")
    assert done.code == 5 and done.object["invoices"] == [] and len(workbook.files()) == 2
    assert SPOILT[what][0] in done.err and "Traceback" not in done.err
    assert workbook.order("S-04")["Invoice no."] is None


@pytest.mark.scenario(18)
def test_18_what_is_no_damage(desk: Desk) -> None:
    """Sorted, with a column and a row of the people's own: the next number is given."""
    with desk.edited() as book:
        sheet = book["Invoices"]
        sheet.insert_rows(2, 2)
        for col in range(1, sheet.max_column + 1):
            sheet.cell(2, col).value, sheet.cell(5, col).value = sheet.cell(5, col).value, None
        sheet.cell(1, sheet.max_column + 1).value = "Checked by"
        sheet.cell(2, sheet.max_column).value = "Ann"
    complete(desk)
    desk.sync(now=LATER)
    assert sorted(numbers(desk)) == NUMBERS and desk.sync(now=AFTER)["changes"] == []


class OnDesk(Process):
    """The program on one register."""

    def __init__(self, desk: Desk, *options: object) -> None:
        super().__init__()
        self._given = (desk.key if isinstance(desk, SheetDesk) else desk.path, "--out", desk.folder, *options)

    def call(self, command: str, *arguments: object) -> int:
        return self.run(command, *self._given, *arguments)


CALLS = [pytest.param(n, marks=[] if n == WRITE else pytest.mark.slow) for n in range(1, WRITE + 1)]


@pytest.mark.scenario(1, 2)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", CALLS)
def test_1_2_a_credit_note_killed_at_a_call(sheet: SheetDesk, number: int, after: bool) -> None:
    """The call again: it completes, or says that it was done; one credit note, one file, and the order back once."""
    process, arguments = OnDesk(sheet, "--now", LATER), ("INV-2026-0002", "--reason", "wrong rate")
    (sheet.server.hooks.after_when if after else sheet.server.hooks.before_when)(
        lambda call: call.n == number, process.kill
    )
    assert process.call("credit", *arguments) == -signal.SIGKILL
    sheet.server.hooks.clear()
    written = number == WRITE  # also where it was killed before: what was sent arrives
    assert process.call("credit", *arguments) == (2 if written else 0) and numbers(sheet) == NUMBERS
    sheet.sync(now=AFTER)
    assert [(row["Kind"], row["Corrects"]) for row in sheet.rows("Invoices")][2:] == [("credit", "INV-2026-0002")]
    assert (sheet.order("S-02")["Status"], len(sheet.files())) == ("No-show", 3)
    assert len(sheet.log("credit")) == 1 and sheet.sync(now=LATEST)["changes"] == []


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.scenario(2, 19)
def test_19_killed_between_ledger_and_file(sheet: SheetDesk) -> None:
    """The file that the next run makes is the one that the ledger names by its hash."""
    complete(sheet)
    process = OnDesk(sheet, "--now", LATER)
    sheet.server.hooks.after_when(lambda call: call.is_write, process.kill)
    assert process.call("sync") == -signal.SIGKILL
    sheet.server.hooks.clear()
    assert numbers(sheet) == NUMBERS and len(sheet.files()) == 2
    sheet.sync(now=AFTER)
    row = sheet.rows("Invoices")[-1]
    assert sha256(sheet.folder / row["File"]) == row["SHA-256"]
    is_invoiced_once(sheet, AFTER)


@pytest.mark.scenario(19)
def test_19_a_file_that_went_away_is_made_again(desk: Desk) -> None:
    before = {name: sha256(desk.folder / "invoices" / name) for name in desk.files()}
    for name in before:
        (desk.folder / "invoices" / name).unlink()
    desk.sync(now=LATER)
    assert {name: sha256(desk.folder / "invoices" / name) for name in desk.files()} == before


@pytest.mark.scenario(19)
@pytest.mark.parametrize("kind", KINDS)
def test_19_killed_while_the_mail_is_handed_over(
    office: Office, kind: str, tmp_path: Path, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have gone out: it is not sent again, the Log says so, a draft of it is left, no cell says it was sent."""
    desk = office.desk(kind, tmp_path / "desk", synced=True)
    complete(desk)
    process = OnDesk(desk, "--config", mailing(desk, mail))
    take = MailServer.handle_DATA

    async def dies(self: MailServer, server: Any, session: Any, envelope: Any) -> str:
        said = await take(self, server, session, envelope)
        process.kill()
        return said

    monkeypatch.setattr(MailServer, "handle_DATA", dies)
    assert process.call("sync", "--now", LATER) == -signal.SIGKILL
    monkeypatch.setattr(MailServer, "handle_DATA", take)
    assert numbers(desk) == NUMBERS and len(mail.taken) == 1
    assert process.call("sync", "--now", AFTER) == 0
    assert process.call("sync", "--now", LATEST) == 0
    (to,) = {to for to, _ in mail.taken[:1]}
    assert [found for found, _ in mail.taken].count(to) == 1
    (lost,) = desk.log("mail unknown")
    assert (lost["Order ID"], lost["To"]) == ("ORD-2026-0003", to)
    assert desk.order("S-04")["Invoice sent at"] is None
    assert len(desk.files("outbox/ORD-2026-0003")) == 1
    assert len(desk.files()) == 3


@pytest.mark.scenario(9, 10)
def test_9_10_another_run_between_the_register_and_the_mail(
    desk: Desk, mail: MailServer, afterwards: Callable[[Act], None]
) -> None:
    """The one that paused there sends nothing a second time, and makes no file anew."""
    complete(desk)
    config = mailing(desk, mail)
    afterwards(lambda: desk.sync("--config", config, now=AFTER))
    done = desk.call("sync", "--now", LATER, "--config", config, "--out", desk.folder)
    assert done.code == 0, done.err
    desk.sync("--config", config, now=LATEST)
    assert len(mail.taken) == len({(to, str(message["Subject"])) for to, message in mail.taken}) >= 1
    assert numbers(desk) == NUMBERS and len(desk.files()) == 3
    assert desk.files("outbox/ORD-2026-0003") == []
    assert str(desk.order("S-04")["Invoice sent at"])[:10] == "2026-11-24"
    assert desk.log("mail unknown") == [] and desk.sync("--config", config, now=LATEST)["changes"] == []


@pytest.mark.scenario(9, 10)
def test_9_10_another_machine_between_the_register_and_the_mail(
    sheet: SheetDesk, mail: MailServer, afterwards: Callable[[Act], None], tmp_path: Path
) -> None:
    """It has a folder of its own, and can't see what the first one is about to send: it leaves that to it."""
    complete(sheet)
    other = SheetDesk(sheet.server, sheet.key, tmp_path / "other")
    other.place.mkdir()
    ours, theirs = mailing(sheet, mail), mailing(other, mail)
    afterwards(lambda: other.sync("--config", theirs, now=AFTER))
    assert sheet.call("sync", "--now", LATER, "--config", ours, "--out", sheet.folder).code == 0
    for desk, config in ((other, theirs), (sheet, ours), (other, theirs)):
        desk.sync("--config", config, now=LATEST)
    assert len(mail.taken) == len({(to, str(message["Subject"])) for to, message in mail.taken}) >= 1
    assert numbers(sheet) == NUMBERS and str(sheet.order("S-04")["Invoice sent at"])[:10] == "2026-11-24"
    hashes = {row["File"]: row["SHA-256"] for row in sheet.rows("Invoices")}
    for desk in (sheet, other):  # each keeps the archive
        assert {f"invoices/{name}": sha256(desk.folder / "invoices" / name) for name in desk.files()} == hashes
