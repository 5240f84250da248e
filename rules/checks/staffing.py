"""Item 3 (and 1.9): who goes. Assigned engineers are known, enough, free, able, and speak the languages."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.cells import fold
from rules.columns import OrderRow
from rules.dispatch import absent, candidates
from rules.flags import Found, check, found
from rules.models import id_order
from rules.moments import local
from rules.words import Severity, Status


@check("no-candidate", by_status=True)
def no_candidate(case: Case) -> Iterator[Found]:
    """Says nothing where start, hours, level or languages can't be read: then nobody can tell who could go."""
    if case.status is Status.READY and not case.assigned and candidates(case) == ():
        yield found(OrderRow.assigned_engineers)


@check("engineer-unknown")
def engineer_unknown(case: Case) -> Iterator[Found]:
    for name in case.assigned:
        engineer = case.office.engineer_by_key.get(fold(name))
        if engineer is None or not engineer.active:
            yield found(OrderRow.assigned_engineers, name, says="inactive" if engineer else "")


@check("engineers-too-few")
def engineers_too_few(case: Case) -> Iterator[Found]:
    row, needed = case.row, case.row.engineers_needed.value or 1
    if row.engineers_needed.unreadable or not (case.assigned or row.availability_sent_at.filled):
        return
    if len(case.assigned) < needed:
        names = ", ".join(case.assigned) or None
        yield found(OrderRow.assigned_engineers, names, count=len(case.assigned), needed=needed)


@check("engineer-double-booked")
def engineer_double_booked(case: Case) -> Iterator[Found]:
    """Of two orders that clash, the one with the lower Order ID came first and keeps the engineer."""
    window = case.window
    if window is None:
        return
    for name in case.assigned:
        engineer = case.office.engineer_by_key.get(fold(name))
        absence = absent(engineer, case, window) if engineer else None
        others = list(case.board.clashes(name, window, case))
        later = all(_before(case, other) for other in others) and absence is None
        if absence is not None:
            yield found(OrderRow.assigned_engineers, name, says="absent", when=str(absence))
        elif others:
            starts = ", ".join(f"{o.order.order_id} ({local(o.window.start, o.zone)})" for o in others if o.window)
            severity = Severity.WARN if later else None
            yield found(OrderRow.assigned_engineers, name, severity=severity, others=starts)


def _before(case: Case, other: Case) -> bool:
    """Whether an order has the lower ID of the two (the upper row of one ID that stands twice)."""
    mine, theirs = id_order(case.order.order_id), id_order(other.order.order_id)
    return (mine, case.row.number) < (theirs, other.row.number)


@check("engineer-underqualified")
def engineer_underqualified(case: Case) -> Iterator[Found]:
    """Looks at the known engineers, and says nothing where there is none."""
    known, level = case.known_engineers, case.level
    if known and level and not any(engineer.level and engineer.level >= level for engineer in known):
        yield found(OrderRow.assigned_engineers, ", ".join(e.name for e in known), level=level)


@check("engineer-language")
def engineer_language(case: Case) -> Iterator[Found]:
    known = case.known_engineers
    spoken = frozenset().union(*(engineer.languages for engineer in known))
    lacking = sorted(case.languages - spoken)
    if known and lacking:
        yield found(OrderRow.assigned_engineers, ", ".join(e.name for e in known), lacking=" or ".join(lacking))
