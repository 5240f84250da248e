"""What is drafted, to whom and when: every row of the contract's table (section 8)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import onsite
from tests.sync.post_office import LATER, NOW, PostOffice, entry, furnished, names, text, upto

ANN, SAM = "ann@acme.example.com", "sam@site.example.com"
BILLING = "billing@acme.example.com"


def test_nothing_to_say(post: PostOffice) -> None:
    post.ordered()
    post.run()
    assert not post.outbox.exists()


ROWS: list[tuple[Mapping[str, Any], list[str]]] = [
    ({"Assigned engineers": "Eve Entry"}, [f"availability {ANN}"]),
    (upto("Offered"), [f"confirm {SAM}"]),
    (upto("Site confirmed"), [f"contacts {ANN}", f"contacts {SAM}"]),
    (upto("Contacts shared"), []),
    (upto("Approved"), [f"approved {ANN}"]),
    (upto("On site"), [f"arrival {ANN}"]),
    ({**upto("Working"), "Completed at": "2026-11-30 12:00"}, [f"arrival {ANN}", f"release {ANN}"]),
    (upto("Completed"), [f"invoice {BILLING}"]),
]


@pytest.mark.parametrize(("cells", "told"), ROWS)
def test_a_row_of_the_table(post: PostOffice, cells: Mapping[str, Any], told: list[str]) -> None:
    post.ordered(cells)
    post.run()
    assert post.told() == told


def test_the_life_of_an_order(post: PostOffice) -> None:
    """Each message once, on the way from the first typed cell to the invoice; runs between change nothing."""
    steps: list[tuple[Mapping[str, Any], list[str]]] = [
        ({"Assigned engineers": "Eve Entry"}, [f"availability {ANN}"]),
        ({"Availability sent at": "2026-12-01 10:00"}, [f"confirm {SAM}"]),
        ({"Site confirmed at": "2026-12-01 10:00"}, [f"contacts {ANN}", f"contacts {SAM}"]),
        ({"Contacts shared at": "2026-12-01 10:00"}, []),
        ({"Approved at": "2026-12-01 10:00"}, [f"approved {ANN}"]),
        ({"Planned start": "2026-12-01 09:30"}, [f"changed {ANN}", f"changed {SAM}"]),
        ({"Arrived at": "2026-12-01 10:00", "Arrival notified at": "2026-12-01 10:00"}, [f"arrival {ANN}"]),
        ({"Work started at": "2026-12-01 10:00", "Completed at": "2026-12-01 10:00"}, [f"release {ANN}"]),
        ({"Release approved by": "Ann"}, [f"invoice {BILLING}"]),
    ]
    post.ordered()
    post.run()
    told: list[str] = []
    for cells, more in steps:
        post.type("AC-1", cells)
        post.run()
        told = sorted([*told, *more])
        assert post.told() == told
        assert post.run()["changes"] == []
    assert post.order()["Status"] == "Invoiced"


def test_what_is_missing_is_asked_for_once_it_has_stood(post: PostOffice) -> None:
    post.ordered({"Site phone": "03-1234-5678", "Work description": None})
    post.run("2026-12-01T10:00")
    post.run("2026-12-01T10:09:59")
    assert post.told() == []
    post.run("2026-12-01T10:10")
    assert post.told() == [f"missing {ANN}"]
    said = text(post.draft("missing"))
    assert "03-1234-5678" in said and "+81 3 1234 5678" in said
    assert post.run(LATER)["changes"] == []


def test_evidence_is_not_filled_in_by_drafts(post: PostOffice) -> None:
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    assert post.order()["Availability sent at"] is None
    assert post.order()["Status"] == "Ready"


def test_a_draft_opens_in_a_mail_program(post: PostOffice) -> None:
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    draft = post.draft("availability")
    assert (draft["X-Unsent"], draft["Message-ID"], draft["Date"]) == ("1", None, None)
    assert draft["From"] == "dispatch@ecorpone.example.jp"
    assert [path.parent.name for path in post.outbox.rglob("*.eml")] == ["ORD-2026-0001"]
    assert "Eve Entry" in text(draft) and "+81 90-1234-5678" in text(draft)


def test_a_deleted_draft_is_not_drafted_again(post: PostOffice) -> None:
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    for path in post.outbox.rglob("*.eml"):
        path.unlink()
    post.run(LATER)
    post.type("AC-1", {"Notes": "x", "Urgent call at": "2026-11-20 09:00"})
    post.run("2026-12-01T11:30")
    assert post.told() == []


def test_a_first_run_says_nothing_of_what_is_past(tmp_path: Path) -> None:
    post = furnished(tmp_path, orders=[upto("Offered"), {"Client reference": "AC-2", "Site phone": "03-1"}])
    post.run(NOW)
    assert post.told() == []


def test_the_entry_keeps_its_number_while_nothing_changes(post: PostOffice) -> None:
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    first = entry(post.draft("availability"))
    post.type("AC-1", upto("Approved"))
    post.run()
    second = entry(post.draft("approved"))
    post.type("AC-1", {"Planned start": "2026-12-11 09:00"})
    post.run()
    third = entry(post.drafts("changed")[0])
    assert first["UID"] == second["UID"] == third["UID"]
    assert [one["SEQUENCE"] for one in (first, second, third)] == [0, 0, 1]
    assert names(post.draft("approved"))[0] == "visit.ics"


def test_a_credit_note_goes_to_the_client_like_an_invoice(post: PostOffice) -> None:
    post.ordered(upto("Completed"))
    post.run()
    done = onsite("credit", post.path, "INV-2026-0001", "--reason", "wrong rate", "--now", LATER)
    assert done.code == 0, done.err
    assert post.told() == [f"credit {BILLING}", f"invoice {BILLING}"]
    draft = post.draft("credit")
    assert names(draft) == [name for name in post.files() if "INV-2026-0002" in name]
    assert "▲JPY 19,800" in text(draft) and "INV-2026-0001" in text(draft) and "wrong rate" in text(draft)
    post.run("2026-12-01T10:16")
    assert len(post.told()) == 2


@pytest.mark.parametrize("place", ["outbox", ".onsite-outbox"])
def test_a_folder_that_cannot_be_written(post: PostOffice, place: str) -> None:
    """The run goes on, says so, and the next one makes the drafts."""
    found = post.folder / place
    shutil.rmtree(found, ignore_errors=True)
    found.write_text("in the way")
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run(code=5)
    assert post.order()["Status"] == "Ready"
    found.unlink()
    post.run("2026-12-01T10:01")
    assert post.told() == [f"availability {ANN}"]


def test_another_machines_messages_are_left_to_it(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an hour."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "elsewhere")
        elsewhere.setattr("sync.run.deliver_messages", lambda *_: False)  # it dies after the commit
        post.ordered({"Assigned engineers": "Eve Entry"})
        post.run()
    shutil.rmtree(post.folder / ".onsite-outbox")
    post.run("2026-12-01T10:59")
    assert post.told() == []
    post.run("2026-12-01T11:00")
    assert post.told() == [f"availability {ANN}"]
    assert [row["To"] for row in post.log("mail drafted anew")] == [ANN]  # the other may have made its own, too
    shutil.rmtree(post.folder / ".onsite-outbox")
    shutil.rmtree(post.outbox)
    post.run("2026-12-01T15:00")
    assert post.told() == []


def test_another_folder_gets_what_is_new_alone(post: PostOffice, tmp_path: Path) -> None:
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    post.type("AC-1", {"Availability sent at": "2026-12-01 10:00"})
    post.run(LATER, 0, "--out", tmp_path / "other")
    assert [path.name.split("_")[1] for path in (tmp_path / "other" / "outbox").rglob("*.eml")] == ["confirm"]


def test_undo_drafts_nothing_again(post: PostOffice) -> None:
    """Not even where the order itself was taken back, and is new once more."""
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.ordered({"Client reference": "AC-2", "Site phone": "03-1234-5678"})
    runs = [post.run("2026-12-01T10:00")["run"], post.run("2026-12-01T10:10")["run"]]
    told = post.told()
    assert told == [f"availability {ANN}", f"missing {ANN}"]
    for run in reversed(runs):
        assert onsite("undo", post.path, run, "--now", "2026-12-01T10:11+09:00").code == 0
    assert post.order()["Order ID"] is None
    post.run("2026-12-01T10:12")
    post.run("2026-12-01T10:30")
    assert post.order()["Order ID"] == "ORD-2026-0001"
    assert post.told() == told and len(post.drafts("availability")) == 1
