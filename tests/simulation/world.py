"""A simulated world: one register, people, second jobs, faults and a clock, all driven from outside."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pytest import MonkeyPatch

from rules.invoice import Invoice
from sync import issuing, papers
from sync.documents import letter
from sync.documents.guard import guard
from sync.documents.invoice import render as paper_of
from sync.errors import OnsiteError, UsageFault
from sync.post import Post
from sync.run import Asked, sync
from tests.sheets_server.faults import Call
from tests.sheets_server.faults import Fault as NetFault
from tests.simulation import disk as disks
from tests.simulation import register
from tests.simulation.desks import FileDesk, SheetDesk
from tests.simulation.watch import Violation, Watch
from tests.simulation.wire import Clock, Died

ZONE = ZoneInfo("Asia/Tokyo")
DIED = -9
ROOM = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None


class World:
    """`kind` is "sheet" or "file". `network` and `files` are the faults of the next run, by number of the call."""

    def __init__(self, kind: str, orders: int = 3, answers: int = 1) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix="onsite-", dir=ROOM))
        self.out = self.folder / "out"
        self.clock = Clock()
        self.now = register.START.replace(tzinfo=ZONE)
        tabs = register.tabs(orders, answers)
        self.desk: SheetDesk | FileDesk
        self.desk = SheetDesk(tabs, self.clock) if kind == "sheet" else FileDesk(tabs, self.folder)
        self.watch = Watch(self.desk, self.out)
        self.disk = disks.Disk(self.folder)
        self.answers = {f"F-{number:03}" for number in range(1, answers + 1)}
        self.renamed: tuple[str, str, str] | None = None
        self.acts = 0
        self.calls = 0
        """Calls of the last run."""
        self.disturbed = False
        self.seen_orders = 0
        self._depth = 0
        self.seen: set[str] | None = None
        """States that were checked already, where many worlds begin alike; `known`: the last run ended in one."""
        self.known = False

    def state(self) -> str:
        """All that a next run finds, as a hash: the register, and what lies in the folder (by content)."""
        found = hashlib.sha256()
        if isinstance(self.desk, SheetDesk):
            found.update(repr(self.desk.state()).encode())
        for text in sorted(_content(path) for path in self.folder.rglob("*") if path.is_file()):
            found.update(text.encode())
        return found.hexdigest()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # what people do -------------------------------------------------------------------------------------------

    def act(self, work: Callable[[], object]) -> None:
        """A person's act, also in the middle of a run."""
        self.acts += 1
        before = self.watch.view()
        work()
        self.watch.rebase(before)
        if self._depth:
            self.disturbed = True

    # what machines do -----------------------------------------------------------------------------------------

    def run(
        self,
        network: Mapping[int, NetFault] | None = None,
        files: Mapping[int, disks.Fault] | None = None,
        before: Mapping[int, Callable[[], object]] | None = None,
        after: Mapping[int, Callable[[], object]] | None = None,
        force: bool = False,
    ) -> int:
        """One run of the job. `before` and `after`: what happens right before and after its call n. Its exit code,
        or DIED. Raises Violation.
        """
        self.acts += 1
        self.disturbed = bool(network or files or before or after)
        self._depth += 1
        try:
            code = self._run(network or {}, dict(files or {}), before or {}, after or {}, force)
        finally:
            self._depth -= 1
        self.acts += self.calls
        if self.seen is not None:
            state = f"{code} {self.state()}"
            self.known = state in self.seen
            if self.known:
                return code
            self.seen.add(state)
        return self._over(code)

    def second(self) -> Callable[[], None]:
        """Another job that runs through while ours is at work."""

        def run() -> None:
            inner = _Inner(self)
            try:
                inner.run()
            finally:
                inner.close()

        return run

    def _run(
        self, network: Mapping[int, NetFault], files: dict[int, disks.Fault],
        before: Mapping[int, Callable[[], object]], after: Mapping[int, Callable[[], object]], force: bool,
    ) -> int:  # fmt: skip
        if isinstance(self.desk, SheetDesk):
            return self._run_sheet(self.desk, network, before, after, force)
        for number, act in before.items():
            files[number] = lambda _, act=act: act()  # type: ignore[misc]
        with self.disk.at_work(files):
            code = self._sync(force)
        self.calls = len(self.disk.calls)
        return code

    def _run_sheet(
        self, desk: SheetDesk, network: Mapping[int, NetFault], before: Mapping[int, Callable[[], object]],
        after: Mapping[int, Callable[[], object]], force: bool,
    ) -> int:  # fmt: skip
        server = desk.server
        server.log.clear()
        server.faults.clear()
        server.hooks.clear()
        for number, fault in network.items():
            server.faults.at(number, fault)
        for number, act in before.items():
            server.hooks.before_when(_at(number), act)
        for number, act in after.items():
            server.hooks.after_when(_at(number), act)
        try:
            return self._sync(force)
        finally:
            self.calls = len(server.log.calls)
            server.faults.clear()
            server.hooks.clear()

    def _sync(self, force: bool) -> int:
        try:
            outcome = sync(self.desk.register(), Asked(self.now, Post(self.out), force=force))
        except Died:
            return DIED
        except UsageFault as fault:
            self._may_refuse(fault, force)
            return fault.exit_code
        except OnsiteError as fault:
            if not self.disturbed:
                raise Violation("refused", f"{type(fault).__name__}: {fault}") from fault
            return fault.exit_code
        self.seen_orders = len(outcome.decision.gathered.orders)
        if outcome.papers.unwritten and not self.disturbed:
            raise Violation("unwritten", str(outcome.papers.unwritten))
        return 5 if outcome.papers.unwritten else 0

    def _may_refuse(self, fault: UsageFault, force: bool) -> None:
        shrunk = len([row for row in self.watch.view() if "Client" in row]) < 0.5 * self.seen_orders
        if not (self.renamed or (shrunk and not force)):
            raise Violation("refused", str(fault)) from fault

    def _over(self, code: int) -> int:
        self.watch.after_run(finished=code in (0, 5), clean=not self.disturbed)
        if code == 0 and (gone := self.watch.missing_files()):
            raise Violation("unwritten", str(gone))
        return code

    # what must come of it -------------------------------------------------------------------------------------

    def calm(self) -> None:
        """Nothing happens any more: two runs bring everything right, and then nothing is written."""
        if self.renamed:
            self.restore()
        for _ in range(2):
            code = self.run(force=True)
            if code != 0:
                raise Violation("not converging", f"exit {code} of a quiet run")
        wanting = self.answers - set(self.watch.taken)
        if wanting:
            raise Violation("answer missing", str(wanting))
        was, saved = self.desk.state(), self._saved()
        self.run(force=True)
        if self.desk.state() != was or self._wrote(saved):
            raise Violation("not converging", "a third run wrote")

    def restore(self) -> None:
        """The header that somebody renamed is as it was."""
        if self.renamed:
            tab, right, wrong = self.renamed
            self.renamed = None
            self.act(lambda: self.desk.rename(tab, wrong, right))

    def _wrote(self, before: float) -> bool:
        """Whether the last run wrote to the register; `before` is when the workbook was last saved ahead of it."""
        if isinstance(self.desk, SheetDesk):
            return self.desk.server.log.writes > 0
        return os.stat(self.desk.path).st_mtime_ns != before

    def _saved(self) -> int:
        return 0 if isinstance(self.desk, SheetDesk) else os.stat(self.desk.path).st_mtime_ns

    def pass_time(self, minutes: float) -> None:
        self.acts += 1
        self.now += timedelta(minutes=minutes)
        self.clock.sleep(minutes * 60)

    @property
    def local(self) -> datetime:
        return self.now.replace(tzinfo=None)


