"""Which places a message that goes out once is due for, and which of them share a letter.

A request to confirm is about a place: another place is asked anew. Contacts are for a person: whoever has them does
not get them again because the address of their place was mended.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.case import Case
from rules.message import Kind
from rules.models import Site, named, same_places

Kinds = tuple[str, ...]
"""What is remembered of messages that go out once."""


def due(kind: Kind, case: Case, told: Kinds) -> dict[str, Site]:
    """The places that were not written to, by what is remembered once they are.

    Who has not confirmed is asked to, and gets contacts once they have.
    """
    wanted = kind is Kind.CONTACTS
    return {key: site for key, site in _keys(kind, case).items() if key not in told and confirmed(site) is wanted}


def recognised(kind: Kind, case: Case, told: Kinds) -> Kinds:
    """What is remembered of a kind by the places of today: a new one stands for one of the same that is gone.

    Earlier versions remembered address and e-mail alone, for all places that share them.
    """
    keys = _keys(kind, case)
    old = {key: f"{kind} {site.mark}" for key, site in keys.items() if f"{kind} {site.mark}" in told}
    found = tuple(key for key in told if key not in old.values()) + tuple(key for key in old if key not in told)
    for same in {_same(kind, site) for site in keys.values()}:
        places = same_places(*([key for key in these if key.startswith(same)] for these in (found, keys)))
        found = tuple(places.get(key, key) for key in found)
    return found


def _keys(kind: Kind, case: Case) -> dict[str, Site]:
    places = named(case.order.sites).items()
    return {f"{kind} {site.whom} {name}" if kind is Kind.CONTACTS else f"{kind} {name}": site for name, site in places}


def _same(kind: Kind, site: Site) -> str:
    """What begins like this is of the same person; for a request to confirm, in the same building too. Whose no e-mail
    address is known is told from others by the building.
    """
    if kind is not Kind.CONTACTS:
        return f"{kind} {site.mark}."
    return f"{kind} {site.whom} " if site.row.site_email.filled else f"{kind} {site.whom} {site.mark}."


def confirmed(site: Site) -> bool:
    """Whether its contact has confirmed, as far as anybody wrote it down."""
    return site.row.site_confirmed_at.filled


def together(sites: Iterable[Site]) -> list[list[Site]]:
    """Places by letter: those with one address and e-mail (two floors) share one, the first one's."""
    found: dict[str, list[Site]] = {}
    for site in sorted(sites, key=lambda site: site.number):
        found.setdefault(site.mark, []).append(site)
    return list(found.values())
