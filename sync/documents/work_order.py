"""The engineers' work order as a workbook: one page, in their language (contract, section 8, Approved)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.message import Details, Message, Person, Stop, Visit
from rules.settings import Settings
from rules.words import Language
from sync.documents.fields import Field, worded
from sync.documents.form import filled, template_file
from sync.documents.layout import Layout, Lines
from sync.documents.page import Page
from sync.documents.telling import moment_text, visit_text
from sync.documents.template import Template
from sync.documents.wording import Words, said

_EN, _JA = Language.ENGLISH, Language.JAPANESE
NEEDED = ("OrderID", "When", "Team", "Task", "SitePlace", "SiteEntry", "CallName", "CallPhone", "StepText")
SPARE = (
    "SellerName", "Due", "Client", "Reference", "Hardware", "Documents", "Bring", "Papers", "Note",
    "SiteNumber", "CallNumber", "CallRole", "CallChat", "StepMark",
)  # fmt: skip
"""Names that a firm's own template may leave out."""
GROUPS = ("Site", "Call", "Step")
_FILES: Mapping[tuple[Language, ...], str] = {(_EN,): "work-order-en.xlsx", (_JA,): "work-order-ja.xlsx"}
_BOTH = "work-order-both.xlsx"
_MOST = 30  # steps that are put on one page
_BOX = "□"

_SITE: Words = {_EN: "Site", _JA: "訪問先"}
_ASSISTANT: Words = {_EN: "Client's engineer, helps by phone", _JA: "先方エンジニア(電話支援)"}
_CLIENT: Words = {_EN: "Ordering party", _JA: "ご依頼者"}
_OFFICE: Words = {_EN: "Our office", _JA: "当社"}
_FLOOR: Words = {_EN: "Floor: {text}", _JA: "フロア:{text}"}
_KIT: Words = {_EN: "Standard kit", _JA: "標準キット"}
_PHOTO: Words = {_EN: "Photo ID", _JA: "写真付き身分証明書"}
_CONFIRM: Words = {_EN: "Obtain confirmation: {text}", _JA: "確認を得る:{text}"}
_ARRIVAL: Words = {
    _EN: "On arrival, tell the site's contact and the ordering party",
    _JA: "到着したら、訪問先のご担当者とご依頼者に連絡する",
}
_START: Words = {_EN: "Do the work as described above", _JA: "上記の作業を行う"}
_RELEASE: Words = {
    _EN: "Confirm completion with the site and the ordering party; leave only with their approval",
    _JA: "訪問先とご依頼者に作業完了を確認し、退出の許可を得てから退出する",
}
_NOTE: Words = {
    _EN: "Nobody there, or more time needed? Call our office before you leave.",
    _JA: "ご担当者が不在の場合や時間を超過しそうな場合は、退出する前に当社へ連絡してください。",
}


def template_for(languages: tuple[Language, ...], folder: Path | None = None) -> bytes:
    """The template for these languages, the firm's own where `folder` has one. Raises UsageFault as `template_file`."""
    return template_file(_FILES.get(languages, _BOTH), folder)


def render(message: Message, settings: Settings, template: bytes) -> bytes:
    """The finished .xlsx of a message that has a visit and its details; the same bytes whenever made again.

    Raises UsageFault where the template lacks a name or holds what must not go out, and NotAWorkbook.
    """
    visit, details = message.visit, message.details
    if visit is None or details is None:
        raise ValueError("this message has no work order")
    languages = details.languages
    groups: dict[str, Lines] = {
        "Site": [_site(stop, len(visit.stops), languages) for stop in visit.stops],
        "Call": list(_calls(visit, details, settings, languages)),
        "Step": [{"StepMark": worded(_BOX), "StepText": worded(text)} for text in _steps(details, languages)],
    }
    layout = Layout(_opened(template), _fields(message, visit, details, settings), groups)
    page = Page(layout, ("{OrderID}", message.order_id), "Step", _MOST)
    day = message.at.astimezone(ZoneInfo(visit.zone)).date()
    return filled(layout, page, ("OrderID",), message.order_id, settings.company_name, day)


def check_templates(folder: Path | None) -> None:
    """Raises UsageFault and NotAWorkbook where a template can't become a work order."""
    for languages in (*_FILES, tuple(Language)):
        _opened(template_for(languages, folder))


@lru_cache(maxsize=8)
def _opened(template: bytes) -> Template:
    return Template(template, NEEDED, SPARE, GROUPS, "work order")


def _fields(message: Message, visit: Visit, details: Details, settings: Settings) -> Mapping[str, Field]:
    languages, zone = details.languages, ZoneInfo(visit.zone)
    due = (moment_text(message.sla_due, zone, language) for language in languages)
    papers = (said(_PHOTO, languages) if visit.photo_id else "", *details.paperwork)
    texts = {
        "OrderID": message.order_id,
        "SellerName": settings.company_name,
        "When": _lines(visit_text(visit, language) for language in languages),
        "Due": _lines(due),
        "Client": visit.client,
        "Reference": visit.client_reference,
        "Team": _lines(", ".join(part for part in (one.name, one.phone) if part) for one in visit.engineers),
        "Task": details.description,
        "Hardware": details.hardware,
        "Documents": details.documents,
        "Bring": _ticks(details.items or (said(_KIT, languages),)),
        "Papers": _ticks(papers),
        "Note": said(_NOTE, languages, "\n"),
    }
    return {name: worded(text) for name, text in texts.items()}


def _lines(parts: Iterator[str]) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _ticks(things: tuple[str, ...]) -> str:
    return "   ".join(f"{_BOX} {thing}" for thing in things if thing)


def _site(stop: Stop, many: int, languages: tuple[Language, ...]) -> Mapping[str, Field]:
    floor = said(_FLOOR, languages[:1], text=stop.floor) if stop.floor else ""
    return {
        "SiteNumber": Field(stop.number if many > 1 else None),
        "SitePlace": worded("\n".join(part for part in (stop.address, floor, stop.map_link) if part)),
        "SiteEntry": worded(stop.entry),
    }


def _calls(
    visit: Visit, details: Details, settings: Settings, languages: tuple[Language, ...]
) -> Iterator[Mapping[str, Field]]:
    """Whom to call, in this order: those at the sites, the engineer who helps, the client, our own office."""
    number = count(1)
    sites = (
        (f"{said(_SITE, languages)} {stop.number}" if len(visit.stops) > 1 else said(_SITE, languages), stop.contact)
        for stop in visit.stops
    )
    office = Person(name=settings.company_name, phone=settings.company_phone)
    others = ((_ASSISTANT, details.assistant), (_CLIENT, details.ordered_by), (_OFFICE, office))
    for role, person in (*sites, *((said(words, languages, "\n"), person) for words, person in others)):
        if person.phone or person.chat:
            texts = {"CallRole": role, "CallName": person.name, "CallPhone": person.phone, "CallChat": person.chat}
            yield {"CallNumber": Field(next(number)), **{name: worded(text) for name, text in texts.items()}}


def _steps(details: Details, languages: tuple[Language, ...]) -> Iterator[str]:
    """From arrival to release (items 9 to 11), with the client's own steps and the confirmations to obtain."""
    yield said(_ARRIVAL, languages, "\n")
    yield from _own(details.sequence) or [said(_START, languages, "\n")]
    yield from (said(_CONFIRM, languages, "\n", text=text) for text in _own(details.confirmations))
    yield said(_RELEASE, languages, "\n")


def _own(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
