"""A small register on a workbook and in a Google Sheet, and what may happen between two steps of a run on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from sync.plan import Write
from sync.registers.google import GoogleRegister
from sync.registers.google.pace import SHARED, Limiter
from sync.registers.google.transport import Transport
from sync.registers.workbook import WorkbookRegister
from tests.acceptance.desk import NOW, Desk, filled
from tests.acceptance.sheet_desk import SheetDesk
from tests.sheets_server import SheetsServer
from tests.sheets_server.grids import tabs_of_workbook
from tests.sync.google_bench import Clock
from tests.sync.mail_server import MailServer, serving

KEPT = ("S-01", "S-02", "S-04", "S-10", "S-11", "S-12")
"""Orders of the sample: two to be invoiced, one at work, one offered, one ready, one with something missing."""
KINDS = ("workbook", "sheet")
LOOK, WRITE = 3, 4
"""Calls of a run on a Google Sheet: the first two read, the third looks whether rows moved, the last writes."""
Act = Callable[[], object]


class Meanwhile(Protocol):
    def __call__(self, desk: Desk, act: Act, times: int = 1, late: bool = False, rounds: int = 0) -> None: ...



@pytest.fixture(scope="session")
def few(samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with few orders."""
    path = tmp_path_factory.mktemp("few") / "register.xlsx"
    shutil.copyfile(samples.small, path)
    with Desk(path).edited() as book:
        sheet = book["Orders"]
        for reference in [row["Client reference"] for row in filled(list(sheet.values))]:
            if reference not in KEPT:
                sheet.delete_rows(Desk.row_of(sheet, reference))
        book["Other sites"].delete_rows(2, 10)
    return path


