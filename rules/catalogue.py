"""Every rule of the contract's section 3, in its order: the one place where a code is spelled.

What a rule looks at stands in `rules/checks/`, what it says in `rules/sentences.py`; when it speaks,
how heavy it weighs and what it holds back stands here. `onsite rules` and the README's table are
made from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rules.words import Severity, Status


class Window(Enum):
    """At which statuses a rule speaks (contract, section 3, "When flags speak")."""

    PLANNING = "until On site or No-show"
    BILLING = "from Ready until Invoiced"
    DONE = "from Completed or No-show until Invoiced"
    UNBILLED = "until Invoiced"
    OPEN = "until Paid or Cancelled"
    EVER = "always"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: code, severity, the status it holds back, its item of the instructions, its cause."""

    code: str
    severity: Severity
    holds: Status | None
    item: str
    when: str
    window: Window
    waivable: bool = True

    @property
    def weight(self) -> str:
        """Severity and what is held back, as the contract writes it: `BLOCK Ready`."""
        held = _HELD.get(self.code) or self.holds
        return f"{self.severity} {held}" if held else str(self.severity)


_HELD = {"step-skipped": "the step skipped", "evidence-removed": "the next status"}
"""What is held back where that depends on the order."""


BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO
READY, OFFERED, SHARED, ON_SITE = Status.READY, Status.OFFERED, Status.CONTACTS_SHARED, Status.ON_SITE
COMPLETED, INVOICED, PAID = Status.COMPLETED, Status.INVOICED, Status.PAID
PLANNING, BILLING, DONE = Window.PLANNING, Window.BILLING, Window.DONE
UNBILLED, OPEN, EVER = Window.UNBILLED, Window.OPEN, Window.EVER
NEVER = False

