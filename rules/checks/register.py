"""What is wrong with the row itself: unreadable cells, doubles, waivers."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.catalogue import CATALOGUE
from rules.cells import Cell
from rules.columns import Heading, OrderRow, Owner, SiteRow
from rules.flags import Found, check, found
from rules.lifecycle import at_least
from rules.models import id_order
from rules.words import Severity, Status

_OWN_RULE = {"planned_start", "reserved_hours", "engineers_needed", "skill_level", "language", "tax", "currency"}
_COLUMNS = [column for column in OrderRow.columns if column.owner is Owner.HUMAN and column.key not in _OWN_RULE]


def _cells(case: Case) -> Iterator[tuple[Heading[object], int | None, Cell[object]]]:
    for column in _COLUMNS:
        yield column, 1 if column.key == "site_confirmed_at" else None, case.row.cell(column)
    for site in case.order.sites[1:]:
        yield SiteRow.site_confirmed_at, site.number, site.row.site_confirmed_at


@check("cell-unreadable")
def cell_unreadable(case: Case) -> Iterator[Found]:
    """A date, number, yes/no or Time zone cell that nobody can read counts as blank, and says so."""
    for column, site, cell in _cells(case):
        if cell.unreadable:
            yield found(column, cell.text, site, hint=cell.problem)


@check("duplicate-order", by_status=True)
def duplicate_order(case: Case) -> Iterator[Found]:
    """The same order twice would be served and invoiced twice. One flag for each thing that is the same."""
    if case.client is None or not case.board.is_open(case):
        return
    alike: dict[str, list[Case]] = {}
    for other, header in case.board.open_alike(case):
        alike.setdefault(header, []).append(other)
    for header, others in alike.items():
        column = OrderRow.named(header)
        heavy = case.status is not Status.INVOICED and any(_first(other, case) for other in others)
        yield found(
            column, case.row.cell(column).text,
            severity=Severity.BLOCK if heavy else None, holds=Status.INVOICED if heavy else None,
            others=", ".join(other.order.order_id for other in others), what=column.header,
        )  # fmt: skip


def _first(other: Case, case: Case) -> bool:
    """Whether the other has the lower Order ID and is Completed, No-show or later."""
    lower = id_order(other.order.order_id) < id_order(case.order.order_id)
    return lower and at_least(case.board.status(other), Status.COMPLETED)


@check("order-id-duplicate")
def order_id_duplicate(case: Case) -> Iterator[Found]:
    if case.order.id_twice:
        rows = ", ".join(map(str, case.order.id_twice))
        yield found(OrderRow.order_id, case.order.order_id, rows=rows)


@check("waiver-unreadable")
def waiver_unreadable(case: Case) -> Iterator[Found]:
    for waiver in case.waivers:
        if not waiver.readable:
            says = "reason" if waiver.code in CATALOGUE else ""
            yield found(OrderRow.waived_flags, waiver.line, says=says, code=waiver.code)


@check("waiver-refused")
def waiver_refused(case: Case) -> Iterator[Found]:
    for waiver in case.waivers:
        if waiver.readable and not waiver.valid:
            yield found(OrderRow.waived_flags, waiver.line, code=waiver.code)
