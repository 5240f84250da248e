"""What flags say, in English: one sentence a code, that quotes the value and says what to write instead.

`{at}` is the column with its site, `{value}` the cell as typed; other gaps are filled by the check.
A key `code/variant` is a second sentence of a code, `code/blank` the one for a cell without a value. Texts of people only ever fill gaps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "client-missing": "Client is blank; write the name as it stands in the tab Clients",
    "client-unknown": 'Client "{value}" is not in the tab Clients; write the name as it stands there, or add the client',
    "terms-not-agreed": 'Client "{value}" has no Terms agreed on, and urgent orders need them by the day of receipt; agree terms and fill in the date in Clients',
    "terms-not-agreed/late": 'Client "{value}" agreed terms on {agreed}, after the day of receipt {day}; urgent orders need them by then; write the right date in Clients, or decline',
    "sla-not-assured": 'no retainer of "{value}" with an SLA response covers {day}: no SLA is assured',
    "order-contact-missing": "Order email is blank; write the address that the order came from",
    "planned-start-missing": "Planned start is blank; write date and time at the site, such as 2026-12-01 09:00",
    "planned-start-unreadable": 'Planned start "{value}" can\'t be read; {hint}',
    "planned-start-past": 'Planned start "{value}" is not after Received at ({received}); write the right one of the two',
    "lead-time-short": 'Planned start "{value}" is less than {limit} h after Received at: urgent; make sure that the client has phoned',
    "urgent-call-missing": "the order is urgent and Urgent call at is blank; have the client phone, and write when they did",
    "hours-defaulted": "Reserved hours is blank: {hours} h are reserved, with {grace} h of grace",
    "hours-below-minimum": 'Reserved hours "{value}" is below the minimum: charged as {minimum} h; tell the client, or write more',
    "hours-invalid": 'Reserved hours "{value}" is not a number above 0; write hours such as 2 or 2.5',
    "site-contact-missing": "{at} is blank; write name and phone of the end customer there",
    "phone-country-code": '{at} "{value}" has no country code; write it with + and country code',
    "phone-country-code/hint": '{at} "{value}" has no country code; write {hint}',
    "phone-invalid/hint": '{at} "{value}" is not a valid number; write {hint}',
    "phone-invalid": '{at} "{value}" is not a valid number; check the digits after the country code',
    "email-invalid": '{at} "{value}" is not one e-mail address; write it as name@example.com',
    "second-channel-missing": "the contact{of_site} has neither Site email nor Site chat; write one of them",
    "chat-unreadable": '{at} "{value}" can\'t be read; write LINE: id, Skype: id or WhatsApp: id',
    "pm-contact-missing": "{at} is blank; write name and phone of the ordering company's engineer",
    "assistance-missing": "an Entry engineer needs assistance: write PM contact and PM phone, or give Instruction documents",
    "language-missing": "Language is blank; write English, Japanese or both",
    "language-unsupported": 'Language "{value}" can\'t be served; write English, Japanese or both',
    "address-missing": "{at} is blank; write the address as Google Maps shows it",
    "map-link-missing": "{at} is blank; write the link that Google Maps gives under Share",
    "map-link-invalid": '{at} "{value}" is not an https link of Google Maps; write the link that Google Maps gives under Share',
    "floor-missing": "{at} is blank; write the floor",
    "entry-instructions-missing": "{at} is blank; write how to get into the room",
    "items-missing": "Items to bring is blank: the standard kit goes",
    "items-not-standard": 'not in Standard items: "{value}"; make sure that somebody provides them',
    "work-description-missing": "Work description is blank; write what is to be done",
    "hardware-missing": "Target hardware is blank; write what is to be worked on",
    "skill-defaulted": "Skill level is blank: Entry",
    "skill-unknown": 'Skill level "{value}" is unknown; write Entry, Senior or Specialist',
    "engineers-defaulted": "Engineers needed is blank: 1",
    "engineers-invalid": 'Engineers needed "{value}" is not a whole number of at least 1; write one',
    "cell-unreadable": '{at} "{value}" can\'t be read; {hint}',
    "duplicate-order": '{what} "{value}" is the same as in {others}; delete or cancel one of them, or waive this flag',
    "order-id-duplicate": 'Order ID "{value}" stands in row {rows} too; clear the cell in the copy, which then gets its own',
    "no-candidate": "no engineer has the level and languages and is free then; change the time or the request, or find somebody",
    "engineer-unknown": 'Assigned engineer "{value}" is not in the tab Engineers; write the name as it stands there',
    "engineer-unknown/inactive": 'Assigned engineer "{value}" is not active; assign another, or set Active to yes in Engineers',
    "engineers-too-few": 'Assigned engineers "{value}" are {count} where {needed} are needed; assign more, or change Engineers needed',
    "engineers-too-few/blank": "nobody is assigned where {needed} are needed, but Availability sent at is filled; write who goes in Assigned engineers",
    "engineer-double-booked": '"{value}" is assigned to {others} at the same time; assign another engineer to one of them',
    "engineer-double-booked/absent": '"{value}" is unavailable {when}; assign another engineer',
    "engineer-underqualified": 'none of "{value}" has level {level}; assign somebody who has',
    "engineer-language": 'none of "{value}" speaks {lacking}; assign somebody who does',
    "photo-id-not-sent": "contacts were shared and Photo ID is needed, but Photo ID sent at is blank; send it and write when",
    "paperwork-not-sent": 'contacts were shared and Paperwork "{value}" is asked for, but Paperwork sent at is blank; send it and write when',
    "step-skipped": "{at} is blank, but {later} is filled; write when it was done, or waive this flag",
    "visit-without-approval": 'Approved at is blank, but Arrived at is "{value}"; write when the order was approved',
    "approval-overdue": "the order should be Approved by {deadline}, and the visit is planned for {start}; ask the client, or mend what holds it back",
    "visit-late": "the visit was planned for {start} and nobody has arrived; call the engineer, and write Arrived at or No-show at",
    "sla-at-risk": "SLA due {due}, and nobody has arrived; call the engineer",
    "sla-breached": "SLA due {due} has passed and nobody has arrived; call the client and the engineer",
    "sla-breached/arrived": "arrived {value}, after SLA due {due}",
    "arrival-not-notified": 'arrived "{value}", but Arrival notified at is blank; tell the client and write when',
    "release-not-approved": 'completed "{value}", but Release approved by is blank; ask the client and write who let the team leave',
    "dates-out-of-order": '{at} "{value}" is before {before} ({time}); write the right one of the two',
    "date-in-future": '{at} "{value}" lies in the future and proves nothing until then; write when it happened',
    "evidence-removed": "{at} was filled when the order got to {status} and is now blank; fill it in again, or waive this flag if it was a mistake",
    "changed-after-confirmation": "{at} was {before} when the site confirmed and is now {after}; confirm again and write the new Site confirmed at",
    "no-show-before-approval": 'No-show at "{value}" is not after an Approved at: nothing may be charged; write the right times, or cancel the order',
    "no-show-and-completed": 'No-show at "{value}" and Completed at "{completed}" are both filled; clear the wrong one',
    "visit-too-long": 'Completed at "{value}" is more than {longest} h after Arrived at ({arrived}); write the right one, or waive this flag',
    "cancelled-late": 'cancelled "{value}", after the approval ({approved}); decide what is charged, and write it in Other charges',
    "rate-missing": 'no rate for "{client}", {level}, {currency} on {day}; add a row with both rates in Rates, or mend the one that has Flags there',
    "billing-missing": 'client "{client}" lacks {missing}; fill it in in Clients',
    "billing-missing/order": '{at} "{value}" of the order is no currency; write a code such as JPY, or nothing where the client\'s applies',
    "seller-missing": "the setting {at} is blank; fill it in in Settings",
    "tax-unclassified": 'Tax of client "{client}" is "{value}"; write standard, export-exempt or out-of-scope',
    "tax-unclassified/order": '{at} "{value}" is no tax class; write standard, export-exempt or out-of-scope, or nothing where the client\'s applies',
    "tax-unclassified/blank": 'Tax of client "{client}" is blank; write standard, export-exempt or out-of-scope',
    "travel-cost-missing": "Travel needed is yes and Travel cost is blank; write the cost (0 where there was none)",
    "exchange-rate-missing": "no exchange rate of {currency} to {home} is valid on {day}; add a row in Exchange rates",
    "engineer-email": 'the invoice would hold the engineer\'s address "{value}" ({place}); take it out there',
    "total-negative": 'Other charges "{value}" bring the total to {total}; write smaller discounts',
    "total-negative/blank": "the total is {total} though Other charges is blank; write a Travel cost that is not below 0",
    "paid-without-invoice": 'Paid at is "{value}", but no invoice was issued; clear it, or fill in Invoice sent at where it was billed elsewhere',
    "payment-overdue": "{number} was due on {due} and Paid at is blank; ask the client, or write when it was paid",
    "invoice-outdated": "{value} was issued over {then}; now {now} would be charged (difference {gap}); credit it to invoice anew",
    "waiver-unreadable": 'waiver "{value}" names no code of the list; write code: reason',
    "waiver-unreadable/reason": 'waiver "{value}" has no reason; write {code}: reason',
    "waiver-refused": 'waiver "{value}": {code} can\'t be waived; mend its cause',
    "site-orphan": 'Order ID "{value}" belongs to no order; write the Order ID or the Client reference of one',
    "site-orphan/blank": "Order ID is blank: this place belongs to no order; write the Order ID or the Client reference of one",
    "name-duplicate": '{at} "{value}" stands in row {rows} too; the uppermost counts: delete or rename the others',
}  # fmt: skip


def sentence(
    code: str, variant: str, header: str | None, value: str | None, site: int | None, words: Mapping[str, str]
) -> str:
    """The message of a flag, on one line. Whatever came from a cell is quoted harmlessly, and cut where it is very long."""
    of_site = f" of site {site}" if site is not None and site > 1 else ""
    said = {name: quotable(word, 400) for name, word in words.items()}
    gaps = {**said, "at": f"{header}{of_site}", "of_site": of_site, "value": quotable(value or "")}
    key = f"{code}/{variant or 'blank'}"
    return ENGLISH[key if variant or (value is None and key in ENGLISH) else code].format_map(gaps)


def quotable(text: str, longest: int = 120) -> str:
    """A cell's text for quoting: on one line, without marks that nobody sees, at most so many characters."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""Controls, line ends and marks that turn the direction of what follows: they would change how the rest is read."""
