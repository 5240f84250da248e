"""The archive of invoices: workbooks, their PDFs where wanted, and an index to search them by."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from rules.invoice import Invoice
from rules.money import minor_digits
from rules.state import State
from sync.documents.pdf import NotPrinted, pdf_of, printed, program
from sync.issuing import Issued
from sync.papers import Report, deliver, write_file
from sync.post import Post

INDEX = "invoice-index.csv"
MOST = 50
"""PDFs that one run makes; what is left is made by the next."""
_HEADERS = (
    "Issued on", "Client", "Total", "Currency", "Kind", "Invoice no.", "Corrects", "Order ID", "Service date", "Due on",
    "File", "SHA-256",
)  # fmt: skip
_ISSUED, _NUMBER, _FILE, _HASH = map(_HEADERS.index, ("Issued on", "Invoice no.", "File", "SHA-256"))
_ALIVE = "=+-@＝＋－＠\t\r\n"


def file_invoices(
    state: State, issued: Iterable[Issued], emails: tuple[str, ...], post: Post, report: Report
) -> None:
    """Writes what is missing of the archive; `issued` by this very run. What fails is noted, and made by the next."""
    deliver(state, {done.invoice.number: done.data for done in issued}, emails, post.out, post.config.templates, report)
    _keep_index(state, post.out, report)
    office = program() if post.config.pdf else None
    if office:
        _print(state, post.out, office, report)


def index(state: State, others: Iterable[list[str]] = ()) -> bytes:
    """Every invoice and credit note by date, client and amount, with the hash of its file: CSV, UTF-8 with its mark.

    `others` are lines of another register's documents.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADERS)
    lines = [*(list(_entry(invoice)) for invoice in state.invoices.values()), *others]
    lines.sort(key=lambda line: (line[_ISSUED], line[_NUMBER], line[_HASH]))
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig", "replace")


def _entry(invoice: Invoice) -> Iterator[str]:
    yield invoice.issued_on.isoformat()
    yield _inert(" ".join(invoice.client.split()))
    yield f"{invoice.total:.{minor_digits(invoice.currency)}f}"
    yield from (invoice.currency, invoice.kind, invoice.number, invoice.corrects, invoice.order_id)
    yield invoice.service_date.isoformat()
    yield invoice.due_on.isoformat() if invoice.due_on else ""
    yield from (_inert(invoice.file), invoice.sha256)


def _inert(text: str) -> str:
    """Text that a spreadsheet program doesn't take for a formula when it opens the file."""
    return f"'{text}" if text.startswith(tuple(_ALIVE)) else text


def _keep_index(state: State, out: Path, report: Report) -> None:
    if not state.invoices:
        return
    path = out / INDEX
    try:
        before = path.read_bytes() if path.exists() else b""
        data = index(state, _of_others(before, state, out))
        if before != data:
            write_file(path, data)
            report.files.append(path)
    except OSError as fault:
        report.unwritten.append(f"{path.name}: {fault.strerror}")


def numbers_of_others(state: State, out: Path) -> list[str]:
    """Numbers of documents that lie here and are none of this register's. Raises OSError."""
    path = out / INDEX
    return [line[_NUMBER] for line in _of_others(path.read_bytes() if path.exists() else b"", state, out)]


def _of_others(before: bytes, state: State, out: Path) -> Iterator[list[str]]:
    """What the index says of documents that lie here and are none of this register's: another may share the folder."""
    own = {name for invoice in state.invoices.values() for name in (invoice.sha256, _inert(invoice.file))}
    try:
        headers, *lines = csv.reader(StringIO(before.decode("utf-8-sig")))
    except (ValueError, csv.Error):  # no text, or nothing at all
        return
    for line in lines if tuple(headers) == _HEADERS else ():
        listed = len(line) == len(_HEADERS) and own.isdisjoint((line[_FILE], line[_HASH]))
        if listed and (out / line[_FILE].removeprefix("'")).is_file():
            yield line


def _print(state: State, out: Path, office: str, report: Report) -> None:
    """Makes PDFs of workbooks that are as they were issued; one that is there is never made again."""
    awaited = {message.invoice for message in state.messages.values()}
    invoices = sorted(state.invoices.values(), key=lambda one: one.number not in awaited)
    books = dict(islice(_books(invoices, out, report), MOST))
    try:
        made = printed(books, office) if books else {}
    except (OSError, NotPrinted) as fault:
        report.unwritten.append(f"invoices as PDF: {fault}")
        return
    for number, data in made.items():
        path = pdf_of(out / state.invoices[number].file)
        try:
            write_file(path, data)
            report.files.append(path)
        except OSError as fault:
            report.unwritten.append(f"{number} as PDF: {fault}")
    report.unwritten.extend(f"{number} as PDF: LibreOffice made nothing of it" for number in books.keys() - made)


def _books(invoices: Iterable[Invoice], out: Path, report: Report) -> Iterator[tuple[str, bytes]]:
    """Those without a PDF. One that can't be read keeps no other from being printed."""
    for invoice in invoices:
        path = out / invoice.file
        try:
            data = b"" if pdf_of(path).exists() or not path.is_file() else path.read_bytes()
        except OSError as fault:
            report.unwritten.append(f"{invoice.number} as PDF: {fault}")
            continue
        if hashlib.sha256(data).hexdigest() == invoice.sha256:
            yield invoice.number, data
