"""A machine that dies at any moment between commit, file and mail: no mail twice, none missing, no number lost.

The run is a process of its own that ends, without a last word, just before the n-th thing that it does to the disk
or the mail server; then another run goes on from what it left.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sync.mail_server import MailServer, serving
from tests.sync.post_office import LATER, NOW, PostOffice, upto

ANN, SAM, BILLING = "ann@acme.example.com", "sam@site.example.com", "billing@acme.example.com"
EVENTS = ("open", "os.rename", "os.remove", "smtplib.connect", "smtplib.send")
_TALK = (b"EHLO", b"RSET", b"MAIL", b"RCPT", b"QUIT")  # after which all is as before
WRITING = os.O_WRONLY | os.O_RDWR


def _matters(event: str, arguments: tuple[Any, ...]) -> bool:
    if event not in EVENTS:
        return False
    if event == "open":
        path, mode, flags = arguments
        writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool((flags or 0) & WRITING)
        return writes and isinstance(path, str | os.PathLike) and "pycache" not in str(path)
    return event != "smtplib.send" or not bytes(arguments[1]).upper().startswith(_TALK)


def killed_run(post: PostOffice, moment: int) -> bool:
    """A run that dies before its `moment`-th act; False where it had fewer."""
    child = os.fork()
    if child == 0:
        count = 0

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal count
            if _matters(event, arguments):
                count += 1
                if count == moment:
                    os._exit(9)

        sys.addaudithook(watch)
        try:
            post.run(NOW)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def copied(begun: Path, folder: Path, server: MailServer | None = None) -> PostOffice:
    """A register with an order that needs a message to each side, and one that is to be invoiced."""
    post = PostOffice(Path(shutil.copytree(begun, folder)))
    if server:
        post.send_over(server.port)
    return post


@pytest.fixture(scope="module")
def busy(begun_post: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    post = copied(begun_post, tmp_path_factory.mktemp("killed") / "begun")
    post.ordered(upto("Site confirmed"))
    post.ordered({**upto("Completed"), "Client reference": "AC-2", "Site address": "3-3 Sakae, Nagoya"})
    return post.path.parent


@pytest.mark.scenario(19)
def test_drafts(busy: Path, tmp_path: Path) -> None:
    moment = 1
    while True:
        post = copied(busy, tmp_path / str(moment))
        more = killed_run(post, moment)
        post.run(LATER)
        assert post.told() == [f"contacts {ANN}", f"contacts {SAM}", f"invoice {BILLING}"], moment
        assert [row["Invoice no."] for row in post.rows("Invoices")] == ["INV-2026-0001"]
        assert len(list((post.folder / "invoices").glob("*.xlsx"))) == 1
        shutil.rmtree(post.folder)
        if not more:
            break
        moment += 1
    assert moment > 15


@pytest.mark.scenario(19)
def test_mail(busy: Path, tmp_path: Path) -> None:
    """What may have gone out is not sent again: it is among the drafts, the Log says so, no cell says it was sent."""
    unknown = moment = 0
    more = True
    while more:
        moment += 1
        with serving() as server:
            post = copied(busy, tmp_path / str(moment), server)
            more = killed_run(post, moment)
            post.run(LATER)
            lost = [row["To"] for row in post.rows("Log") if row["Event"] == "mail unknown"]
            unknown += len(lost)
            assert len(lost) <= 1 and [line.split()[1] for line in post.told()] == lost, moment
            taken = server.told()
            assert len(set(taken)) == len(taken) and {*taken, *lost} == {ANN, SAM, BILLING}, moment
            shared, billed = post.rows("Orders")
            assert (shared["Contacts shared at"] is None) == bool({ANN, SAM} & set(lost)), moment
            assert (billed["Invoice sent at"] is None) == (BILLING in lost), moment
            assert [row["Invoice no."] for row in post.rows("Invoices")] == ["INV-2026-0001"]
            assert len(list((post.folder / "invoices").glob("*.xlsx"))) == 1
        shutil.rmtree(post.folder)
    assert unknown == 9 and moment > 30


def test_three_runs_at_once(busy: Path, tmp_path: Path) -> None:
    """A schedule, and people who are in a hurry."""
    with serving() as server:
        post = copied(busy, tmp_path / "busy", server)
        children = []
        for _ in range(3):
            child = os.fork()
            if child == 0:
                try:
                    post.run(NOW)
                finally:
                    os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        post.run(LATER)
        assert sorted(server.told()) == [ANN, BILLING, SAM]
        assert post.told() == [] and "mail unknown" not in {row["Event"] for row in post.rows("Log")}
