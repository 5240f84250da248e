"""Who has a file open: from the little files that Excel and LibreOffice leave beside it."""

import contextlib
import getpass
import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

_PROFILE = "-env:UserInstallation="


@dataclass(frozen=True, slots=True)
class User:
    """Who has it open; `name` is blank where the program didn't say."""

    program: str
    name: str
    lock: Path
    since: datetime | None = None
    """When that file was left; aware."""


class Door:
    """Notices that a workbook which people had open is closed. Without a path (a Google Sheet) it never is."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._open = False

    def found_open(self) -> None:
        """A run could not write because of it."""
        self._open = self._path is not None

    def just_closed(self) -> bool:
        """True once, after it was open the last time that somebody asked."""
        was, self._open = self._open, self._is_open()
        return was and not self._open

    def _is_open(self) -> bool:
        """As it was where nobody can look, say while a share is away: the run that is due says what is the matter."""
        try:
            return self._path is not None and of(self._path) is not None
        except OSError:
            return self._open


def of(path: Path) -> User | None:
    """Who has a file open, by the name that was given or, where that is a link, by its own."""
    return next(filter(None, map(by, {path, path.resolve()})), None)


def by(path: Path) -> User | None:
    """Who has this file open; None where nobody has, as far as can be seen.

    A program that crashed leaves its file behind. Only LibreOffice's says on which host and with which profile: where
    that is this host, and no LibreOffice runs here that may have that profile, nobody has it open. In every other case
    a left file counts as open: its age proves nothing, since people keep registers open for days.
    """
    excel = path.with_name(f"~${path.name}")
    if excel.exists():
        return User("Excel", _excel_user(_bytes(excel)), excel, _since(excel))
    office = path.with_name(f".~lock.{path.name}#")
    if office.exists():
        fields = _office_fields(_bytes(office))
        if not _is_stale(fields):
            name = next((name for name in fields[:2] if name), "")
            return User("LibreOffice", name, office, _since(office))
    return None


def _since(lock: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
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
    running, profile = _running(), _plain(fields[4]) if len(fields) > 4 else ""
    return bool(running) and not any(_may_have(command, profile) for command in running)


def _may_have(command: list[str], profile: str) -> bool:
    """Whether a program may be the LibreOffice of this profile; one that was started with another is not."""
    if not any(name in Path(part).name for part in command[:2] for name in ("soffice", "oosplash")):
        return False
    own = [part.removeprefix(_PROFILE) for part in command if part.startswith(_PROFILE)]
    return not own or not profile or _plain(own[-1]) == profile


def _plain(address: str) -> str:
    return unquote(address).rstrip("/;")


def _sees_processes_of(login: str) -> bool:
    """Some systems hide other users' processes."""
    try:
        return os.geteuid() == 0 or getpass.getuser() == login
    except (AttributeError, KeyError, OSError):
        return False


def _running() -> list[list[str]]:
    """Command lines of running programs; nothing where the system doesn't tell."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended just now
            found.append(entry.read_bytes().decode("utf-8", "replace").split("\0"))
    return found
