"""What must not go out, or not with a message: engineers' addresses with an invoice, files from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from rules.words import Language
from sync.documents.letter import leaks
from sync.documents.messages import WordingFault, words
from tests.acceptance.desk import columns
from tests.rules.build import ENGINEER
from tests.sync.mail_server import serving
from tests.sync.post_office import LATER, NOW, PostOffice, names, order_into, rows_into, text, upto
from tests.sync.test_invoice_guard import WRITTEN

EVE = "eve@onsite.example.com"
TARO = "taro.yamada@ecorpone.example"
BILLING = "billing@acme.example.com"


def letter(
    subject: str = "x", body: str = "x", html: str = "<p>x</p>", name: str = "", data: bytes = b""
) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["From"], mail["To"] = subject, "a@ecorpone.example", BILLING
    mail.set_content(body, charset="utf-8")
    mail.add_alternative(html, subtype="html", charset="utf-8")
    if name:
        mail.add_attachment(data, "application", "octet-stream", filename=name)
    return mail


def test_a_clean_letter_passes() -> None:
    mail = letter("請求書", "拝啓 kentaro.yamada@ecorpone.example", name="a.xlsx", data=b"PK")
    assert leaks(mail, [TARO, "", "@"]) == []


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize(
    "planted",
    [
        lambda t: letter(subject=" ".join(t.split("\n"))), lambda t: letter(body=t), lambda t: letter(body=f"請求 {t}"),
        lambda t: letter(html=f"<p>{t}</p>"), lambda t: letter(name="a.txt", data=t.encode()),
        lambda t: letter(name=" ".join(t.split()) + ".xlsx"),
    ],
    ids=["subject", "text", "encoded text", "html", "attachment", "name"],
)  # fmt: skip
def test_every_way_of_writing_it_in_every_part(planted: Callable[[str], EmailMessage], written: str) -> None:
    assert leaks(planted(written), [TARO])


def test_other_headers_and_files_within_files() -> None:
    for header in ("Cc", "Reply-To", "X-Contact", "From"):
        mail = letter()
        del mail[header]
        mail[header] = f"Taro <{TARO}>"
        assert leaks(mail, [TARO]), header
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a/b.xml", f"<a>{TARO[:9]}<b/>{TARO[9:]}</a>")
    assert leaks(letter(name="a.xlsx", data=packed.getvalue()), [TARO])
    assert leaks(letter(html="<p>taro.yamada<b>@</b>ecorpone.example</p>"), [TARO])


def test_an_engineer_who_sends_the_mail(post: PostOffice) -> None:
    """Nothing goes out until the machine's settings name somebody else; the invoice itself is there."""
    with serving() as server:
        post.send_over(server.port, f'sender = "Eve <{EVE}>"')
        post.ordered(upto("Completed"))
        assert EVE in post.faulty()
        assert (server.taken, post.told(), len(post.files())) == ([], [], 1)
        post.send_over(server.port)
        post.run(LATER)
        assert server.told() == [BILLING]


def test_an_address_that_the_firm_wrote_into_its_template(post: PostOffice) -> None:
    own = post.folder / "own" / "messages"
    own.mkdir(parents=True)
    (own / "invoice.en.j2").write_text("Subject: Invoice\n\nAsk ｅｖｅ＠onsite.example.com\n", "utf-8")
    post.config.write_text(f'templates = "{own.parent}"')
    post.ordered(upto("Completed"))
    assert EVE in post.faulty()
    assert post.told() == []
    (own / "invoice.en.j2").write_text("Subject: Invoice\n\nAsk the office\n", "utf-8")
    post.run(LATER)
    assert "Ask the office" in text(post.draft("invoice"))


def test_an_invoice_file_that_was_changed_is_not_sent(post: PostOffice) -> None:
    post.config.write_text(f'templates = "{_faulty(post, "invoice.en.j2")}"')
    post.ordered(upto("Completed"))
    post.run(code=5)
    post.config.write_text("")
    path = next((post.folder / "invoices").iterdir())
    path.write_bytes(path.read_bytes() + b"x")
    post.run(LATER, 5)
    assert post.told() == []
    path.unlink()
    post.run(LATER)
    assert post.told() == [f"invoice {BILLING}"]


def _faulty(post: PostOffice, name: str) -> Path:
    own = post.folder / "own" / "messages"
    own.mkdir(parents=True)
    (own / name).write_text("Subject: {{ nobody }}\n\nx\n", "utf-8")
    return own.parent


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("Subject: {{ nobody }}\n\nx", "nobody"),
        ("Subject: x\n\n{{ company.fax }}", "fax"),
        ("Subject: x\n\n{% if %}", "Expected"),
        ("no subject\n\nx", "Subject"),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}", "unsafe"),
        ("Subject: x\n\n{% include 'nowhere.j2' %}", "nowhere"),
        ("Subject: x\n\n{{ 1 / 0 }}", "division"),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, template: str, named: str) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "release.en.j2").write_text(template, "utf-8")
    with pytest.raises(WordingFault) as fault:
        words("release", (Language.ENGLISH,), lambda _: {"company": {}}, tmp_path)
    assert "release.en.j2" in str(fault.value) and named in str(fault.value)


