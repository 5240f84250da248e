"""Mail that is sent: over a real server, each message once, whatever the server or the machine does meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import codes, columns, onsite
from tests.rules.build import SITE
from tests.sync.mail_server import MailServer, free_port, serving
from tests.sync.post_office import LATER, NOW, PostOffice, calendars, furnished, html, names, rows_into, text, upto

ANN, SAM, SECOND = "ann@acme.example.com", "sam@site.example.com", "second@site.example.com"
BILLING = "billing@acme.example.com"
AT = datetime(2026, 12, 1, 10, 0)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as found:
        yield found


@pytest.fixture
def sending(post: PostOffice, server: MailServer) -> PostOffice:
    post.send_over(server.port)
    return post


def test_what_was_sent_is_filled_in_and_moves_the_order_on(sending: PostOffice, server: MailServer) -> None:
    """The engineers' names go to the client, which makes the order Offered, so that the site is asked at once."""
    sending.ordered({"Assigned engineers": "Eve Entry"})
    found = sending.run()
    assert server.told() == [ANN, SAM]
    row = sending.order()
    assert (row["Status"], row["Availability sent at"], row["Site confirmed at"]) == ("Offered", AT, None)
    assert [(order["status_from"], order["status_to"]) for order in found["orders"]] == [(None, "Offered")]
    assert sending.told() == []
    assert sending.run(LATER)["changes"] == [] and len(server.taken) == 2


def test_headers_of_what_is_sent(sending: PostOffice, server: MailServer) -> None:
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    mail = server.taken[0][1]
    assert (mail["To"], mail["From"], mail["X-Unsent"]) == (ANN, "dispatch@ecorpone.example.jp", None)
    assert mail["Date"].datetime == datetime.fromisoformat(NOW)
    assert mail["Message-ID"].endswith("@ecorpone.example.jp>")
    assert "Eve Entry" in text(mail) and names(mail) == ["visit.ics"]


LIFE: list[tuple[Mapping[str, Any], list[str], list[int]]] = [
    ({}, [f"missing {ANN}"], []),
    ({"Site phone": "+81 3-1234-5679", "Assigned engineers": "Eve Entry"},
     [f"availability {ANN}", f"confirm {SAM}"], [0]),
    ({"Site confirmed at": "2026-12-01 10:10"}, [f"contacts {ANN}", f"contacts {SAM}"], []),
    ({"Approved at": "2026-12-01 10:10"}, [f"approved {ANN}"], [0]),
    ({"Planned start": "2026-12-01 09:30"}, [f"changed {ANN}", f"changed {SAM}"], [1, 1]),
    ({"Arrived at": "2026-12-01 10:10"}, [f"arrival {ANN}"], []),
    ({"Work started at": "2026-12-01 10:10", "Completed at": "2026-12-01 10:10"}, [f"release {ANN}"], []),
    ({"Release approved by": "Ann"}, [f"invoice {BILLING}"], []),
]  # fmt: skip
"""What is typed, who is told what by it, and the SEQUENCE of each calendar entry that goes with it."""


def test_every_row_of_the_table_in_both_languages(sending: PostOffice, server: MailServer) -> None:
    with sending.edited() as book:
        clients: Any = book["Clients"]
        clients.cell(2, columns(clients)["Document language"]).value = "both"
    sending.ordered({"Language": "both", "Site phone": "03-1234-5679"})
    sending.run()
    uids = set()
    for cells, told, sequences in LIFE:
        if cells:
            sending.type("AC-1", cells)
        before = len(server.taken)
        sending.run(LATER)
        mails = [mail for _, mail in server.taken[before:]]
        kinds = [row["To"] for row in sending.log("message")][before:]
        assert [f"{kind} {to}" for kind, (to, _) in zip(kinds, server.taken[before:], strict=True)] == told
        entries = [event for mail in mails for _, event in calendars(mail)]
        assert [event["SEQUENCE"] for event in entries] == sequences
        uids |= {event["UID"] for event in entries}
        for mail in mails:
            assert mail["From"] == "dispatch@ecorpone.example.jp" and mail["Date"] and mail["Message-ID"]
            for body in (mail["Subject"], text(mail), html(mail)):
                assert re.search("[ぁ-ん一-龥]", body) and re.search("[a-z]{3}", body)
    assert len(uids) == 1
    assert sending.run(LATER)["changes"] == [] and sending.told() == []
    assert sending.order()["Status"] == "Invoiced"


