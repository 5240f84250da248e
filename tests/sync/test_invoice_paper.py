"""Invoices on paper, as LibreOffice prints them: pages, fonts, and nothing that doesn't fit its place."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from rules.invoice import Invoice
from rules.words import Language, TaxClass
from tests.sync.invoice_samples import EN, JA, PLACE, SETS, credit, invoice, line, made

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler: pdftotext is not installed"),
]
BIG = Decimal("999999999999")
Print = Callable[[Invoice], Path]


@pytest.fixture
def printed(convert: Callable[[Path, str], Path], tmp_path: Path) -> Print:
    """The PDF of an invoice."""

    def make(document: Invoice) -> Path:
        path = tmp_path / "invoice.xlsx"
        path.write_bytes(made(document))
        return convert(path, "pdf")

    return make


def output(*command: str | Path) -> str:
    return subprocess.run([*command], check=True, capture_output=True, text=True, timeout=60).stdout


def pages(pdf: Path) -> int:
    found = re.search(r"Pages:\s+(\d+)", output("pdfinfo", pdf))
    assert found
    return int(found[1])


def text(pdf: Path) -> str:
    return output("pdftotext", "-layout", pdf, "-")


def squeezed(value: str) -> str:
    return re.sub(r"\s", "", value)


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_ten_lines_fit_on_one_a4_page(languages: tuple[Language, ...], kind: str, printed: Print) -> None:
    document = invoice(languages, lines=10, currency="USD", price="120.50")
    pdf = printed(credit(document) if kind == "credit" else document)
    assert pages(pdf) == 1
    assert "A4" in output("pdfinfo", pdf)
    assert "###" not in text(pdf)
    assert "1/1" in squeezed(text(pdf))


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_more_lines_go_on_on_a_second_page(languages: tuple[Language, ...], printed: Print) -> None:
    said = text(printed(invoice(languages, lines=14)))
    first, second, *rest = said.split("\f")
    assert "1/2" in squeezed(first)
    assert "2/2" in squeezed(second)
    assert "".join(rest).strip() == ""
    heading = "No."
    assert heading in first
    assert heading in second  # the heading of the lines, again
    assert "INV-2026-0001" in second
    assert ("合計" if JA in languages else "Total") in second
    assert re.search(r"^\s*14\s", second, re.M)  # the sum never stands alone


@pytest.mark.parametrize("languages", [(EN,), (EN, JA)], ids=["en", "both"])
@pytest.mark.parametrize("currency", ["JPY", "USD", "KWD"])
def test_large_amounts_have_room(languages: tuple[Language, ...], currency: str, printed: Print) -> None:
    amount = {"JPY": BIG, "USD": BIG + Decimal("0.99"), "KWD": BIG / 1000 + Decimal("0.125")}[currency]
    document = invoice(languages, currency=currency, price="1", subtotal=amount, total=-amount, tax=-amount)
    big = tuple(each.model_copy(update={"amount": -amount, "unit_price": amount}) for each in document.lines)
    said = text(printed(document.model_copy(update={"lines": big, "home_tax": None, "exchange_rate": None})))
    assert "###" not in said
    digits = {"JPY": 0, "USD": 2, "KWD": 3}[currency]
    # three prices, three lines; subtotal, its tax class; the tax, twice; the total, twice
    assert said.count(f"{amount:,.{digits}f}") == 3 + 3 + 2 + 2 + 2


def test_long_texts_are_not_cut(printed: Print) -> None:
    description = f"{PLACE} " * 12 + "the very end of it"
    document = invoice(
        billing_name="株式会社" + "とても長い名前の会社" * 5, billing_address="An address that goes on " * 9,
        subject="とても長い件名です。" * 20 + "件名の終わり",
        bank_details="\n".join(f"bank line {n}" for n in range(9)),
        client_reference="REFERENCE-" * 8,
    ).model_copy(update={"lines": (line(1, "1", "9000", "JPY", description),)})  # fmt: skip
    pdf = printed(document)
    said = squeezed(text(pdf))
    assert pages(pdf) == 1
    for end in ("theveryendofit", "件名の終わり", "bankline8"):
        assert end in said
    assert said.count("REFERENCE-") == 8


def test_the_longest_text_goes_on_over_pages(printed: Print) -> None:
    pdf = printed(invoice(subject="word " * 2000 + "end-of-subject", lines=1))
    assert pages(pdf) > 1
    assert "end-of-subject" in text(pdf)
    assert text(pdf).count("word") == 2000


@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_japanese_is_printed_in_a_japanese_font(kind: str, printed: Print) -> None:
    document = invoice((JA,))
    pdf = printed(credit(document) if kind == "credit" else document)
    assert re.search(r"(?i)ipa|gothic|noto.*cjk|hiragino|takao", output("pdffonts", pdf))
    said = squeezed(text(pdf))
    assert "株式会社丸の内システムズ御中" in said
    assert ("▲¥" if kind == "credit" else "¥") + f"{document.total:,}" in said
    assert ("適格返還請求書" if kind == "credit" else "適格請求書") in said


def test_what_an_accountant_looks_for_is_on_paper(printed: Print) -> None:
    document = invoice(currency="USD", price="120.50")
    said = squeezed(text(printed(document)))
    for wanted in (
        document.number, "T1180301018771", "eCorpOne株式会社", "10%対象", "Taxableat10%", "155.20",
        f"¥{document.home_tax:,}", "ORD-2026-0007",
        "TICKET-55121", "PO-2026-881", "みずほ銀行", "2026-12-31", "2026-12-01", "2026-11-20",
        f"USD{document.total:,}", "お支払期限", "Paymentdue",
    ):  # fmt: skip
        assert wanted in said, wanted


@pytest.mark.parametrize(
    ("tax_class", "note"), [(TaxClass.EXPORT_EXEMPT, "輸出免税"), (TaxClass.OUT_OF_SCOPE, "不課税")]
)
def test_untaxed_classes_say_so_in_every_language(tax_class: TaxClass, note: str, printed: Print) -> None:
    assert note in text(printed(invoice((EN,), tax_class=tax_class)))
