"""Moves one order as far as its evidence reaches (contract, section 4)."""

from __future__ import annotations

from rules.billing import draft
from rules.case import Case
from rules.charging import charges_of
from rules.columns import OrderRow
from rules.flags import Flag
from rules.invoice import Invoice
from rules.lifecycle import NO_SHOW_FROM, before_removal, done, evidence, next_step, place, removed, seen_before
from rules.speaking import Speaker
from rules.verdict import Move
from rules.words import Status


class Course:
    """The way of one order in this run: where it stands, how it came there, and what flags say there."""

    def __init__(self, case: Case) -> None:
        memory = case.memory
        self.case = case
        self.moves: list[Move] = []
        self.walked = {case.status}
        self.kept = set(seen_before(case))
        self.settled = bool(memory and memory.settled)
        self.invoice: Invoice | None = None
        self.stands: Invoice | None = None
        """The invoice that it has, though its memory is older: it never gets a second one."""
        self.withheld = False
        """It could be invoiced, but for a ledger that people damaged."""
        self.speaker = Speaker(self.settled)

    @property
    def status(self) -> Status:
        return self.case.status

    def flags(self) -> tuple[Flag, ...]:
        """The flags that speak where the order stands."""
        return self.speaker.flags(self.case)

    def go(self, status: Status, why: str, before_cancel: Status | None = None) -> None:
        """Take one step and note it."""
        if self.status is Status.NO_SHOW and status is Status.COMPLETED:
            self._turn_back()
        self.moves.append(Move(self.case.status, status, why))
        self.case = self.case.reached(status, before_cancel)
        self.walked.add(status)

    def _turn_back(self) -> None:
        """Completed after all: No-show at is not what the order got there by, and may be cleared."""
        self.walked.discard(Status.NO_SHOW)
        self.kept.discard(OrderRow.no_show_at.key)

    def held(self, target: Status) -> bool:
        """Whether a BLOCK flag holds the order back from a status: it or an earlier one is what the flag names."""
        return any(place(holds) <= place(target) for _, holds in self.speaker.blocks(self.case))

    def held_from_no_show(self) -> bool:
        """As `held`; but what holds back On site, or a step that a no-show never comes to, doesn't count."""
        return any(
            place(holds) < place(Status.ON_SITE) or (flag.code == "evidence-removed" and holds is not Status.ON_SITE)
            for flag, holds in self.speaker.blocks(self.case)
        )

    def run(self) -> None:
        """Advance as far as evidence reaches. Neither of two rows with one Order ID moves."""
        if self.case.order.id_twice:
            return
        if self._settle():
            self._pay()
            return
        self._reopen()
        self._correct()
        if self.status is not Status.CANCELLED:
            self._walk()
            self._cancel()
        self._invoice()
        self._pay()

    def _correct(self) -> None:
        """A waived evidence-removed is a correction: back to where the evidence gets the order."""
        open_still = place(self.status) < place(Status.INVOICED) and self.status is not Status.CANCELLED
        if open_still and "evidence-removed" in self.case.waived and any(removed(self.case)):
            before, start, moves = self.status, before_removal(self.case), list(self.moves)
            self.case = self.case.reached(start, None, corrected=True)
            self.walked, self.speaker = {start}, Speaker(self.settled)
            self.kept &= evidence(self.case, [status for status in Status if place(status) <= place(start)]).keys()
            self._walk()
            moved = self.status is not before
            self.moves = moves + [Move(before, self.status, "evidence-removed was waived: a correction")] * moved

    def seen(self) -> tuple[str, ...]:
        """Keys of the cells by which the order got where it is. Cells seen once stay among them until a correction."""
        confirmed = {Status.SITE_CONFIRMED} if OrderRow.site_confirmed_at.key in self.kept else set[Status]()
        cells = evidence(self.case, self.walked | confirmed)
        return tuple(sorted(self.kept | {key for key, cell in cells.items() if cell.filled}))

    def _settle(self) -> bool:
        """Settled by hand: whatever else it lacks, it is Invoiced without an invoice of the job."""
        if not self.settled and settled_by_hand(self.case):
            self.settled = self.speaker.settled = True
            self.go(Status.INVOICED, "settled by hand", None)
        return self.settled

    def _reopen(self) -> None:
        """Cancelled at cleared: the status before it is put back."""
        if self.status is Status.CANCELLED and self.case.proven(OrderRow.cancelled_at) is None:
            self.go(self.case.before_cancel or Status.NEEDS_INFO, "Cancelled at was cleared", None)

    def _walk(self) -> None:
        """From Needs info to Completed or No-show, step by step."""
        while True:
            target, why = self._next()
            if target is None:
                return
            self.go(target, why)

    def _next(self) -> tuple[Status | None, str]:
        case, status = self.case, self.status
        if status is Status.NO_SHOW and case.proven(OrderRow.completed_at):
            return Status.COMPLETED, "Completed at is filled beside No-show at"
        if place(status) >= place(Status.COMPLETED):
            return None, ""
        if status is Status.NEEDS_INFO:
            return (None, "") if self.held(Status.READY) else (Status.READY, "nothing is missing")
        step = next_step(case, status)
        if step and done(step, case) and not self.held(step.status):
            return step.status, f"{step.time.header} is filled"
        cancelled = case.proven(OrderRow.cancelled_at) and place(status) < place(Status.ON_SITE)
        no_show = status in NO_SHOW_FROM and case.proven(OrderRow.no_show_at) and not cancelled
        if no_show and not self.held_from_no_show():
            return Status.NO_SHOW, "No-show at is filled"
        return None, ""

    def _cancel(self) -> None:
        """Before On site, Cancelled at ends the order, whatever flags there are."""
        if place(self.status) < place(Status.ON_SITE) and self.case.proven(OrderRow.cancelled_at):
            self.go(Status.CANCELLED, "Cancelled at is filled", self.status)

    def _invoice(self) -> None:
        if self.status not in (Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED):
            return
        if stands := self.case.office.invoice_of(self.case.order):
            self.stands = stands
            self.go(Status.INVOICED, f"{stands.number} was issued for it", self.case.before_cancel)
        elif invoice_wanted(self.case) and not self.held(Status.INVOICED):
            if self.case.office.ledger_damage:
                self.withheld = True
                return
            self.invoice = draft(self.case)
            self.go(Status.INVOICED, "nothing holds the invoice back", self.case.before_cancel)

    def _pay(self) -> None:
        if self.status is Status.INVOICED and self.case.proven(OrderRow.paid_at) and not self.held(Status.PAID):
            self.go(Status.PAID, "Paid at is filled", self.case.before_cancel)


def settled_by_hand(case: Case) -> bool:
    """An order that the job never invoiced and that was billed elsewhere (contract, section 4)."""
    memory = case.memory
    if (memory and (memory.invoice_no or memory.credited)) or case.office.invoice_of(case.order):
        return False
    first_seen = case.office.first_run and memory is None
    if case.proven(OrderRow.invoice_sent_at) or (first_seen and case.proven(OrderRow.paid_at)):
        return True
    since, served = case.office.settings.invoice_work_from, case.day_of(case.visited)
    return bool(since and served and served < since)


def awaits_ok(case: Case) -> bool:
    """Whether a person has to release the invoice first (setting Invoice needs OK)."""
    return case.office.settings.invoice_needs_ok and case.row.invoice_ok_by.blank


def invoice_wanted(case: Case) -> bool:
    """Whether there is something to invoice that was not invoiced already, and that may be computed."""
    if case.status is Status.CANCELLED and case.row.other_charges.blank:
        return False
    charges = charges_of(case)
    if charges is None or awaits_ok(case):
        return False
    credited = case.office.issued.get(case.memory.credited) if case.memory and case.memory.credited else None
    return credited is None or charges.substance != credited.substance
