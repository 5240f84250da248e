"""What is wrong with the file, tabs, headers, settings or arguments: named, with its exit code, nothing written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance.desk import NOW, Desk, columns, installed, md5, onsite

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an .xls file and an encrypted .xlsx begin."""


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image99.png", bytes(60_000_000))


def _entity(path: Path) -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    _rewritten(path, "xl/workbook.xml", lambda text: evil + text[text.index("?>") + 2 :])


def _rewritten(path: Path, part: str, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode("utf-8")).encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 3, len(data) // 3 + 400):
        data[place] ^= 0x5A
    path.write_bytes(data)


SPOILT: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("Order ID,Status\n"),
    "empty": lambda path: path.write_bytes(b""),
    "an .xls": lambda path: path.write_bytes(COMPOUND + bytes(4096)),
    "encrypted": lambda path: path.write_bytes(
        COMPOUND + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    ),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "damaged": _flipped,
    "a zip of other things": lambda path: zipfile.ZipFile(path, "w").writestr("readme.txt", "hello"),
    "a bomb": _bomb,
    "an entity": _entity,
    "a tab that is no XML": lambda path: _rewritten(path, "xl/worksheets/sheet1.xml", lambda text: text[:-200]),
}


@pytest.mark.scenario(21)
@pytest.mark.parametrize("what", SPOILT)
def test_what_is_no_sound_workbook(small: Desk, what: str) -> None:
    SPOILT[what](small.path)
    said = small.refused(code=3)
    assert said.startswith("onsite: ") and len(said.splitlines()) == 1
    for command in (["check"], ["doctor"], ["explain", "S-01"], ["credit", "INV-2026-0001", "--reason", "x"]):
        before = md5(small.path)
        done = onsite(command[0], small.path, *command[1:])
        assert (done.code, md5(small.path)) == (3, before), command
        assert "bug of ours" not in done.err


def test_init_leaves_what_is_no_workbook(small: Desk) -> None:
    small.path.write_bytes(COMPOUND + bytes(4096))
    before = md5(small.path)
    assert onsite("init", small.path).code == 3
    assert md5(small.path) == before


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    done = onsite("sync", tmp_path / "nothing.xlsx")
    assert done.code == 3 and "nothing.xlsx" in done.err and "onsite init" in done.err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "folder.xlsx").mkdir()
    for command in ("sync", "init", "doctor"):
        done = onsite(command, tmp_path / "folder.xlsx")
        assert done.code == 3 and "folder.xlsx" in done.err + done.out, command


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--colour"], "--colour"),
        (["--now", "tomorrow"], "tomorrow"),
        (["--now", "2026-13-01T09:00"], "2026-13-01T09:00"),
        (["--now"], "--now"),
        (["--now", "9999-12-31T23:59"], "9999-12-31T23:59"),
        (["--now", "0001-01-01T00:00+09:00"], "0001-01-01T00:00+09:00"),
        (["--form-csv", "nowhere.csv"], "nowhere.csv"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["more"], "more"),
    ],
)
def test_arguments(small: Desk, arguments: list[str], named: str) -> None:
    before = md5(small.path)
    done = onsite("sync", small.path, *arguments)
    assert (done.code, md5(small.path)) == (2, before)
    assert named in done.err


def test_what_is_neither_a_file_nor_a_sheet(tmp_path: Path) -> None:
    assert onsite("sync", tmp_path / "notes.txt").code == 2
    assert onsite("sync").code == 2
    assert onsite("synch").code == 2


TABS = ["Orders", "Other sites", "Clients", "Engineers", "Rates", "Exchange rates", "Standard items", "Settings",
        "Invoices", "Invoice lines", "Log", "Dashboard", "System"]  # fmt: skip


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_that_is_missing_or_there_twice(small: Desk, tab: str) -> None:
    with small.edited() as book:
        book[tab].title = "Elsewhere"
    assert f'"{tab}"' in small.refused()
    with small.edited() as book:
        book["Elsewhere"].title = f" {tab.upper()} "
    assert onsite("sync", small.path, "--dry-run", "--now", NOW).code == 0
    with small.edited() as book:
        book.create_sheet(tab)
    assert tab in small.refused()


def test_all_that_is_missing_is_named_at_once(small: Desk) -> None:
    with small.edited() as book:
        del book["Rates"]
        book["Orders"].cell(1, columns(book["Orders"])["Site phone"]).value = None
        book["Clients"].cell(1, columns(book["Clients"])["Tax"]).value = "Currency"
    said = small.refused()
    assert all(f'"{name}"' in said for name in ("Rates", "Site phone", "Currency"))


@pytest.mark.scenario(17)
@pytest.mark.parametrize(
    ("tab", "header"),
    [("Orders", "Site phone"), ("Orders", "Order ID"), ("Orders", "Flags"), ("Clients", "Flags"),
     ("Rates", "Valid from"), ("Settings", "Value"), ("Invoices", "SHA-256"), ("Log", "Why"),
     ("Other sites", "Site confirmed at")],
)  # fmt: skip
def test_a_header_that_is_missing_or_there_twice(small: Desk, tab: str, header: str) -> None:
    with small.edited() as book:
        book[tab].cell(1, columns(book[tab])[header]).value = f"{header} (old)"
    said = small.refused()
    assert tab in said and f'"{header}"' in said
    with small.edited() as book:
        book[tab].cell(1, columns(book[tab])[f"{header} (old)"]).value = header
        book[tab].cell(1, book[tab].max_column + 1).value = f" {header.upper()}\n"
    said = small.refused()
    assert tab in said and f'"{header}"' in said


