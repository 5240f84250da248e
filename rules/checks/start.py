"""Items 1.1 and 2: planned date and time, and the call that an urgent order needs."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Found, check, found
from rules.moments import local
from rules.money import plain


@check("planned-start-missing")
def planned_start_missing(case: Case) -> Iterator[Found]:
    if case.row.planned_start.blank:
        yield found(OrderRow.planned_start)


@check("planned-start-unreadable")
def planned_start_unreadable(case: Case) -> Iterator[Found]:
    """Nobody may guess which day `03/04/2026` is."""
    cell = case.row.planned_start
    if cell.unreadable:
        yield found(OrderRow.planned_start, cell.text, hint=cell.problem)


@check("planned-start-past")
def planned_start_past(case: Case) -> Iterator[Found]:
    """A visit can't be planned for before it was ordered: one of the two times is wrong."""
    start, received = case.row.planned_start.value, case.received
    if start and received and start <= received:
        yield found(OrderRow.planned_start, case.row.planned_start.text, received=local(received, case.office.zone))


@check("lead-time-short")
def lead_time_short(case: Case) -> Iterator[Found]:
    """Less than 24 hours until delivery: to be said in the e-mail and by phone."""
    if case.urgent:
        limit = plain(case.office.settings.urgent_below_h)
        yield found(OrderRow.planned_start, case.row.planned_start.text, limit=limit)


@check("urgent-call-missing")
def urgent_call_missing(case: Case) -> Iterator[Found]:
    """Item 2: if urgent, the client also calls."""
    if case.urgent and case.row.urgent_call_at.blank:
        yield found(OrderRow.urgent_call_at)
