"""The engineers' work order: who gets it and when, what stands on it, and how it looks on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from rules.message import Details, Kind, Message, Person, Stop, Visit
from rules.settings import Settings
from rules.words import Language
from sync.documents.work_order import NEEDED, SPARE, render, template_for
from sync.errors import UsageFault
from templates.make_templates import PAPERS, made
from tests.acceptance.desk import onsite
from tests.sync.invoice_samples import EN, JA, Finished
from tests.sync.post_office import LATER, NOW, PostOffice, names, upto

SETS = {"en": (EN,), "ja": (JA,), "both": (JA, EN)}
MAP = "https://maps.app.goo.gl/Marunouchi"
FIRM = Settings(company_name="eCorpOne", company_phone="+81 3-1234-5600")


def message(languages: tuple[Language, ...] = (EN,), sites: int = 1, **details: Any) -> Message:
    stops = tuple(
        Stop(
            number=number, address=f"{number}-1-1 Marunouchi, Tokyo", map_link=MAP, floor="35F", entry="Badge from B1",
            contact=Person(name=f"Sam Site {number}", phone=f"+81 3-1234-567{number}", chat="LINE: sam"),
        )
        for number in range(1, sites + 1)
    )  # fmt: skip
    facts = {
        "description": "Swap the disk in slot 3", "hardware": "PowerEdge R540", "sequence": "Stop VM 7\nSwap the disk",
        "confirmations": "Alistair: before the stop", "documents": "MOP-4471", "items": ("PC", "Screwdriver"),
        "paperwork": ("NDA",), "ordered_by": Person(name="Ann Acme", phone="+81 3-1234-5678"),
        "assistant": Person(name="Alistair Crewe", phone="+44 20 7946 0123"), "languages": languages,
    }  # fmt: skip
    return Message(
        kind=Kind.APPROVED, order_id="ORD-2026-0007", to="ann@acme.example.com", languages=(EN,),
        at=datetime(2026, 12, 1, 1, tzinfo=UTC), details=Details.model_validate(facts | details),
        visit=Visit(
            client="Acme Ltd", start=datetime(2026, 12, 2, 4, tzinfo=UTC), end=datetime(2026, 12, 2, 6, tzinfo=UTC),
            zone="Asia/Tokyo", stops=stops, engineers=(Person(name="Eve Entry", phone="+81 90-1234-5678"),),
            photo_id=True,
        ),
    )  # fmt: skip


@dataclass
class Order:
    """A work order as openpyxl reads it."""

    file: Finished

    def column(self, name: str) -> list[str]:
        return [str(cell.value) for cell in self.file.cells(name) if cell.value is not None]


def rendered(document: Message) -> Order:
    languages = document.details.languages if document.details else ()
    return Order(Finished(render(document, FIRM, template_for(languages))))


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize("sites", [1, 3])
def test_everything_that_a_visit_needs_is_on_it(languages: tuple[Language, ...], sites: int) -> None:
    document = message(languages, sites)
    order = rendered(document)
    assert order.file.value("OrderID") == "ORD-2026-0007"
    assert "13:00" in str(order.file.value("When")) and "Asia/Tokyo" in str(order.file.value("When"))
    assert "Eve Entry" in str(order.file.value("Team"))
    places = order.column("SitePlace")
    assert len(places) == sites and all("35F" in place and MAP in place for place in places)
    assert order.column("SiteEntry") == ["Badge from B1"] * sites
    called = [f"Sam Site {number}" for number in range(1, sites + 1)]
    assert order.column("CallName") == [*called, "Alistair Crewe", "Ann Acme", "eCorpOne"]
    assert len(order.column("CallPhone")) == sites + 3
    for thing in ("PC", "Screwdriver"):
        assert thing in str(order.file.value("Bring"))
    papers = str(order.file.value("Papers"))
    assert ("NDA" in papers, "Photo ID" in papers, "身分証" in papers) == (True, EN in languages, JA in languages)
    steps = order.column("StepText")
    assert steps[1:3] == ["Stop VM 7", "Swap the disk"] and "before the stop" in steps[3] and len(steps) == 5
    assert len(order.column("StepMark")) == 5


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_it_is_in_the_engineers_language(languages: tuple[Language, ...]) -> None:
    text = rendered(message(languages)).file.text()
    assert ("作業指示書" in text) is (JA in languages)
    assert ("WORK ORDER" in text) is (EN in languages)


def test_same_bytes_and_nothing_but_the_firm_in_its_properties() -> None:
    document = message()
    data = render(document, FIRM, template_for((EN,)))
    assert render(document, FIRM, template_for((EN,))) == data
    properties = load_workbook(BytesIO(data)).properties
    assert (properties.creator, properties.lastModifiedBy) == ("eCorpOne", None)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x.example")', "+1", "@A", "#N/A", "<b>", "_x003D_1"])
def test_what_people_typed_stays_text(text: str) -> None:
    order = rendered(message(description=text, sequence=text, items=(text,)))
    assert {cell.data_type for row in order.file.sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert all(b"<f>" not in part for part in order.file.parts().values())
    assert unescape(order.file.text()).count(text) == 3


def test_what_nobody_said_leaves_no_label() -> None:
    order = rendered(message(hardware="", documents="", paperwork=(), sequence="", confirmations=""))
    sheet = order.file.sheet
    for name in ("Hardware", "Documents"):
        assert sheet.row_dimensions[order.file.cells(name)[0].row].hidden
    assert len(order.column("StepText")) == 3


@pytest.mark.parametrize("language", SETS)
def test_templates_are_those_that_the_script_makes(language: str) -> None:
    kept = template_for(SETS[language])
    with ZipFile(BytesIO(made(PAPERS["work-order"], language))) as new, ZipFile(BytesIO(kept)) as old:
        assert all(new.read(name) == old.read(name) for name in new.namelist())
    assert set(load_workbook(BytesIO(kept)).defined_names) == {*NEEDED, *SPARE, "Logo"}


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_name_is_named(name: str) -> None:
    book = load_workbook(BytesIO(template_for((EN,))))
    del book.defined_names[name]
    out = BytesIO()
    book.save(out)
    with pytest.raises(UsageFault) as fault:
        render(message(), FIRM, out.getvalue())
    assert name in str(fault.value)


def attached(mail: EmailMessage) -> bytes:
    (found,) = [part for part in mail.iter_attachments() if str(part.get_filename()).endswith(".xlsx")]
    return bytes(found.get_content())


def papers(post: PostOffice) -> list[Path]:
    return sorted(post.outbox.rglob("*.xlsx"))


def test_it_goes_with_the_approval_and_lies_in_the_orders_folder(post: PostOffice) -> None:
    post.ordered(upto("Approved"))
    post.run(NOW)
    (path,) = papers(post)
    assert path.parent.name == post.order()["Order ID"]
    assert attached(post.draft("approved")) == path.read_bytes()
    assert "eve@onsite.example.com" not in Finished(path.read_bytes()).text()
    post.run(LATER)
    assert papers(post) == [path]


def test_a_later_change_brings_a_new_one(post: PostOffice) -> None:
    post.ordered(upto("Approved"))
    post.run(NOW)
    before = {path: path.read_bytes() for path in papers(post)}
    with post.edited() as book:
        post_cell(book, "Site address", "9-9-9 Otemachi, Tokyo")
    post.run(LATER)
    after = papers(post)
    assert len(after) == 2 and all(path.read_bytes() == data for path, data in before.items())
    assert "Otemachi" in Finished(attached(post.drafts("changed")[0])).text()


def post_cell(book: Any, header: str, value: object) -> None:
    sheet = book["Orders"]
    (col,) = [cell.column for cell in sheet[1] if cell.value == header]
    sheet.cell(2, col).value = value


def test_a_link_that_is_no_map_is_not_on_it(post: PostOffice) -> None:
    post.ordered({**upto("Approved"), "Map link": "https://evil.example/maps"})
    post.run(NOW)
    assert "evil" not in Finished(papers(post)[0].read_bytes()).text()


def test_a_broken_template_holds_the_message_back_and_nothing_else(post: PostOffice, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    for name in ("en", "ja", "both"):
        (ours / f"work-order-{name}.xlsx").write_bytes(b"no workbook")
    post.config.write_text(f'templates = "{ours.as_posix()}"')
    post.ordered(upto("Approved"))
    assert onsite("sync", post.path, "--now", NOW, "--config", post.config).code == 5
    assert post.order()["Status"] == "Approved" and papers(post) == [] and post.drafts("approved") == []
    shutil.rmtree(ours)
    ours.mkdir()
    post.run(LATER)
    assert len(papers(post)) == len(post.drafts("approved")) == 1
    assert len([name for name in names(post.draft("approved")) if "work-order" in name]) == 1


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler: pdftotext is not installed")
@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_it_is_one_page_with_nothing_cut(
    languages: tuple[Language, ...], convert: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "order.xlsx"
    steps = "\n".join(f"step {number} that takes a while to describe" for number in range(1, 9))
    path.write_bytes(render(message(languages, 3, sequence=steps), FIRM, template_for(languages)))
    pdf = convert(path, "pdf")
    facts = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    said = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages:\s+1\b", facts)
    assert "###" not in said and "1/1" in said.replace(" ", "")
    for wanted in ("ORD-2026-0007", "step 8 that", "Sam Site 3", "+44 20 7946 0123", MAP):
        assert wanted in said, wanted


@pytest.mark.libreoffice
def test_a_template_saved_by_another_program(convert: Callable[[Path, str], Path], tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template_for((JA, EN)))
    document = message((JA, EN), 2)
    theirs = Finished(render(document, FIRM, convert(path, "xlsx").read_bytes()))
    ours = rendered(document).file
    for name in NEEDED:
        assert [cell.value for cell in theirs.cells(name)] == [cell.value for cell in ours.cells(name)], name


@pytest.mark.parametrize(("name", "data"), [("work-order-ja.xlsx", b"no workbook"), ("logo.png", b"no picture")])
def test_the_doctor_looks_at_the_firms_papers(post: PostOffice, tmp_path: Path, name: str, data: bytes) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    post.config.write_text(f'templates = "{ours.as_posix()}"\npdf = true')
    assert onsite("doctor", post.path, "--now", NOW, "--config", post.config).code == 0
    (ours / name).write_bytes(data)
    done = onsite("doctor", post.path, "--now", NOW, "--config", post.config)
    assert done.code != 0 and "templates" in done.out