def test_the_sender_is_the_machines(post: PostOffice, server: MailServer) -> None:
    post.send_over(server.port, 'sender = "手配 <office@ecorpone.example.jp>"')
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run()
    (found,) = server.taken[0][1]["From"].addresses
    assert (found.display_name, found.addr_spec) == ("手配", "office@ecorpone.example.jp")


def test_contacts_are_shared_once_both_sides_have_them(sending: PostOffice, server: MailServer) -> None:
    server.replies[SAM] = "451 later"
    sending.ordered({**upto("Site confirmed"), "Photo ID needed": "no"})
    sending.run(code=5)
    assert server.told() == [ANN]
    assert sending.order()["Contacts shared at"] is None
    server.replies.clear()
    sending.run(LATER)
    assert server.told() == [ANN, SAM]
    assert sending.order()["Contacts shared at"] == datetime(2026, 12, 1, 10, 15)
    assert sending.order()["Status"] == "Contacts shared"


def test_a_site_without_an_address_leaves_contacts_to_a_person(sending: PostOffice, server: MailServer) -> None:
    sending.ordered({**upto("Site confirmed"), "Site email": None, "Site chat": "LINE: sam"})
    sending.run()
    assert server.told() == [ANN]
    assert sending.order()["Contacts shared at"] is None
    assert [row["To"] for row in sending.log("not told")] == ["contacts"]


def test_a_filled_cell_is_left_alone(sending: PostOffice, server: MailServer) -> None:
    sending.ordered(upto("Completed") | {"Invoice sent at": None})
    sending.run()
    assert sending.order()["Invoice sent at"] == AT
    assert sending.order()["Arrival notified at"] == "2026-11-30 09:05"
    assert sending.order()["Status"] == "Invoiced"
    assert (server.told(), names(server.taken[0][1])) == ([BILLING], sending.files())


def test_arrival_is_told_and_noted(sending: PostOffice, server: MailServer) -> None:
    sending.ordered({**upto("Approved"), "Planned start": "2026-12-01 09:30"})
    sending.run()
    server.taken.clear()
    sending.type("AC-1", {"Arrived at": "2026-12-01 10:10"})
    found = sending.run(LATER)
    assert server.told() == [ANN]
    assert sending.order()["Arrival notified at"] == datetime(2026, 12, 1, 10, 15)
    assert sending.order()["Status"] == "On site"
    assert "arrival-not-notified" not in codes(found["orders"][0])


def test_a_refused_recipient_does_not_stop_the_others(sending: PostOffice, server: MailServer) -> None:
    server.replies[ANN] = "550 no such user"
    sending.ordered(upto("Site confirmed"))
    sending.run()
    assert server.told() == [SAM]
    assert sending.order()["Contacts shared at"] is None
    (line,) = sending.log("mail refused")
    assert (line["Order ID"], line["To"]) == ("ORD-2026-0001", ANN) and "550" in line["Why"]
    assert sending.told() == [f"contacts {ANN}"]
    assert ANN in sending.order()["Next step"]
    assert sending.run(LATER)["changes"] == []
    assert server.told() == [SAM]


@pytest.mark.parametrize("reply", [
    f"554 5.7.1 <{ANN}>: Relay access denied", "550 5.7.1 Unable to relay", "530 5.7.0 Must issue STARTTLS first",
])  # fmt: skip
def test_a_server_that_passes_nothing_on_for_us(sending: PostOffice, server: MailServer, reply: str) -> None:
    """No recipient is to blame: all of it waits until somebody has put the settings right."""
    server.replies |= {ANN: reply, SAM: reply}
    sending.ordered(upto("Site confirmed"))
    assert reply in sending.faulty()
    assert (server.taken, sending.told()) == ([], [])
    server.replies.clear()
    sending.run(LATER)
    assert server.told() == [ANN, SAM] and sending.log("mail refused") == []


@pytest.mark.parametrize("reply", [
    "550 5.1.1 <ann@relay.example.com>: user unknown", "550 5.1.1 User unknown in relay recipient table",
    "550 5.7.133 sender not authenticated for group", "550 No such user - relay01.example.net",
])  # fmt: skip
def test_an_address_that_is_refused_stops_no_other(sending: PostOffice, server: MailServer, reply: str) -> None:
    """Whatever its server calls itself: a word alone had all messages wait for ever."""
    server.replies["ann@relay.example.com"] = reply
    sending.ordered({**upto("Site confirmed"), "Order email": "ann@relay.example.com"})
    sending.run()
    assert server.told() == [SAM] and len(sending.log("mail refused")) == 1


