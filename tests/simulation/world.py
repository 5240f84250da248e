"""A simulated world: one register, people, second jobs, faults and a clock, all driven from outside."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from tests.simulation import register
from tests.simulation.desks import SheetDesk
from tests.simulation.issued import Violation
from tests.simulation.job import Job
from tests.simulation.workbooks import FileDesk


class World(Job):
    """What happens around the program, and what must come of it."""

    def act(self, work: Callable[[], object]) -> None:
        """A person's act, also in the middle of a run. Where it returns something, that is what the person does next:
        at once, but where every act counts by itself, after the next call.
        """
        self.acts += 1
        before = self.watch.view()
        then = work()
        self.watch.rebase(before)
        if self._depth:
            self.disturbed = True
        if callable(then):
            next_act = partial(self.act, then)
            if self._depth and isinstance(self.desk, SheetDesk):
                self.desk.after_next_call(next_act)
            else:
                next_act()

    def pass_time(self, minutes: float) -> None:
        self.acts += 1
        self.now += timedelta(minutes=minutes)
        self.clock.sleep(minutes * 60)

    def calm(self, known: Callable[[int], bool] = lambda _: False) -> None:
        """Nothing happens any more: two runs bring everything right, and then nothing is written.

        `known` tells, by the number of quiet runs so far, whether all was seen before that can come now.
        """
        self.restore()
        for quiet in range(2):
            if known(quiet):
                return
            code = self.run(force=True)
            if code != 0:
                raise Violation("not converging", f"exit {code} of a quiet run")
        if not known(2):
            self._rest()

    def _rest(self) -> None:
        rows = self.desk.rows(register.FORM)
        wanting = {row[rows[0].index("Client reference")] for row in rows[1:] if row} - set(+self.watch.taken)
        if wanting:
            raise Violation("answer missing", str(wanting))
        if self.letters and (untold := self.letters.missing(self.out, self.watch.ledger)):
            raise Violation("mail missing", str(untold))
        was, saved = self.desk.state(), self._saved()
        self.run(force=True)
        if self.desk.state() != was or self._wrote(saved):
            raise Violation("not converging", "a third run wrote")

    def damage(self, header: str, to: str) -> None:
        """Somebody renames a header of Orders, or gives another column its name, until `restore`."""
        head = self.desk.rows("Orders")[0]
        if self.headers is None and header in head:
            self.headers = list(head)
            self.desk.rename("Orders", head.index(header) + 1, to)

    def restore(self) -> None:
        """The headers are as they were."""
        if self.headers:
            right, self.headers = self.headers, None
            for at, header in enumerate(self.desk.rows("Orders")[0]):
                if header != right[at]:
                    self.act(partial(self.desk.rename, "Orders", at + 1, right[at]))

    def _wrote(self, before: float) -> bool:
        """Whether the last run wrote to the register; `before` is when the workbook was last saved ahead of it."""
        if isinstance(self.desk, SheetDesk):
            return self.desk.server.log.writes > 0
        return os.stat(self.desk.path).st_mtime_ns != before

    def _saved(self) -> int:
        return 0 if isinstance(self.desk, SheetDesk) else os.stat(self.desk.path).st_mtime_ns

    def refused(self, force: bool = False) -> int:
        """A run that may be refused (2), or not begin since the workbook is open (3), and writes nothing then."""
        was = self.desk.state()
        code = self.run(force=force)
        if code in (2, 3) and self.desk.state() != was:
            raise Violation("wrote while refused", f"exit {code}")
        return code

    def clock_back(self, minutes: float) -> int:
        """A run by a clock that was set back; then it is right again."""
        right = self.now
        self.now, self._clock_is_back = right - timedelta(minutes=minutes), True
        try:
            return self.refused()
        finally:
            self.now, self._clock_is_back = right, False

    def opened(self) -> int:
        """A run while somebody has the workbook open: it is not touched."""
        assert isinstance(self.desk, FileDesk)
        lock = self.desk.path.with_name(f".~lock.{self.desk.path.name}#")
        lock.write_text(",mika,elsewhere,28.11.2026 10:00,file:///home/mika/.config/libreoffice/4;")
        self._is_open = True
        try:
            was = self.desk.path.read_bytes()
            code = self.refused()
            if code not in (0, 2, 3) or self.desk.path.read_bytes() != was:
                raise Violation("wrote while open", f"exit {code}")
            return code
        finally:
            self._is_open = False
            lock.unlink()
