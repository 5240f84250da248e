"""The program at work on a simulated register: its runs, other jobs beside them, undo and credit notes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.commands.credit import credit_invoice
from sync.commands.undo import undo
from sync.config import Config
from sync.errors import OnsiteError, UsageFault
from sync.post import Post
from sync.run import Asked, sync
from tests.sheets_server.faults import Fault as NetFault
from tests.simulation import disk as disks
from tests.simulation import register
from tests.simulation.desks import SheetDesk
from tests.simulation.issued import Violation
from tests.simulation.known import ROOM
from tests.simulation.letters import Letters
from tests.simulation.watch import Watch
from tests.simulation.wire import Clock, Died, Machine
from tests.simulation.workbooks import FileDesk

DIED = -9
_RANDOM = re.compile(r"-[^-]+(?=\.tmp$)")


class Job:
    """A register and the runs on it. One at a time in a process, in one folder: the program knows its messages by that.

    `kind` is "sheet" or "file"; `place` one of register.PLACES; with `letters` the world's runs send mail.
    """

    def __init__(
        self, kind: str, orders: int = 3, answers: int = 1,
        place: tuple[str, datetime] = register.PLACES[0], letters: Letters | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.letters = kind, letters
        self.folder = ROOM / f"onsite-{os.getpid()}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.out = self.folder / "out"
        self.clock = Clock()
        zone, start = place
        self.zone = ZoneInfo(zone)
        self.now = start.replace(tzinfo=self.zone).astimezone(UTC)
        tabs = register.tabs(orders, answers, start, zone)
        self.desk: SheetDesk | FileDesk
        self.desk = SheetDesk(tabs, self.clock, zone) if kind == "sheet" else FileDesk(tabs, self.folder)
        self.watch = Watch(self.desk, self.out, mailed=letters is not None)
        self.machine = letters.machine if letters else Machine()
        self.disk = disks.Disk(self.folder, self.machine)
        self.headers: list[Any] | None = None
        """Those of Orders as they were before somebody damaged them."""
        self.acts = 0
        self.calls = 0
        """Calls of the last run."""
        self.disturbed = self._is_open = self._clock_is_back = False
        self.seen_orders = 0
        self._command: Command | None = None
        self._unwritten: list[str] = []
        self._depth = 0

    def state(self) -> str:
        """All that a next run finds, as a hash: the register, what lies in the folder, and what was mailed."""
        found = hashlib.sha256()
        if self.letters:
            found.update(repr(self.letters.taken).encode())
        if isinstance(self.desk, SheetDesk):
            found.update(repr(self.desk.state()).encode())
        for text in sorted(self._lies(path) for path in self.folder.rglob("*")):
            found.update(text.encode())
        return found.hexdigest()

    def _lies(self, path: Path) -> str:
        """The name of a file without what is random in it, and its content; the name alone of a folder."""
        name = _RANDOM.sub("", str(path.relative_to(self.folder)))
        return f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else f"{name}/"

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self,
        network: Mapping[int, NetFault] | None = None,
        files: Mapping[int, disks.Fault] | None = None,
        before: Mapping[int, Callable[[], object]] | None = None,
        after: Mapping[int, Callable[[], object]] | None = None,
        post: Mapping[int, str] | None = None,
        force: bool = False,
        command: Command | None = None,
    ) -> int:
        """One run of the job. `network` and `files` are its faults by number of the call, `before` and `after` what
        happens right before and after such a call, `post` the faults of the mail by number of the message.
        `command`: what a person does instead of a run.
        Its exit code, or DIED. Raises Violation.
        """
        self.acts += 1
        self._command = command
        if isinstance(command, Undo):
            self.watch.undoing()
        self.disturbed = bool(network or files or before or after or post)
        self.machine.dead = False
        self._depth += 1
        try:
            with self.letters.at_work(post or {}) if self.letters else nullcontext():
                code = self._run(network or {}, dict(files or {}), before or {}, after or {}, force)
        finally:
            self._depth -= 1
        self.acts += self.calls
        return self._over(code)

    def second(self) -> Callable[[], None]:
        """Another job that runs through at a moment when ours waits: a process of its own."""

        def run() -> None:
            self.acts += 1
            self.disturbed = True
            with suppress(OnsiteError), self.disk.aside():
                sync(self.desk.register(Machine()), self.asked())

        return run

    def _run(
        self, network: Mapping[int, NetFault], files: dict[int, disks.Fault],
        before: Mapping[int, Callable[[], object]], after: Mapping[int, Callable[[], object]], force: bool,
    ) -> int:  # fmt: skip
        desk = self.desk
        if isinstance(desk, SheetDesk):
            with self.disk.at_work(files), desk.at_work(network, before, after):
                code = self._sync(force)
            self.calls = len(desk.server.log.calls)
            return code
        for number, act in before.items():
            files[number] = lambda _, act=act: act()  # type: ignore[misc]
        with self.disk.at_work(files):
            code = self._sync(force)
        self.calls = len(self.disk.calls)
        return code

    def _sync(self, force: bool) -> int:
        damaged = self.headers is not None
        try:
            if self._command:
                self._command(self)
                return 0
            outcome = sync(self.desk.register(self.machine), self.asked(force))
        except Died:
            return DIED
        except UsageFault as fault:
            self._may_refuse(fault, force, damaged)
            return fault.exit_code
        except OnsiteError as fault:
            if not (self.disturbed or self._is_open):
                raise Violation("refused", f"{type(fault).__name__}: {fault}") from fault
            return fault.exit_code
        self.seen_orders = len(outcome.decision.gathered.orders)
        self._unwritten = outcome.papers.unwritten
        return 5 if outcome.papers.unwritten else 0

    def asked(self, force: bool = False) -> Asked:
        post = Post(self.out, Config(mail=self.letters.mail)) if self.letters else Post(self.out)
        return Asked(self.now, post, force=force)

    def _may_refuse(self, fault: UsageFault, force: bool, damaged: bool) -> None:
        """`damaged`: the headers were as the run began."""
        with self.disk.aside():
            shrunk = len([row for row in self.watch.view() if "Client" in row]) < 0.5 * self.seen_orders
        if damaged or self.headers or self._clock_is_back or (shrunk and not force):
            return
        if not self._command or (isinstance(self._command, Credit) and self._creditable(self._command.number)):
            raise Violation("refused", str(fault)) from fault

    def _creditable(self, number: str) -> bool:
        """Whether an invoice was not credited when the command began, nor since by another."""
        ledger = self.watch.ledger
        credited = {row[10] for row in ledger.values()}
        return not self.disturbed and ledger[number][9] == "invoice" and number not in credited

    def _over(self, code: int) -> int:
        if isinstance(self._command, Undo):
            self.watch.undone()
        self.watch.after_run(finished=code in (0, 5) and not self._command, clean=not self.disturbed)
        missing = self.watch.issued.missing() if code == 0 and not self._command else []  # the next run writes them
        if missing or (code == 5 and not self.disturbed):
            raise Violation("unwritten", str(missing or self._unwritten))
        if self.letters:
            self.letters.check([register.address(name) for name in register.ENGINEERS])
        return code

    def logged(self) -> list[str]:
        """The names of the runs that the Log knows, the last at the end."""
        rows = self.desk.rows("Log")
        return list(dict.fromkeys(str(row[1]) for row in rows[1:] if len(row) > 1 and row[1]))

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True)
class Credit:
    """An invoice is credited."""

    number: str

    def __call__(self, job: Job) -> None:
        credit_invoice(job.desk.register(job.machine), self.number, "a wrong rate", job.now, job.asked().post)


@dataclass(frozen=True)
class Undo:
    """A run is put back, or one order of it."""

    name: str
    order: str | None = None

    def __call__(self, job: Job) -> None:
        undo(job.desk.register(job.machine), self.name, self.order, job.now)


Command = Credit | Undo
