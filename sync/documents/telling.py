"""The facts of a message as its templates get them: plain texts in one language, nothing that they could run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.invoice import Invoice
from rules.message import Message, Person, Stop, Visit
from rules.money import money_text
from rules.sentences import quotable
from rules.settings import Settings
from rules.words import Language
from sync.documents.asking import label, said

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
    return f"{day_text(start.date(), language)} {start:%H:%M}{until} ({zone.key}, UTC{start:%z})"


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


def facts_of(message: Message, settings: Settings, invoice: Invoice | None, language: Language, photos: bool) -> Facts:
    """Everything that a template may show."""
    found: dict[str, Any] = {"id": message.order_id, "company": _company(settings)}
    found |= {"to_site": message.site is not None, "photos": photos, "invoice": _invoice(invoice, language)}
    found |= {"asked": [said(asked, language) for asked in message.asked]}
    found["changes"] = [
        {"label": label(altered.column, language), "before": altered.before, "after": altered.after}
        for altered in message.altered
    ]
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


def _company(settings: Settings) -> Facts:
    names = {"name": settings.company_name, "phone": settings.company_phone, "email": settings.company_email}
    return {name: quotable(text, 200) for name, text in names.items()}


def _invoice(invoice: Invoice | None, language: Language) -> Facts:
    if invoice is None:
        return {}
    return {
        "credit": invoice.kind == "credit",
        "number": invoice.number,
        "order": invoice.order_id,
        "corrects": invoice.corrects,
        "reference": quotable(invoice.client_reference, 200),
        "billing_reference": quotable(invoice.billing_reference, 200),
        "issued": day_text(invoice.issued_on, language),
        "due": day_text(invoice.due_on, language) if invoice.due_on else "",
        "total": money_text(invoice.total, invoice.currency),
        "reason": quotable(invoice.reason, 400),
    }
