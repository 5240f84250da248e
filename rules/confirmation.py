"""What the end customer confirmed, and what was changed since (contract, `changed-after-confirmation`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rules.case import Case
from rules.cells import Cell, fold
from rules.columns import Heading, OrderRow
from rules.memory import Confirmed
from rules.models import same_places
from rules.money import plain

STARTS = "%Y-%m-%d %H:%M %z"
"""How a planned start is remembered."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column that differs from what was confirmed; `site` where it is the address of one that is still there."""

    column: Heading[object]
    before: str
    after: str
    site: int | None = None


def confirmed_state(case: Case) -> Confirmed | None:
    """The order as it was when Site confirmed at was first seen, or got a later time. A correction forgets it.

    A further site's own later time confirms its address alone.
    """
    old = case.memory.confirmed if case.memory else None
    at = case.proven(OrderRow.site_confirmed_at)
    if at and (old is None or at > old.at):
        state = state_of(case, at)
    elif old is None or (at is None and case.corrected and case.row.site_confirmed_at.blank):
        return None
    else:
        state = _confirmed_alone(case, old)
    further = {own.name: own.latest for own in _own_times(case, old)}
    return state.model_copy(update={"further": dict(sorted(further.items()))})


@dataclass(frozen=True, slots=True)
class _Own:
    """A further site's Site confirmed at: now, and the latest that was seen; `known`: it was there before."""

    name: str
    site: int
    now: datetime | None
    before: datetime | None
    known: bool

    @property
    def latest(self) -> datetime | None:
        return max((at for at in (self.now, self.before) if at), default=None)

    @property
    def later(self) -> bool:
        """A place that was just added was never another: it is confirmed by the time after the one it came with."""
        return self.now is not None and self.known and (self.before is None or self.now > self.before)


def _own_times(case: Case, old: Confirmed | None) -> list[_Own]:
    """Of every further site. Which of several that were edited at once was which is not known: the latest counts."""
    times, further = old.further if old else {}, case.order.further
    known = set(same_places(times, further).values())
    gone = max((at for name, at in times.items() if at and name not in further), default=None)
    found = []
    for name, site in further.items():
        before = times.get(name, gone) if name in known else None
        found.append(_Own(name, site.number, case.known(site.row.site_confirmed_at), before, name in known))
    return found


def _confirmed_alone(case: Case, old: Confirmed) -> Confirmed:
    """With the new addresses of further sites that have a later time of their own, in place of those that are gone."""
    later = {own.site for own in _own_times(case, old) if own.later}
    gone, came = addresses(old.addresses, state_of(case, old.at).addresses)
    known = list(old.addresses)
    for nth, (site, address) in enumerate(came.items()):
        if site in later and nth < len(gone):
            known[known.index(gone[nth])] = address
        elif site in later:
            known.append(address)
    return old.model_copy(update={"addresses": tuple(known)})


def state_of(case: Case, at: datetime) -> Confirmed:
    """The visit as it stands now."""
    hours = case.row.reserved_hours
    return Confirmed(
        at=at,
        planned_start=_start(case),
        reserved_hours=plain(hours.value) if hours.value is not None else _typed(hours),
        assigned_engineers=", ".join(case.assigned),
        addresses=tuple(_typed(site.row.site_address) for site in case.order.sites),
    )


def _typed(cell: Cell[object]) -> str:
    return cell.text if cell.filled else ""


def _start(case: Case) -> str:
    start = case.row.planned_start.value
    return start.astimezone(case.zone).strftime(STARTS) if start else _typed(case.row.planned_start)


def changes(case: Case) -> Iterator[Change]:
    """What differs from what was confirmed, one a column: until changed back or confirmed again, later."""
    confirmed = confirmed_state(case)
    if confirmed:
        yield from differences(confirmed, state_of(case, confirmed.at))


def differences(old: Confirmed, now: Confirmed) -> Iterator[Change]:
    """What of a visit is no longer as it was, one a column."""
    if now.planned_start != old.planned_start:
        yield Change(OrderRow.planned_start, old.planned_start, now.planned_start)
    if now.reserved_hours != old.reserved_hours:
        yield Change(OrderRow.reserved_hours, old.reserved_hours, now.reserved_hours)
    yield from _moved(old.addresses, now.addresses)
    if _names(now.assigned_engineers) != _names(old.assigned_engineers):
        yield Change(OrderRow.assigned_engineers, old.assigned_engineers, now.assigned_engineers)


def _names(text: str) -> set[str]:
    return {fold(name) for name in text.split(", ") if name}


def addresses(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], dict[int, str]]:
    """Addresses that are gone, and new ones by site. They are compared as a bag, since people sort Other sites."""
    return [old[place] for place in _only(old, new)], {place + 1: new[place] for place in _only(new, old)}


def _only(these: tuple[str, ...], those: tuple[str, ...]) -> list[int]:
    """Places of what there is more of here; of several alike, first those where the other has something else."""
    mine, theirs = [*map(fold, these)], [*map(fold, those)]
    more, found = Counter(mine) - Counter(theirs), list[int]()
    for place in sorted(range(len(mine)), key=lambda at: mine[at : at + 1] == theirs[at : at + 1]):
        if more[mine[place]] > 0:
            more[mine[place]] -= 1
            found.append(place)
    return sorted(found)


def _moved(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
    before, after = addresses(old, new)
    if not before and not after:
        return
    site = next(iter(after)) if len(after) == 1 else None
    yield Change(OrderRow.site_address, "; ".join(before), "; ".join(after.values()), site)
