"""The worker of one register: a run, then the next when it is due, never two at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import schedule

from sync.clock import utc_now
from sync.commands.syncing import run_scheduled
from sync.errors import InUse, OnsiteError
from sync.opened import Door
from sync.opening import workbook_path
from sync.runlog import RunLog, named
from sync.watchdog import Watchdog

JITTER = 0.1
"""Workers that were started together don't stay together: intervals differ by this share."""
LONGEST_BACK_OFF = 900
"""Seconds after which a failing register is tried again at the latest, but for a longer interval."""
_MOST_DOUBLINGS = 4
_TICK_S = 0.5
_BUG = 3


@dataclass(frozen=True)
class Job:
    """What a worker is told. `every` is in seconds, from start to start; `begun`: what the time is said to be."""

    register: str
    every: int
    out: Path | None
    config_file: Path | None
    watchdog: Watchdog
    begun: datetime | None = None


@dataclass(frozen=True)
class Ending:
    """What a run came to: its exit code, a sentence, figures for machines; `waiting`: people have the workbook open."""

    code: int
    said: str
    figures: dict[str, Any]
    waiting: bool = False


def pause(every: int, failures: int, share: float) -> int:
    """Seconds from one start to the next: longer with every failure in a row. `share` is between -1 and 1."""
    longest = max(every, LONGEST_BACK_OFF)
    backed_off = min(every << min(max(failures - 1, 0), _MOST_DOUBLINGS), longest)
    return max(1, round(backed_off * (1 + JITTER * share)))


class Worker:
    """Syncs one register. The package `schedule` keeps the times, in a scheduler and a thread of each worker's own,
    since one scheduler runs its jobs one after the other and a slow register would stall the others.
    """

    def __init__(self, job: Job, stop: threading.Event, log: RunLog) -> None:
        self.job, self._stop, self._log = job, stop, log
        self._failures = 0
        self.scheduler = schedule.Scheduler()
        self._wait, self._rest = 0.0, _TICK_S
        self._door = Door(workbook_path(job.register))
        self._born = time.monotonic()

    def loop(self) -> int:
        """One run at once, then on time and whenever people close the workbook, until stopped. Returns 0."""
        self._safely(self.turn)
        while not self._stop.wait(self._rest):
            self._safely(self.tick)
        return 0

    def _safely(self, act: Callable[[], object]) -> None:
        """A bug before or behind a run is reported, and tried again after the interval: it must not stop the others."""
        self._rest = _TICK_S
        try:
            act()
        except BaseException as bug:
            self._rest = self.job.every
            self._due_in(self._rest)
            self._log.say(self.job.register, datetime.now(UTC), 0.0, _BUG, named(bug), {})

    def tick(self) -> None:
        """A run, where one is due."""
        if self._door.just_closed():
            self.turn()
        elif (self.scheduler.idle_seconds or 0.0) > self._wait + 1:  # the clock was set back, say at the end of summer
            self._due_in(self._wait)
        else:
            self.scheduler.run_pending()

    def turn(self) -> int:
        """One run, and when the next is due. Returns the exit code."""
        started, began = datetime.now(UTC), time.monotonic()
        self.job.watchdog.started()
        ending = self._run()
        took = time.monotonic() - began  # the machine's clock may be set while a run is at work
        self._log.say(self.job.register, started, took, ending.code, ending.said, ending.figures)
        if not ending.waiting:
            self._failures = self._failures + 1 if ending.code else 0
            self.job.watchdog.ended(self.job.register, ending.code == 0)
        self._due_in(max(1.0, pause(self.job.every, self._failures, random.uniform(-1, 1)) - took))  # noqa: S311  # nosec B311
        return ending.code

    def _due_in(self, seconds: float) -> None:
        self._wait = seconds
        self.scheduler.clear()
        self.scheduler.every(round(seconds)).seconds.do(self.turn)

    def _run(self) -> Ending:
        job = self.job
        try:
            code, said, figures = run_scheduled(job.register, job.out, self._now, job.config_file)
            return Ending(code, said, figures)
        except InUse as fault:
            self._door.found_open()
            return Ending(fault.exit_code, str(fault), {}, waiting=True)
        except OnsiteError as fault:
            return Ending(fault.exit_code, str(fault), {})
        except BaseException as bug:  # one register's bug must not stop the others
            return Ending(_BUG, named(bug), {})

    def _now(self) -> datetime:
        """The machine's time, or what the worker was told and what passed since."""
        begun = self.job.begun
        return begun + timedelta(seconds=time.monotonic() - self._born) if begun else utc_now()