def test_a_template_that_is_mended(post: PostOffice) -> None:
    """It says which and why; others go out meanwhile, and the message itself once the template was mended."""
    post.config.write_text(f'templates = "{_faulty(post, "availability.en.j2")}"')
    post.ordered({"Assigned engineers": "Eve Entry"})
    post.ordered({**upto("Completed"), "Client reference": "AC-2"})
    error = post.faulty()
    assert "availability.en.j2" in error and "nobody" in error
    assert post.told() == [f"invoice {BILLING}"]
    mended = post.folder / "own" / "messages" / "availability.en.j2"
    mended.write_text("Subject: Mended {{ id }}\n\n{{ engineers[0] }}\n", "utf-8")
    post.run(LATER)
    assert post.draft("availability")["Subject"] == "Mended ORD-2026-0001"


def test_what_nobody_foresaw_tells_no_names(post: PostOffice) -> None:
    """A bug's own text may hold any cell's: here an engineer's name is taken for the name of an encoding."""
    own = _faulty(post, "availability.en.j2")
    (own / "messages" / "availability.en.j2").write_text("Subject: x\n\n{{ 'x'.encode(engineers[0]) }}\n", "utf-8")
    post.config.write_text(f'templates = "{own}"')
    post.ordered({"Assigned engineers": "Eve Entry"})
    error = post.faulty()
    assert "ORD-2026-0001" in error and "LookupError" in error and "Eve" not in error


# --- photo IDs


def photographed(post: PostOffice, file: str | None) -> None:
    """Eve's photo ID is named so; there is a picture in the folder, and one outside of it."""
    with post.edited() as book:
        sheet = book["Engineers"]
        sheet.cell(2, columns(sheet)["Photo ID file"]).value = file
    photos = post.folder / "photo-ids"
    photos.mkdir()
    (photos / "eve.jpg").write_bytes(b"\xff\xd8 Eve")
    (photos / "eve.exe").write_bytes(b"MZ")
    (photos / "link.jpg").symlink_to(post.path)
    (post.folder / "outside.jpg").write_bytes(b"\xff\xd8 other")


@pytest.mark.parametrize("file", ["eve.jpg", "photo-ids/eve.jpg"])
def test_a_photo_id_goes_to_the_client_alone(post: PostOffice, file: str) -> None:
    photographed(post, file)
    post.ordered({**upto("Site confirmed"), "Photo ID needed": "yes"})
    post.run()
    assert {mail["To"]: names(mail) for mail in post.drafts("contacts")} == {
        "ann@acme.example.com": ["eve.jpg"], "sam@site.example.com": [],
    }  # fmt: skip
    assert all("Photo ID" in text(mail) for mail in post.drafts("contacts"))


ELSEWHERE = ("../outside.jpg", "nobody.jpg", "eve.exe", "link.jpg", "/etc/passwd", "../orders.xlsx", ".", "..", "x/..")


def test_no_other_file_is_ever_attached(post: PostOffice) -> None:
    photographed(post, None)
    with post.edited() as book:
        for day, file in enumerate((None, *ELSEWHERE), 10):
            rows_into(book["Engineers"], [{**ENGINEER, "Engineer": f"Engineer {day}", "Photo ID file": file}])
            when = {"Client reference": f"AC-{day}", "Planned start": f"2026-12-{day} 09:00", "Photo ID needed": "yes"}
            order_into(book, {**upto("Site confirmed"), **when, "Assigned engineers": f"Engineer {day}"})
    post.run()
    mails = post.drafts("contacts")
    assert len(mails) == 20 and not any(map(names, mails))


def test_no_photo_where_none_is_needed_or_it_was_sent(post: PostOffice) -> None:
    photographed(post, "eve.jpg")
    post.ordered({**upto("Site confirmed"), "Photo ID needed": "no"})
    post.ordered({
        **upto("Site confirmed"), "Client reference": "AC-2", "Planned start": "2026-12-15 09:00",
        "Photo ID needed": "yes", "Photo ID sent at": "2026-11-20 12:00",
    })  # fmt: skip
    post.run()
    assert len(post.drafts("contacts")) == 4 and not any(map(names, post.drafts("contacts")))


def test_a_photo_that_was_sent_is_noted(post: PostOffice) -> None:
    photographed(post, "eve.jpg")
    with serving() as server:
        post.send_over(server.port)
        post.ordered({**upto("Site confirmed"), "Photo ID needed": "yes"})
        post.run(NOW)
        assert len(server.taken) == 2
    row = post.order()
    assert row["Photo ID sent at"] == row["Contacts shared at"] is not None
    assert row["Status"] == "Contacts shared"


def test_of_two_engineers_only_one_has_a_photo(post: PostOffice) -> None:
    photographed(post, "eve.jpg")
    with serving() as server:
        post.send_over(server.port)
        post.ordered({**upto("Site confirmed"), "Photo ID needed": "yes", "Assigned engineers": "Eve Entry, Taro Two"})
        post.run(NOW)
        assert [names(mail) for _, mail in server.taken] == [["eve.jpg"], []]
    row = post.order()
    assert (row["Photo ID sent at"], row["Status"]) == (None, "Site confirmed")
