"""What changed of a visit that both sides already knew, told to each of them as far as it is theirs."""

from __future__ import annotations

from dataclasses import dataclass

from rules.columns import OrderRow
from rules.confirmation import addresses, differences
from rules.memory import Confirmed
from rules.message import Altered

_PLACE = OrderRow.site_address.header
_WORTH_TELLING = frozenset(
    {OrderRow.planned_start.header, OrderRow.assigned_engineers.header, _PLACE}
)  # other hours alone change nobody's plans


@dataclass(frozen=True, slots=True)
class Change:
    """A change to tell of: the visit as it is now, what the client is told, and new addresses by site."""

    now: Confirmed
    altered: tuple[Altered, ...]
    came: dict[int, str]
    left: str
    """The one address that a new one took the place of; blank where there is no such one."""


def changed(old: Confirmed | None, now: Confirmed) -> Change | None:
    """None where nothing that anybody has to be told of differs from what both sides know."""
    found = list(differences(old, now)) if old else []
    if old is None or not any(change.column.header in _WORTH_TELLING for change in found):
        return None
    altered = tuple(Altered(column=c.column.header, before=c.before, after=c.after) for c in found)
    gone, came = addresses(old.addresses, now.addresses)
    return Change(now, altered, came, gone[0] if len(gone) == len(came) == 1 else "")


def change_for(change: Change, site: int) -> tuple[Altered, ...]:
    """What one site is told: start, hours and engineers, and of the places its own."""
    common = tuple(altered for altered in change.altered if altered.column != _PLACE)
    if site in change.came:
        return (*common, Altered(column=_PLACE, before=change.left, after=change.came[site]))
    return common
