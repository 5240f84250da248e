"""The tables of the documents, made from the code: `python -m sync.docs`; with `--check` they are only compared."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from rules.columns import FREE_TABS, TABS, Owner
from rules.lifecycle import STEPS
from rules.settings import Settings
from rules.words import Status
from sync.cli import main as command_line
from sync.commands.tables import rules_as_markdown


def commands() -> Iterator[str]:
    """Every command with its arguments and its first sentence."""
    yield "| call | does |"
    yield "|---|---|"
    for name, command in command_line.commands.items():
        arguments = " ".join(str(p.metavar or p.name).upper() for p in command.params if isinstance(p, click.Argument))
        said = (command.help or "").split("\n\n")[0].replace("\n", " ")
        yield f"| `{' '.join(filter(None, ('onsite', name, arguments)))}` | {said} |"


def columns() -> Iterator[str]:
    """Every tab with its columns; those that the job writes in italics."""
    yield "Columns in *italics* are written by the job, all others by people.\n"
    yield "| tab | columns |"
    yield "|---|---|"
    for kind in TABS:
        if kind in FREE_TABS:
            yield f"| {kind.title} | *the job's own* |"
            continue
        names = (f"*{c.header}*" if c.owner is Owner.JOB else c.header for c in kind.columns)
        yield f"| {kind.title} | {', '.join(names)} |"


_OTHER_STATUSES: Mapping[Status, str] = {
    Status.NEEDS_INFO: "the row counts",
    Status.READY: "no BLOCK flag holds it back",
    Status.INVOICED: "the job issued the invoice, or it was settled by hand",
    Status.PAID: "Paid at",
    Status.NO_SHOW: "from Approved to Working: No-show at",
    Status.CANCELLED: "before On site: Cancelled at",
}


def statuses() -> Iterator[str]:
    """Every status and the evidence by which it is reached."""
    steps = {step.status: step for step in STEPS}
    yield "| status | reached by |"
    yield "|---|---|"
    for status in Status:
        step = steps.get(status)
        if step is None:
            yield f"| {status} | {_OTHER_STATUSES[status]} |"
            continue
        cells = [need.column.header for need in step.needs if need.where is None]
        cells.insert(len(cells) if status is Status.OFFERED else 0, step.time.header)
        where = f", where {step.needed.header} is yes" if step.needed else ""
        yield f"| {status} | {' and '.join(cells)}{where} |"


def settings() -> Iterator[str]:
    """Every setting with its default."""
    yield "| setting | default | meaning |"
    yield "|---|---|---|"
    for field in Settings.model_fields.values():
        default = {True: "yes", False: "no"}.get(field.default) if isinstance(field.default, bool) else field.default
        yield f"| {field.title} | {'' if default is None else default} | {field.description} |"


DOCUMENTS = ("README.md", "docs/reference.md")
TABLES: Mapping[str, Callable[[], Iterator[str] | list[str]]] = {
    "commands": commands,
    "columns": columns,
    "rules": rules_as_markdown,
    "statuses": statuses,
    "settings": settings,
}


def filled(text: str) -> str:
    """A document with every marked table made anew."""
    for name, table in TABLES.items():
        body = "\n".join(table())
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, body=body: f"{found[1]}{body}\n{found[2]}", text, flags=re.DOTALL)  # type: ignore[misc]
    return text


def main(arguments: list[str]) -> int:
    """Writes the documents, or with `--check` says whether they are up to date (exit 1 where they aren't)."""
    root, stale = Path(__file__).resolve().parent.parent, 0
    for path in (root / name for name in DOCUMENTS):
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        stale |= before != after
        if "--check" not in arguments:
            path.write_text(after, encoding="utf-8")
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
