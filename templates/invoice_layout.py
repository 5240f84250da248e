"""The layout of the invoice templates, row by row, in the order that is customary in Japan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

ALL = frozenset({"en", "ja", "both"})
TITLES = {"en": "Invoice", "ja": "請求書", "both": "請求書 Invoice"}
FONTS = {"en": "Calibri", "ja": "Yu Gothic UI", "both": "Yu Gothic UI"}
DATES = {"en": "[$-409]d\\ mmm\\ yyyy", "ja": 'yyyy"年"m"月"d"日"', "both": "yyyy\\-mm\\-dd"}
LINE_DATES = {"en": "yyyy\\-mm\\-dd", "ja": "yyyy/mm/dd", "both": "yyyy\\-mm\\-dd"}
LOGO = "A1:C2"
"""The room for the firm's logo, left of the title."""
WIDTHS = (4, 11, 24, 6, 8, 8, 14, 17)
"""Of the columns A to H, in characters."""


@dataclass(frozen=True)
class Look:
    """How a box is shown. Borders: None is none, False a thin rule, True a thick one; `numeric`: dates in figures."""

    size: float = 9.5
    bold: bool = False
    tone: str = "value"
    across: str = "left"
    down: str = "center"
    wrap: bool = False
    shrink: bool = False
    indent: int = 0
    top: bool | None = None
    bottom: bool | None = None
    dotted: bool = False
    tint: bool = False
    date: bool = False
    numeric: bool = False
    small: bool = False


@dataclass(frozen=True)
class Box:
    """A cell, or several merged, from column to column: with a label, or a name by which it is filled."""

    first: str
    last: str
    look: Look
    name: str = ""
    label: str = ""
    rows: int = 1
    languages: frozenset[str] = ALL


@dataclass(frozen=True)
class Row:
    """A row of the layout; heights in points. `header` is repeated on every page."""

    height: float
    boxes: tuple[Box, ...] = ()
    header: bool = False
    taller: float = 0

    @property
    def height_both(self) -> float:
        """The height where labels stand in both languages, one above the other."""
        return self.taller or self.height


LABEL = Look(8.5, tone="label", wrap=True, small=True)
VALUE = Look(wrap=True)
LINED = replace(VALUE, bottom=False)
RIGHT = replace(LABEL, across="right", indent=1)
MONEY = Look(across="right", shrink=True, bottom=False)
DATE = Look(across="left", date=True, shrink=True)
HEAD = Look(8.5, bold=True, tone="strong", across="center", wrap=True, tint=True, bottom=True, top=False, small=True)
SMALL_HEAD = replace(HEAD, bottom=False)
BANNER = Look(bold=True, tone="strong", tint=True, top=True, bottom=True, indent=1)
CELL = Look(bottom=False, wrap=True)
TAX = Look(9, bottom=False, across="right", shrink=True)


def worded(english: str, japanese: str, between: str = "\n") -> Mapping[str, str]:
    """A label in each language and in both: Japanese first, and once where they are the same."""
    both = english if english == japanese else f"{japanese}{between}{english}"
    return {"en": english, "ja": japanese, "both": both}


LABELS: Mapping[str, Mapping[str, str]] = {
    "issued": worded("Date of issue", "発行日"),
    "registration": worded("Registration no.", "登録番号"),
    "seal": {"en": "Seal", "ja": "印", "both": "印"},
    "subject": worded("Subject", "件名", " / "),
    "service": worded("Date of service", "取引年月日"),
    "due": worded("Payment due", "お支払期限"),
    "order": worded("Our order", "受注番号"),
    "currency": worded("Currency", "通貨"),
    "reference": worded("Your reference", "貴社管理番号"),
    "billing": worded("Your purchase order", "貴社発注番号"),
    "corrects": worded("Credits invoice", "対象請求書番号"),
    "corrected": worded("Date of that invoice", "同 発行日"),
    "reason": worded("Reason", "返還理由"),
    "no": worded("No.", "No."),
    "date": worded("Service date", "取引日"),
    "description": worded("Description", "内容"),
    "quantity": worded("Quantity", "数量"),
    "unit": worded("Unit", "単位"),
    "price": worded("Unit price", "単価"),
    "amount": {"en": "Amount", "ja": "金額(税抜)", "both": "金額(税抜)\nAmount before tax"},
    "class": worded("Tax class", "税区分"),
    "basis": worded("Amount before tax", "対象金額(税抜)"),
    "tax": worded("Tax", "消費税額"),
    "subtotal": worded("Subtotal", "小計(税抜)", " / "),
    "total": worded("Total", "合計", " / "),
    "bank": worded("Pay to", "お振込先"),
}


def pair(label: str, name: str, look: Look = VALUE) -> tuple[Box, Box]:
    """A label and its value on the left half of the page."""
    return Box("A", "B", LABEL, label=label), Box("C", "D", look, name)


def second(label: str, name: str, look: Look = VALUE) -> tuple[Box, Box]:
    """A label and its value on the right half."""
    return Box("E", "F", LABEL, label=label), Box("G", "H", look, name)


