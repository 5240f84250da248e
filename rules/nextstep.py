"""Next step: one sentence, who does what, by when (contract, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.advance import awaits_ok
from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Flag
from rules.lifecycle import DONE, following, place
from rules.moments import local, shifted
from rules.words import Severity, Status

_TODO: Mapping[Status, str] = {
    Status.NEEDS_INFO: "{who}: ask the client for what is missing",
    Status.READY: "{who}: assign {count} engineer(s) and send their availability{by}",
    Status.OFFERED: "{who}: confirm the visit with the site{by}",
    Status.SITE_CONFIRMED: "{who}: share the contacts of engineers and site{by}",
    Status.CONTACTS_SHARED: "{who}: get the client's approval{by}",
    Status.APPROVED: "Engineers: arrive by {start}",
    Status.TRAVEL_BOOKED: "Engineers: arrive by {start}",
    Status.ON_SITE: "Engineers: start the work, and {who} writes when",
    Status.WORKING: "Engineers: complete the work and get the client's release",
    Status.INVOICED: "{who}: see that the invoice is paid",
    Status.PAID: "Nothing: paid",
    Status.CANCELLED: "Nothing: cancelled",
}


def next_step_sentence(case: Case, flags: Sequence[Flag], settled: bool) -> str:
    """Who does what, by when. A BLOCK flag that holds the next status comes first: it is what to do."""
    who = case.row.coordinator.value or "Coordinator"
    who = " ".join(who.split())
    if settled:
        return f"Nothing: settled by hand{', paid' if case.status is Status.PAID else ''}"
    to_bill = case.status in DONE or (case.status is Status.CANCELLED and case.row.other_charges.filled)
    if case.status is Status.PAID or (case.status is Status.CANCELLED and not to_bill):
        return _TODO[case.status]
    target = following(case, case.status)
    blocks = [flag for flag in flags if flag.holds is not None and place(flag.holds) <= place(target)]
    if blocks:
        more = f" (and {len(blocks) - 1} more)" if len(blocks) > 1 else ""
        return f"{who}: {blocks[0].message}{more}"
    if to_bill:
        return f"{who}: {_to_bill(case)}"
    if case.status is Status.APPROVED and target is Status.TRAVEL_BOOKED:
        return f"{who}: book the travel, and write {OrderRow.travel_booked_at.header}"
    return _TODO[case.status].format_map(_words(case, who))


def _to_bill(case: Case) -> str:
    """What an order that could be invoiced still waits for, where no flag says it."""
    if awaits_ok(case):
        return f"check the charges and write a name in {OrderRow.invoice_ok_by.header}"
    if case.memory and case.memory.credited:
        return f"change what is charged: {case.memory.credited} was credited, and the same is not invoiced again"
    hours = (case.row.reserved_hours, OrderRow.reserved_hours), (case.row.engineers_needed, OrderRow.engineers_needed)
    times = [] if case.service_date else [OrderRow.completed_at.header]
    lacking = [column.header for cell, column in hours if cell.unreadable] + times or [OrderRow.reserved_hours.header]
    return f"write what the invoice needs in {', '.join(lacking)}"


def _words(case: Case, who: str) -> dict[str, object]:
    start = case.row.planned_start.value
    deadline = shifted(start, -case.office.settings.approval_deadline_h) if start else None
    return {
        "who": who,
        "count": case.row.engineers_needed.value or 1,
        "by": f" by {local(deadline, case.zone)}" if deadline else "",
        "start": f"{local(start, case.zone)} ({case.zone.key})" if start else "the planned start",
    }


def needs_somebody(flags: Sequence[Flag], status: Status) -> bool:
    """Whether a person has to act on an order today: for the Dashboard."""
    return any(flag.severity is not Severity.INFO for flag in flags) and status is not Status.PAID
