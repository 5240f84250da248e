"""What stands in every named cell of an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rules.invoice import Invoice, InvoiceLine
from rules.money import minor_digits, plain
from rules.words import Language, TaxClass
from sync.documents import wording
from sync.documents.wording import said
from sync.xlsx import Value, clean

FOR_MACHINES = (
    "InvoiceNumber", "IssueDate", "DueDate", "BillTo", "OrderID", "ClientReference", "Subtotal", "TaxTotal", "Total",
    "Currency", "HomeTax", "ExchangeRate", "RegistrationNumber",
)  # fmt: skip
"""Names that every finished file has, each for a single cell (contract, section 5)."""

LINE = ("LineDate", "LineDescription", "LineQuantity", "LineUnitPrice", "LineAmount")
NEEDED = (*FOR_MACHINES, "Title", "SellerName", "Subject", "TaxClass", "TaxBasis", "TaxAmount", "BankDetails", *LINE)
"""Names without which a template can't become an invoice that may go out."""

SPARE = (
    "Subtitle", "NumberLabel", "Intro", "TotalLabel", "Honorific", "BillAddress", "SellerDetails", "ServiceDate",
    "BillingReference", "Corrects", "CorrectsDate", "Reason", "GrandTotal", "TaxLabel", "ExchangeLabel", "HomeTaxLabel",
    "TaxNote", "LineNumber", "LineUnit",
)  # fmt: skip
"""Names that a template may leave out; Honorific only where nothing on it is in Japanese."""


_STACKED = "\n"
_PIECE = 10_000  # signs, of which no cell's worth is ever cut


@dataclass(frozen=True, slots=True)
class Field:
    """A cell's value, None for a blank one, and the number format that the invoice asks for."""

    value: Value
    format: str | None = None

    @property
    def text(self) -> str:
        """What a person types, or we say; blank for numbers and dates."""
        return self.value if isinstance(self.value, str) else ""


def number_format(decimals: int, symbol: str = "") -> str:
    """Thousands apart; negative amounts with ▲, as Japanese books have them."""
    sign = f'"{symbol}"' if symbol else ""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{sign}{digits};"▲"{sign}{digits}'


def money(amount: Decimal, currency: str, symbol: str = "") -> Field:
    """An amount with the currency's digits, or more where it has more."""
    return Field(amount, number_format(max(minor_digits(currency), _decimals(amount)), symbol))


def _decimals(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])


def _count(number: Decimal) -> Field:
    return Field(number, number_format(_decimals(number)))


def _bracketed(term: str, languages: tuple[Language, ...]) -> str:
    """The Japanese term, where nothing else on the document is in Japanese."""
    return "" if Language.JAPANESE in languages else f" ({term})"


def worded(text: str) -> Field:
    """A text without control signs, however long: what one cell can't hold goes on in the next row."""
    pieces = (clean(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE))
    return Field("".join(pieces).strip() or None)


def _symbol(currency: str, languages: tuple[Language, ...]) -> str:
    return "¥" if currency == "JPY" and Language.JAPANESE in languages else f"{currency} "


def honorific(invoice: Invoice) -> str:
    """御中 for a firm, 様 for a person, nothing where the name has it already (contract, section 8)."""
    name = invoice.billing_name.rstrip()
    if name.endswith((wording.FIRM, wording.PERSON)):
        return ""
    return wording.PERSON if invoice.personal else wording.FIRM


def fields(invoice: Invoice) -> dict[str, Field]:
    """Every field but the lines', by the name of its cell."""
    found: dict[str, Field] = {}
    for part in (_heading(invoice), _parties(invoice), _order(invoice), _totals(invoice), _tax(invoice)):
        found |= part
    return found


