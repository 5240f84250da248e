"""Next step: one sentence, who does what, by when (contract, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rules.advance import awaits_ok, invoice_wanted
from rules.case import Case
from rules.columns import ClientRow, OrderRow
from rules.flags import Flag
from rules.lifecycle import BEFORE_VISIT, DONE, following, place
from rules.moments import local, shifted
from rules.visit import address
from rules.words import Status

_TODO: Mapping[Status, str] = {
    Status.NEEDS_INFO: "ask the client for what is missing{by}",
    Status.READY: "assign {count} engineer(s) and send their availability{by}",
    Status.OFFERED: "confirm the visit with every site{by}",
    Status.SITE_CONFIRMED: "share the contacts of engineers and site{by}",
    Status.CONTACTS_SHARED: "get the client's approval{by}",
    Status.APPROVED: "see that the engineers arrive by {start}",
    Status.TRAVEL_BOOKED: "see that the engineers arrive by {start}",
    Status.ON_SITE: "have the engineers start, and write Work started at",
    Status.WORKING: "when the work is done, write Completed at and who lets the team leave",
    Status.INVOICED: "see that the invoice is paid{due}",
}
_BY_HAND = "send the invoice, which has no {address} to go to, write {sent}, and see that it is paid{due}"


def next_step_sentence(case: Case, flags: Sequence[Flag], settled: bool, due: date | None = None) -> str:
    """Who does what, by when. A BLOCK flag that holds the next status comes first: it is what to do.

    `due`: until when the invoice that stands is to be paid.
    """
    billing = to_bill(case.status, case.row)
    if case.status is Status.PAID or (case.status is Status.CANCELLED and not billing):
        return f"Nothing: {'settled by hand, ' if settled else ''}{case.status.lower()}"
    return f"{_who(case.row)}: {_trouble(case)}{_what(case, flags, settled, billing, due)}"


def to_bill(status: Status, row: OrderRow) -> bool:
    """Whether there is something to invoice that is not invoiced: of a cancelled order, its Other charges."""
    return status in DONE or (status is Status.CANCELLED and row.other_charges.filled)


def after_credit(row: OrderRow, number: str) -> str:
    """What stands there from the credit of an invoice until the next run has looked at its order."""
    return f"{_who(row)}: {number} was credited; run `onsite sync`, which looks at the order anew"


def _who(row: OrderRow) -> str:
    return " ".join((row.coordinator.value or "Coordinator").split())


def _what(case: Case, flags: Sequence[Flag], settled: bool, billing: bool, due: date | None) -> str:
    if settled:
        return "settled by hand; see that it is paid"
    target, words = following(case, case.status), _words(case, due)
    blocks = [flag for flag in flags if flag.holds is not None and place(flag.holds) <= place(target)]
    if blocks:
        more = f" (and {len(blocks) - 1} more)" if len(blocks) > 1 else ""
        return f"{blocks[0].message}{more}{words['by'] if case.status in BEFORE_VISIT else ''}"
    if billing:
        return _to_bill(case)
    if target is Status.TRAVEL_BOOKED:
        return "book the travel, and write {at}{by}".format(at=OrderRow.travel_booked_at.header, **words)
    if case.status is Status.INVOICED and _unsent(case):
        return _BY_HAND.format(address=ClientRow.billing_email.header, sent=OrderRow.invoice_sent_at.header, **words)
    return _TODO[case.status].format_map(words)


def _unsent(case: Case) -> bool:
    """Whether the job can send the invoice to nobody, and nobody wrote that a person did."""
    client = case.client
    return client is not None and not address(client.billing_email) and case.row.invoice_sent_at.blank


def _trouble(case: Case) -> str:
    """Mail that was refused or may be lost, where the order stands as it did then."""
    memory = case.memory
    told = memory.told if memory and memory.status is case.status else None
    return f"{told.trouble}; " if told and told.trouble else ""


def _to_bill(case: Case) -> str:
    """What an order that could be invoiced still waits for, where no flag says it."""
    if awaits_ok(case):
        return f"check the charges and write a name in {OrderRow.invoice_ok_by.header}"
    if case.office.ledger_damage and invoice_wanted(case):
        return f"put the ledger right, before that no invoice is issued: {case.office.ledger_damage}"
    if case.memory and case.memory.credited:
        return f"change what is charged: {case.memory.credited} was credited, and the same is not invoiced again"
    hours = (case.row.reserved_hours, OrderRow.reserved_hours), (case.row.engineers_needed, OrderRow.engineers_needed)
    times = [] if case.service_date else [OrderRow.completed_at.header]
    lacking = [column.header for cell, column in hours if cell.unreadable] + times or [OrderRow.reserved_hours.header]
    return f"write what the invoice needs in {', '.join(lacking)}"


def _words(case: Case, due: date | None) -> dict[str, str]:
    start = case.row.planned_start.value
    deadline = shifted(start, -case.office.settings.approval_deadline_h) if start else None
    return {
        "count": str(case.row.engineers_needed.value or 1),
        "by": f" by {local(deadline, case.zone)}" if deadline else "",
        "start": f"{local(start, case.zone)} ({case.zone.key})" if start else "the planned start",
        "due": f" by {due}" if due else "",
    }
