"""Beside the workbooks of invoices: an index to search them by, and PDFs where the machine's set-up asks for them."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rules.state import State
from sync.documents import pdf
from sync.documents.pdf import NotPrinted, pdf_of, printed, program
from sync.filing import INDEX, index
from tests.acceptance.desk import columns, onsite
from tests.sync.invoice_samples import credit, invoice, made
from tests.sync.mail_server import free_port, serving
from tests.sync.post_office import LATER, NOW, TARO, PostOffice, rows_into, upto

LATEST = "2026-12-01T10:30+09:00"
BILLING = "billing@acme.example.com"
DONE = upto("Completed")


def listed(data: bytes) -> list[Mapping[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))


def archive(post: PostOffice, ending: str) -> list[Path]:
    return sorted((post.folder / "invoices").glob(f"*.{ending}"))


def test_the_index_says_what_the_ledger_says(post: PostOffice) -> None:
    post.ordered(DONE)
    post.run(NOW)
    onsite("credit", post.path, "INV-2026-0001", "--reason", "wrong day", "--now", LATER, "--config", post.config)
    found = listed((post.folder / INDEX).read_bytes())
    ledger = post.rows("Invoices")
    assert [row["Invoice no."] for row in found] == ["INV-2026-0001", "INV-2026-0002"]
    for entry, row in zip(found, ledger, strict=True):
        for header in ("Client", "Currency", "Kind", "Order ID", "File", "SHA-256"):
            assert entry[header] == row[header], header
        assert entry["Issued on"] == row["Issued on"].date().isoformat()
        assert Decimal(entry["Total"]) == Decimal(str(row["Total"]))
        assert entry["Corrects"] == (row["Corrects"] or "")
        assert hashlib.sha256((post.folder / entry["File"]).read_bytes()).hexdigest() == entry["SHA-256"]


def test_a_quiet_run_leaves_the_index_alone_and_a_lost_one_is_made_again(post: PostOffice) -> None:
    post.ordered(DONE)
    post.run(NOW)
    path = post.folder / INDEX
    before, data = path.stat().st_mtime_ns, path.read_bytes()
    post.run(LATER)
    assert path.stat().st_mtime_ns == before
    path.unlink()
    post.run(LATEST)
    assert path.read_bytes() == data


def test_without_invoices_there_is_no_index(post: PostOffice) -> None:
    post.run(NOW)
    assert not (post.folder / INDEX).exists()


def test_an_index_that_cannot_be_written_is_written_by_the_next_run(post: PostOffice) -> None:
    post.ordered(DONE)
    (post.folder / INDEX).mkdir()
    assert INDEX in post.faulty(NOW)
    (post.folder / INDEX).rmdir()
    post.run(LATER)
    assert len(listed((post.folder / INDEX).read_bytes())) == 1


@pytest.mark.parametrize("client", ["=1+1", "+A", "-A", "@SUM(A1)", "＝1", "a,b\n\"c\""])
def test_no_client_becomes_a_formula_in_the_index(client: str) -> None:
    original = invoice(client=client)
    notes = {one.number: one for one in (original, credit(original))}
    found = listed(index(State(invoices=notes)))
    assert all(entry["Client"][0] not in "=+-@＝" for entry in found)
    assert [Decimal(entry["Total"]) for entry in found] == [original.total, -original.total]


@pytest.mark.parametrize("email", [None, "billing@acme.example"])
@pytest.mark.parametrize("spoil", [lambda data: data[:100], lambda data: data[:-1] + b"x"], ids=["cut off", "changed"])
def test_a_file_that_is_not_what_was_issued_is_said_until_it_is_put_right(
    post: PostOffice, spoil: Callable[[bytes], bytes], email: str | None
) -> None:
    with post.edited() as book:
        book["Clients"].cell(2, columns(book["Clients"])["Billing email"]).value = email
    post.ordered(DONE)
    post.run(NOW)
    (path,) = archive(post, "xlsx")
    data = path.read_bytes()
    path.write_bytes(spoil(data))
    for now in (LATER, LATEST):
        done = onsite("sync", post.path, "--now", now, "--config", post.config)
        assert done.code == 0 and path.name in done.out + done.err
        assert path.read_bytes() == spoil(data)
    path.unlink()
    post.run(LATEST)
    assert path.read_bytes() == data


def test_an_old_file_that_may_not_be_read_is_said(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that another user issued: nothing had to be written."""
    post.ordered(DONE)
    post.run(NOW)
    (path,) = archive(post, "xlsx")
    os.utime(path, (1, 1))  # else it is known already
    shut = closed(Path.read_bytes, lambda path: path.parent.name == "invoices")
    monkeypatch.setattr(Path, "read_bytes", shut)
    done = onsite("sync", post.path, "--now", LATER, "--config", post.config)
    assert done.code == 0 and path.name in done.out + done.err