def test_init_puts_back_what_is_missing(small: Desk) -> None:
    with small.edited() as book:
        book["Orders"].cell(1, columns(book["Orders"])["Waived flags"]).value = "Waived flags (old)"
        del book["Standard items"], book["Log"]
    small.refused()
    assert onsite("init", small.path).code == 0
    assert len(small.sync()["orders"]) == 12


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("Time zone", "Tokyo"), ("Urgent below (h)", "a day"), ("Minimum hours", -1), ("Default hours", 0),
        ("Grace hours", "1e9"), ("Overtime increment (min)", 0), ("SLA warning share", 75),
        ("SLA warning share", "three quarters"), ("Approval deadline (h)", "4 to 5"), ("Tax rate", 10),
        ("Tax rate", "ten"), ("Tax rounding", "sideways"), ("Invoice prefix", "I/N"), ("Payment days", 30.5),
        ("Payment days", -1), ("Home currency", "Yens"), ("Heartbeat (min)", "often"), ("Shrink limit", 1.5),
        ("Longest visit (h)", 0), ("Invoice needs OK", "perhaps"), ("Invoice work from", "11/12/2026"),
        ("Registration number", "T1234567890123"), ("Registration number", "9999999999999"),
        ("Message delay (min)", "ten"),
    ],
)  # fmt: skip
def test_a_setting_that_cant_be_read(small: Desk, setting: str, value: Any) -> None:
    small.settle({setting: value})
    said = small.refused()
    assert setting in said and str(value).casefold() in said.casefold()


def test_a_setting_twice(small: Desk) -> None:
    with small.edited() as book:
        book["Settings"].append(["GRACE HOURS", 2])
    assert "Grace hours" in small.refused()


def test_the_same_from_the_installed_program(small: Desk) -> None:
    small.settle({"Time zone": "Tokyo"})
    done = installed("sync", small.path, "--now", NOW)
    assert (done.code, done.out) == (2, "") and "Time zone" in done.err
    done = installed("sync", small.path.with_name("nothing.xlsx"))
    assert (done.code, done.out) == (3, "") and "nothing.xlsx" in done.err
    assert installed("sync", small.path, "--colour").code == 2


def test_check_is_one_where_something_blocks(small: Desk) -> None:
    before = md5(small.path)
    assert onsite("check", small.path, "--now", NOW).code == 1
    found = onsite("check", small.path, "--now", NOW, "--json")
    assert found.code == 1 and found.object["dry_run"] is True
    small.type("S-12", {"Urgent call at": "2026-11-24 08:00", "Site phone": "+81 3-1234-5678"})
    before = md5(small.path)
    assert onsite("check", small.path, "--now", NOW).code == 0
    assert md5(small.path) == before
    assert openpyxl.load_workbook(small.path)["Orders"].cell(2, 1).value is None


@pytest.mark.parametrize(
    ("part", "pattern", "around"),
    [
        ("xl/workbook.xml", r' name="[^"]*" sheetId', (' name="', '" sheetId')),
        ("docProps/core.xml", "</cp:coreProperties>", ("<dc:subject>", "</dc:subject></cp:coreProperties>")),
    ],
)
def test_a_template_that_holds_an_engineers_address(small: Desk, part, pattern, around) -> None:
    """Found before a number is given: no invoice could ever be made from it."""
    email = next(row["Email"] for row in small.rows("Engineers") if row["Email"])
    folder = small.folder / "ours"
    folder.mkdir()
    for name in ("invoice-en.xlsx", "invoice-ja.xlsx", "invoice-both.xlsx"):
        (folder / name).write_bytes(resources.files("templates").joinpath(name).read_bytes())
        _rewritten(folder / name, part, lambda text: re.sub(pattern, email.join(around), text))
    config = small.folder / "onsite.toml"
    config.write_text('templates = "' + folder.as_posix() + '"\n', "utf-8")
    assert email in small.refused("--config", config)


def test_a_settings_file_that_the_environment_names_but_nobody_has(small: Desk, monkeypatch) -> None:
    """A slip in its name must not send invoices to another folder than the one that it would have named."""
    monkeypatch.setenv("ONSITE_CONFIG", str(small.folder / "onsite.tmol"))
    assert "onsite.tmol" in small.refused()


@pytest.mark.parametrize("named", ["nowhere", "register.xlsx"])
def test_a_folder_of_templates_that_nobody_has(small: Desk, named: str) -> None:
    """A slip in its name must not send out invoices that look like nobody's."""
    config = small.folder / "onsite.toml"
    config.write_text(f'templates = "{(small.folder / named).as_posix()}"\n', "utf-8")
    assert named in small.refused("--config", config)