class _Inner:
    """A second job on the same register: a process of its own, at a moment when the first one waits."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._disk = disks.Disk(world.folder)

    def run(self) -> None:
        world = self._world
        world.acts += 1
        world.disturbed = True
        try:
            sync(world.desk.register(), Asked(world.now, Post(world.out)))
        except OnsiteError:
            return

    def close(self) -> None:
        """Nothing is kept."""


def _content(path: Path) -> str:
    """A file for comparing worlds: its kind and content, for names beside it may be random."""
    return f"{path.suffix} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _at(number: int) -> Callable[[Call], bool]:
    return lambda call: call.n == number


@lru_cache(maxsize=4096)
def _rendered(text: str, template: bytes) -> bytes:
    return paper_of(Invoice.model_validate_json(text), template)


@lru_cache(maxsize=4096)
def _guard(data: bytes, name: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(guard(data, name, addresses))


def _guarded(data: bytes, name: str, addresses: Sequence[str]) -> list[str]:
    return list(_guard(data, name, tuple(addresses)))


def remember_papers(patch: MonkeyPatch) -> None:
    """The same invoice has the same bytes (tests/sync/test_invoice.py), so a simulation makes each of them once; and
    the same bytes hold the same addresses.
    """

    def render(invoice: Invoice, template: bytes) -> bytes:
        return _rendered(invoice.model_dump_json(), template)

    for module in (issuing, papers):
        patch.setattr(module, "render", render)
    for module in (issuing, papers, letter):
        patch.setattr(module, "guard", _guarded)
