"""What stands in a message: both languages, text and HTML alike, the calendar entry, and nothing slipped in."""

from __future__ import annotations

import email
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.message import Altered, Kind, Message, Stop, Visit
from rules.settings import Settings
from rules.words import Language
from sync.documents.blocks import blocks
from sync.documents.telling import facts_of
from tests.acceptance.desk import columns, onsite
from tests.sync.invoice_samples import invoice
from tests.sync.post_office import (
    LATER,
    PostOffice,
    calendars,
    entry,
    furnished,
    html,
    names,
    order_into,
    text,
    upto,
)

SECOND = {"Site address": "2-2 Umeda, Osaka", "Site contact": "Second Site", "Site phone": "+81 3-1234-5670"}
READY = {"Assigned engineers": "Eve Entry"}


class _Shown(HTMLParser):
    """What a mail program shows of HTML, and the links in it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.links: list[str | None] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(mail: Any) -> _Shown:
    return _Shown(html(mail))


def squeezed(text: str) -> str:
    """Letters and digits alone: what two ways of setting a text have in common."""
    return re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize(
    ("language", "english", "japanese"),
    [("English", True, False), ("Japanese", False, True), ("both", True, True)],
)
def test_the_orders_language(post: PostOffice, language: str, english: bool, japanese: bool) -> None:
    post.ordered({**READY, "Language": language})
    post.run()
    mail = post.draft("availability")
    for found in (text(mail), shown(mail).text, mail["Subject"]):
        assert ("ngineers" in found, "エンジニア" in found) == (english, japanese)
    said = text(mail)
    assert ("Thu 10 Dec 2026 09:00–12:00" in said, "2026年12月10日(木) 09:00–12:00" in said) == (english, japanese)
    assert ("Dear Ann Orderer" in said, "Ann Orderer 様" in said) == (english, japanese)


@pytest.mark.parametrize("kind", ["missing", "availability", "confirm", "contacts", "approved", "changed", "arrival",
                                  "release", "invoice", "credit"])  # fmt: skip
def test_every_message_says_the_same_in_html(every: PostOffice, kind: str) -> None:
    mail = every.drafts(kind)[0]
    seen, said = shown(mail), text(mail)
    assert squeezed(said) in squeezed(seen.text)
    assert all(sign not in said for sign in ("{{", "{%", "None", "Undefined"))
    assert re.search("[ぁ-ん]", said) and re.search("Kind regards", said)
    assert "eve@" not in mail.as_string()


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> PostOffice:
    """A register with a draft of every kind, in both languages."""
    post = furnished(tmp_path_factory.mktemp("every") / "office", client={"Document language": "both"})
    rows: list[Mapping[str, Any]] = [
        {"Site phone": "03-1234-5678"}, READY, upto("Offered"), upto("Site confirmed"), upto("Approved"),
        upto("On site"), {**upto("Working"), "Completed at": "2026-11-30 12:00"}, upto("Completed"),
    ]  # fmt: skip
    for number, cells in enumerate(rows):
        place = {"Client reference": f"AC-{number}", "Site address": f"{number} Ginza", "Language": "both"}
        day = {"Planned start": f"2026-12-{10 + number} 09:00"}  # nobody can be at two places at once
        mine = {key: str(value).replace("11-30", f"11-{23 + number}") for key, value in cells.items()}
        post.ordered({**day, **mine, **place})
    post.run()
    post.type("AC-3", {"Planned start": "2026-12-24 09:00"})
    post.run(LATER)
    assert onsite("credit", post.path, "INV-2026-0001", "--reason", "x", "--now", LATER).code == 0
    return post


def test_a_site_is_told_of_its_own_contact_and_the_client_of_all(post: PostOffice) -> None:
    post.ordered({**upto("Site confirmed")}, sites=[{**SECOND, "Site confirmed at": "2026-11-20 11:00"}])
    post.run()
    to = {mail["To"]: text(mail) for mail in post.drafts("contacts")}
    told = {who: ("Sam Site" in said, "Second Site" in said, "Marunouchi" in said, "Umeda" in said)
            for who, said in to.items()}  # fmt: skip
    assert told == {
        "ann@acme.example.com": (True, True, True, True),
        "sam@site.example.com": (True, False, True, False),
        "second@site.example.com": (False, True, False, True),
    }
    assert all("Eve Entry" in said and "+81 90-1234-5678" in said for said in to.values())
    assert "AC-1" in to["ann@acme.example.com"] and "AC-1" not in to["sam@site.example.com"]


def test_contacts_are_shared_with_phone_and_chat(post: PostOffice) -> None:
    with post.edited() as book:
        sheet = book["Engineers"]
        sheet.cell(2, columns(sheet)["Chat"]).value = "WhatsApp: +81 80-9876-5432"
    post.ordered({**upto("Site confirmed"), "Site chat": "LINE: sam.site"})
    post.run()
    said = [text(mail) for mail in post.drafts("contacts")]
    shared = ("+81 90-1234-5678", "WhatsApp: +81 80-9876-5432", "+81 3-1234-5679", "LINE: sam.site")
    assert [[one in found for one in shared] for found in said] == [[True] * 4] * 2


def test_every_site_is_asked_to_confirm(post: PostOffice) -> None:
    post.ordered(upto("Offered"), sites=[SECOND])
    post.run()
    assert post.told() == ["confirm sam@site.example.com", "confirm second@site.example.com"]


def test_a_site_that_confirmed_already_is_not_asked(post: PostOffice) -> None:
    post.ordered(upto("Offered"), sites=[{**SECOND, "Site confirmed at": "2026-11-20 11:00"}])
    post.run()
    assert post.told() == ["confirm sam@site.example.com"]


LINKS = {
    "https://maps.app.goo.gl/abc": True,
    "https://www.google.co.jp/maps/place/x": True,
    "https://maps.google.com.evil.example/x": False,
    "http://maps.app.goo.gl/abc": False,
    "javascript:alert(1)": False,
    "https://evil.example/https://maps.app.goo.gl/abc": False,
}


def test_only_links_of_google_maps_go_into_messages(post: PostOffice) -> None:
    with post.edited() as book:
        for day, link in enumerate(LINKS, 10):
            start = {"Client reference": f"AC-{day}", "Planned start": f"2026-12-{day} 09:00"}
            order_into(book, {**READY, **start, "Map link": link})
    post.run()
    mails = {mail["Subject"]: mail for mail in post.drafts("availability")}
    for (subject, mail), link in zip(sorted(mails.items()), LINKS, strict=True):
        found = link in text(mail), link in shown(mail).links, link in entry(mail)["DESCRIPTION"]
        assert found == (LINKS[link],) * 3, subject


HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} ${7*7} &amp; O'Neil"


def test_what_people_type_stays_text(post: PostOffice) -> None:
    typed = ("Ordered by", "Work description", "Floor", "Entry instructions", "Site contact", "Client reference")
    post.ordered({**READY, **dict.fromkeys(typed, HOSTILE)})
    post.run()
    mail = post.draft("availability")
    assert text(mail).count(HOSTILE) == len(typed) and HOSTILE in mail["Subject"]
    seen = shown(mail)
    assert seen.text.count(HOSTILE) >= len(typed) and not {"img", "script"} & seen.tags
    assert HOSTILE in entry(mail)["SUMMARY"]


def test_line_ends_slip_nothing_in(post: PostOffice) -> None:
    slipped = "Ann\r\nBcc: evil@example.com\r\n\r\nBEGIN:VALARM\u2028X-Evil: 1\x85"
    typed = ("Ordered by", "Client reference", "Site contact", "Floor", "Site address", "Work description")
    post.ordered({**READY, **dict.fromkeys(typed, slipped)})
    post.run()
    mail = post.draft("availability")
    assert set(mail.keys()) == {"Subject", "From", "To", "X-Unsent", "MIME-Version", "Content-Type"}
    assert "\n" not in mail["Subject"] and not mail.defects
    ((_, event),) = calendars(mail)
    assert event.subcomponents == [] and "X-Evil" not in event
    assert not [line for line in text(mail).splitlines() if line.startswith(("Bcc", "BEGIN", "X-Evil"))]


def test_a_company_name_of_two_lines(tmp_path: Path) -> None:
    post = furnished(tmp_path / "office", settings={"Company name": "eCorp\r\nBcc: evil@example.com"})
    post.ordered(READY)
    post.run()
    mail = post.draft("availability")
    assert mail["Bcc"] is None and entry(mail)["ORGANIZER"].params["CN"] == "eCorp Bcc: evil@example.com"


def test_the_calendar_entry(post: PostOffice) -> None:
    """In the site's zone, with what mail programs need to accept it, and to find it again."""
    post.ordered({**READY, "Time zone": "Europe/London", "Planned start": "2026-12-10 09:00", "Reserved hours": None})
    post.run()
    mail = post.draft("availability")
    ((method, event),) = calendars(mail)
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    london = ZoneInfo("Europe/London")
    assert (start, end) == (
        datetime(2026, 12, 10, 9, 0, tzinfo=london), datetime(2026, 12, 10, 12, 0, tzinfo=london),
    )  # fmt: skip
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert (method, event["ORGANIZER"], event["ATTENDEE"]) == (
        "REQUEST", "mailto:dispatch@ecorpone.example.jp", "mailto:ann@acme.example.com",
    )  # fmt: skip
    assert event["UID"].startswith("ORD-2026-0001") and event["SEQUENCE"] == 0 and event["DTSTAMP"]
    assert "Eve Entry" in event["DESCRIPTION"] and "Marunouchi" in event["LOCATION"]
    assert [part.get_content_type() for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert names(mail) == ["visit.ics"]


def test_a_draft_that_is_made_again_has_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        post = furnished(tmp_path / name)
        post.ordered(READY)
        post.run()
        made.append({path.name: path.read_bytes() for path in post.outbox.rglob("*.eml")})
    assert made[0] and made[0] == made[1]


def test_a_boundary_stands_in_no_part(every: PostOffice) -> None:
    mails = [email.message_from_bytes(path.read_bytes()) for path in every.outbox.rglob("*.eml")]
    assert len(mails) > 10
    for mail in mails:
        parts = list(mail.walk())
        bounds = [str(part.get_boundary()) for part in parts if part.is_multipart()]
        assert len(set(bounds)) == len(bounds)
        ends = [part.get_payload(decode=True) for part in parts if not part.is_multipart()]
        assert not [bound for bound in bounds for data in ends if bound.encode() in data]


@pytest.mark.parametrize("address", ["佐藤@example.jp", "ann@例え.jp"])
def test_an_address_in_other_letters_stands_in_the_draft_as_it_is(post: PostOffice, address: str) -> None:
    """As an encoded word, which is for names and subjects, it is no address that a mail program can send to."""
    post.ordered({**READY, "Order email": address})
    post.run()
    (draft,) = post.outbox.rglob("*_availability_*.eml")
    assert f"\nTo: {address}\r\n".encode() in draft.read_bytes()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/London"])
def test_a_visit_in_the_last_year_that_can_be_written_has_an_entry(post: PostOffice, zone: str) -> None:
    post.ordered({**READY, "Time zone": zone, "Planned start": "9999-12-01 09:00"})
    post.run()
    assert entry(post.draft("availability"))["DTSTART"].dt == datetime(9999, 12, 1, 9, 0, tzinfo=ZoneInfo(zone))


def test_without_an_address_of_ours_the_entry_invites_nobody(tmp_path: Path) -> None:
    post = furnished(tmp_path / "office", settings={"Company email": None})
    post.ordered(READY)
    post.run()
    ((method, event),) = calendars(post.draft("availability"))
    assert (method, event.get("ORGANIZER"), post.draft("availability")["From"]) == ("PUBLISH", None, None)


CHANGES: list[tuple[str, Any, str]] = [
    ("Planned start", "2026-12-11 10:30", "Fri 11 Dec 2026 10:30"),
    ("Site address", "9-9 Ebisu, Tokyo", "9-9 Ebisu, Tokyo"),
    ("Assigned engineers", "Taro Two", "Taro Two"),
]


@pytest.mark.parametrize(("column", "value", "shows"), CHANGES)
def test_a_change_is_told_to_both_sides(post: PostOffice, column: str, value: Any, shows: str) -> None:
    post.ordered(upto("Approved"))
    post.run()
    first = entry(post.draft("approved"))
    post.type("AC-1", {column: value})
    post.run(LATER)
    mails = post.drafts("changed")
    assert sorted(mail["To"] for mail in mails) == ["ann@acme.example.com", "sam@site.example.com"]
    assert all(shows in text(mail) and "→" in text(mail) for mail in mails)
    entries = [entry(mail) for mail in mails]
    assert {(one["UID"], one["SEQUENCE"]) for one in entries} == {(first["UID"], first["SEQUENCE"] + 1)}
    assert post.run("2026-12-01T10:20")["changes"] == []


def test_what_else_changes_is_not_told(post: PostOffice) -> None:
    post.ordered(upto("Site confirmed"))
    post.run()
    post.type("AC-1", {"Reserved hours": 4, "Floor": "9F", "Site contact": "Other", "Notes": "x"})
    post.run(LATER)
    assert post.drafts("changed") == []


def test_a_change_of_a_second_site_is_not_told_to_the_first(post: PostOffice) -> None:
    post.ordered(upto("Site confirmed"), sites=[{**SECOND, "Site confirmed at": "2026-11-20 11:00"}])
    post.run()
    with post.edited() as book:
        sheet = book["Other sites"]
        place = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(2, place["Site address"]).value = "8-8 Kobe"
    post.run(LATER)
    assert sorted(mail["To"] for mail in post.drafts("changed")) == ["ann@acme.example.com", "second@site.example.com"]


@pytest.mark.parametrize(("retainer", "said"), [("2026-01-01", "21 Nov 2026"), (None, "none is assured")])
def test_approval_tells_until_when_we_come(tmp_path: Path, retainer: str | None, said: str) -> None:
    client = {"Retainer from": retainer, "SLA response (h)": 24}
    post = furnished(tmp_path / "office", client=client)
    post.ordered({**upto("Approved"), "Planned start": "2026-11-21 09:00"})
    post.run()
    assert said in text(post.draft("approved"))


def test_an_invoice_in_the_clients_language(tmp_path: Path) -> None:
    post = furnished(tmp_path / "office", client={"Document language": "Japanese", "Billing name": "アクメ株式会社"})
    post.ordered({**upto("Completed"), "Language": "English", "Billing reference": "PO-77"})
    post.run()
    mail = post.draft("invoice")
    assert "19,800円" in text(mail) and "アクメ株式会社 御中" in text(mail) and "PO-77" in text(mail)
    assert "Invoice" not in mail["Subject"] and names(mail) == post.files()


def test_every_name_that_templates_can_use_is_described() -> None:
    said = (Path(__file__).parents[2] / "docs/messages.md").read_text("utf-8")
    visit = Visit(client="x", zone="UTC", stops=(Stop(number=1),))
    message = Message(kind=Kind.CHANGED, order_id="x", to="x", languages=(), at=datetime.now(UTC), visit=visit,
                      altered=(Altered(column="x", before="", after=""),))  # fmt: skip
    facts = facts_of(message, Settings(), invoice(), Language.ENGLISH, ())
    inner = [*facts["places"], *facts["changes"], facts["invoice"], facts["company"]]
    assert [name for found in (facts, *inner) for name in found if f"`{name}`" not in said] == []


@pytest.mark.parametrize("colon", [": ", "："])
def test_a_firms_own_templates_may_have_the_colon_of_either_language(colon: str) -> None:
    found = list(blocks(f"訪問{colon.strip()}\n  日時{colon}9:00\n  場所{colon}東京"))
    assert [(block.kind, block.heading, block.facts) for block in found] == [
        ("facts", f"訪問{colon.strip()}", [("日時", "9:00"), ("場所", "東京")])
    ]
