"""A visit as messages, calendar entries and work orders tell of it: texts made harmless, nobody's address in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.addresses import is_email, is_map_link
from rules.case import Case
from rules.cells import Cell
from rules.message import Details, Person, Stop, Visit
from rules.models import Engineer, Site
from rules.sentences import quotable
from rules.words import Language

_LONGEST = 4000
_LINE = 300
_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def visit_of(case: Case, sites: Sequence[Site] = ()) -> Visit:
    """The whole visit, as the client is told of it; or what the contact of some is told: theirs and the engineers."""
    window = case.window
    description = block(case.row.work_description)
    return Visit(
        client=line(case.row.client),
        client_reference="" if sites else line(case.row.client_reference),
        subject=quotable(description.partition("\n")[0], 120),
        start=window.start if window else case.row.planned_start.value,
        end=window.end if window else None,
        zone=case.zone.key,
        engineers=tuple(map(_engineer, case.known_engineers)),
        stops=tuple(stop_of(one) for one in sites or case.order.sites),
        photo_id=case.row.photo_id_needed.value is True,
    )


def details_of(case: Case) -> Details:
    """What only the engineers' work order holds."""
    row = case.row
    return Details(
        description=block(row.work_description),
        hardware=block(row.target_hardware),
        sequence=block(row.work_sequence),
        confirmations=block(row.confirmations),
        documents=block(row.instruction_documents),
        items=tuple(quotable(item, _LINE) for item in row.items_to_bring.value or ()),
        paperwork=tuple(quotable(item, _LINE) for item in row.paperwork.value or ()),
        level=str(case.level or ""),
        ordered_by=Person(name=line(row.ordered_by), phone=line(row.order_phone)),
        assistant=Person(
            name=line(row.pm_contact), phone=line(row.pm_phone), email=address(row.pm_email), chat=line(row.pm_chat)
        ),
        languages=_read_by(case),
    )


def stop_of(site: Site) -> Stop:
    """A site with its contact. A link that isn't one of Google Maps goes into no message."""
    row, link = site.row, site.row.map_link.value or ""
    return Stop(
        number=site.number,
        address=line(row.site_address),
        map_link=link if is_map_link(link) else "",
        floor=line(row.floor),
        entry=line(row.entry_instructions),
        contact=Person(
            name=line(row.site_contact), phone=line(row.site_phone), email=address(row.site_email),
            chat=line(row.site_chat),
        ),
    )  # fmt: skip


def in_order(languages: frozenset[Language]) -> tuple[Language, ...]:
    """Languages to write in, Japanese first; both where none is known."""
    return tuple(one for one in (Language.JAPANESE, Language.ENGLISH) if one in languages or not languages)


def line(cell: Cell[str]) -> str:
    """A cell's text on one line, without signs that nobody sees; blank where it says none."""
    return quotable(cell.value if cell.value is not None else cell.text, _LINE) if cell.filled else ""


def block(cell: Cell[str]) -> str:
    """A cell's text with its lines."""
    if cell.blank:
        return ""
    lines = (quotable(part, _LONGEST) for part in _BREAK.split((cell.value or cell.text)[:_LONGEST]))
    return "\n".join(lines).strip()


def address(cell: Cell[str]) -> str:
    """An e-mail address that a message can be sent to; else blank."""
    return cell.value if cell.value and is_email(cell.value) else ""


def _engineer(engineer: Engineer) -> Person:
    return Person(name=quotable(engineer.name, _LINE), phone=line(engineer.row.phone), chat=line(engineer.row.chat))


def _read_by(case: Case) -> tuple[Language, ...]:
    """What every engineer reads, of that what the order is in; else everything that somebody reads."""
    known = [engineer.languages for engineer in case.known_engineers if engineer.languages]
    if not known:
        return in_order(case.languages)
    common = frozenset.intersection(*known)
    return in_order(common & case.languages or common or frozenset.union(*known))