def _heading(invoice: Invoice) -> Mapping[str, Field]:
    words, languages = wording.CREDIT if invoice.kind == "credit" else wording.INVOICE, invoice.languages
    in_japanese = _bracketed(words["qualified"][Language.JAPANESE], languages)
    qualified = said(words["qualified"], languages, japanese=in_japanese)
    total = said(words["total"], languages)
    if invoice.tax_class is TaxClass.STANDARD:
        total = said({each: wording.WITH_TAX[each].format(text=words["total"][each]) for each in Language}, languages)
    return {
        "Title": worded(said(words["title"], languages)),
        "Subtitle": worded(qualified if invoice.registration_number else ""),
        "NumberLabel": worded(said(words["number"], languages, _STACKED)),
        "InvoiceNumber": worded(invoice.number),
        "IssueDate": Field(invoice.issued_on),
        "Intro": worded(said(words["intro"], languages)),
        "TotalLabel": worded(total),
        "Total": money(invoice.total, invoice.currency, _symbol(invoice.currency, languages)),
    }


def _parties(invoice: Invoice) -> Mapping[str, Field]:
    phone = said(wording.PHONE, (invoice.languages or tuple(Language))[-1:], text=invoice.seller_phone)
    details = (invoice.seller_address, phone if invoice.seller_phone else "", invoice.seller_email)
    return {
        "BillTo": worded(invoice.billing_name),
        "Honorific": worded(honorific(invoice)),
        "BillAddress": worded(invoice.billing_address),
        "SellerName": worded(invoice.seller_name),
        "SellerDetails": worded("\n".join(part.strip() for part in details if part.strip())),
        "RegistrationNumber": worded(invoice.registration_number),
        "BankDetails": worded("" if invoice.kind == "credit" else invoice.bank_details),
    }


def _order(invoice: Invoice) -> Mapping[str, Field]:
    return {
        "Subject": worded(invoice.subject),
        "ServiceDate": Field(invoice.service_date),
        "DueDate": Field(invoice.due_on),
        "OrderID": worded(invoice.order_id),
        "Currency": worded(invoice.currency),
        "ClientReference": worded(invoice.client_reference),
        "BillingReference": worded(invoice.billing_reference),
        "Corrects": worded(invoice.corrects),
        "CorrectsDate": Field(invoice.corrects_issued_on),
        "Reason": worded(invoice.reason),
    }


def _totals(invoice: Invoice) -> Mapping[str, Field]:
    return {
        "Subtotal": money(invoice.subtotal, invoice.currency),
        "TaxTotal": money(invoice.tax, invoice.currency),
        "GrandTotal": money(invoice.total, invoice.currency),
    }


def _tax(invoice: Invoice) -> Mapping[str, Field]:
    rate, languages = plain(invoice.tax_rate * 100), invoice.languages
    names = {"home": invoice.home_currency, "currency": invoice.currency}
    foreign = invoice.exchange_rate is not None or invoice.home_tax is not None
    exchange, home = invoice.exchange_rate, invoice.home_tax
    symbol = _symbol(invoice.home_currency, languages)
    japanese = _bracketed(wording.IN_JAPANESE[invoice.tax_class], languages)
    return {
        "TaxClass": worded(said(wording.TAX_CLASS[invoice.tax_class], languages, _STACKED, rate=rate)),
        "TaxBasis": money(invoice.subtotal, invoice.currency),
        "TaxAmount": money(invoice.tax, invoice.currency),
        "TaxLabel": worded(said(wording.TAX_LABEL[invoice.tax_class], languages, _STACKED, rate=rate)),
        "ExchangeLabel": worded(said(wording.EXCHANGE_RATE, languages, _STACKED, **names) if foreign else ""),
        "ExchangeRate": Field(exchange, number_format(max(2, _decimals(exchange)))) if exchange else Field(None),
        "HomeTaxLabel": worded(said(wording.HOME_TAX, languages, _STACKED, **names) if foreign else ""),
        "HomeTax": money(home, invoice.home_currency, symbol) if home is not None else Field(None),
        "TaxNote": worded(said(wording.TAX_NOTE[invoice.tax_class], languages, japanese=japanese)),
    }


def line_fields(line: InvoiceLine, currency: str) -> dict[str, Field]:
    """The fields of one line, by the names of the cells in the template's row for lines."""
    return {
        "LineNumber": Field(line.number),
        "LineDate": Field(line.service_date),
        "LineDescription": worded(line.description),
        "LineQuantity": _count(line.quantity),
        "LineUnit": worded(line.unit),
        "LineUnitPrice": money(line.unit_price, currency),
        "LineAmount": money(line.amount, currency),
    }

