"""Every value of an invoice stands in the cell that its name points at (contract, sections 5 and 8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.utils.escape import unescape

from rules.words import Language, TaxClass
from tests.sync.invoice_samples import EN, JA, SETS, credit, finished, invoice, line, made

NAMES = (
    "InvoiceNumber", "IssueDate", "DueDate", "BillTo", "OrderID", "ClientReference", "Subtotal", "TaxTotal", "Total",
    "Currency", "HomeTax", "ExchangeRate", "RegistrationNumber",
)  # fmt: skip
languages = pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())


def day(value: object) -> date:
    assert isinstance(value, datetime)
    return value.date()


def number(value: object) -> Decimal:
    assert isinstance(value, int | float)
    return Decimal(str(value))


@languages
@pytest.mark.parametrize("currency", ["JPY", "USD"])
def test_names_point_at_the_values(languages: tuple[Language, ...], currency: str) -> None:
    document = invoice(languages, currency=currency, price="90.55" if currency == "USD" else "9000")
    file = finished(document)
    assert (file.value("InvoiceNumber"), file.value("OrderID")) == (document.number, document.order_id)
    assert day(file.value("IssueDate")) == document.issued_on
    assert day(file.value("DueDate")) == document.due_on
    assert file.value("BillTo") == document.billing_name
    assert file.value("ClientReference") == document.client_reference
    assert file.value("Currency") == document.currency
    assert file.value("RegistrationNumber") == document.registration_number
    assert number(file.value("Subtotal")) == document.subtotal
    assert number(file.value("TaxTotal")) == document.tax
    assert number(file.value("Total")) == number(file.value("GrandTotal")) == document.total
    assert file.value("HomeTax") == (None if currency == "JPY" else document.home_tax)
    assert file.value("ExchangeRate") == (None if currency == "JPY" else pytest.approx(155.2))
    assert file.value("Subject") == document.subject


@languages
@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_every_name_is_there_and_stands_for_one_cell(languages: tuple[Language, ...], kind: str) -> None:
    document = invoice(languages, lines=4, client_reference="", registration_number="")
    file = finished(credit(document) if kind == "credit" else document)
    for name in NAMES:
        assert len(file.cells(name)) == 1, name


@languages
@pytest.mark.parametrize("count", [1, 3, 10, 14])
def test_every_line_is_there_with_its_date(languages: tuple[Language, ...], count: int) -> None:
    document = invoice(languages, lines=count)
    file = finished(document)
    assert [number(cell.value) for cell in file.cells("LineAmount")] == [each.amount for each in document.lines]
    assert [day(cell.value) for cell in file.cells("LineDate")] == [each.service_date for each in document.lines]
    assert [cell.value for cell in file.cells("LineDescription")] == [each.description for each in document.lines]
    assert [number(cell.value) for cell in file.cells("LineQuantity")] == [each.quantity for each in document.lines]
    assert sum(number(cell.value) for cell in file.cells("LineAmount")) == number(file.value("Subtotal"))


@languages
def test_same_invoice_same_bytes_whatever_was_noted_about_its_file(languages: tuple[Language, ...]) -> None:
    document = invoice(languages, lines=12)
    data = made(document)
    assert made(document) == data
    assert made(invoice(languages, lines=2)) != data  # another one in between leaves nothing behind
    assert made(document.model_copy(update={"template": "0" * 64})) == data


@languages
@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_no_cell_holds_a_formula_or_an_error(languages: tuple[Language, ...], kind: str) -> None:
    document = invoice(languages, currency="USD", price="10.10")
    file = finished(credit(document) if kind == "credit" else document)
    assert {cell.data_type for row in file.sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    assert all(b"<f>" not in part and b"<f " not in part for part in file.parts().values())


HOSTILE = [
    '=HYPERLINK("http://x.example","y")', "+1+1", "@SUM(A1)", "-2+3", "\t=1+1", "＝1+1", "#N/A", "_x003D_1+1",
    "<b>&amp;",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    document = invoice(
        billing_name=text, client_reference=text, subject=text, billing_address=text, seller_name=text
    )
    document = document.model_copy(update={"lines": (line(1, "2", "9000", "JPY", text),)})
    file = finished(document)
    for name in ("BillTo", "ClientReference", "Subject", "BillAddress", "LineDescription"):
        (cell,) = file.cells(name)
        assert unescape(str(cell.value)) == text.strip(), name
        assert cell.data_type in ("s", "inlineStr"), name
    if text.strip()[0] in "=+-@＝":
        assert file.cells("BillTo")[0].quotePrefix


def test_control_characters_go_and_nothing_else() -> None:
    file = finished(invoice(subject="a\x00b\x1bc\ud800d\u200b", client_reference="x\x07y"))
    assert (file.value("Subject"), file.value("ClientReference")) == ("abcd\u200b", "xy")


def test_very_long_text_is_whole_on_the_invoice() -> None:
    text = "".join(f"{count:05d} word " for count in range(3000))
    file = finished(invoice(subject=text, lines=1))
    assert len(file.cells("Subject")) > 1
    said = " ".join(str(cell.value).replace("\n", " ") for cell in file.cells("Subject"))
    assert said.split() == text.split()
    assert all((file.sheet.row_dimensions[cell.row].height or 0) <= 409 for cell in file.cells("Subject"))
    assert file.value("InvoiceNumber") == "INV-2026-0001"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("株式会社丸の内システムズ", "御中"), ("Acme Ltd", "御中"), ("Mrs Robinson Ltd", "御中"), ("経理部 御中", None),
        ("田中太郎 様", None), ("田中太郎様", None), ("Mr John Smith", "様"), ("Dr. Watson", "様"), ("ms Doe", "様"),
        ("Dr田中", "様"), ("Ｍｒ. 佐藤", "様"), ("Dräger K.K.", "御中"), ("Drake Ltd", "御中"),
    ],
)  # fmt: skip
def test_exactly_one_honorific(name: str, expected: str | None) -> None:
    for wanted in ((JA,), (EN, JA)):
        file = finished(invoice(wanted, billing_name=name))
        assert (file.value("BillTo"), file.value("Honorific")) == (name, expected)
        shown = name + (expected or "")
        assert shown.count("御中") + shown.count("様") == 1


def test_english_invoices_have_no_honorific() -> None:
    assert "御中" not in finished(invoice((EN,), billing_name="Acme Ltd")).text()


@languages
def test_without_registration_number_it_is_not_called_qualified(languages: tuple[Language, ...]) -> None:
    document = invoice(languages, registration_number="")
    for each in (document, credit(document)):
        file = finished(each)
        assert "適格" not in file.text()
        assert "ualified" not in file.text()
        assert "登録番号" not in file.text()
        assert "egistration" not in file.text()
        assert file.value("RegistrationNumber") is None
    assert "適格請求書" in finished(invoice(languages)).text()
    assert "適格返還請求書" in finished(credit(invoice(languages))).text()


@languages
def test_credit_note_names_the_invoice_and_both_dates(languages: tuple[Language, ...]) -> None:
    original = invoice(languages)
    file = finished(credit(original, "入力誤り"))
    assert (file.value("InvoiceNumber"), file.value("Corrects")) == ("INV-2026-0002", "INV-2026-0001")
    assert (day(file.value("IssueDate")), day(file.value("CorrectsDate"))) == (date(2026, 12, 5), original.issued_on)
    assert file.value("DueDate") is None
    assert file.value("Reason") == "入力誤り"
    assert number(file.value("Total")) == -original.total
    assert all(number(cell.value) < 0 for cell in file.cells("LineAmount"))
    for name in ("Total", "Subtotal", "TaxTotal", "LineAmount"):
        assert all("▲" in cell.number_format for cell in file.cells(name)), name


def test_invoices_say_nothing_of_credits() -> None:
    file = finished(invoice((JA,)))
    assert "返還" not in file.text()
    assert file.sheet.row_dimensions[file.cells("Reason")[0].row].hidden


@pytest.mark.parametrize(
    ("tax_class", "words"),
    [
        (TaxClass.STANDARD, {EN: "Taxable at 10%", JA: "10%対象"}),
        (TaxClass.EXPORT_EXEMPT, {EN: "Export-exempt", JA: "輸出免税"}),
        (TaxClass.OUT_OF_SCOPE, {EN: "Out of scope", JA: "不課税(対象外)"}),
    ],
)
@languages
def test_tax_class_is_named(languages: tuple[Language, ...], tax_class: TaxClass, words: dict[Language, str]) -> None:
    document = invoice(languages, tax_class=tax_class)
    file = finished(document)
    assert str(file.value("TaxClass")).split("\n") == [words[each] for each in (JA, EN) if each in languages]
    assert number(file.value("TaxBasis")) == document.subtotal
    assert number(file.value("TaxAmount")) == document.tax
    assert (file.value("TaxNote") is None) == (tax_class is TaxClass.STANDARD)


@pytest.mark.parametrize(
    ("currency", "price", "ends"), [("JPY", "9000", "#,##0"), ("USD", "120.50", "0.00"), ("KWD", "12.345", "0.000")]
)
def test_formats_have_the_digits_of_the_currency(currency: str, price: str, ends: str) -> None:
    file = finished(invoice(currency=currency, price=price))
    for name in ("Total", "Subtotal", "TaxTotal", "LineAmount", "LineUnitPrice"):
        assert file.cells(name)[0].number_format.split(";")[0].endswith(ends), name


def test_amounts_are_written_to_the_last_digit() -> None:
    file = finished(invoice(total=Decimal("999999999999.99"), currency="USD", price="0.01"))
    assert b">999999999999.99<" in file.parts()["xl/worksheets/sheet1.xml"]


def test_both_languages_show_the_same_figures() -> None:
    files = [finished(invoice(wanted)) for wanted in SETS.values()]
    figures = [
        [cell.value for row in file.sheet.iter_rows() for cell in row if cell.data_type in ("n", "d") and cell.value]
        for file in files
    ]
    assert figures[0] == figures[1] == figures[2]


def test_an_invoice_without_lines_can_be_made() -> None:
    file = finished(invoice(lines=0))
    assert (file.value("LineAmount"), file.value("Total")) == (None, 0)


@languages
def test_properties_name_only_the_firm(languages: tuple[Language, ...]) -> None:
    file = finished(invoice(languages))
    properties = file.book.properties
    assert (properties.creator, properties.lastModifiedBy) == ("eCorpOne株式会社", None)
    assert properties.created == properties.modified == datetime(2026, 12, 1)
    assert [sheet.sheet_state for sheet in file.book.worksheets] == ["visible"]
    assert not any(word in name for name in file.parts() for word in ("comment", "custom", "printer", "person", "calc"))
    assert "openpyxl" not in repr(file.parts())
