"""How an order moves (contract, section 4). Nothing else knows the order of the statuses."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from rules.case import Case
from rules.cells import Cell
from rules.charges import Outcome
from rules.columns import Heading, OrderRow, SiteRow
from rules.memory import Memory
from rules.models import Site, same_places
from rules.words import Status


@dataclass(frozen=True, slots=True)
class Need:
    """What a status needs beside its time, and the code whose waiver makes up for it."""

    column: Heading[object]
    waiver: str
    where: Heading[object] | None = None
    """Needed only where this cell says yes, or asks for something."""


@dataclass(frozen=True, slots=True)
class Step:
    """A status, the time that marks it, and what else it needs."""

    status: Status
    time: Heading[datetime]
    needs: tuple[Need, ...] = ()
    needed: Heading[bool] | None = None
    """Where this cell is not yes, the step is passed over."""


_PAPERS = (
    Need(OrderRow.photo_id_sent_at, "photo-id-not-sent", OrderRow.photo_id_needed),
    Need(OrderRow.paperwork_sent_at, "paperwork-not-sent", OrderRow.paperwork),
)
STEPS: tuple[Step, ...] = (
    Step(Status.OFFERED, OrderRow.availability_sent_at, (Need(OrderRow.assigned_engineers, "engineers-too-few"),)),
    Step(Status.SITE_CONFIRMED, OrderRow.site_confirmed_at),
    Step(Status.CONTACTS_SHARED, OrderRow.contacts_shared_at, _PAPERS),
    Step(Status.APPROVED, OrderRow.approved_at),
    Step(Status.TRAVEL_BOOKED, OrderRow.travel_booked_at, needed=OrderRow.travel_needed),
    Step(Status.ON_SITE, OrderRow.arrived_at, (Need(OrderRow.arrival_notified_at, "arrival-not-notified"),)),
    Step(Status.WORKING, OrderRow.work_started_at),
    Step(Status.COMPLETED, OrderRow.completed_at, (Need(OrderRow.release_approved_by, "release-not-approved"),)),
)
"""The steps in their order, from Offered to Completed: the evidence of section 4's table."""

_WAY = (Status.NEEDS_INFO, Status.READY, *(step.status for step in STEPS), Status.INVOICED, Status.PAID)
_PLACE = {status: place for place, status in enumerate(_WAY)} | {
    Status.NO_SHOW: _WAY.index(Status.COMPLETED),
    Status.CANCELLED: -1,
}


def place(status: Status) -> int:
    """How far along the way a status is: Needs info 0 … Paid 11; No-show stands beside Completed."""
    return _PLACE[status]


def at_least(status: Status, other: Status) -> bool:
    """Whether `status` is `other` or later; Cancelled is before all."""
    return place(status) >= place(other)


BEFORE_VISIT = frozenset(s for s in _WAY if _PLACE[s] < _PLACE[Status.ON_SITE])
UNBILLED = frozenset(s for s in Status if s not in (Status.INVOICED, Status.PAID, Status.CANCELLED))
DONE = frozenset({Status.COMPLETED, Status.NO_SHOW})
NO_SHOW_FROM = frozenset(s for s in _WAY if _PLACE[Status.APPROVED] <= _PLACE[s] <= _PLACE[Status.WORKING])


_COLUMNS = [column.key for column in OrderRow.columns]


def step_cells(step: Step, case: Case) -> Iterator[tuple[int | None, Cell[datetime]]]:
    """The cells that hold a step's time, with their site: one, but for Site confirmed one a site."""
    if step.status is not Status.SITE_CONFIRMED:
        yield None, case.row.cell(step.time)
        return
    for site in case.order.sites:
        yield site.number, site.row.site_confirmed_at


def applies(step: Step, case: Case) -> bool:
    """Whether the order has this step at all (Travel booked: only where Travel needed is yes)."""
    return step.needed is None or case.row.cell(step.needed).value is True


def skipped_before(step: Step, case: Case) -> Step | None:
    """The next step that has its time, where this one may count as skipped; `step-skipped` looks at the cells.

    Approved skipped before Arrived is not: that is `visit-without-approval`, which nobody may waive.
    """
    if not applies(step, case) or (step.status is Status.APPROVED and case.row.arrived_at.filled):
        return None
    for later in STEPS[STEPS.index(step) + 1 :]:
        if applies(later, case) and any(cell.filled for _, cell in step_cells(later, case)):
            return later
    return None


def passed_over(step: Step, case: Case) -> bool:
    """Whether the order goes past a step: it doesn't have it, or it was skipped and that was waived."""
    if not applies(step, case):
        return True
    if "step-skipped" not in case.waived or skipped_before(step, case) is None:
        return False
    cells = [cell for _, cell in step_cells(step, case)]
    return any(cell.blank for cell in cells) and all(cell.blank or case.known(cell) for cell in cells)


