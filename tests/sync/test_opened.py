"""Whether a file that a spreadsheet program left says that somebody has the workbook open."""

from __future__ import annotations

import errno
import getpass
import os
import socket
from pathlib import Path

import pytest

from sync import opened

PROFILE = "file:///home/naomi/.config/libreoffice/4"
OFFICE = "/usr/lib/libreoffice/program/soffice.bin"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "orders.xlsx"
    path.touch()
    return path


def left_by_office(book: Path, host: str = "", profile: str = PROFILE, login: str = "") -> None:
    fields = ["Naomi\\, Ltd", login or getpass.getuser(), host or socket.gethostname(), "24.11.2026 09:30", profile]
    book.with_name(f".~lock.{book.name}#").write_text(f"{','.join(fields)};", "utf-8")


@pytest.mark.parametrize(
    ("commands", "is_open"),
    [
        ([["/sbin/init"]], False),
        ([["/sbin/init"], [OFFICE, "--calc"]], True),
        ([["/bin/sh", "/usr/bin/soffice", "--calc"]], True),
        ([[OFFICE, "--headless", "-env:UserInstallation=file:///tmp/other"]], False),
        ([[OFFICE, f"-env:UserInstallation={PROFILE}/"]], True),
        ([[OFFICE, "-env:UserInstallation=file:///home/na%6Fmi/.config/libreoffice/4"]], True),
        ([["/usr/bin/vi", "soffice.txt", "soffice.txt"]], True),  # in doubt
        ([["/usr/bin/grep", "-r", "x", "/opt/soffice"]], False),
        ([], True),  # a system that doesn't tell
    ],
)
def test_a_libreoffice_of_this_machine(
    book: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]], is_open: bool
) -> None:
    monkeypatch.setattr(opened, "_running", lambda: commands)
    left_by_office(book)
    assert (opened.by(book) is not None) == is_open


def test_a_libreoffice_of_another_machine_counts(book: Path) -> None:
    left_by_office(book, "elsewhere.example")
    found = opened.by(book)
    assert found is not None and (found.program, found.name) == ("LibreOffice", "Naomi, Ltd")
    assert found.since is not None and found.since.tzinfo is not None


def test_processes_that_can_not_be_seen_count(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1234)
    left_by_office(book, login="somebody-else")
    assert opened.by(book) is not None


@pytest.mark.parametrize("data", [b"", b",", b"\xff\xfe\x00" * 999, b"a,b,c,d,e,f,g;", b"\\,\\,\\"])
@pytest.mark.parametrize("name", ["~$orders.xlsx", ".~lock.orders.xlsx#"])
def test_nonsense_counts_as_open(book: Path, data: bytes, name: str) -> None:
    """An Excel that crashed can't be told from one that runs on another machine: a person has to say."""
    book.with_name(name).write_bytes(data)
    assert opened.by(book) is not None


def test_a_door_tells_once_that_it_was_closed(book: Path) -> None:
    door, lock = opened.Door(book), book.with_name(f"~${book.name}")
    assert not door.just_closed()
    lock.write_bytes(b"\x03Ken")
    assert not door.just_closed()
    lock.unlink()
    assert [door.just_closed(), door.just_closed()] == [True, False]
    door.found_open()  # and closed again before anybody looked
    assert [door.just_closed(), door.just_closed()] == [True, False]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EHOSTDOWN])
def test_a_door_that_can_not_be_looked_at_is_as_it_was(
    book: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fails(_: Path) -> None:
        raise OSError(number, os.strerror(number))

    door = opened.Door(book)
    with monkeypatch.context() as share:
        share.setattr(opened, "of", fails)
        assert not door.just_closed()
    assert not door.just_closed()
    door.found_open()
    with monkeypatch.context() as share:
        share.setattr(opened, "of", fails)
        assert [door.just_closed(), door.just_closed()] == [False, False]
    assert [door.just_closed(), door.just_closed()] == [True, False]


def test_a_link_leads_to_the_file_that_is_open(book: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    link = tmp_path / "desk" / "link.xlsx"
    link.symlink_to(book)
    assert opened.of(link) is None
    book.with_name(f"~${book.name}").write_bytes(b"\x03Ken")
    found = opened.of(link)
    assert found is not None and found.name == "Ken"


def test_a_sheet_on_the_web_has_no_door() -> None:
    door = opened.Door(None)
    door.found_open()
    assert not door.just_closed()
