"""An invoice or credit note, whole: every text and figure on it, frozen when it is issued."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rules.disguise import holds, keys_of
from rules.words import Language, TaxClass

_TITLED = re.compile(r"(?i)(mr|ms|dr)(?![a-zà-ɏ])")
"""How a person's name begins; Japanese names may follow without a blank, as in Dr田中."""


class InvoiceLine(BaseModel):
    """One line. `amount` is quantity times unit price, rounded half up to the minor unit; negative on a credit note."""

    model_config = ConfigDict(frozen=True)

    number: int
    service_date: date
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal

    @property
    def substance(self) -> tuple[Decimal, Decimal, Decimal]:
        """What is charged, without the words: what two invoices are compared by."""
        return (self.quantity, self.unit_price, self.amount)


class Invoice(BaseModel):
    """A document of the series, as issued. Never changed afterwards; `credit` corrects it (contract, 5.7)."""

    model_config = ConfigDict(frozen=True)

    number: str = ""
    kind: Literal["invoice", "credit"] = "invoice"
    corrects: str = ""
    corrects_issued_on: date | None = None
    reason: str = ""
    order_id: str
    client: str
    languages: tuple[Language, ...]
    issued_on: date
    due_on: date | None
    service_date: date

    seller_name: str
    seller_address: str
    seller_phone: str
    seller_email: str
    registration_number: str
    bank_details: str

    billing_name: str
    billing_address: str
    billing_email: str
    client_reference: str
    billing_reference: str
    subject: str

    currency: str
    lines: tuple[InvoiceLine, ...]
    tax_class: TaxClass
    tax_rate: Decimal
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    home_currency: str = ""
    exchange_rate: Decimal | None = None
    home_tax: Decimal | None = None

    template: str = ""
    """SHA-256 of the template that it was made from."""
    file: str = ""
    """Where its file stands below `--out`."""
    sha256: str = ""
    """Of the file's bytes, as in the ledger: a file made again must have the same."""

    @property
    def substance(self) -> tuple[object, ...]:
        """What is charged, without numbers, dates and words."""
        lines = tuple(line.substance for line in self.lines)
        return (self.currency, self.tax_class, self.tax_rate, self.subtotal, self.tax, self.total, lines)

    @property
    def personal(self) -> bool:
        """Whether the recipient is a person, not a firm (contract, section 8): no 御中 then."""
        return self.billing_name.endswith("様") or bool(_TITLED.match(unicodedata.normalize("NFKC", self.billing_name)))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that a person typed and the document shows, with where it stands."""
        for name in (
            "client", "seller_name", "seller_address", "seller_phone", "seller_email", "bank_details",
            "billing_name", "billing_address", "billing_email", "client_reference", "billing_reference",
            "subject", "reason",
        ):  # fmt: skip
            yield name.replace("_", " "), str(getattr(self, name))
        for line in self.lines:
            yield f"line {line.number}", line.description


def engineer_email_in(invoice: Invoice, addresses: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Where an invoice would hold an engineer's address: (place, address). Item 12 of the instructions."""
    wanted = keys_of(addresses)
    for place, text in invoice.texts():
        for address in holds(text, wanted):
            yield place, address
