"""Invoices for the tests of documents, and a reader of the finished files that shares nothing with their maker."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from rules.billing import credit_note
from rules.invoice import Invoice, InvoiceLine
from rules.words import Language, TaxClass
from sync.documents.invoice import render, template_for

EN, JA = Language.ENGLISH, Language.JAPANESE
SETS = {"en": (EN,), "ja": (JA,), "both": (EN, JA)}
DIGITS = {"JPY": "1", "USD": "0.01", "KWD": "0.001"}
PLACE = "東京都千代田区丸の内1-1-1 丸の内ビルディング 12F"


def line(number: int, quantity: str, price: str, currency: str, text: str = "") -> InvoiceLine:
    amount = (Decimal(quantity) * Decimal(price)).quantize(Decimal(DIGITS[currency]))
    return InvoiceLine(
        number=number, service_date=date(2026, 11, 20), quantity=Decimal(quantity), unit="時間 / h",
        description=text or f"現地作業(シニア、2名) / On-site work, Senior, 2 engineer(s): {PLACE}",
        unit_price=Decimal(price), amount=amount,
    )  # fmt: skip


def invoice(
    languages: tuple[Language, ...] = (EN, JA),
    lines: int = 3,
    price: str = "9000",
    currency: str = "JPY",
    tax_class: TaxClass = TaxClass.STANDARD,
    **changes: object,
) -> Invoice:
    """An invoice whose figures agree; anything can be changed by name."""
    made = tuple(line(number, "4" if number % 2 else "1.25", price, currency) for number in range(1, lines + 1))
    unit = Decimal(DIGITS[currency])
    rate = Decimal("0.10") if tax_class is TaxClass.STANDARD else Decimal(0)
    subtotal = sum((each.amount for each in made), Decimal(0))
    tax = (subtotal * rate).quantize(unit, ROUND_DOWN)
    foreign = currency != "JPY" and tax_class is TaxClass.STANDARD
    facts: dict[str, object] = {
        "number": "INV-2026-0001", "order_id": "ORD-2026-0007", "client": "丸の内システムズ", "languages": languages,
        "issued_on": date(2026, 12, 1), "due_on": date(2026, 12, 31), "service_date": date(2026, 11, 20),
        "seller_name": "eCorpOne株式会社", "seller_address": "〒105-0011 東京都港区芝公園4-2-8",
        "seller_phone": "+81 3 1234 5678", "seller_email": "billing@ecorpone.example",
        "registration_number": "T1180301018771", "bank_details": "みずほ銀行 芝支店 普通 1234567\nイーコープワン(カ",
        "billing_name": "株式会社丸の内システムズ", "billing_address": f"〒100-0005\n{PLACE}",
        "billing_email": "ap@maru.example", "client_reference": "TICKET-55121", "billing_reference": "PO-2026-881",
        "subject": "基幹スイッチ交換作業 / Replacement of the core switch", "currency": currency, "lines": made,
        "tax_class": tax_class, "tax_rate": rate, "subtotal": subtotal, "tax": tax, "total": subtotal + tax,
        "home_currency": "JPY" if foreign else "", "exchange_rate": Decimal("155.20") if foreign else None,
        "home_tax": (tax * Decimal("155.20")).quantize(Decimal(1), ROUND_DOWN) if foreign else None,
    }  # fmt: skip
    return Invoice.model_validate(facts | changes)


def credit(original: Invoice, reason: str = "作業時間の入力誤り") -> Invoice:
    return credit_note(original, "INV-2026-0002", date(2026, 12, 5), reason)


def made(document: Invoice) -> bytes:
    """The finished file from the template that comes along."""
    return render(document, template_for(document.languages))


class Finished:
    """A finished file as openpyxl reads it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.book: Workbook = load_workbook(BytesIO(data))
        (self.sheet,) = self.book.worksheets

    def cells(self, name: str) -> list[Cell]:
        """The cells that a defined name stands for."""
        ((title, ref),) = self.book.defined_names[name].destinations
        found = self.book[title][ref]
        return [row[0] for row in found] if isinstance(found, tuple) else [found]

    def value(self, name: str) -> object:
        """The value of a name that stands for a single cell."""
        (cell,) = self.cells(name)
        return cell.value

    def text(self) -> str:
        """Every text of the sheet, one cell a line."""
        return "\n".join(str(c.value) for row in self.sheet.iter_rows() for c in row if isinstance(c.value, str))

    def parts(self) -> dict[str, bytes]:
        """Every part of the file by its name."""
        with ZipFile(BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def finished(document: Invoice) -> Finished:
    return Finished(made(document))
