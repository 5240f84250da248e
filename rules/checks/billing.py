"""Item 12: the invoice. Everything that it needs, and that it never holds an engineer's address."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rules.billing import draft
from rules.case import Case
from rules.charges import Outcome, exchange_rate_for, tax_class_of
from rules.charging import charges_of
from rules.columns import ClientRow, Heading, OrderRow
from rules.flags import Found, check, found
from rules.invoice import Invoice, engineer_email_in
from rules.lifecycle import BEFORE_VISIT
from rules.money import money_text
from rules.words import Status, TaxClass


def _nobody(case: Case) -> bool:
    """Whether client-missing or client-unknown speaks, which silences every rule that reads the client."""
    return case.client is None and case.status in BEFORE_VISIT


def _client_name(case: Case) -> str:
    return case.client.client.text if case.client else case.row.client.text


@check("rate-missing", by_status=True)
def rate_missing(case: Case) -> Iterator[Found]:
    """Without a level, a currency or a planned day no row can be the right one either."""
    if _nobody(case) or case.rate is not None:
        return
    start = case.row.planned_start.value
    day = start.astimezone(case.zone).date() if start else "an unknown day"
    level, own = case.level or case.row.skill_level.text, case.row.currency
    currency = case.currency or (f'currency "{own.text}"' if own.unreadable else "no currency")
    yield found(OrderRow.skill_level, None, client=_client_name(case), level=level, currency=currency, day=day)


@check("billing-missing", by_status=True)
def billing_missing(case: Case) -> Iterator[Found]:
    if _nobody(case):
        return
    client = case.client
    wanted: tuple[tuple[Heading[str], object], ...] = (
        (ClientRow.billing_name, client and client.billing_name.value),
        (ClientRow.billing_address, client and client.billing_address.value),
        (ClientRow.currency, case.currency),
    )
    missing = [column for column, value in wanted if not value]
    if missing == [ClientRow.currency] and case.row.currency.unreadable:
        yield found(OrderRow.currency, case.row.currency.text, says="order")
    elif missing:
        names = ", ".join(column.header for column in missing)
        yield found(missing[0], None, client=_client_name(case), missing=names)


@check("seller-missing")
def seller_missing(case: Case) -> Iterator[Found]:
    settings = case.office.settings
    for header, value in (("Company name", settings.company_name), ("Company address", settings.company_address)):
        if not value:
            yield found(header)
            break


@check("tax-unclassified", by_status=True)
def tax_unclassified(case: Case) -> Iterator[Found]:
    """Tax is never inferred from language, currency or address."""
    if _nobody(case) or tax_class_of(case.row, case.client) is not None:
        return
    if case.row.tax.filled:
        yield found(OrderRow.tax, case.row.tax.text, says="order")
        return
    theirs = case.client.tax if case.client else None
    yield found(OrderRow.tax, theirs.text if theirs and theirs.filled else None, client=_client_name(case))


@check("travel-cost-missing")
def travel_cost_missing(case: Case) -> Iterator[Found]:
    """Item 7: travel is charged at cost; the invoice waits for it."""
    if case.row.travel_needed.value and case.row.travel_cost.blank:
        yield found(OrderRow.travel_cost)


@check("exchange-rate-missing")
def exchange_rate_missing(case: Case) -> Iterator[Found]:
    """The tax has to stand on the invoice in the home currency too."""
    home, currency = case.office.settings.home_currency, case.currency
    if case.client is None or not currency or currency == home:
        return
    standard = tax_class_of(case.row, case.client) is TaxClass.STANDARD
    if standard and exchange_rate_for(case.office, currency, case.office.today) is None:
        yield found("Home currency per unit", None, currency=currency, home=home, day=case.office.today)


_WHERE = {"subject": OrderRow.work_description.header, "reason": None} | {
    header.casefold(): header for header in (
        "Client", "Company name", "Company address", "Company phone", "Company email", "Bank details",
        "Billing name", "Billing address", "Billing email", "Client reference", "Billing reference",
    )
}  # fmt: skip
"""The header of what stands on an invoice, by the name of the place there."""


def _header_of(place: str, case: Case) -> str | None:
    """Where a person mends it: the first line names the site, further ones what is typed in Other charges."""
    if place == "line 1" and case.outcome is not Outcome.CANCELLED:
        return OrderRow.site_address.header
    if place.startswith("line "):
        return OrderRow.other_charges.header
    return _WHERE.get(place.replace("seller", "company"))


@check("engineer-email", by_status=True)
def engineer_email(case: Case) -> Iterator[Found]:
    """Item 12: never include an engineer's e-mail address here."""
    invoice = draft(case)
    for place, address in engineer_email_in(invoice, case.office.engineer_emails) if invoice else ():
        yield found(_header_of(place, case), address, place=place)


@check("total-negative", by_status=True)
def total_negative(case: Case) -> Iterator[Found]:
    charges = charges_of(case)
    if charges and charges.total < 0:
        other, total = case.row.other_charges, money_text(charges.total, charges.currency)
        yield found(OrderRow.other_charges, other.text, says="" if other.filled else "blank", total=total)


@check("paid-without-invoice", by_status=True)
def paid_without_invoice(case: Case) -> Iterator[Found]:
    """A Paid at in the wrong row would otherwise go unnoticed."""
    paid = case.proven(OrderRow.paid_at)
    issued = case.status in (Status.INVOICED, Status.PAID) or (case.memory is not None and case.memory.credited)
    if paid and not issued:  # after a credit note it was billed, and is to be billed anew
        yield found(OrderRow.paid_at, case.row.paid_at.text)


def _standing(case: Case) -> Invoice | None:
    number = case.memory.invoice_no if case.memory else None
    return case.office.issued.get(number) if number else case.office.invoice_of(case.order)


@check("payment-overdue", by_status=True)
def payment_overdue(case: Case) -> Iterator[Found]:
    invoice = _standing(case)
    if case.status is not Status.INVOICED or invoice is None or invoice.due_on is None:
        return
    if case.row.paid_at.blank and case.office.today > invoice.due_on:
        yield found(OrderRow.paid_at, None, number=invoice.number, due=invoice.due_on)


def _owed(case: Case, invoice: Invoice) -> tuple[tuple[object, ...], Decimal, str] | None:
    """Substance, total and currency of what would be charged instead; None where nobody can tell.

    Where Cancelled at was cleared after its charges were invoiced, the order stands as if never cancelled.
    """
    revived = case.before_cancel is not None and case.proven(OrderRow.cancelled_at) is None
    charges = charges_of(case.reached(case.status, None) if revived else case, invoice.issued_on)
    if charges is None:
        return ((), Decimal(0), invoice.currency) if revived else None
    return charges.substance, charges.total, charges.currency


@check("invoice-outdated")
def invoice_outdated(case: Case) -> Iterator[Found]:
    """What was issued never changes; `onsite credit` corrects it."""
    invoice = _standing(case)
    owed = _owed(case, invoice) if case.client and invoice else None
    if invoice and owed and owed[0] != invoice.substance:
        _, total, currency = owed
        gap = total - invoice.total if currency == invoice.currency else total
        yield found(
            OrderRow.invoice_no, invoice.number, now=money_text(total, currency),
            then=money_text(invoice.total, invoice.currency), gap=money_text(gap, currency),
        )  # fmt: skip
