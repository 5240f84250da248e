"""The times of the steps beside each other: skipped, out of order, in the future, removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rules.case import Case
from rules.cells import Cell
from rules.columns import Heading, OrderRow, Owner, SiteRow
from rules.flags import Found, check, found
from rules.lifecycle import STEPS, by_no_show, following, removed, skipped_before, step_cells, was_removed
from rules.moments import local
from rules.words import Status


@check("step-skipped")
def step_skipped(case: Case) -> Iterator[Found]:
    """A later step has its time and this one hasn't; Approved before Arrived is visit-without-approval."""
    for step in STEPS:
        later = skipped_before(step, case)
        if later is None:
            continue
        for site, cell in step_cells(step, case):
            if cell.blank and not was_removed(case, step.time, site):
                yield found(step.time, None, site, holds=step.status, later=later.time.header)


@check("dates-out-of-order")
def dates_out_of_order(case: Case) -> Iterator[Found]:
    """One of two times is wrong; a person must say which."""
    last: tuple[str, datetime] | None = None
    for step in STEPS:
        if step.status is Status.TRAVEL_BOOKED:
            continue
        filled = [(site, cell, cell.value) for site, cell in step_cells(step, case) if cell.value]
        for site, cell, at in filled:
            if last and at < last[1]:
                yield found(step.time, cell.text, site, before=last[0], time=local(last[1], case.office.zone))
        if filled:
            last = (step.time.header, max(at for _, _, at in filled))


def _times(case: Case) -> Iterator[tuple[Heading[datetime], int | None, Cell[datetime]]]:
    """Every H time of the order but Planned start, with the confirmations of its further sites."""
    for column in OrderRow.columns:
        if column.owner is Owner.HUMAN and column.kind is OrderRow.received_at.kind:
            yield column, 1 if column.key == "site_confirmed_at" else None, case.row.cell(column)
    for site in case.order.sites[1:]:
        yield SiteRow.site_confirmed_at, site.number, site.row.site_confirmed_at


@check("date-in-future")
def date_in_future(case: Case) -> Iterator[Found]:
    """What has not happened yet proves nothing."""
    for column, site, cell in _times(case):
        if cell.value and cell.value > case.now:
            yield found(column, cell.text, site)


@check("evidence-removed", by_status=True)
def evidence_removed(case: Case) -> Iterator[Found]:
    """The job saw the cell filled; the status stays until a person says that it was a mistake."""
    for column, site in removed(case):
        # visit-without-approval says it instead, where it speaks
        if column.key == OrderRow.approved_at.key and case.row.arrived_at.filled and not by_no_show(case):
            continue
        yield found(column, None, site, holds=following(case, case.status), status=case.status)
