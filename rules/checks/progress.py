"""Items 5 to 11: papers and contacts, approval, arrival, SLA, release."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.confirmation import changes
from rules.flags import Found, check, found
from rules.lifecycle import at_least, place, was_removed
from rules.moments import local, shifted, span
from rules.money import plain
from rules.words import Status


@check("photo-id-not-sent")
def photo_id_not_sent(case: Case) -> Iterator[Found]:
    """Item 5: the scanned photo ID goes to the client before anybody can enter."""
    row = case.row
    if row.contacts_shared_at.filled and row.photo_id_needed.value and row.photo_id_sent_at.blank:
        yield found(OrderRow.photo_id_sent_at)


@check("paperwork-not-sent")
def paperwork_not_sent(case: Case) -> Iterator[Found]:
    row = case.row
    if row.contacts_shared_at.filled and row.paperwork.filled and row.paperwork_sent_at.blank:
        yield found(OrderRow.paperwork_sent_at, row.paperwork.text)


@check("visit-without-approval")
def visit_without_approval(case: Case) -> Iterator[Found]:
    """Item 6: without approved confirmation nobody goes on site."""
    if case.row.arrived_at.filled and case.row.approved_at.blank:
        yield found(OrderRow.approved_at, case.row.arrived_at.text)


@check("approval-overdue", by_status=True)
def approval_overdue(case: Case) -> Iterator[Found]:
    start = case.row.planned_start.value
    waiting = at_least(case.status, Status.OFFERED) and place(case.status) < place(Status.APPROVED)
    if not start or not waiting:
        return
    deadline = shifted(start, -case.office.settings.approval_deadline_h)
    if case.now >= deadline:
        yield found(OrderRow.approved_at, deadline=local(deadline, case.zone), start=local(start, case.zone))


@check("visit-late", by_status=True)
def visit_late(case: Case) -> Iterator[Found]:
    start = case.row.planned_start.value
    there = case.proven(OrderRow.arrived_at) or case.proven(OrderRow.no_show_at)
    if start and case.now > start and not there and at_least(case.status, Status.APPROVED):
        yield found(OrderRow.arrived_at, start=local(start, case.zone))


def _breached(case: Case) -> bool:
    if case.sla is None:
        return False
    arrived, no_show = case.proven(OrderRow.arrived_at), case.proven(OrderRow.no_show_at)
    if arrived:
        return arrived > case.sla.due
    return not no_show and case.now > case.sla.due


@check("sla-at-risk")
def sla_at_risk(case: Case) -> Iterator[Found]:
    """At exactly the warning share it is at risk."""
    if case.sla is None or _breached(case) or case.proven(OrderRow.arrived_at) or case.proven(OrderRow.no_show_at):
        return
    share = float(case.office.settings.sla_warning_share)
    if case.now >= case.sla.since + (case.sla.due - case.sla.since) * share:
        yield found(OrderRow.arrived_at, due=local(case.sla.due, case.office.zone))


@check("sla-breached")
def sla_breached(case: Case) -> Iterator[Found]:
    """Only after the due time."""
    if case.sla and _breached(case):
        arrived = case.proven(OrderRow.arrived_at)
        value = local(arrived, case.office.zone) if arrived else None
        due = local(case.sla.due, case.office.zone)
        yield found(OrderRow.arrived_at, value, says="arrived" if arrived else "", due=due)


@check("arrival-not-notified")
def arrival_not_notified(case: Case) -> Iterator[Found]:
    """Item 9: the ordering party hears of the arrival."""
    row = case.row
    if row.arrived_at.filled and row.arrival_notified_at.blank and not was_removed(case, OrderRow.arrival_notified_at):
        yield found(OrderRow.arrival_notified_at, row.arrived_at.text)


@check("release-not-approved")
def release_not_approved(case: Case) -> Iterator[Found]:
    """Item 11: the client lets the team leave."""
    row = case.row
    removed = was_removed(case, OrderRow.release_approved_by)
    if row.completed_at.filled and row.release_approved_by.blank and not removed:
        yield found(OrderRow.release_approved_by, row.completed_at.text)


@check("changed-after-confirmation")
def changed_after_confirmation(case: Case) -> Iterator[Found]:
    """Item 4: the end customer confirmed something else."""
    for change in changes(case):
        before, after = change.before or "nothing", change.after or "nothing"
        yield found(change.column, change.after or None, change.site, before=before, after=after)


@check("no-show-before-approval")
def no_show_before_approval(case: Case) -> Iterator[Found]:
    """Item 6 charges the reserved time only once the order is approved."""
    no_show, approved = case.row.no_show_at, case.row.approved_at
    late = no_show.value and approved.value and approved.value > no_show.value
    if no_show.filled and (approved.blank or late):
        yield found(OrderRow.no_show_at, no_show.text)


@check("no-show-and-completed")
def no_show_and_completed(case: Case) -> Iterator[Found]:
    if case.row.no_show_at.filled and case.row.completed_at.filled:
        yield found(OrderRow.no_show_at, case.row.no_show_at.text, completed=case.row.completed_at.text)


@check("visit-too-long")
def visit_too_long(case: Case) -> Iterator[Found]:
    """A slip of the pen must not become an invoice."""
    arrived, completed = case.row.arrived_at.value, case.row.completed_at.value
    longest = case.office.settings.longest_visit_h
    if arrived and completed and completed - arrived > span(longest):
        came = local(arrived, case.office.zone)
        yield found(OrderRow.completed_at, case.row.completed_at.text, arrived=came, longest=plain(longest))


@check("cancelled-late")
def cancelled_late(case: Case) -> Iterator[Found]:
    cancelled, approved = case.proven(OrderRow.cancelled_at), case.row.approved_at.value
    if cancelled and approved and approved <= cancelled:
        yield found(OrderRow.cancelled_at, case.row.cancelled_at.text, approved=local(approved, case.office.zone))
