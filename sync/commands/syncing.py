"""`onsite sync` and `onsite check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from rules.words import Severity
from sync import clock
from sync.config import load
from sync.opening import open_register, out_folder
from sync.post import Post
from sync.report import as_json, changes_as_text, faults, figures, in_short, summary
from sync.run import Asked, Outcome, look, sync, unheard


class Done:
    """What a command came to. Only what is printed is made: the object for `--json`, or the lines for people."""

    def __init__(
        self, made: Callable[[], dict[str, Any]], told: Callable[[], Iterable[str]], exit_code: int = 0,
        faults: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self._made = made
        self._told = told
        self.exit_code = exit_code
        self.faults = tuple(faults)

    @cached_property
    def object(self) -> dict[str, Any]:
        return self._made()

    @cached_property
    def lines(self) -> list[str]:
        return list(self._told())


def run_once(
    target: str, out: Path | None, now: datetime, config_file: Path | None,
    *, form_csv: Path | None = None, dry_run: bool = False, force: bool = False,
    tell: Callable[[str], None] = unheard, live: bool = False,
) -> Done:  # fmt: skip
    """One run, as of `now`, or where it is `live` as of the clock.

    Exit code 5 where a document could not be written, or an order met a bug of ours.
    """
    config = load(config_file)
    register, folder = open_register(target, config), out_folder(target, out, config)
    asked = Asked(
        now, Post(folder, config), form_csv, dry_run, force, tell=tell, clock=clock.utc_now if live else None
    )
    outcome = sync(register, asked)
    told = partial(_dry_lines if dry_run else summary, outcome, folder)
    return Done(partial(_object, outcome, target, folder, register), told, _exit_code(outcome), faults(outcome))


def _exit_code(outcome: Outcome) -> int:
    return 5 if outcome.papers.unwritten or outcome.decision.crashes else 0


def run_scheduled(
    target: str, out: Path | None, clock: Callable[[], datetime], config_file: Path | None
) -> tuple[int, str, dict[str, Any]]:
    """A run that nobody looks at: its exit code, a sentence, figures. It waits while a person has to look first."""
    config = load(config_file)
    post = Post(out_folder(target, out, config), config)
    outcome = sync(open_register(target, config), Asked(clock(), post, scheduled=True, clock=clock))
    return _exit_code(outcome), in_short(outcome), figures(outcome)


def run_check(target: str, out: Path | None, now: datetime, config_file: Path | None, form_csv: Path | None) -> Done:
    """Flags only, as of any time. Exit code 1 where there is a BLOCK."""
    config = load(config_file)
    register, folder = open_register(target, config), out_folder(target, out, config)
    asked = Asked(now, Post(folder, config), form_csv, dry_run=True, looking=True)
    outcome = look(register, register.read(), asked)
    flags = [flag for verdict in outcome.decision.verdicts for flag in verdict.flags]
    blocked = any(flag.severity is Severity.BLOCK for flag in flags)
    told = partial(_flag_lines, outcome)
    return Done(partial(_object, outcome, target, folder, register), told, 1 if blocked else 0, faults(outcome))


def _dry_lines(outcome: Outcome, folder: Path) -> Iterator[str]:
    yield from changes_as_text(outcome)
    yield from summary(outcome, folder)


def _flag_lines(outcome: Outcome) -> Iterator[str]:
    for verdict in outcome.decision.verdicts:
        for flag in verdict.flags:
            yield f"{verdict.order.order_id} (row {verdict.order.row.number}, {verdict.status}): {flag.line}"
    yield from faults(outcome)
    if not any(verdict.flags for verdict in outcome.decision.verdicts):
        yield "No flags."


def _object(outcome: Outcome, target: str, folder: Path, register: object) -> dict[str, Any]:
    reads, writes = getattr(register, "reads", 0), getattr(register, "writes", 0)
    return as_json(outcome, target, folder, reads, writes)
