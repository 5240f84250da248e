"""One order in its register, at a time: status, flags, next step, SLA, charges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from rules.advance import Course
from rules.board import Board, Standing
from rules.case import Case
from rules.charging import charges_of
from rules.columns import OrderRow
from rules.confirmation import confirmed_state
from rules.dispatch import candidates
from rules.flags import ordered
from rules.lifecycle import BEFORE_VISIT
from rules.memory import Memory
from rules.messages import news
from rules.models import Office, Order, id_order
from rules.nextstep import next_step_sentence
from rules.verdict import Crash, Verdict
from rules.words import Status


def assess(orders: Sequence[Order], office: Office) -> tuple[list[Verdict], list[Crash]]:
    """A verdict for every order, in the order given; orders that met a bug of ours are named instead.

    Lower Order IDs are judged first, since the higher of two that clash is the one held back. Flags are
    then taken anew with every order where it ended, so that a second run would find nothing else.
    """
    courses, crashes = survey(orders, office)
    verdicts: list[Verdict] = []
    for course in courses:
        try:
            verdicts.append(verdict_of(course))
        except Exception as bug:
            crashes.append(Crash(course.case.order, bug))
    return verdicts, crashes


def survey(orders: Sequence[Order], office: Office) -> tuple[list[Course], list[Crash]]:
    """How far every order gets, in the order of their rows; and those that met a bug of ours."""
    board = Board(office.today)
    cases = [_case(order, office, board) for order in orders]
    for case in cases:
        board.add(case, _standing(case, case.memory))
    courses: list[Course] = []
    crashes: list[Crash] = []
    for case in sorted(cases, key=lambda c: (id_order(c.order.order_id), c.row.number)):
        try:
            course = Course(case)
            course.run()
        except Exception as bug:
            crashes.append(Crash(case.order, bug))
            continue
        board.move(course.case, _reached(course, office.today))
        courses.append(course)
    return sorted(courses, key=lambda c: c.case.row.number), crashes


def _case(order: Order, office: Office, board: Board) -> Case:
    memory = order.memory
    status = memory.status if memory else Status.NEEDS_INFO
    return Case(order, office, board, status, memory.before_cancel if memory else None)


def _standing(case: Case, memory: Memory | None) -> Standing:
    cancelled = case.before_cancel is not None and case.status is not Status.CANCELLED
    return Standing(case.status, memory.invoiced_on if memory else None, cancelled)


def _reached(course: Course, today: date) -> Standing:
    case = course.case
    cancelled = case.before_cancel is not None and case.status is not Status.CANCELLED
    return Standing(case.status, _invoiced_on(course, today), cancelled)


def _invoiced_on(course: Course, today: date) -> date | None:
    """The day from which Invoiced counts: of issue, else of Invoice sent at or the work, else today."""
    case, memory = course.case, course.case.memory
    if case.status not in (Status.INVOICED, Status.PAID):
        return None
    if course.stands:
        return course.stands.issued_on
    if memory and memory.invoiced_on and not course.invoice:
        return memory.invoiced_on
    sent = case.proven(OrderRow.invoice_sent_at) if course.settled else None
    if sent:
        return sent.astimezone(case.office.zone).date()
    return (case.service_date if course.settled else None) or today


def verdict_of(course: Course) -> Verdict:
    """What is said of an order, now that every other one is where it ends."""
    course.speaker = type(course.speaker)(course.settled)  # the others have moved: ask every check again
    case, order = course.case, course.case.order
    flags = ordered(course.flags())
    lead = case.lead_time
    said = news(case, flags, course.settled)
    planning = case.status in BEFORE_VISIT and not course.settled and not case.assigned
    return Verdict(
        order=order,
        status_from=order.memory.status if order.memory else None,
        status=case.status,
        moves=tuple(course.moves),
        flags=flags,
        next_step=next_step_sentence(case, flags, course.settled, _due_on(course)),
        sla_due=case.sla.due if case.sla else None,
        lead_time_h=_tenths(Decimal(lead.days * 86400 + lead.seconds) / 3600) if lead is not None else None,
        candidates=(candidates(case) or ()) if planning else (),
        billable_h=case.billable if case.status in _CHARGED else None,
        charges=charges_of(case) if case.status in _CHARGED and not course.settled else None,
        invoice=course.invoice,
        memory=_remember(course).model_copy(update={"told": said.told}),
        messages=said.messages,
        withheld=course.withheld,
    )


def _due_on(course: Course) -> date | None:
    """Until when the invoice that stands, or is issued now, is to be paid."""
    number = course.case.memory.invoice_no if course.case.memory else None
    invoice = course.invoice or course.stands or (course.case.office.issued.get(number) if number else None)
    return invoice.due_on if invoice else None


_CHARGED = (Status.COMPLETED, Status.NO_SHOW, Status.INVOICED, Status.PAID)


def _tenths(hours: Decimal) -> Decimal:
    return hours.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _remember(course: Course) -> Memory:
    case, old = course.case, course.case.memory
    return Memory(
        status=case.status,
        first_seen=old.first_seen if old else case.now,
        before_cancel=case.before_cancel,
        seen=course.seen(),
        confirmed=confirmed_state(case),
        settled=course.settled,
        invoiced_on=_invoiced_on(course, case.office.today),
        invoice_no=course.stands.number if course.stands else old.invoice_no if old else None,
        credited=old.credited if old and not (course.invoice or course.stands) else None,
    )
