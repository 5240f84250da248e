"""The facts of a message as its templates get them: plain texts in one language, nothing that they could run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.columns import OrderRow
from rules.confirmation import STARTS
from rules.invoice import Invoice
from rules.message import Altered, Message, Person, Stop, Visit
from rules.money import money_text
from rules.sentences import quotable
from rules.settings import Settings
from rules.words import Language
from sync.documents.asking import label, said
from sync.documents.fields import honorific
from sync.documents.wording import FIRM, PERSON

_WEEKDAYS = {
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.JAPANESE: tuple("月火水木金土日"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Facts = Mapping[str, Any]


def day_text(day: date, language: Language) -> str:
    """`Tue 1 Dec 2026`, `2026年12月1日(火)`."""
    weekday = _WEEKDAYS[language][day.weekday()]
    if language is Language.JAPANESE:
        return f"{day.year}年{day.month}月{day.day}日({weekday})"
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_text(at: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """Day and time in a zone, with its name; blank where there is none."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{day_text(local.date(), language)} {local:%H:%M} ({zone.key})"


def visit_text(visit: Visit, language: Language) -> str:
    """When the visit is: from and until at the site, with its zone."""
    if visit.start is None:
        return ""
    zone = ZoneInfo(visit.zone)
    start = visit.start.astimezone(zone)
    until = ""
    if visit.end is not None:
        end = visit.end.astimezone(zone)
        other_day = f"{day_text(end.date(), language)} " if end.date() != start.date() else ""
        until = f"–{other_day}{end:%H:%M}"
    return f"{day_text(start.date(), language)} {start:%H:%M}{until} ({zone.key}, {_offset(start)})"


def _offset(at: datetime) -> str:
    text = f"{at:%z}"
    return f"UTC{text[:3]}:{text[3:5]}"


def person_text(person: Person) -> str:
    """A name with everything by which to reach somebody."""
    return ", ".join(part for part in (person.name, person.phone, person.email, person.chat) if part)


def _place(stop: Stop) -> Facts:
    return {
        "number": stop.number,
        "address": stop.address,
        "map": stop.map_link,
        "floor": stop.floor,
        "entry": stop.entry,
        "contact": person_text(stop.contact),
    }


def facts_of(
    message: Message, settings: Settings, invoice: Invoice | None, language: Language, enclosed: Collection[str]
) -> Facts:
    """Everything that a template may show. `enclosed` names what goes with it: `photos`, `work order`."""
    found: dict[str, Any] = {"id": message.order_id, "company": _company(settings)}
    found |= {"greeted": _greeted(message, invoice, language), "invoice": _invoice(invoice, language)}
    found |= {"to_site": message.site is not None, "enclosed": enclosed}
    found |= {"asked": [said(asked, language) for asked in message.asked]}
    found["changes"] = [_change(altered, language) for altered in message.altered]
    visit = message.visit
    if visit is None:
        return found
    zone = ZoneInfo(visit.zone)
    return found | {
        "client": visit.client,
        "reference": visit.client_reference,
        "subject": visit.subject,
        "when": visit_text(visit, language),
        "day": day_text(visit.start.astimezone(zone).date(), language) if visit.start else "",
        "engineers": [person_text(engineer) for engineer in visit.engineers],
        "places": [_place(stop) for stop in visit.stops],
        "many": len(visit.stops) > 1,
        "photo_id": visit.photo_id,
        "sla": moment_text(message.sla_due, zone, language),
        "arrived": moment_text(message.arrived, zone, language),
        "completed": moment_text(message.completed, zone, language),
    }


def _change(altered: Altered, language: Language) -> Facts:
    before, after = (_readable(text, altered.column, language) for text in (altered.before, altered.after))
    return {"label": label(altered.column, language), "before": before, "after": after}


def _readable(text: str, column: str, language: Language) -> str:
    """A start as people write it; everything else as it was typed."""
    if column != OrderRow.planned_start.header:
        return quotable(text, 400)
    try:
        at = datetime.strptime(text, STARTS)
    except ValueError:
        return quotable(text)
    return f"{day_text(at.date(), language)} {at:%H:%M} ({_offset(at)})"


def _greeted(message: Message, invoice: Invoice | None, language: Language) -> str:
    """The recipient's name as a letter begins with it; in Japanese with 様 or 御中."""
    if language is Language.ENGLISH or not message.addressee:
        return message.addressee
    title = honorific(invoice) if invoice else PERSON
    known = message.addressee.endswith((PERSON, FIRM, "さん", "殿"))
    return message.addressee if known or not title else f"{message.addressee} {title}"


def _amount(invoice: Invoice, language: Language) -> str:
    """As on the invoice: negative amounts with ▲; yen as the Japanese write them."""
    sign, amount = ("▲" if invoice.total < 0 else ""), abs(invoice.total)
    if invoice.currency == "JPY" and language is Language.JAPANESE:
        return f"{sign}{amount:,.0f}円"
    return f"{sign}{money_text(amount, invoice.currency)}"


def _company(settings: Settings) -> Facts:
    names = {"name": settings.company_name, "phone": settings.company_phone, "email": settings.company_email}
    return {name: quotable(text, 200) for name, text in names.items()}


def _invoice(invoice: Invoice | None, language: Language) -> Facts:
    if invoice is None:
        return {}
    return {
        "number": invoice.number,
        "order": invoice.order_id,
        "corrects": invoice.corrects,
        "reference": quotable(invoice.client_reference, 200),
        "billing_reference": quotable(invoice.billing_reference, 200),
        "issued": day_text(invoice.issued_on, language),
        "due": day_text(invoice.due_on, language) if invoice.due_on else "",
        "total": _amount(invoice, language),
        "reason": quotable(invoice.reason, 400),
    }
