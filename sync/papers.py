"""The files that follow a commit: made from what the ledger says, so that a crash leaves at most one to make again."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from rules.invoice import Invoice
from rules.state import State
from sync.documents.invoice import guard, render, template_for
from sync.errors import Undelivered
from sync.runlog import told

ANSWERS = "form-answers"
TEMPLATES = ".onsite-templates"


@dataclass
class MailServer:
    """What a run learned of it, in all its rounds."""

    stalled: str = ""
    """How it left us without an answer: this run hands it no more. Blank where it didn't."""
    reached: set[str] = field(default_factory=set)
    """Domains of those for whom it took a message."""


class Report(Protocol):
    """Where it is noted what was written, and what could not be."""

    files: list[Path]
    unwritten: list[str]
    told: list[str]
    """Messages that were written or sent, each on a line."""
    notes: list[str]
    """What a person has to know or do, though nothing is missing. What stands before the first colon goes into logs."""
    twice: list[str]
    """Numbers that this run gave and another document here has, with that one's name."""
    server: MailServer


def deliver(
    state: State, made: Mapping[str, bytes], emails: tuple[str, ...], out: Path, templates: Path | None, report: Report
) -> None:
    """Write the invoices whose file is missing. What fails is noted, and made by the next run. A file that is not the
    one that was issued stays, and that is said; nothing is missing where an earlier run issued it.

    `made` are the files, by invoice number, that were made to be hashed when this run issued them.
    """
    for invoice in state.invoices.values():
        path = out / invoice.file
        try:
            if path.exists():
                _check_ours(path, invoice, report.unwritten if invoice.number in made else report.notes)
                continue
            template = _template(invoice, out, templates)
            _write_invoice(invoice, path, made.get(invoice.number) or render(invoice, template), emails)
            report.files.append(path)
        except Exception as fault:  # one document must not keep the others from being made
            report.unwritten.append(f"{path.name}: {told(fault)}")
    report.twice += _twice([state.invoices[number] for number in made], out)


def _twice(issued: Sequence[Invoice], out: Path) -> Iterator[str]:
    """A register put back as it was before gives numbers again that clients have; so does a neighbour's."""
    for invoice in issued:
        own, there = out / invoice.file, list[Path]()
        with contextlib.suppress(OSError):  # where nobody may look, nothing can be said
            there = sorted(own.parent.glob(f"*_{glob.escape(invoice.number)}_*{own.suffix}"))
        yield from (f"{invoice.number}: {path.name}" for path in there if path != own or _is_anothers(path, invoice))


def _check_ours(path: Path, invoice: Invoice, faults: list[str]) -> None:
    """That a file is there is not enough: half of it may be left, or another register have given it the same name."""
    try:
        if _is_ours(path, invoice):
            return
        why = (
            "what lies there is not what was issued. If another register shares the folder, give each an --out, or an "
            "Invoice prefix; else move it elsewhere: the next run makes it again"
        )
    except OSError as fault:
        why = f"it can't be looked at: {fault.strerror}"
    faults.append(f"{path.name}: {why}")


def _is_anothers(path: Path, invoice: Invoice) -> bool:
    """Not where nobody may look."""
    try:
        return not _is_ours(path, invoice)
    except OSError:
        return False


def _is_ours(path: Path, invoice: Invoice) -> bool:
    """Raises OSError."""
    stat = path.stat()
    return _hash(path, stat.st_size, stat.st_mtime_ns, stat.st_ino) == invoice.sha256


@lru_cache(maxsize=65536)
def _hash(path: Path, *_seen: int) -> str:
    """The hash of a file as it was last seen: `onsite run` reads thousands of them once, not at every run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_long_texts(texts: Mapping[str, str], out: Path, report: Report) -> None:
    """Write the files of texts that were cut because no cell holds them, where they are missing."""
    for name, text in texts.items():
        data = _bytes(text)
        try:
            path = _place(out, name, data)
            if not path.exists():
                write_file(path, data)
                report.files.append(path)
        except OSError as fault:
            report.unwritten.append(f"{name}: {fault.strerror}")


def long_texts_kept(texts: Mapping[str, str], out: Path) -> frozenset[str]:
    """Those of these files that stand there whole."""
    found = set()
    for name, text in texts.items():
        with contextlib.suppress(OSError):  # where nobody may look, it has to be written still
            found |= {name} if _place(out, name, _bytes(text)).is_file() else set()
    return frozenset(found)


def _place(out: Path, name: str, data: bytes) -> Path:
    """Where a text is kept: not where one of another register lies that shares the folder. Raises OSError."""
    path = out / ANSWERS / name
    if path.exists() and path.read_bytes() != data:
        return path.with_stem(f"{path.stem}-{hashlib.sha256(data).hexdigest()[:12]}")
    return path


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _write_invoice(invoice: Invoice, path: Path, data: bytes, emails: tuple[str, ...]) -> None:
    if hashlib.sha256(data).hexdigest() != invoice.sha256:
        raise Undelivered("its bytes differ from those in the ledger: nothing was written")
    leaks = guard(data, path.name, emails)
    if leaks:
        raise Undelivered(f"it would hold an engineer's e-mail address ({leaks[0]}): nothing was written")
    write_file(path, data)


def _template(invoice: Invoice, out: Path, templates: Path | None) -> bytes:
    """The template that the invoice was made from, logo and all: the copy kept at issue, else today's if it is that."""
    kept = out / TEMPLATES / f"{invoice.template}.xlsx"
    if kept.exists():
        return kept.read_bytes()
    template = template_for(invoice.languages, templates)
    if hashlib.sha256(template).hexdigest() != invoice.template:
        raise Undelivered("the template it was made from is gone: put it back under .onsite-templates")
    write_file(kept, template)
    return template


def _put(half: Path, path: Path, data: bytes) -> None:
    """Another run may write the same at this moment, and take our half for one that was left."""
    try:
        half.replace(path)
    except FileNotFoundError:
        if path.read_bytes() != data:
            raise


def write_file(path: Path, data: bytes) -> None:
    """A file, whole or not at all: beside it first, then renamed. Halves that killed runs left are taken away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f".{path.name[:80]}"
    half = path.with_name(f"{name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _put(half, path, data)
        for left in path.parent.glob(f"{glob.escape(name)}.*.part"):
            left.unlink(missing_ok=True)
    finally:
        half.unlink(missing_ok=True)
