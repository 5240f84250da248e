"""Which places a message that goes out once is due for, and which of them share a letter.

A request to confirm is about a place: another place is asked anew. Contacts are for a person: whoever has them does
not get them again because the address of their place was mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.case import Case
from rules.message import Kind
from rules.models import Site, named, same_places


def unasked(case: Case, kinds: tuple[str, ...]) -> dict[str, Site]:
    """The places that have not confirmed and were not asked to, by what is remembered once they are."""
    keys = {f"{Kind.CONFIRM} {name}": site for name, site in named(case.order.sites).items()}
    return {key: site for key, site in keys.items() if key not in kinds and not confirmed(site)}


def unshared(case: Case, kinds: tuple[str, ...]) -> dict[str, Site]:
    """The places that have confirmed and whose contacts have nobody's yet, by what is remembered once they have."""
    keys = _contact_keys(case)
    return {key: site for key, site in keys.items() if key not in kinds and confirmed(site)}


def recognised(case: Case, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What is remembered of contacts, by the places of today: a person's new place stands for one that is gone.

    Earlier versions remembered the place alone, for all that share address and e-mail.
    """
    keys = _contact_keys(case)
    old = {key: f"{Kind.CONTACTS} {site.mark}" for key, site in keys.items() if f"{Kind.CONTACTS} {site.mark}" in kinds}
    found = tuple(kind for kind in kinds if kind not in old.values()) + tuple(key for key in old if key not in kinds)
    for whom in {key.rpartition(" ")[0] for key in keys}:
        theirs = [[key for key in these if key.rpartition(" ")[0] == whom] for these in (found, keys)]
        same = same_places(*theirs)
        found = tuple(same.get(kind, kind) for kind in found)
    return found


def _contact_keys(case: Case) -> Mapping[str, Site]:
    return {f"{Kind.CONTACTS} {site.whom} {name}": site for name, site in named(case.order.sites).items()}


def confirmed(site: Site) -> bool:
    """Whether its contact has confirmed, as far as anybody wrote it down."""
    return site.row.site_confirmed_at.filled


def together(sites: Iterable[Site]) -> list[list[Site]]:
    """Places by letter: those with one address and e-mail (two floors) share one, the first one's."""
    found: dict[str, list[Site]] = {}
    for site in sorted(sites, key=lambda site: site.number):
        found.setdefault(site.mark, []).append(site)
    return list(found.values())