_JAPANESE = frozenset({"ja", "both"})
ROWS: tuple[Row, ...] = (
    Row(36, (Box("A", "H", Look(22, True, "strong", "center", shrink=True), "Title"),)),
    Row(14, (Box("A", "H", Look(8.5, tone="label", across="center"), "Subtitle"),)),
    Row(6, (Box("A", "H", Look(bottom=True)),)),
    Row(8),
    Row(17, (
        Box("E", "F", LABEL, "NumberLabel"), Box("G", "H", replace(VALUE, bold=True), "InvoiceNumber"),
    ), taller=24),
    Row(17, second("issued", "IssueDate", DATE), taller=24),
    Row(10),
    Row(26, (
        Box("A", "C", Look(13, True, wrap=True, down="bottom", bottom=False), "BillTo"),
        Box("D", "D", Look(11, down="bottom", bottom=False), "Honorific", languages=_JAPANESE),
        Box("D", "D", Look(bottom=False), languages=frozenset({"en"})),
        Box("E", "G", Look(11, True, wrap=True, down="bottom", indent=1), "SellerName"),
        Box("H", "H", Look(9, tone="faint", across="center", dotted=True), label="seal", rows=2),
    )),
    Row(50, (
        Box("A", "D", replace(VALUE, down="top"), "BillAddress"),
        Box("E", "G", Look(9, down="top", wrap=True, indent=1), "SellerDetails"),
    )),
    Row(16, (
        Box("E", "F", replace(LABEL, indent=1), label="registration"),
        Box("G", "H", Look(9), "RegistrationNumber"),
    ), taller=24),
    Row(10),
    Row(16, (Box("A", "H", Look(9, tone="label", wrap=True), "Intro"),)),
    Row(22, (
        Box("A", "B", replace(LABEL, bottom=False), label="subject"),
        Box("C", "H", replace(LINED, size=10.5, bold=True), "Subject"),
    )),
    Row(8),
    Row(38, (
        Box("A", "C", replace(BANNER, size=10.5, wrap=True), "TotalLabel"),
        Box("D", "H", replace(BANNER, size=20, across="right", shrink=True), "Total"),
    )),
    Row(8),
    Row(17, (*pair("service", "ServiceDate", DATE), *second("due", "DueDate", replace(DATE, bold=True))), taller=24),
    Row(17, (*pair("order", "OrderID"), *second("currency", "Currency")), taller=24),
    Row(17, (*pair("reference", "ClientReference"), *second("billing", "BillingReference")), taller=24),
    Row(17, (*pair("corrects", "Corrects"), *second("corrected", "CorrectsDate", DATE)), taller=24),
    Row(17, (Box("A", "B", LABEL, label="reason"), Box("C", "H", VALUE, "Reason")), taller=24),
    Row(10),
    Row(20, tuple(
        Box(first, last, HEAD, label=label)
        for first, last, label in (
            ("A", "A", "no"), ("B", "B", "date"), ("C", "D", "description"), ("E", "E", "quantity"), ("F", "F", "unit"),
            ("G", "G", "price"), ("H", "H", "amount"),
        )
    ), header=True, taller=26),
    Row(20, (
        Box("A", "A", replace(CELL, across="center", tone="label"), "LineNumber"),
        Box("B", "B", Look(9, across="center", bottom=False, date=True, numeric=True, shrink=True), "LineDate"),
        Box("C", "D", CELL, "LineDescription"),
        Box("E", "E", MONEY, "LineQuantity"),
        Box("F", "F", replace(CELL, size=9, across="center"), "LineUnit"),
        Box("G", "G", MONEY, "LineUnitPrice"),
        Box("H", "H", MONEY, "LineAmount"),
    )),
    Row(12),
    Row(19, (
        Box("A", "B", SMALL_HEAD, label="class"), Box("C", "C", SMALL_HEAD, label="basis"),
        Box("D", "E", SMALL_HEAD, label="tax"),
        Box("F", "G", RIGHT, label="subtotal"), Box("H", "H", MONEY, "Subtotal"),
    ), taller=24),
    Row(20, (
        Box("A", "B", replace(TAX, size=8.5, across="left", shrink=False, wrap=True), "TaxClass"),
        Box("C", "C", TAX, "TaxBasis"), Box("D", "E", TAX, "TaxAmount"),
        Box("F", "G", RIGHT, "TaxLabel"), Box("H", "H", MONEY, "TaxTotal"),
    ), taller=25),
    Row(24, (
        Box("F", "G", replace(RIGHT, size=10.5, bold=True, tone="strong"), label="total"),
        Box("H", "H", replace(MONEY, size=11, bold=True, tone="strong", bottom=True), "GrandTotal"),
    ), taller=26),
    Row(18, (Box("A", "C", LABEL, "ExchangeLabel"), Box("D", "E", TAX, "ExchangeRate")), taller=24),
    Row(18, (Box("A", "C", LABEL, "HomeTaxLabel"), Box("D", "E", TAX, "HomeTax")), taller=24),
    Row(18, (Box("A", "H", Look(9, wrap=True), "TaxNote"),)),
    Row(14),
    Row(44, (
        Box("A", "B", replace(LABEL, tint=True, indent=1, top=False, bottom=False), label="bank"),
        Box("C", "H", replace(VALUE, tint=True, top=False, bottom=False), "BankDetails"),
    )),
)  # fmt: skip