@pytest.fixture(scope="session")
def sheets() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.fixture(autouse=True)
def quiet(sheets: SheetsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google Sheets is this server, with a fresh quota for every test."""
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", sheets.host)
    monkeypatch.setattr(SHARED, "_most", 10_000)
    sheets.faults.clear()
    sheets.hooks.clear()
    sheets.log.clear()


class Office:
    """Registers to begin with, made once and copied for every test."""

    def __init__(self, sample: Path, sheets: SheetsServer, folder: Path) -> None:
        self._sample, self._sheets, self._folder = sample, sheets, folder
        self._begun: dict[tuple[str, bool], Desk] = {}

    def desk(self, kind: str, folder: Path, *, synced: bool) -> Desk:
        """A copy of the register after `init`, or after its first run, in a new folder."""
        made = copied(self._beginning(kind, synced), folder)
        self._sheets.log.clear()
        return made

    def _beginning(self, kind: str, synced: bool) -> Desk:
        if (kind, synced) not in self._begun:
            place = self._folder / f"{kind}-{synced}"
            made = copied(self._beginning(kind, False), place) if synced else self._new(kind, place)
            if synced:
                made.sync(now=NOW)
            else:
                assert made.call("init").code == 0
            self._begun[kind, synced] = made
        return self._begun[kind, synced]

    def _new(self, kind: str, place: Path) -> Desk:
        place.mkdir()
        if kind == "workbook":
            return Desk(Path(shutil.copyfile(self._sample, place / "register.xlsx")))
        key = self._sheets.create("Register", tabs_of_workbook(self._sample), time_zone="Asia/Tokyo", rows=40)
        return SheetDesk(self._sheets, key, place)


def copied(desk: Desk, folder: Path) -> Desk:
    """The same register once more, with the folder around it."""
    shutil.copytree(desk.folder, folder)
    if not isinstance(desk, SheetDesk):
        return Desk(folder / desk.path.name)
    key = desk.server.create("Copy")
    book = desk.server.books[desk.key].clone()
    book.id = key
    desk.server.books[key] = book
    return SheetDesk(desk.server, key, folder)


@pytest.fixture(scope="session")
def office(few: Path, sheets: SheetsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    yield Office(few, sheets, tmp_path_factory.mktemp("office"))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Where the register lies."""
    return str(request.param)


@pytest.fixture
def fresh(office: Office, kind: str, tmp_path: Path) -> Desk:
    """The register before its first run."""
    return office.desk(kind, tmp_path / "desk", synced=False)


@pytest.fixture
def desk(office: Office, kind: str, tmp_path: Path) -> Desk:
    """The register after its first run: two invoices are issued."""
    return office.desk(kind, tmp_path / "desk", synced=True)


@pytest.fixture
def workbook(office: Office, tmp_path: Path) -> Desk:
    """The register after its first run, as a workbook."""
    return office.desk("workbook", tmp_path / "desk", synced=True)


@pytest.fixture
def sheet(office: Office, tmp_path: Path) -> SheetDesk:
    """The register after its first run, in a Google Sheet."""
    found = office.desk("sheet", tmp_path / "desk", synced=True)
    assert isinstance(found, SheetDesk)
    return found


class Before(Limiter):
    """Lets something happen before this program's calls of a kind, outside of the server. What it calls is let be."""

    def __init__(self, act: Act, times: int, kind: str, skipped: int) -> None:
        super().__init__(Clock().pace(), 10_000)
        self._act, self._left, self._kind, self._skipped, self._acting = act, times, kind, skipped, False
        self.acted = False

    def wait(self, kind: str) -> None:
        if kind != self._kind or not self._left or self._acting:
            return
        if self._skipped:
            self._skipped -= 1
            return
        self._left, self._acting, self.acted = self._left - 1, True, True
        self._act()
        self._acting = False


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meanwhile]:
    """`meanwhile(desk, act)`: in the next run on it something happens after it has read, and before it writes.

    On a Google Sheet before the run looks once more whether rows moved; with `late`, between that look and the write.
    `times`: as often as it tries; `rounds`: after so many writes of the run, which tells the register what it mailed.
    A test during which it never happens fails.
    """
    waiting: list[Before] = []

    def arranged(desk: Desk, act: Act, times: int = 1, late: bool = False, rounds: int = 0) -> None:
        on_sheet = Before(act, times, "write", rounds) if late else Before(act, times, "read", LOOK * (rounds + 1) - 1)
        on_file, commit = Before(act, times, "write", rounds), WorkbookRegister.commit
        waiting.append(on_sheet if isinstance(desk, SheetDesk) else on_file)

        def later(register: WorkbookRegister, *arguments: object) -> Collection[Write]:
            on_file.wait("write")
            return commit(register, *arguments)  # type: ignore[arg-type]

        monkeypatch.setitem(Transport.__init__.__kwdefaults__, "limiter", on_sheet)
        monkeypatch.setattr(WorkbookRegister, "commit", later)

    yield arranged
    assert all(one.acted for one in waiting)


@pytest.fixture
def afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Act], None]]:
    """`afterwards(act)`: something happens once, after the next run has written and before its documents and mail."""

    acts: list[Act] = []

    def arranged(act: Act) -> None:
        acts.append(act)

        def patched(kind: type[GoogleRegister] | type[WorkbookRegister]) -> None:
            commit = kind.commit

            def later(register: Any, *arguments: Any) -> Collection[Write]:
                left_out = commit(register, *arguments)
                if acts:
                    acts.pop()()
                return left_out

            monkeypatch.setattr(kind, "commit", later)

        patched(GoogleRegister)
        patched(WorkbookRegister)

    yield arranged
    assert acts == []


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving() as server:
        yield server


def mailing(desk: Desk, mail: MailServer) -> Path:
    """The machine's settings with which runs send over this server."""
    config = desk.folder / "onsite.toml"
    config.write_text(f'[mail]\nsend = true\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\n')
    return config


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for calls to Google that only moves when somebody waits."""
    clock = Clock()
    monkeypatch.setattr("sync.registers.google.transport.Pace", clock.pace)
    return clock