@pytest.mark.parametrize("refused", [ANN, SAM])
def test_a_server_that_passes_on_to_others(sending: PostOffice, server: MailServer, refused: str) -> None:
    """Then it is this recipient: nobody else waits, whether they come before or after."""
    server.replies[refused] = "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"
    sending.ordered(upto("Site confirmed"))
    sending.run()
    assert server.told() == [one for one in (ANN, SAM) if one != refused]
    (line,) = sending.log("mail refused")
    assert line["To"] == refused and refused in sending.order()["Next step"]


def test_what_a_server_does_in_one_round_is_known_in_the_next(sending: PostOffice, server: MailServer) -> None:
    """The client has the engineers; the site, which is asked next, is passed nothing on."""
    server.replies[SAM] = "554 5.7.1 Relay access denied"
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    assert server.told() == [ANN] and SAM in sending.order()["Next step"]


def test_a_server_that_takes_only_its_own_post(sending: PostOffice, server: MailServer) -> None:
    """As one that wants us to log in first: all others wait."""
    boss = "boss@ecorpone.example.jp"
    server.replies |= {ANN: "554 5.7.1 Relay access denied", SAM: "554 5.7.1 Relay access denied"}
    sending.ordered({**upto("Site confirmed"), "Client reference": "AC-2", "Order email": boss})
    sending.ordered({**upto("Site confirmed"), "Planned start": "2026-12-20 09:00"})
    sending.run(code=5)
    assert server.told() == [boss]
    server.replies.clear()
    sending.run(LATER)
    assert server.told()[1:] == [SAM, ANN, SAM] and sending.log("mail refused") == []


def test_contacts_are_shared_once_a_corrected_address_has_them(sending: PostOffice, server: MailServer) -> None:
    server.replies[SAM] = "550 no such user"
    sending.ordered(upto("Site confirmed"))
    sending.run()
    assert (server.told(), sending.order()["Status"]) == ([ANN], "Site confirmed")
    sending.type("AC-1", {"Site email": SECOND})
    sending.run(LATER)
    assert (server.told(), sending.order()["Status"]) == ([ANN, SECOND], "Contacts shared")


def test_what_waits_is_said_as_an_order_is_when_it_comes_back(post: PostOffice) -> None:
    """Cancelled before it went out, and changed before it goes on."""
    port = free_port()
    post.send_over(port)
    post.ordered(upto("Offered"))
    post.run(code=5)
    post.type("AC-1", {"Cancelled at": "2026-12-01 10:00"})
    post.run(LATER)
    post.type("AC-1", {"Cancelled at": None, "Site email": SECOND, "Planned start": "2026-12-15 14:00"})
    with serving(port) as server:
        post.run("2026-12-01T10:30+09:00")
        ((to, mail),) = [(to, mail) for to, mail in server.taken if to != ANN]
        assert to == SECOND and "15 Dec" in mail["Subject"]


def test_contacts_that_were_refused_are_not_shared_by_those_of_another_place(
    sending: PostOffice, server: MailServer
) -> None:
    server.replies[ANN] = "550 no such user"
    sending.ordered(upto("Site confirmed"))
    sending.run()
    with sending.edited() as book:
        site = {"Site email": SECOND, "Site confirmed at": "2026-12-01 10:10"}
        rows_into(book["Other sites"], [{"Order ID": "AC-1", **SITE, **site}])
    sending.run(LATER)
    assert server.told() == [SAM, SECOND]
    assert (sending.order()["Status"], sending.order()["Contacts shared at"]) == ("Site confirmed", None)
    assert ANN in sending.order()["Next step"]


@pytest.mark.parametrize("reply", ["554 spam", "552 too large"])
def test_refused_after_the_text(sending: PostOffice, server: MailServer, reply: str) -> None:
    server.data_replies[ANN] = reply
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    assert reply in sending.log("mail refused")[0]["Why"]
    assert (sending.order()["Availability sent at"], sending.told()) == (None, [f"availability {ANN}"])


def test_not_now_is_tried_again(sending: PostOffice, server: MailServer) -> None:
    server.data_replies[ANN] = "452 disk full"
    sending.ordered({"Assigned engineers": "Eve Entry"})
    assert "452 disk full" in sending.faulty()
    server.data_replies.clear()
    sending.run(LATER)
    assert server.told() == [ANN, SAM]


