"""Who has a file open: from the little files that Excel and LibreOffice leave beside it."""

import contextlib
import getpass
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class User:
    """Who has it open; `name` is blank where the program didn't say."""

    program: str
    name: str
    lock: Path


def by(path: Path) -> User | None:
    """Who has this file open; None where nobody has, as far as can be seen.

    A program that crashed leaves its file behind. Only LibreOffice's says on which host: where that is this one, and
    no LibreOffice of that user runs, nobody has it open. In every other case a left file counts as open.
    """
    excel = path.with_name(f"~${path.name}")
    if excel.exists():
        return User("Excel", _excel_user(_bytes(excel)), excel)
    office = path.with_name(f".~lock.{path.name}#")
    if office.exists():
        fields = _office_fields(_bytes(office))
        if not _is_stale(fields):
            return User("LibreOffice", next((name for name in fields[:2] if name), ""), office)
    return None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()[:4096]
    except OSError:
        return b""  # Excel on Windows lets nobody read it


def _excel_user(data: bytes) -> str:
    """A length and the name in the machine's own code page, 55 bytes in all; then the same in UTF-16."""
    wide = data[57 : 57 + 2 * data[55]] if len(data) > 57 else b""
    name = wide.decode("utf-16-le", "ignore").strip("\0 ")
    if not name or not name.isprintable():
        name = data[1 : 1 + data[0]].decode("utf-8", "replace").strip("\0 ") if data else ""
    return "".join(letter for letter in name if letter.isprintable())


def _office_fields(data: bytes) -> list[str]:
    """Name, login, host, time and profile, between commas; a backslash takes the meaning off the sign behind it."""
    text = data.decode("utf-8", "replace").rstrip(";\r\n")
    fields = re.findall(r"((?:[^,\\]|\\.)*)(?:,|$)", text)
    return [re.sub(r"\\(.)", r"\1", field).strip() for field in fields]


def _is_stale(fields: list[str]) -> bool:
    if len(fields) < 3 or fields[2].casefold() != socket.gethostname().casefold():
        return False
    if not _sees_processes_of(fields[1]):
        return False
    names = _process_names()
    return bool(names) and not any("soffice" in name or "oosplash" in name for name in names)


def _sees_processes_of(login: str) -> bool:
    """Some systems hide other users' processes."""
    try:
        return os.geteuid() == 0 or getpass.getuser() == login
    except (AttributeError, KeyError, OSError):
        return False


def _process_names() -> list[str]:
    """Names of running programs; nothing where the system doesn't tell."""
    names = []
    for entry in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):  # it ended just now
            names.append(entry.read_text(errors="replace").strip())
    return names