def done(step: Step, case: Case) -> bool:
    """Whether the evidence of a step is there: its time at every site, and what else it needs."""
    if any(case.known(cell) is None for _, cell in step_cells(step, case)):
        return False
    return all(_met(need, case) for need in step.needs)


def _met(need: Need, case: Case) -> bool:
    """A waived requirement counts as met; a time that can't be read or lies after now proves nothing."""
    if need.waiver in case.waived or (need.where is not None and not case.row.cell(need.where).value):
        return True
    value = case.row.cell(need.column).value
    return value is not None and (not isinstance(value, datetime) or value <= case.now)


def next_step(case: Case, status: Status) -> Step | None:
    """The step after a status on the way to Completed; None at its end."""
    for step in STEPS:
        if place(step.status) > place(status) and not passed_over(step, case):
            return step
    return None


def following(case: Case, status: Status) -> Status:
    """The status that comes next by the table, whatever the evidence."""
    if status is Status.NEEDS_INFO:
        return Status.READY
    if status in (Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED):
        return Status.INVOICED
    if place(status) >= place(Status.INVOICED):
        return Status.PAID
    step = next_step(case, status)
    return step.status if step else Status.INVOICED


def evidence(case: Case, statuses: Container[Status]) -> dict[str, Cell[object]]:
    """The cells by which an order gets to these statuses, by key with the site's mark for further ones."""
    found: dict[str, Cell[object]] = {}
    marks = {site.number: mark for mark, site in case.order.further.items()}
    for step in STEPS:
        if step.status in statuses:
            for site, cell in step_cells(step, case):
                found[step.time.key if site in (None, 1) else f"{step.time.key}#{marks[site]}"] = cell
            found |= {need.column.key: case.row.cell(need.column) for need in step.needs if need.where is None}
    if Status.NO_SHOW in statuses:
        found[OrderRow.no_show_at.key] = case.row.no_show_at
    return found


def seen_before(case: Case) -> dict[str, Site]:
    """The evidence that is remembered, by its keys of today, with the site that it is of.

    A place that stood there before, unconfirmed, takes the place of none that is gone.
    """
    seen, further = case.memory.seen if case.memory else (), case.order.further
    before = case.memory.confirmed.further if case.memory and case.memory.confirmed else {}
    found = {key: case.order.sites[0] for key in seen if "#" not in key}
    marks = [key.partition("#")[2] for key in seen if "#" in key]
    known = same_places(marks, [mark for mark in further if mark in marks or mark not in before])
    return found | {f"{SiteRow.site_confirmed_at.key}#{mark}": further[mark] for mark in known.values()}


def removed(case: Case) -> Iterator[tuple[Heading[object], int | None]]:
    """Cells by which the status was reached and that are blank now: their column, and site for Site confirmed.

    In the order of the columns, which is that of the steps.
    """
    if case.corrected:
        return
    gone: list[tuple[Heading[object], int | None]] = []
    for key, site in seen_before(case).items():
        name = key.partition("#")[0]
        column: Heading[object] = getattr(OrderRow if site.number == 1 else SiteRow, name)
        if site.row.cell(column).blank:
            gone.append((column, site.number if name == OrderRow.site_confirmed_at.key else None))
    yield from sorted(gone, key=lambda cell: (_COLUMNS.index(cell[0].key), cell[1] or 0))


def before_removal(case: Case) -> Status:
    """Where a correction starts from: the status before the first one that was reached by a cell now blank."""
    gone = {column.key for column, _ in removed(case)}
    reached = Status.READY
    for step in STEPS:
        cells = {step.time.key, *(need.column.key for need in step.needs)}
        if cells & gone or (step.status is Status.TRAVEL_BOOKED and OrderRow.no_show_at.key in gone):
            return reached
        if not passed_over(step, case):
            reached = step.status
    return reached


def was_removed(case: Case, column: Heading[object], site: int | None = None) -> bool:
    """Whether this cell is one of those that `removed` names."""
    return any(gone.key == column.key and where == site for gone, where in removed(case))


def by_no_show(case: Case) -> bool:
    """Whether the order stands at No-show, or was invoiced from there, whatever its cells say since."""
    if case.status is not Status.INVOICED:
        return case.status is Status.NO_SHOW
    if case.memory and at_least(case.memory.status, Status.INVOICED):
        return OrderRow.no_show_at.key in case.memory.seen
    return case.outcome is Outcome.NO_SHOW


def credited(memory: Memory, invoice: str) -> Memory:
    """The order back where it was before Invoiced: it is invoiced anew once its charges differ (contract, 5.7)."""
    status = Status.NO_SHOW if OrderRow.no_show_at.key in memory.seen else Status.COMPLETED
    if memory.before_cancel is not None:
        status = Status.CANCELLED
    return memory.model_copy(update={"status": status, "invoice_no": None, "invoiced_on": None, "credited": invoice})
