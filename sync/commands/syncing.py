"""`onsite sync` and `onsite check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.words import Severity
from sync.config import load
from sync.opening import open_register, out_folder
from sync.report import as_json, changes_as_text, summary
from sync.run import Asked, Outcome, look, sync


@dataclass
class Done:
    """What a command came to: its object for `--json`, its lines for people, its exit code."""

    object: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    exit_code: int = 0


def run_once(
    target: str, out: Path | None, now: datetime, config_file: Path | None,
    *, form_csv: Path | None = None, dry_run: bool = False, force: bool = False,
    scheduled: bool = False,
) -> Done:  # fmt: skip
    """One run. Exit code 5 where a document could not be written, or an order met a bug of ours."""
    config = load(config_file)
    register, folder = open_register(target, config), out_folder(target, out, config)
    outcome = sync(register, Asked(now, folder, form_csv, dry_run, force, config.templates, scheduled))
    lines = list(changes_as_text(outcome)) if dry_run else []
    lines += summary(outcome, folder)
    code = 5 if outcome.papers.unwritten or outcome.decision.crashes else 0
    return Done(_object(outcome, target, folder, register), lines, code)


def run_check(target: str, out: Path | None, now: datetime, config_file: Path | None, form_csv: Path | None) -> Done:
    """Flags only. Exit code 1 where there is a BLOCK."""
    config = load(config_file)
    register, folder = open_register(target, config), out_folder(target, out, config)
    outcome = look(register, register.read(), Asked(now, folder, form_csv, dry_run=True, templates=config.templates))
    lines = [
        f"{verdict.order.order_id} (row {verdict.order.row.number}, {verdict.status}): {flag.line}"
        for verdict in outcome.decision.verdicts
        for flag in verdict.flags
    ]
    flags = [flag for verdict in outcome.decision.verdicts for flag in verdict.flags]
    blocked = any(flag.severity is Severity.BLOCK for flag in flags)
    return Done(_object(outcome, target, folder, register), lines or ["No flags."], 1 if blocked else 0)


def _object(outcome: Outcome, target: str, folder: Path, register: object) -> dict[str, Any]:
    reads, writes = getattr(register, "reads", 0), getattr(register, "writes", 0)
    return as_json(outcome, target, folder, reads, writes)
