"""`onsite run`: sync on a schedule until stopped; one worker a register (contract, section 7)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.commands.worker import Job, Worker
from sync.config import Config, Named, load
from sync.errors import UsageFault
from sync.opening import same_register
from sync.runlog import RunLog
from sync.watchdog import Watchdog

GRAVITY = (0, 5, 4, 3, 2)
"""Exit codes, the worst last: what a person has to put right comes before what may pass by itself."""
DIED = 3


@dataclass(frozen=True)
class Order:
    """What `onsite run` was asked for. `every` is in seconds; what is None is as the machine's settings say."""

    registers: tuple[str, ...]
    every: int | None = None
    out: Path | None = None
    config_file: Path | None = None
    once: bool = False
    log_json: bool = False
    now: datetime | None = None
    """The time that it is said to be at the beginning; None: the machine's."""


def run_schedule(order: Order, write: Callable[[str], None]) -> int:
    """Runs until SIGTERM or Ctrl-C, which let the runs under way finish; a second one ends at once.

    Returns the exit code: with `once` the worst of one run each, else 0. Raises UsageFault before anything is run.
    """
    jobs = list(_jobs(order, load(order.config_file)))
    stop, log = threading.Event(), RunLog(order.log_json, write)
    workers = [Worker(job, stop, log) for job in jobs]
    _stop_on_signals(stop)
    codes = run_all([worker.turn if order.once else worker.loop for worker in workers], stop)
    return max(codes, key=GRAVITY.index) if order.once or DIED in codes else 0


def _jobs(order: Order, config: Config) -> Iterator[Job]:
    """A job for every register: what the command line says goes before what the machine's settings say."""
    known = {same_register(named.name): named for named in config.registers}
    names = order.registers or tuple(named.name for named in config.registers)
    if not names:
        raise UsageFault("Which register? Name one, or write `registers = [...]` in onsite.toml.")
    keys = [same_register(name) for name in names]
    if twice := next((name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1), None):
        raise UsageFault(f"{twice} is named twice: name each register once.")
    shared = Watchdog(config.ping)
    for name, key in zip(names, keys, strict=True):
        named = known.get(key) or Named.model_validate({"register": name})
        yield Job(
            name, order.every or named.every or config.interval, order.out or named.out,
            order.config_file, Watchdog(named.ping) if named.ping else shared, order.now,
        )  # fmt: skip


def _stop_on_signals(stop: threading.Event) -> None:
    def stopped(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopped)


def run_all(tasks: Sequence[Callable[[], int]], stop: threading.Event) -> list[int]:
    """Each in a thread of its own, until all are done. One that dies stops all: better to be started anew than half."""
    codes: list[int] = []

    def work(task: Callable[[], int]) -> None:
        try:
            codes.append(task())
        except BaseException:
            codes.append(DIED)
            stop.set()
            raise

    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes
