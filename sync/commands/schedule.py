"""`onsite run`: sync on a schedule until stopped; one worker a register (contract, section 7).

The package `schedule` keeps the times; each register has a scheduler and a thread of its own, since one
scheduler runs its jobs one after the other and a slow register would stall the others.
"""

from __future__ import annotations

import json
import random
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import schedule

from sync.commands.syncing import Done, run_once
from sync.config import Config, load
from sync.errors import InUse, OnsiteError, UsageFault
from sync.masking import masked

MOST_BACK_OFF = 12
"""A failing register is tried again at most this many intervals later."""
IN_USE_S = 5
"""How often a workbook that people have open is looked at, in seconds: it is synced as soon as they close it."""
_JITTER = 0.1
_TICK_S = 0.5


@dataclass(frozen=True)
class Plan:
    """What a worker is told: its register, every how many seconds, and how to speak."""

    register: str
    every: int
    out: Path | None
    config_file: Path | None
    say: Callable[[str, dict[str, object]], None]
    ping: str = ""


class Worker:
    """Syncs one register again and again; never two runs at once, since a thread does one thing at a time."""

    def __init__(self, plan: Plan, stop: threading.Event) -> None:
        self.plan = plan
        self.stop = stop
        self.failures = 0
        self.scheduler = schedule.Scheduler()

    def loop(self) -> None:
        """One run at once, then on time, until stopped."""
        self.turn()
        while not self.stop.wait(_TICK_S):
            self.scheduler.run_pending()

    def turn(self) -> int:
        """One run, and when the next is due. Returns the exit code."""
        _ping(self.plan.ping, "start")
        code, wait = self._run()
        _ping(self.plan.ping, "" if code == 0 else "fail")
        self.scheduler.clear()
        self.scheduler.every(wait).seconds.do(self.turn)
        return code

    def _run(self) -> tuple[int, int]:
        """Exit code, and seconds until the next run: back-off doubles with every failure."""
        started = datetime.now(UTC)
        try:
            done = run_once(self.plan.register, self.plan.out, started, self.plan.config_file, scheduled=True)
        except InUse as fault:
            self._say(started, fault.exit_code, str(fault))
            return fault.exit_code, min(IN_USE_S, self.plan.every)
        except OnsiteError as fault:
            return self._failed(started, fault.exit_code, str(fault))
        except Exception as bug:  # a bug in one register's run must not stop the others
            return self._failed(started, 3, f"a bug of ours, please report it: {type(bug).__name__}: {bug}")
        if done.exit_code:
            return self._failed(started, done.exit_code, _told(done))
        self.failures = 0
        self._say(started, 0, _told(done))
        return 0, self._jittered(self.plan.every)

    def _failed(self, started: datetime, code: int, why: str) -> tuple[int, int]:
        self.failures += 1
        self._say(started, code, why)
        return code, self._jittered(self.plan.every * min(2 ** (self.failures - 1), MOST_BACK_OFF))

    def _jittered(self, seconds: int) -> int:
        """Workers that were started together don't stay together."""
        return max(1, round(seconds * random.uniform(1 - _JITTER, 1 + _JITTER)))  # noqa: S311

    def _say(self, started: datetime, code: int, text: str) -> None:
        took = round((datetime.now(UTC) - started).total_seconds(), 1)
        found = {"at": started.isoformat(timespec="seconds"), "register": self.plan.register, "exit": code}
        self.plan.say(masked(text), {**found, "seconds": took})


def _told(done: Done) -> str:
    orders, changes = done.object.get("orders", []), done.object.get("changes", [])
    invoices = ", ".join(str(invoice["number"]) for invoice in done.object.get("invoices", []))
    errors = "; ".join(done.faults)
    text = f"{len(orders)} orders, {len(changes)} cells changed"
    return text + (f", issued {invoices}" if invoices else "") + (f"; {errors}" if errors else "")


def _ping(url: str, what: str) -> None:
    """Tells a watchdog, where one is set; its failing is no failure of ours."""
    if not url:
        return
    import requests

    try:
        requests.get(f"{url.rstrip('/')}/{what}" if what else url, timeout=10)
    except requests.RequestException:
        return


def speaker(as_json: bool, write: Callable[[str], None]) -> Callable[[str, dict[str, object]], None]:
    """A line a run: for people, or one JSON object for machines."""

    def say(text: str, found: dict[str, object]) -> None:
        if as_json:
            write(json.dumps({**found, "said": text}, ensure_ascii=False))
        else:
            word = "ok" if found["exit"] == 0 else f"exit {found['exit']}"
            write(f"{found['at']} {found['register']}: {word}, {found['seconds']} s: {text}")

    return say


def run_schedule(
    registers: Sequence[str], every: int | None, out: Path | None, config_file: Path | None,
    once: bool, log_json: bool, write: Callable[[str], None],
) -> int:  # fmt: skip
    """Runs until SIGTERM or Ctrl-C, which let the runs under way finish. `once`: a run each; the worst exit code."""
    config = load(config_file)
    names = tuple(registers) or config.registers
    if not names:
        raise UsageFault("Which register? Name one, or write `registers = [...]` in onsite.toml.")
    if len(set(names)) < len(names):
        raise UsageFault("A register is named twice: name each once.")
    stop = threading.Event()
    plans = [_plan(name, every, out, config_file, config, speaker(log_json, write)) for name in names]
    workers = [Worker(plan, stop) for plan in plans]
    if once:
        return max(worker.turn() for worker in workers)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=worker.loop, name=worker.plan.register) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0


def _plan(
    name: str, every: int | None, out: Path | None, config_file: Path | None, config: Config,
    say: Callable[[str, dict[str, object]], None],
) -> Plan:  # fmt: skip
    ping = config.ping if urlsplit(config.ping).scheme in ("http", "https") else ""
    return Plan(name, every or config.interval, out, config_file, say, ping)