def test_a_file_that_is_as_it_was_is_read_once(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    post.ordered(DONE)
    post.run(NOW)
    post.run(LATER)
    shut = closed(Path.read_bytes, lambda path: path.parent.name == "invoices")
    monkeypatch.setattr(Path, "read_bytes", shut)
    post.run(LATEST)


def test_no_pdf_unless_it_is_asked_for(post: PostOffice) -> None:
    post.ordered(DONE)
    post.run(NOW)
    assert (len(archive(post, "xlsx")), archive(post, "pdf")) == (1, [])


def test_without_libreoffice_the_workbook_goes_out(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    post.config.write_text("pdf = true")
    post.ordered(DONE)
    post.run(NOW)
    assert (len(archive(post, "xlsx")), archive(post, "pdf")) == (1, [])
    (draft,) = post.drafts("invoice")
    assert [part.get_filename() for part in draft.iter_attachments()] == [archive(post, "xlsx")[0].name]


@pytest.mark.libreoffice
def test_pdfs_are_made_once_beside_the_workbooks_and_go_to_the_client(post: PostOffice) -> None:
    post.config.write_text("pdf = true")
    post.ordered(DONE)
    other = {"Client reference": "AC-2", "Assigned engineers": "Taro Two", "Site address": "3-3 Sakae, Nagoya"}
    post.ordered({**DONE, **other})
    post.run(NOW)
    books, papers = archive(post, "xlsx"), archive(post, "pdf")
    assert [pdf_of(book) for book in books] == papers and len(papers) == 2
    before = [path.stat().st_mtime_ns for path in papers]
    for draft, paper in zip(post.drafts("invoice"), papers, strict=True):
        (attached,) = draft.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (paper.name, paper.read_bytes())
    post.run(LATER)
    assert [path.stat().st_mtime_ns for path in papers] == before
    facts = subprocess.run(["pdfinfo", papers[0]], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Author: +eCorpOne", facts)


@pytest.mark.libreoffice
def test_one_call_prints_several_and_leaves_out_what_is_no_workbook() -> None:
    office = program()
    assert office
    found = printed({"a": made(invoice()), "b": b"no workbook"}, office)
    assert found.keys() >= {"a"} and found["a"].startswith(b"%PDF")


PRINTS = 'for one; do case $one in *.xlsx) printf "%%PDF-1.4\\n%%%%EOF\\n" > "${one%.xlsx}.pdf";; esac; done'
"""What it prints is named as a PDF: enough to see that it is asked."""


def fake(folder: Path, script: str) -> str:
    """A LibreOffice that doesn't work."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def closed(real: Callable[..., Any], to: Callable[[Path], bool]) -> Callable[..., Any]:
    """A disk that keeps some files from this user."""

    def look(path: Path, *arguments: Any, **named: Any) -> Any:
        if to(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **named)

    return look


@pytest.mark.skipif(os.name != "posix", reason="the broken program is a shell script")
class TestBroken:
    def test_the_workbook_counts_and_the_next_run_makes_the_pdf(
        self, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        fake(folder, "exit 77")
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        post.config.write_text("pdf = true")
        post.ordered(DONE)
        done = onsite("sync", post.path, "--now", NOW, "--config", post.config)
        assert done.code == 5 and "INV-2026-0001 as PDF" in done.err + done.out
        assert len(archive(post, "xlsx")) == 1 and post.drafts("invoice") == []
        assert [row["Invoice no."] for row in post.rows("Invoices")] == ["INV-2026-0001"]
        fake(folder, PRINTS)
        post.run(LATER)
        assert len(archive(post, "pdf")) == 1 and len(post.drafts("invoice")) == 1

    def test_a_pdf_of_a_workbook_with_the_address_of_a_later_engineer_is_held_back(
        self, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The PDF shows nothing of it to whoever looks through its bytes."""
        fake(tmp_path, PRINTS)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        port = free_port()
        post.send_over(port)
        post.config.write_text(f"pdf = true\n{post.config.read_text()}")
        post.ordered({**DONE, "Work description": "Report to new@onsite.example.com"})
        post.run(NOW, 5)
        assert len(archive(post, "pdf")) == 1
        with post.edited() as book:
            rows_into(book["Engineers"], [{**TARO, "Engineer": "New Bie", "Email": "new@onsite.example.com"}])
        with serving(port) as server:
            assert "new@onsite.example.com" in post.faulty(LATER)
        assert (server.taken, post.told(), post.order()["Invoice sent at"]) == ([], [], None)

    def test_one_that_cannot_be_read_or_written_keeps_no_other_from_being_printed(
        self, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake(tmp_path, PRINTS)
        for day in (25, 26, 27):
            moved = {key: str(value).replace("2026-11-30", f"2026-11-{day}") for key, value in DONE.items()}
            post.ordered({**moved, "Client reference": f"AC-{day}"})
        post.run(NOW)
        unreadable, unwritable, other = archive(post, "xlsx")
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(Path, "read_bytes", closed(Path.read_bytes, lambda path: path == unreadable))
        monkeypatch.setattr(Path, "open", closed(Path.open, lambda path: unwritable.stem in path.name))
        post.config.write_text("pdf = true")
        done = onsite("sync", post.path, "--now", LATER, "--config", post.config)
        assert done.code == 5 and (done.out + done.err).count("as PDF") == 2
        assert archive(post, "pdf") == [pdf_of(other)]

    def test_a_folder_that_cannot_be_looked_into(
        self, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The register is written by then: the run goes on to its end, messages and all."""
        fake(tmp_path, PRINTS)
        post.ordered(DONE)
        post.run(NOW)
        post.ordered({"Client reference": "AC-2", "Assigned engineers": "Eve Entry"})
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(Path, "stat", closed(Path.stat, lambda path: path.parent.name == "invoices"))
        post.config.write_text("pdf = true")
        post.run(LATER, 5)
        assert len(post.drafts("availability")) == 1

    def test_one_that_hangs_is_ended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_START_S", 0.2)
        monkeypatch.setattr(pdf, "_EACH_S", 0)
        with pytest.raises(NotPrinted):
            printed({"a": b""}, fake(tmp_path, "sleep 600 & sleep 600"))

    def test_half_a_pdf_is_none(self, tmp_path: Path) -> None:
        half = 'for last; do :; done; printf "%%PDF-1.4 and then" > "${last%.xlsx}.pdf"'
        assert printed({"a": b""}, fake(tmp_path, half)) == {}
