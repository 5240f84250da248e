"""A visit as a calendar entry that mail programs accept, and replace when a later version comes (RFC 5545, 5546)."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rules.message import Message, Stop, Visit
from rules.sentences import quotable
from rules.words import Language
from sync.documents.telling import person_text

if TYPE_CHECKING:
    from icalendar import Event

_EN, _JA = Language.ENGLISH, Language.JAPANESE
_TITLE = {_EN: "On-site visit {id}", _JA: "訪問作業 {id}"}
_ENGINEERS = {_EN: "Engineers", _JA: "担当エンジニア"}
_REFERENCE = {_EN: "Your reference", _JA: "貴社管理番号"}
_SITE = {_EN: "Site", _JA: "訪問先"}


def method(organizer: str) -> str:
    """REQUEST, which calendars answer and update by themselves, needs somebody who invites; else PUBLISH."""
    return "REQUEST" if organizer else "PUBLISH"


def entry(message: Message, register: str, organizer: str, company: str) -> bytes | None:
    """The entry of a message as .ics; None where it has none, or the visit no time.

    `register` tells apart orders of the same ID in two registers; `organizer` is an address, or blank.
    """
    visit = message.visit
    if message.sequence is None or visit is None or visit.start is None or visit.end is None:
        return None
    from icalendar import Calendar  # takes long to load, and most runs make no entry

    calendar = Calendar()
    calendar.add("prodid", "-//onsite//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method(organizer))
    zone = ZoneInfo(visit.zone)
    start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
    uid = f"{message.order_id}.{register}@onsite"
    calendar.add_component(_event(message, visit, (start, end), uid, organizer, company))
    # A start years away is a slip of the pen, and still the order's: the last year of all has none behind it.
    calendar.add_missing_timezones(date(start.year - 1, 1, 1), date(min(end.year + 2, MAXYEAR), 1, 1))
    return bytes(calendar.to_ical())


def _event(
    message: Message, visit: Visit, times: tuple[datetime, datetime], uid: str, organizer: str, company: str
) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("sequence", message.sequence or 0)
    event.add("dtstamp", message.at.astimezone(UTC))
    event.add("dtstart", times[0])
    event.add("dtend", times[1])
    event.add("summary", " / ".join(_summary(message, visit, language) for language in message.languages))
    event.add("location", "; ".join(_where(stop) for stop in visit.stops))
    event.add("description", "\n\n".join(_description(visit, language) for language in message.languages))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    if organizer:
        _invite(event, organizer, company, message.to)
    return event


def _invite(event: Event, organizer: str, company: str, to: str) -> None:
    from icalendar import vCalAddress, vText

    host = vCalAddress(f"mailto:{organizer}")
    if company:
        host.params["CN"] = vText(quotable(company))
    event.add("organizer", host)
    guest = vCalAddress(f"mailto:{to}")
    guest.params["ROLE"], guest.params["RSVP"] = vText("REQ-PARTICIPANT"), vText("TRUE")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    event.add("attendee", guest, encode=False)


def _summary(message: Message, visit: Visit, language: Language) -> str:
    title = _TITLE[language].format(id=message.order_id)
    return f"{title}: {visit.subject}" if visit.subject else title


def _where(stop: Stop) -> str:
    return " ".join(part for part in (stop.address, stop.floor) if part)


def _description(visit: Visit, language: Language) -> str:
    lines = [f"{_ENGINEERS[language]}: {'; '.join(map(person_text, visit.engineers))}"]
    if visit.client_reference:
        lines.append(f"{_REFERENCE[language]}: {visit.client_reference}")
    for stop in visit.stops:
        about = (_where(stop), stop.map_link, stop.entry, person_text(stop.contact))
        lines.append(f"{_SITE[language]}: {', '.join(part for part in about if part)}")
    return "\n".join(lines)