def test_a_server_that_is_down(post: PostOffice) -> None:
    """Nothing is lost: the next run sends it."""
    port = free_port()
    post.send_over(port)
    post.ordered({"Assigned engineers": "Eve Entry"})
    assert str(port) in post.faulty()
    assert (post.order()["Availability sent at"], post.told()) == (None, [])
    with serving(port) as server:
        post.run(LATER)
        assert server.told() == [ANN, SAM]
    assert post.order()["Status"] == "Offered"


@pytest.mark.parametrize("reply", ["530 5.7.0 authentication required", "550 not from you", "421 too busy"])
def test_a_server_that_takes_nothing_from_us(sending: PostOffice, server: MailServer, reply: str) -> None:
    """No recipient is to blame: it waits until somebody has put the settings right."""
    server.mail_reply = reply
    sending.ordered(upto("Site confirmed"))
    assert reply in sending.faulty()
    assert (server.taken, sending.told()) == ([], [])
    server.mail_reply = ""
    sending.run(LATER)
    assert server.told() == [ANN, SAM]


def _delete(post: PostOffice) -> None:
    with post.edited() as book:
        book["Orders"].delete_rows(2)


@pytest.mark.parametrize(
    "end", [lambda post: post.type("AC-1", {"Cancelled at": "2026-12-01 10:05"}), _delete], ids=["cancelled", "deleted"]
)
def test_what_waits_for_a_server_is_not_sent_for_a_visit_that_is_off(
    post: PostOffice, end: Callable[[PostOffice], None]
) -> None:
    port = free_port()
    post.send_over(port)
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run(code=5)
    end(post)
    with serving(port) as server:
        post.run(LATER)
        assert server.told() == []
    assert [row["To"] for row in post.log("not told")] == ["availability"]


@pytest.mark.parametrize(
    ("status", "told"),
    [(None, [ANN]), ("Offered", [SAM]), ("Site confirmed", [ANN, SAM])],
    ids=["new", "offered", "agreed"],
)
def test_what_waited_is_sent_once_the_visit_is_on_again(post: PostOffice, status: str | None, told: list[str]) -> None:
    port = free_port()
    post.send_over(port)
    post.ordered(upto(status) if status else {"Assigned engineers": "Eve Entry"})
    post.run(code=5)
    post.type("AC-1", {"Cancelled at": "2026-12-01 10:05"})
    with serving(port) as server:
        post.run(LATER)
        assert server.told() == []
        post.type("AC-1", {"Cancelled at": None})
        post.run("2026-12-01T10:30+09:00")
        assert server.told()[: len(told)] == told
        before = len(server.taken)
        post.run("2026-12-01T10:45+09:00")
        assert len(server.taken) == before


def test_a_connection_that_breaks_at_the_end(sending: PostOffice, server: MailServer) -> None:
    """Nobody knows whether it was taken: it is not sent again, and a person is asked."""
    server.hang_up = True
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    server.hang_up = False
    sending.run(LATER)
    assert server.told() == [ANN]
    assert sending.order()["Availability sent at"] is None
    assert [row["To"] for row in sending.log("mail unknown")] == [ANN]
    assert ANN in sending.order()["Next step"]
    sending.type("AC-1", {"Availability sent at": "2026-12-01 10:15"})
    sending.run("2026-12-01T10:20")
    assert ANN not in sending.order()["Next step"]
    assert sending.told() == [f"availability {ANN}"]


def test_a_server_without_an_answer_is_handed_no_more_in_that_run(sending: PostOffice, server: MailServer) -> None:
    """Also not once the register was told, which a run begins anew for: of the others nobody need ask."""
    server.hang_up = True
    sending.ordered(upto("Site confirmed"))
    sending.ordered({**upto("Site confirmed"), "Client reference": "AC-2", "Planned start": "2026-12-20 09:00"})
    sending.run(code=5)
    assert server.told() == [ANN]
    server.hang_up = False
    sending.run(LATER)
    assert server.told() == [ANN, SAM, ANN, SAM]
    assert [row["To"] for row in sending.log("mail unknown")] == [ANN]