_TABLE: tuple[Rule, ...] = (
    Rule("client-missing", BLOCK, READY, "0", "Client is blank", PLANNING, NEVER),
    Rule("client-unknown", BLOCK, READY, "0", "no such client in Clients", PLANNING, NEVER),
    Rule("terms-not-agreed", BLOCK, READY, "0", "urgent, and Terms agreed on is blank or after the day of receipt", PLANNING, NEVER),
    Rule("sla-not-assured", INFO, None, "0", "urgent, and no retainer with an SLA response covers the day of receipt", PLANNING),
    Rule("order-contact-missing", BLOCK, READY, "1", "Order email is blank", PLANNING),
    Rule("planned-start-missing", BLOCK, READY, "1.1", "Planned start is blank", PLANNING, NEVER),
    Rule("planned-start-unreadable", BLOCK, READY, "1.1", "not a date with a time, or ambiguous, or skipped by daylight saving", PLANNING, NEVER),
    Rule("planned-start-past", BLOCK, READY, "1.1", "not after Received at", PLANNING, NEVER),
    Rule("lead-time-short", WARN, None, "1.1", "urgent", PLANNING),
    Rule("urgent-call-missing", BLOCK, READY, "1.1, 2", "urgent, and Urgent call at is blank", PLANNING),
    Rule("hours-defaulted", INFO, None, "1.2", "Reserved hours blank: Default hours and Grace hours apply", PLANNING),
    Rule("hours-below-minimum", WARN, None, "1.2", "less than Minimum hours: charged as that", PLANNING),
    Rule("hours-invalid", BLOCK, READY, "1.2", "not a number, or not above 0", PLANNING, NEVER),
    Rule("site-contact-missing", BLOCK, READY, "1.3.1", "a site has no contact name or no phone", PLANNING),
    Rule("phone-country-code", BLOCK, READY, "1.3", "an Order, PM or site phone without + and country code", PLANNING),
    Rule("phone-invalid", BLOCK, READY, "1.3", "with +, but not a valid number", PLANNING),
    Rule("email-invalid", BLOCK, READY, "1.3", "an Order, PM or site email that is not an address", PLANNING),
    Rule("second-channel-missing", WARN, None, "1.3", "a site with a contact name or phone has neither email nor chat", PLANNING),
    Rule("chat-unreadable", WARN, None, "1.3", "not LINE:, Skype: or WhatsApp: and an id", PLANNING),
    Rule("pm-contact-missing", WARN, None, "1.3.2", "no PM contact or no PM phone", PLANNING),
    Rule("assistance-missing", BLOCK, READY, "1.3.2", "Entry level, no PM contact with phone, and no Instruction documents", PLANNING),
    Rule("language-missing", BLOCK, READY, "1.4", "Language is blank", PLANNING, NEVER),
    Rule("language-unsupported", BLOCK, READY, "1.4", "anything but English and/or Japanese", PLANNING, NEVER),
    Rule("address-missing", BLOCK, READY, "1.5", "a site has no address", PLANNING),
    Rule("map-link-missing", WARN, None, "1.5", "Map link is blank", PLANNING),
    Rule("map-link-invalid", WARN, None, "1.5", "not an https link on a Google Maps host", PLANNING),
    Rule("floor-missing", WARN, None, "1.5", "Floor is blank", PLANNING),
    Rule("entry-instructions-missing", WARN, None, "1.5", "Entry instructions is blank", PLANNING),
    Rule("items-missing", INFO, None, "1.6", "Items to bring blank: the standard kit goes", PLANNING),
    Rule("items-not-standard", WARN, None, "1.6", "items that are not in Standard items", PLANNING),
    Rule("work-description-missing", BLOCK, READY, "1.8", "Work description is blank", PLANNING),
    Rule("hardware-missing", WARN, None, "1.8", "Target hardware is blank", PLANNING),
    Rule("skill-defaulted", INFO, None, "1.9", "Skill level blank: Entry", PLANNING),
    Rule("skill-unknown", BLOCK, READY, "1.9", "none of the levels", PLANNING, NEVER),
    Rule("engineers-defaulted", INFO, None, "1.9", "Engineers needed blank: 1", PLANNING),
    Rule("engineers-invalid", BLOCK, READY, "1.9", "not a whole number of at least 1", PLANNING, NEVER),
    Rule("cell-unreadable", BLOCK, READY, "–", "any other date, number, yes/no or Time zone cell that can't be read", OPEN, NEVER),
    Rule("duplicate-order", WARN, None, "–", "another open order of the client has the same reference, or the same place and start", OPEN),
    Rule("order-id-duplicate", BLOCK, READY, "–", "the Order ID stands in another row too", EVER, NEVER),
    Rule("no-candidate", WARN, None, "3", "Ready, nobody assigned, and no engineer could go", PLANNING),
    Rule("engineer-unknown", BLOCK, OFFERED, "3", "an assigned name is not in Engineers or not active", PLANNING),
    Rule("engineers-too-few", BLOCK, OFFERED, "3", "fewer assigned than needed", PLANNING),
    Rule("engineer-double-booked", BLOCK, OFFERED, "3", "assigned to an overlapping open order, or unavailable then", PLANNING),
    Rule("engineer-underqualified", WARN, None, "3", "no assigned engineer has the level asked for", PLANNING),
    Rule("engineer-language", WARN, None, "3", "the assigned engineers together don't cover the languages", PLANNING),
    Rule("photo-id-not-sent", BLOCK, SHARED, "5", "Contacts shared at filled, Photo ID needed, Photo ID sent at blank", PLANNING),
    Rule("paperwork-not-sent", BLOCK, SHARED, "5", "Contacts shared at and Paperwork filled, Paperwork sent at blank", PLANNING),
    Rule("step-skipped", BLOCK, None, "–", "a later step has its time and this one hasn't; holds back the step skipped", OPEN),
    Rule("visit-without-approval", BLOCK, ON_SITE, "6", "Arrived at filled, Approved at blank", OPEN, NEVER),
    Rule("approval-overdue", WARN, None, "6", "Offered or later, not yet Approved, and Approval deadline reached", PLANNING),
    Rule("visit-late", WARN, None, "8", "Approved or later, planned start passed, not arrived and no no-show", OPEN),
    Rule("sla-at-risk", WARN, None, "6", "the warning share of the time to SLA due is gone, not arrived", OPEN),
    Rule("sla-breached", WARN, None, "6", "arrived after SLA due, or SLA due passed without arrival", OPEN),
    Rule("arrival-not-notified", BLOCK, ON_SITE, "9", "Arrived at filled, Arrival notified at blank", OPEN),
    Rule("release-not-approved", BLOCK, COMPLETED, "11", "Completed at filled, Release approved by blank", OPEN),
    Rule("dates-out-of-order", WARN, None, "–", "a step's time is before the last filled one ahead of it", OPEN),
    Rule("date-in-future", WARN, None, "–", "any H time but Planned start lies after now", OPEN),
    Rule("evidence-removed", BLOCK, None, "–", "the cell by which the status was reached is now blank; holds back the next status", OPEN),
    Rule("changed-after-confirmation", WARN, None, "4", "start, hours, place or engineers differ from what was confirmed", PLANNING),
    Rule("no-show-before-approval", BLOCK, INVOICED, "6", "No-show at filled, and Approved at blank or after it", UNBILLED, NEVER),
    Rule("no-show-and-completed", BLOCK, INVOICED, "–", "No-show at and Completed at both filled", DONE, NEVER),
    Rule("visit-too-long", BLOCK, INVOICED, "11", "Completed at is more than Longest visit after Arrived at", DONE),
    Rule("cancelled-late", WARN, None, "–", "Cancelled at filled, and Approved at filled and not after it", EVER),
    Rule("rate-missing", BLOCK, INVOICED, "12", "no row with both rates for client, level and currency on the planned day", BILLING, NEVER),
    Rule("billing-missing", BLOCK, INVOICED, "12", "Billing name or Billing address blank, or no Currency", BILLING, NEVER),
    Rule("seller-missing", BLOCK, INVOICED, "12", "setting Company name or Company address blank", BILLING, NEVER),
    Rule("tax-unclassified", BLOCK, INVOICED, "12", "the order's Tax, else the client's, is blank or none of the three", BILLING, NEVER),
    Rule("travel-cost-missing", BLOCK, INVOICED, "7", "Travel needed yes, Travel cost blank", DONE, NEVER),
    Rule("exchange-rate-missing", BLOCK, INVOICED, "12", "standard tax, a foreign currency, and no rate on the day of issue", DONE, NEVER),
    Rule("engineer-email", BLOCK, INVOICED, "12", "the invoice would hold an engineer's e-mail address", DONE, NEVER),
    Rule("total-negative", BLOCK, INVOICED, "12", "Other charges bring the total below 0", DONE, NEVER),
    Rule("paid-without-invoice", BLOCK, PAID, "12", "Paid at filled, no invoice issued, and not settled by hand", OPEN, NEVER),
    Rule("payment-overdue", WARN, None, "12", "Invoiced by the job, Due on passed, Paid at blank", OPEN),
    Rule("invoice-outdated", WARN, None, "12", "what would be charged now differs from the invoice issued", EVER),
    Rule("waiver-unreadable", WARN, None, "–", "a waiver without a reason, or of a code that doesn't exist", EVER),
    Rule("waiver-refused", WARN, None, "–", "a waiver of a code not to be waived", EVER),
)  # fmt: skip

CATALOGUE: dict[str, Rule] = {rule.code: rule for rule in _TABLE}
"""Rules by code, in the order of the contract."""

POSITION: dict[str, int] = {code: place for place, code in enumerate(CATALOGUE)}
