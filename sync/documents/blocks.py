"""A message's text as paragraphs, lists and facts, so that its HTML says exactly the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FACT = re.compile(r"^  (?! )(.{1,60}?)[:：] ?(.*)$")
_ITEM = "- "


@dataclass(frozen=True)
class Block:
    """Lines that belong together: `facts` (label and value), a `list`, or a `text`; under a heading or none."""

    kind: str
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text. Lines that begin with two blanks are facts, those with "- " items of a list."""
    for piece in re.split(r"\n{2,}", text.strip("\n")):
        heading = ""
        run: list[str] = []
        kind = ""
        for line in [*piece.split("\n"), None]:
            now = "" if line is None else _kind(line)
            if run and (line is None or now != kind):
                if kind == "text" and now in ("facts", "list") and len(run) == 1 and run[0].endswith((":", "：")):
                    heading = run[0]
                else:
                    yield _block(kind, heading, run)
                    heading = ""
                run = []
            if line is not None:
                run.append(line)
                kind = now


def _kind(line: str) -> str:
    if line.startswith(_ITEM):
        return "list"
    return "facts" if _FACT.match(line) else "text"


def _block(kind: str, heading: str, run: list[str]) -> Block:
    if kind == "facts":
        return Block(kind, heading, facts=[(m[1], m[2]) for line in run if (m := _FACT.match(line))])
    return Block(kind, heading, lines=[line.removeprefix(_ITEM) if kind == "list" else line for line in run])
