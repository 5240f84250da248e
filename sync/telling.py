"""How a command says what it came to: lines for people, or one JSON object for programs."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections import deque
from collections.abc import Generator, Iterable
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from sync.commands.syncing import Done


T = TypeVar("T")


def _escaped(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return json.dumps(fault.object[fault.start : fault.end])[1:-1], fault.end


codecs.register_error("escaped", _escaped)


def say_anything() -> None:
    """From now on stdout shows signs that its encoding lacks as \\u…, which JSON reads back.

    In Windows a pipe or a file has the encoding of the country, which holds no arrow, or no Japanese.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="escaped")


def returned(steps: Generator[str, None, T]) -> T:
    """What something that says what it does comes to in the end, with nobody listening."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: T = end.value
            return found


def tell_done(as_json: bool, done: Done) -> None:
    """As `tell`; of a large register the other form would take seconds to make."""
    tell(as_json, done.object if as_json else None, () if as_json else done.lines, done.faults)


def tell(as_json: bool, found: Any, lines: Iterable[str], faults: Iterable[str] = ()) -> None:
    """What a command came to; faults are among the lines, and beside the object.

    That nobody reads on (`| head`) is no fault: what it did is done.
    """
    try:
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))  # indenting would take ten times as long
            for fault in faults:
                click.echo(f"onsite: {fault}", err=True)
            return
        for line in lines:
            click.echo(line)
    except OSError as fault:
        if not isinstance(fault, BrokenPipeError):
            click.echo(f"onsite: it is done, but can't be shown: {fault.strerror}", err=True)
        deque(lines, maxlen=0)  # what is done while it is told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
