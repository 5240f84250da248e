"""What the end customer confirmed, and what was changed since (contract, `changed-after-confirmation`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from rules.case import Case
from rules.cells import Cell, fold
from rules.columns import Heading, OrderRow
from rules.memory import Confirmed
from rules.money import plain

Change = tuple[Heading[object], int | None, str, str]
"""Column, site, what it was, what it is."""


def confirmed_state(case: Case) -> Confirmed | None:
    """The order as it was when Site confirmed at was first seen, or got a later time."""
    old = case.memory.confirmed if case.memory else None
    at = case.proven(OrderRow.site_confirmed_at)
    return old if at is None or (old and at <= old.at) else _state(case, at)


def _state(case: Case, at: datetime) -> Confirmed:
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
    return start.astimezone(case.zone).strftime("%Y-%m-%d %H:%M %z") if start else _typed(case.row.planned_start)


def changes(case: Case) -> Iterator[Change]:
    """What differs from what was confirmed: one a column, and one a site for its address."""
    old, at = case.memory.confirmed if case.memory else None, case.proven(OrderRow.site_confirmed_at)
    if old is None or at is None or at > old.at:
        return
    new = _state(case, at)
    if new.planned_start != old.planned_start:
        yield OrderRow.planned_start, None, old.planned_start, new.planned_start
    if new.reserved_hours != old.reserved_hours:
        yield OrderRow.reserved_hours, None, old.reserved_hours, new.reserved_hours
    yield from _addresses(old.addresses, new.addresses)
    if _names(new.assigned_engineers) != _names(old.assigned_engineers):
        yield OrderRow.assigned_engineers, None, old.assigned_engineers, new.assigned_engineers


def _names(text: str) -> set[str]:
    return {fold(name) for name in text.split(", ") if name}


def _addresses(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
    """Sites are compared as a bag, since people sort Other sites; the first site is the order's own."""
    gone = list((Counter(map(fold, old)) - Counter(map(fold, new))).elements())
    texts = {fold(text): text for text in old}
    come = Counter(map(fold, new)) - Counter(map(fold, old))
    for number, text in enumerate(new, 1):
        if come[fold(text)] > 0:
            come[fold(text)] -= 1
            yield OrderRow.site_address, number, texts[gone.pop(0)] if gone else "", text
    for left in gone:
        yield OrderRow.site_address, None, texts[left], ""
