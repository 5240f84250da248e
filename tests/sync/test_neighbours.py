"""Two registers whose documents go to one folder: beside each other, or by one `--out` for both."""

from __future__ import annotations

import csv
import hashlib
import shutil
from io import StringIO
from pathlib import Path

import pytest

from sync.filing import INDEX
from tests.acceptance.desk import columns, onsite
from tests.sync.post_office import LATER, NOW, PostOffice, names, upto

DONE = upto("Completed")
FORM = "Timestamp,Client,Client reference,Notes\n2026/12/01 9:30:00,Acme Ltd,{reference},{text}\n"


@pytest.fixture
def pair(begun_post: Path, tmp_path: Path) -> tuple[PostOffice, PostOffice]:
    """Both after their first run, without orders."""
    folder = Path(shutil.copytree(begun_post, tmp_path / "office"))
    post, other = PostOffice(folder), PostOffice(folder)
    other.path = Path(shutil.copyfile(post.path, folder / "second.xlsx"))
    return post, other


def entries(post: PostOffice) -> dict[str, str]:
    """File and hash of every document in the index."""
    text = (post.folder / INDEX).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    found = {row["File"]: row["SHA-256"] for row in rows}
    assert len(found) == len(rows)
    return found


def invoiced(*pair: PostOffice) -> None:
    """Each issues one: for the same client, with the same Order ID and number, over another sum."""
    for post, hours in zip(pair, (2, 8), strict=True):
        post.ordered({**DONE, "Reserved hours": hours})
        post.run(NOW)


def test_the_index_lists_the_invoices_of_both(pair: tuple[PostOffice, PostOffice]) -> None:
    post, other = pair
    invoiced(post, other)
    found, data = entries(post), (post.folder / INDEX).read_bytes()
    assert len(found) == 2
    for file, sha256 in found.items():
        assert hashlib.sha256((post.folder / file).read_bytes()).hexdigest() == sha256
    post.run(LATER)
    other.run(LATER)
    assert (post.folder / INDEX).read_bytes() == data


def test_a_document_that_was_taken_away_leaves_the_index_of_others(pair: tuple[PostOffice, PostOffice]) -> None:
    post, other = pair
    post.ordered(DONE)
    post.run(NOW)
    (file,) = entries(post)
    (post.folder / file).unlink()
    other.ordered({**DONE, "Reserved hours": 8})
    other.run(NOW)
    assert file not in entries(other)
    post.run(LATER)  # which makes it again
    assert file in entries(post) and len(entries(post)) == 2


def test_each_invoice_goes_to_its_client(pair: tuple[PostOffice, PostOffice]) -> None:
    invoiced(*pair)
    files = [names(mail) for mail in pair[0].drafts("invoice")]
    assert sorted(files) == [[name] for name in pair[0].files()] and len(files) == 2


def test_an_invoice_whose_name_another_has_is_missed(pair: tuple[PostOffice, PostOffice]) -> None:
    """The same client, day, number and sum: what lies there stays, and it is said until each has a folder."""
    post, other = pair
    post.ordered(DONE)
    other.ordered({**DONE, "Client reference": "AC-2"})
    post.run(NOW)
    (path,) = (post.folder / "invoices").iterdir()
    data = path.read_bytes()
    done = onsite("sync", other.path, "--now", NOW, "--config", other.config)
    assert done.code == 5 and f"GIVEN TWICE INV-2026-0001: {path.name}" in done.out
    other.run(LATER, 5)
    post.run(LATER)
    assert path.read_bytes() == data
    other.run("2026-12-01T10:30+09:00", 0, "--out", post.folder / "own")
    assert other.files("own/invoices") == [path.name]


def test_a_file_that_another_took_the_name_of_is_said_by_every_run(
    pair: tuple[PostOffice, PostOffice]
) -> None:
    post, other = pair
    for office, work in zip(pair, ("Replace disk", "Something else"), strict=True):
        with office.edited() as book:
            book["Clients"].cell(2, columns(book["Clients"])["Billing email"]).value = None
        office.ordered({**DONE, "Work description": work})
    post.run(NOW)
    other.run(NOW, 5)
    (name,) = post.files()
    done = onsite("sync", other.path, "--now", LATER, "--config", other.config)
    assert done.code == 0 and name in done.out + done.err
    post.run(LATER)


def test_a_number_that_another_invoice_has_is_told(pair: tuple[PostOffice, PostOffice]) -> None:
    post, other = pair
    post.ordered(DONE)
    post.run(NOW)
    (first,) = post.files()
    other.ordered({**DONE, "Reserved hours": 8})
    done = onsite("sync", other.path, "--now", NOW, "--config", other.config)
    assert done.code == 0 and f"GIVEN TWICE INV-2026-0001: {first}" in done.out
    assert "GIVEN TWICE" not in onsite("sync", other.path, "--now", LATER, "--config", other.config).out
    other.settle({"Invoice prefix": "OSK"})
    other.ordered({**DONE, "Client reference": "AC-3", "Site address": "3-3 Ginza"})
    assert "GIVEN TWICE" not in onsite("sync", other.path, "--now", LATER, "--config", other.config).out


def numbers(post: PostOffice) -> str:
    """What `doctor` says of the numbers of invoices."""
    found = onsite("doctor", post.path, "--now", LATER, "--config", post.config, "--json").object["findings"]
    return " ".join(one["say"] for one in found if one["what"] == "numbers")


def test_a_register_put_back_as_it_was_gives_no_number_again_unnoticed(post: PostOffice) -> None:
    """As after a restored backup: the invoice that a client has meanwhile is named, whatever it is over."""
    post.run(NOW)
    before = post.path.read_bytes()
    post.ordered(DONE)
    post.run(NOW)
    (first,) = post.files()
    assert not numbers(post)
    post.path.write_bytes(before)
    assert "INV-2026-0001" in numbers(post)
    post.ordered({**DONE, "Reserved hours": 8})
    done = onsite("sync", post.path, "--now", LATER, "--config", post.config)
    assert done.code == 0 and f"GIVEN TWICE INV-2026-0001: {first}" in done.out


def test_texts_too_long_for_a_cell_are_kept_of_both(pair: tuple[PostOffice, PostOffice]) -> None:
    texts = {f"{name} " * 9_000 for name in ("first", "second")}
    for desk, text in zip(pair, sorted(texts), strict=True):
        answers = desk.folder / "answers.csv"
        answers.write_text(FORM.format(reference="F-1", text=text), "utf-8")
        desk.run(NOW, 0, "--form-csv", answers)
    kept = [path.read_text("utf-8") for path in (pair[0].folder / "form-answers").iterdir()]
    assert {text.strip() for text in kept} == {text.strip() for text in texts}