@pytest.mark.parametrize("words", [b"2", b"25", b"150 x\r\n", b"354 go on\r\n", b"queued as 7\r\n", b"250-queued\r\n"])
def test_what_is_no_answer_after_the_text(sending: PostOffice, server: MailServer, words: bytes) -> None:
    """Half of a yes, or nothing that means no: it may have been taken, and is not sent again."""
    server.hang_up, server.last_words = True, words
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    server.hang_up = False
    sending.run(LATER)
    assert server.told() == [ANN]
    assert [row["To"] for row in sending.log("mail unknown")] == [ANN]
    assert sending.told() == [f"availability {ANN}"]


@pytest.mark.parametrize("number", [2, 3])
def test_notes_that_cannot_be_read_once_the_register_is_written(
    sending: PostOffice, server: MailServer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The first reading is before the commit, the second after it, the third after waiting for other runs."""
    readings, real = iter(range(1, 100)), Path.read_bytes

    def read(path: Path) -> bytes:
        if path.suffix == ".jsonl" and next(readings) == number:
            raise OSError(5, "Input/output error")
        return real(path)

    sending.ordered({"Assigned engineers": "Eve Entry"})
    monkeypatch.setattr(Path, "read_bytes", read)
    assert ".jsonl" in sending.faulty()
    assert (sending.order()["Order ID"], server.told()) == ("ORD-2026-0001", [])
    sending.run(LATER)
    assert server.told() == [ANN, SAM] and sending.log("mail unknown") == []


def test_the_log_says_what_became_of_mail_and_names_nobody(sending: PostOffice, server: MailServer) -> None:
    server.replies[ANN] = "550 no such user"
    with sending.edited() as book:
        engineers: Any = book["Engineers"]
        engineers.cell(2, columns(engineers)["Photo ID file"]).value = "eve-entry.jpg"
    sending.ordered({**upto("Site confirmed"), "Photo ID needed": "yes"})
    done = onsite("run", sending.path, "--once", "--now", NOW, "--config", sending.config)
    (line,) = (line for line in done.out.splitlines() if "ORD-2026-0001" in line)
    assert done.code == 0 and "refused" in line and "photo ID" in line
    assert not any(name in line for name in (ANN, "eve-entry", "550"))


def test_login(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        post.send_over(server.port, 'user = "ken"')
        post.ordered({"Assigned engineers": "Eve Entry"})
        monkeypatch.setenv("ONSITE_MAIL_PASSWORD", "wrong")
        assert "ONSITE_MAIL_PASSWORD" in post.faulty() and not server.taken
        monkeypatch.setenv("ONSITE_MAIL_PASSWORD", "open sesame")
        post.run(LATER)
        assert set(server.logins) == {("ken", "wrong"), ("ken", "open sesame")} and server.told() == [ANN, SAM]


def test_a_first_runs_invoices_are_left_as_drafts(tmp_path: Path, server: MailServer) -> None:
    """Whoever takes a register over looks at them before clients do."""
    post = furnished(tmp_path / "office", mail=server.port, orders=[upto("Completed")])
    assert (server.taken, post.told()) == ([], [f"invoice {BILLING}"])
    post.run(NOW)
    assert (server.taken, post.order()["Invoice sent at"]) == ([], None)


def test_a_dry_run_sends_nothing(sending: PostOffice, server: MailServer) -> None:
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run(NOW, 0, "--dry-run")
    assert (server.taken, sending.told()) == ([], [])


def test_undo_does_not_send_again(sending: PostOffice, server: MailServer) -> None:
    sending.ordered({"Assigned engineers": "Eve Entry"})
    sending.run()
    runs = sorted({row["Run"] for row in sending.rows("Log")}, reverse=True)
    for run in runs[:2]:
        assert onsite("undo", sending.path, run, "--now", NOW).code == 0
    assert sending.order()["Availability sent at"] is None
    sending.run(LATER)
    assert server.told() == [ANN, SAM]


def test_undo_of_a_run_puts_back_all_its_rounds(sending: PostOffice, server: MailServer) -> None:
    """Mail was sent, and the order went on by it: the run has more names than the one that it says."""
    sending.ordered({"Assigned engineers": "Eve Entry"})
    run = sending.run()["run"]
    assert (sending.order()["Status"], sending.order()["Order ID"]) == ("Offered", "ORD-2026-0001")
    done = onsite("undo", sending.path, run, "--now", NOW, "--json")
    assert (done.code, done.object["left_alone"]) == (0, [])
    row = sending.order()
    assert (row["Status"], row["Order ID"], row["Availability sent at"], row["Next step"]) == (None,) * 4
    sending.run(LATER)
    assert server.told() == [ANN, SAM] and sending.order()["Order ID"] == "ORD-2026-0001"


def test_undo_of_a_run_whose_first_round_is_no_longer_known(sending: PostOffice, server: MailServer) -> None:
    """Only the last runs are kept: what is left of it is put back."""
    sending.ordered({"Assigned engineers": "Eve Entry"})
    run = sending.run()["run"]
    with sending.edited() as book:
        keys = [cell for cell in book["System"]["A"] if str(cell.value).startswith("journal ")]
        first, last = sorted(keys, key=lambda cell: str(cell.value))[-2:]
        assert last.value == f"journal {run}"
        first_run = str(first.value).removeprefix("journal ")
        first.value = first.offset(0, 1).value = None
    done = onsite("undo", sending.path, run, "--now", NOW, "--json")
    assert (done.code, done.object["put_back"]) == (0, [])  # all was written by the first
    assert any(first_run in line for line in done.object["left_alone"])


def test_undo_of_a_run_that_only_sent_what_waited(post: PostOffice) -> None:
    """Its first round wrote nothing."""
    port = free_port()
    post.send_over(port)
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.run(code=5)
    with serving(port) as server:
        run = post.run(LATER)["run"]
        assert (server.told(), post.order()["Status"]) == ([ANN, SAM], "Offered")
    assert onsite("undo", post.path, run, "--now", LATER).code == 0
    row = post.order()
    assert (row["Status"], row["Order ID"], row["Availability sent at"]) == ("Ready", "ORD-2026-0001", None)


def test_a_credit_note_is_sent_and_is_no_evidence_of_an_invoice(sending: PostOffice, server: MailServer) -> None:
    sending.ordered(upto("Completed"))
    sending.run()
    sending.type("AC-1", {"Invoice sent at": None})
    assert onsite(
        "credit", sending.path, "INV-2026-0001", "--reason", "x", "--now", LATER, "--config", sending.config
    ).code == 0  # fmt: skip
    assert server.told() == [BILLING, BILLING]
    sending.run("2026-12-01T10:30")
    assert sending.order()["Invoice sent at"] is None
    assert [row["Why"] for row in sending.log("mail sent")] == ["invoice to the client", "credit to the client"]
    assert len(server.taken) == 2


def test_the_doctor_tries_the_server(post: PostOffice, server: MailServer) -> None:
    def grade() -> str:
        found = onsite("doctor", post.path, "--config", post.config, "--now", LATER, "--json").object["findings"]
        return next(str(finding["grade"]) for finding in found if finding["what"] == "mail")

    assert grade() == "ok"
    post.send_over(server.port)
    assert grade() == "ok"
    post.send_over(free_port())
    assert grade() == "look"
    post.send_over(server.port, 'sender = "nobody"')
    assert grade() == "look" and server.taken == []


@pytest.mark.parametrize("line", ["", 'security = "ssl"', 'port = "smtp"', 'to = "y"',
                                  'security = "none"\nuser = "ken"'])  # fmt: skip
def test_settings_that_cannot_be_used(post: PostOffice, line: str) -> None:
    host = 'host = "x"' if line else ""
    post.config.write_text(f"[mail]\nsend = true\n{host}\n{line}")
    assert "mail" in post.refused("--config", post.config)


@pytest.mark.parametrize("known", [True, False])
def test_an_address_in_japanese(post: PostOffice, known: bool) -> None:
    with serving(every_letter=known) as server:
        post.send_over(server.port)
        post.ordered({**upto("Site confirmed"), "Order email": "名前@acme.example.com"})
        post.run()
        assert server.told() == (["名前@acme.example.com", SAM] if known else [SAM])
    assert len(post.log("mail refused")) == (not known)


def test_an_approval_takes_the_work_order_along(sending: PostOffice, server: MailServer) -> None:
    """Also while the server is down it lies there for the engineers."""
    server.data_replies[ANN] = "452 later"
    sending.ordered(upto("Approved"))
    sending.run(code=5)
    kept = [path.name for path in sending.outbox.rglob("*.xlsx")]
    server.data_replies.clear()
    sending.run(LATER)
    assert [names(mail) for _, mail in server.taken] == [["visit.ics", *kept]] and len(kept) == 1
    assert "work order" in text(server.taken[0][1])
