"""The twenty things that an accountant checks on an invoice, point by point, on invoices and credit notes of real runs.

In English, Japanese and both: work with overtime by two engineers, travel that included tax, and a credit note.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum.jp import cn

from rules.words import Language, TaxClass
from tests.acceptance.desk import onsite
from tests.sync.invoice_samples import EN, JA, SETS, Finished, credit, finished, invoice
from tests.sync.post_office import LATER, NOW, PostOffice, furnished, text, upto

LANGUAGES = {"en": "English", "ja": "Japanese", "both": "both"}
FIRM = {
    "Registration number": "T1180301018771", "Bank details": "みずほ銀行 芝支店 普通 1234567",
    "Company phone": "+81 3-1234-5600",
}  # fmt: skip
WORK = {
    **upto("Completed"), "Engineers needed": 2, "Assigned engineers": "Eve Entry, Taro Two", "Reserved hours": 1,
    "Travel needed": "yes", "Travel booked at": "2026-11-20 14:00", "Travel cost": 11000,
    "Work description": "Swap the core switch\nand test it", "Billing reference": "PO-881",
    "Waived flags": "engineer-language: ok",
}  # fmt: skip
TRAVEL = Decimal("10000")


@dataclass
class Paper:
    """An invoice or credit note of a run: its file, its rows in the ledger, the mail that takes it to the client."""

    languages: tuple[Language, ...]
    kind: str
    path: Path
    file: Finished
    row: Mapping[str, Any]
    lines: list[Mapping[str, Any]]
    mail: str

    def number(self, name: str) -> Decimal:
        return Decimal(str(self.file.value(name)))

    @property
    def sign(self) -> int:
        return -1 if self.kind == "credit" else 1


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, PostOffice]:
    """A register for every language, with an invoice that was issued and credited."""
    made = {}
    for key, language in LANGUAGES.items():
        post = furnished(
            tmp_path_factory.mktemp("checklist") / key, settings=FIRM, client={"Document language": language}
        )
        post.ordered(WORK)
        post.run(NOW)
        done = onsite("credit", post.path, "INV-2026-0001", "--reason", "wrong day", "--now", LATER)
        assert done.code == 0, done
        made[key] = post
    return made


BOTH_KINDS = [(key, kind) for key in LANGUAGES for kind in ("invoice", "credit")]


@pytest.fixture(scope="module")
def papers(offices: Mapping[str, PostOffice]) -> Mapping[tuple[str, str], Paper]:
    return {(key, kind): read(key, kind, offices[key]) for key, kind in BOTH_KINDS}


@pytest.fixture(params=BOTH_KINDS, ids="-".join)
def paper(request: pytest.FixtureRequest, papers: Mapping[tuple[str, str], Paper]) -> Paper:
    return papers[request.param]


def read(key: str, kind: str, post: PostOffice) -> Paper:
    """The only document of a kind, its rows and its mail."""
    (row,) = [row for row in post.rows("Invoices") if row["Kind"] == kind]
    lines = [line for line in post.rows("Invoice lines") if line["Invoice no."] == row["Invoice no."]]
    path = post.folder / row["File"]
    return Paper(SETS[key], kind, path, Finished(path.read_bytes()), row, lines, text(post.draft(kind)))


def day(value: object) -> date:
    assert isinstance(value, datetime)
    return value.date()


def test_01_title_number_and_dates(paper: Paper) -> None:
    titles = {"invoice": {EN: "INVOICE", JA: "請求書"}, "credit": {EN: "CREDIT NOTE", JA: "返還請求書"}}[paper.kind]
    title = str(paper.file.value("Title"))
    assert title.split(" / ") == [titles[each] for each in (JA, EN) if each in paper.languages]
    assert paper.file.value("InvoiceNumber") == paper.row["Invoice no."]
    assert day(paper.file.value("IssueDate")) == paper.row["Issued on"].date() == date(2026, 12, 1)
    assert day(paper.file.value("ServiceDate")) == date(2026, 11, 30)
    if paper.kind == "credit":
        assert paper.file.value("Corrects") == paper.row["Corrects"] == "INV-2026-0001"
        assert day(paper.file.value("CorrectsDate")) == date(2026, 12, 1)


def test_02_the_recipient_is_the_clients(paper: Paper) -> None:
    name = str(paper.file.value("BillTo"))
    assert name == "Acme Ltd"
    shown = name + (str(paper.file.value("Honorific")) if JA in paper.languages else "")
    assert [shown.count("御中"), shown.count("様")] == ([1, 0] if JA in paper.languages else [0, 0])
    assert paper.file.value("BillAddress")


def test_03_the_issuer_with_address_and_registration_number(paper: Paper) -> None:
    assert paper.file.value("SellerName") == "eCorpOne"
    assert "1-2-3 Shiba, Tokyo" in str(paper.file.value("SellerDetails"))
    registered = str(paper.file.value("RegistrationNumber"))
    assert registered[0] == "T" and cn.is_valid(registered[1:])
    assert "適格" in paper.file.text()


def test_04_every_line_has_its_service_date(paper: Paper) -> None:
    assert [day(cell.value) for cell in paper.file.cells("LineDate")] == [date(2026, 11, 30)] * len(paper.lines)
    assert len(paper.lines) == 3


def test_05_lines_name_order_site_and_engineers(paper: Paper) -> None:
    work, overtime, _ = (str(cell.value) for cell in paper.file.cells("LineDescription"))
    for said in (work, overtime):
        assert paper.row["Order ID"] in said
        assert ("2名" in said) is (JA in paper.languages) and ("2 engineer" in said) is (EN in paper.languages)
    assert "Marunouchi" in work
    assert paper.file.value("OrderID") == paper.row["Order ID"]


def test_06_the_total_per_tax_class_with_its_rate(paper: Paper) -> None:
    assert "10%" in str(paper.file.value("TaxClass"))
    assert paper.number("TaxBasis") == paper.number("Subtotal")
    assert paper.number("TaxAmount") == paper.number("TaxTotal")


def test_07_tax_is_rounded_once(paper: Paper) -> None:
    subtotal = abs(paper.number("Subtotal"))
    assert abs(paper.number("TaxTotal")) == (subtotal * Decimal("0.10")).quantize(Decimal(1), ROUND_DOWN)


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_07_tax_in_home_currency_with_the_rate_of_exchange(languages: tuple[Language, ...]) -> None:
    original = invoice(languages, currency="USD", price="120.50")
    for document in (original, credit(original)):
        file = finished(document)
        assert Decimal(str(file.value("HomeTax"))) == document.home_tax
        assert Decimal(str(file.value("ExchangeRate"))) == Decimal("155.2")


def test_08_lines_and_tax_are_the_total_of_ledger_file_and_mail(paper: Paper) -> None:
    amounts = [Decimal(str(cell.value)) for cell in paper.file.cells("LineAmount")]
    total = paper.number("Total")
    assert sum(amounts) == paper.number("Subtotal") == Decimal(str(paper.row["Subtotal"]))
    assert amounts == [Decimal(str(line["Amount"])) for line in paper.lines]
    assert sum(amounts) + paper.number("TaxTotal") == total == paper.number("GrandTotal")
    assert total == Decimal(str(paper.row["Total"]))
    assert f"{abs(total):,}" in paper.mail
    assert f"_{total}.xlsx" in paper.path.name


def test_09_whole_yen_and_negatives_marked(paper: Paper) -> None:
    for name in ("Total", "Subtotal", "TaxTotal", "LineAmount"):
        for cell in paper.file.cells(name):
            assert Decimal(str(cell.value)) % 1 == 0 and int(str(cell.value)) * paper.sign > 0, name
            assert "▲" in cell.number_format and "0.0" not in cell.number_format, name
    sheet = paper.file.parts()["xl/worksheets/sheet1.xml"]
    assert not re.search(rb"<v>-?\d+\.\d{5,}", sheet)
    assert ("▲" in paper.mail) is (paper.kind == "credit")


def test_10_travel_bears_no_tax_on_tax(paper: Paper) -> None:
    assert Decimal(str(paper.file.cells("LineAmount")[2].value)) == paper.sign * TRAVEL


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize(
    ("tax_class", "term"), [(TaxClass.EXPORT_EXEMPT, "輸出免税"), (TaxClass.OUT_OF_SCOPE, "不課税")]
)
def test_11_untaxed_classes_are_named(languages: tuple[Language, ...], tax_class: TaxClass, term: str) -> None:
    original = invoice(languages, tax_class=tax_class)
    for document in (original, credit(original)):
        file = finished(document)
        assert term in str(file.value("TaxNote")) and file.value("TaxTotal") == 0


def test_12_minimum_and_increment_are_visible(paper: Paper) -> None:
    work, overtime, _ = (str(cell.value) for cell in paper.file.cells("LineDescription"))
    assert ("最低2時間" in work) is (JA in paper.languages) and ("minimum of 2 h" in work) is (EN in paper.languages)
    assert ("15分" in overtime) is (JA in paper.languages) and ("15 min" in overtime) is (EN in paper.languages)
    assert [Decimal(str(cell.value)) for cell in paper.file.cells("LineQuantity")][:2] == [
        paper.sign * Decimal(4), paper.sign * Decimal(2),
    ]  # fmt: skip


def test_13_due_date_and_bank_details(paper: Paper) -> None:
    if paper.kind == "credit":
        assert paper.file.value("DueDate") is None and paper.row["Due on"] is None
        assert paper.file.value("BankDetails") is None
    else:
        assert day(paper.file.value("DueDate")) == paper.row["Due on"].date() == date(2026, 12, 31)
        assert paper.file.value("BankDetails") == FIRM["Bank details"]


def test_14_subject_references_and_page_numbers(paper: Paper) -> None:
    assert paper.file.value("Subject") == "Swap the core switch"
    assert paper.file.value("ClientReference") == "AC-1"
    assert paper.file.value("BillingReference") == "PO-881"
    foot = paper.file.sheet.oddFooter
    assert foot and (foot.left.text, foot.right.text) == (paper.row["Invoice no."], "&P / &N")


def test_15_every_language_shows_the_same_figures(offices: Mapping[str, PostOffice]) -> None:
    figures = []
    for post in offices.values():
        files = [Finished((post.folder / row["File"]).read_bytes()) for row in post.rows("Invoices")]
        cells = [cell for file in files for row in file.sheet.iter_rows() for cell in row]
        figures.append([cell.value for cell in cells if cell.data_type in ("n", "d") and cell.value is not None])
    assert figures[0] == figures[1] == figures[2] and len(figures[0]) > 30


def test_16_values_in_every_cell(paper: Paper) -> None:
    kinds = {cell.data_type for row in paper.file.sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d", "inlineStr"}


def test_17_hostile_text_is_inert_and_whole(paper: Paper) -> None:
    hostile = '=HYPERLINK("http://x.example") ' + "とても長い " * 900
    original = invoice(paper.languages, billing_name=hostile[:60].strip(), subject=hostile)
    file = finished(credit(original) if paper.kind == "credit" else original)
    said = " ".join(str(cell.value) for cell in file.cells("Subject")).split()
    assert "".join(said) == "".join(hostile.split())
    assert {cell.data_type for cell in file.cells("Subject")} <= {"s", "inlineStr"}


def test_18_properties_are_clean(paper: Paper) -> None:
    properties = paper.file.book.properties
    assert (properties.creator, properties.lastModifiedBy) == ("eCorpOne", None)
    assert [sheet.sheet_state for sheet in paper.file.book.worksheets] == ["visible"]
    assert not any(cell.comment for row in paper.file.sheet.iter_rows() for cell in row)
    everything = b"".join(paper.file.parts().values())
    assert b"@onsite.example.com" not in everything and str(paper.path.parent).encode() not in everything


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler: pdftotext is not installed")
def test_19_on_paper(paper: Paper, convert: Callable[[Path, str], Path], tmp_path: Path) -> None:
    copy = tmp_path / "paper.xlsx"
    shutil.copy(paper.path, copy)
    pdf = convert(copy, "pdf")

    def output(*command: str | Path) -> str:
        return subprocess.run([*command], check=True, capture_output=True, text=True, timeout=60).stdout

    said = output("pdftotext", "-layout", pdf, "-")
    assert re.search(r"Pages:\s+1\b", output("pdfinfo", pdf))
    assert "###" not in said and "Acme Ltd" in said and "1/1" in said.replace(" ", "")
    fonts = output("pdffonts", pdf)
    assert re.search(r"(?i)ipa|gothic|noto.*cjk|hiragino|takao", fonts)
    assert " no " not in re.sub(r"(?m)^.*\byes\b.*$", "", fonts).partition("\n")[2]  # every font is embedded


def test_20_issued_files_never_change(paper: Paper, offices: Mapping[str, PostOffice]) -> None:
    data = paper.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == paper.row["SHA-256"]
    paper.path.unlink()
    (post,) = [post for post in offices.values() if post.folder in paper.path.parents]
    post.run("2026-12-01T11:00+09:00")
    assert paper.path.read_bytes() == data
