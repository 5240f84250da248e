"""From charges to an invoice: every text and figure on it (contract, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from rules.case import Case
from rules.charges import ChargeLine, Charges, LineKind
from rules.charging import charges_of
from rules.invoice import Invoice, InvoiceLine
from rules.money import plain
from rules.words import Language

_EN, _JA = Language.ENGLISH, Language.JAPANESE

WORDS: Mapping[LineKind, Mapping[Language, str]] = {
    LineKind.WORK: {
        _EN: "On-site work {order}, {level}, {engineers} engineer(s), {hours}",
        _JA: "現地作業 {order}({level}、{engineers}名、{hours})",
    },
    LineKind.NO_SHOW: {
        _EN: "Reserved time {order} (nobody on site), {level}, {engineers} engineer(s), {hours}",
        _JA: "予約時間分 {order}(現地不在、{level}、{engineers}名、{hours})",
    },
    LineKind.OVERTIME: {
        _EN: "Overtime {order}, {level}, {engineers} engineer(s), {hours}",
        _JA: "時間外作業 {order}({level}、{engineers}名、{hours})",
    },
    LineKind.TRAVEL: {_EN: "Travel and accommodation", _JA: "交通費・宿泊費"},
    LineKind.OTHER: {_EN: "{label}", _JA: "{label}"},
}
_RESERVED: Mapping[Language, str] = {_EN: "{h} h reserved", _JA: "予約{h}時間"}
_MINIMUM: Mapping[Language, str] = {_EN: "minimum of {h} h", _JA: "最低{h}時間"}
_OVER: Mapping[Language, str] = {_EN: "in steps of {step} min", _JA: "{step}分単位"}
_UNITS = {"h": {_EN: "h", _JA: "時間"}, "": {_EN: "", _JA: "式"}}
_LEVELS_JA = {"Entry": "エントリー", "Senior": "シニア", "Specialist": "スペシャリスト"}


def languages_of(case: Case) -> tuple[Language, ...]:
    """The client's Document language; both where it is blank."""
    wanted = (case.client.document_language.value if case.client else None) or frozenset(Language)
    return tuple(language for language in Language if language in wanted)


def _joined(texts: Mapping[Language, str], languages: tuple[Language, ...]) -> str:
    """A text in all these languages, Japanese first; once where both are the same."""
    said = dict.fromkeys(texts[language] for language in reversed(languages))
    return " / ".join(text for text in said if text)


def _description(line: ChargeLine, case: Case, languages: tuple[Language, ...]) -> str:
    """What a line is for: its order, level, engineers, how its hours came about, and every site."""
    level, terms = str(case.level or ""), case.terms
    said: dict[Language, str] = {}
    for language in languages:
        words = {
            "order": case.order.order_id, "engineers": terms.engineers if terms else 1, "label": line.label,
            "level": _LEVELS_JA.get(level, level) if language is _JA else level, "hours": _hours(line, case, language),
        }  # fmt: skip
        said[language] = WORDS[line.kind][language].format_map(words)
    text = _joined(said, languages)
    places = [" ".join((site.row.site_address.value or "").split()) for site in case.order.sites]
    if line.kind in (LineKind.WORK, LineKind.NO_SHOW) and any(places):
        text = f"{text}: {'; '.join(dict.fromkeys(place for place in places if place))}"
    return text


def _hours(line: ChargeLine, case: Case, language: Language) -> str:
    """Where the hours of a line come from: reserved, the minimum, or overtime by its increment."""
    settings, asked = case.office.settings, case.row.reserved_hours.value
    if line.kind is LineKind.OVERTIME:
        return _OVER[language].format(step=plain(settings.overtime_increment_min))
    if asked is not None and asked < settings.minimum_hours:
        return _MINIMUM[language].format(h=plain(settings.minimum_hours))
    return _RESERVED[language].format(h=plain(case.terms.reserved)) if case.terms else ""


def _lines(case: Case, charges: Charges, languages: tuple[Language, ...]) -> tuple[InvoiceLine, ...]:
    return tuple(
        InvoiceLine(
            number=number,
            service_date=charges.service_date,
            description=_description(line, case, languages),
            quantity=line.quantity,
            unit=_joined(_UNITS[line.unit], languages),
            unit_price=line.unit_price,
            amount=line.amount,
        )
        for number, line in enumerate(charges.lines, 1)
    )


def draft(case: Case) -> Invoice | None:
    """The invoice that would be issued today, without its number; None where it can't be computed."""
    charges, client = charges_of(case), case.client
    if charges is None or client is None:
        return None
    row, settings, languages = case.row, case.office.settings, languages_of(case)
    return Invoice(
        order_id=case.order.order_id,
        client=client.client.value or "",
        languages=languages,
        issued_on=case.office.today,
        due_on=_due(case.office.today, client.payment_days.value, settings.payment_days),
        service_date=charges.service_date,
        seller_name=settings.company_name,
        seller_address=settings.company_address,
        seller_phone=settings.company_phone,
        seller_email=settings.company_email,
        registration_number=settings.registration_number,
        bank_details=settings.bank_details,
        billing_name=client.billing_name.value or "",
        billing_address=client.billing_address.value or "",
        billing_email=client.billing_email.value or "",
        client_reference=row.client_reference.value or "",
        billing_reference=row.billing_reference.value or "",
        subject=next(iter((row.work_description.value or "").splitlines()), ""),
        currency=charges.currency,
        lines=_lines(case, charges, languages),
        tax_class=charges.tax_class,
        tax_rate=charges.tax_rate,
        subtotal=charges.subtotal,
        tax=charges.tax,
        total=charges.total,
        home_currency=settings.home_currency if charges.home_tax is not None else "",
        exchange_rate=charges.exchange_rate,
        home_tax=charges.home_tax,
    )


def _due(issued: date, days: Decimal | None, default: int) -> date:
    whole = days is not None and days == days.to_integral_value() and 0 <= days <= 3650
    return issued + timedelta(days=int(days) if days is not None and whole else default)


def credit_note(invoice: Invoice, number: str, issued_on: date, reason: str) -> Invoice:
    """The note that takes an invoice back: the same lines, negative, no due date (contract, section 8)."""
    lines = tuple(
        line.model_copy(update={"quantity": -line.quantity, "amount": -line.amount}) for line in invoice.lines
    )
    home_tax = -invoice.home_tax if invoice.home_tax is not None else None
    return invoice.model_copy(
        update={
            "number": number, "kind": "credit", "corrects": invoice.number, "corrects_issued_on": invoice.issued_on,
            "reason": reason, "issued_on": issued_on, "due_on": None, "lines": lines, "subtotal": -invoice.subtotal,
            "tax": -invoice.tax, "total": -invoice.total, "home_tax": home_tax,
        }
    )  # fmt: skip
