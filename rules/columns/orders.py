"""The tabs of orders and their places."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rules import cells as kinds
from rules.columns.table import H, Heading, J, Row, column


class OrderRow(Row):
    """Orders: one row per order."""

    title = "Orders"

    order_id = column("job", "Order ID", kinds.CODE, J, "Given by the job; never reused, never moved")
    status = column("job", "Status", kinds.TEXT, J, "Where the evidence has got the order")
    next_step = column("job", "Next step", kinds.TEXT, J, "Who does what, by when")
    flags = column("job", "Flags", kinds.TEXT, J, "What is missing, late or assumed; most severe first")
    sla_due = column("job", "SLA due", kinds.MOMENT, J, "When the engineer has to be there; blank: no SLA")
    lead_time_h = column("job", "Lead time (h)", kinds.NUMBER, J, "Planned start minus received")
    candidates = column("job", "Candidates", kinds.TEXT, J, "Engineers who could go, best first")
    billable_h = column("job", "Billable (h)", kinds.NUMBER, J, "Hours times engineers that are charged")
    invoice_no = column("job", "Invoice no.", kinds.CODE, J, "Blank until issued")

    received_at = column("order", "Received at", kinds.MOMENT, H, "Blank: the job fills in now")
    source = column("order", "Source", kinds.TEXT, J, "Blank: typed; form ...: taken in from the form")
    client = column("order", "Client", kinds.NAME, H, "Name as in the tab Clients")
    client_reference = column("order", "Client reference", kinds.CODE, H, "The client's own ticket number")
    billing_reference = column("order", "Billing reference", kinds.CODE, H, "The purchase order to bill")
    coordinator = column("order", "Coordinator", kinds.TEXT, H, "Who of us looks after it")
    ordered_by = column("order", "Ordered by", kinds.TEXT)
    order_email = column("order", "Order email", kinds.EMAIL)
    order_phone = column("order", "Order phone", kinds.PHONE, H, "With + and country code")

    planned_start = column("work", "Planned start", kinds.START, H, "Date and time at the site")
    time_zone = column("work", "Time zone", kinds.ZONE, H, "IANA name; blank: the register's")
    reserved_hours = column("work", "Reserved hours", kinds.NUMBER, H, "Blank: the default and an hour of grace")
    language = column("work", "Language", kinds.LANGUAGES, H, "English, Japanese, or both")
    skill_level = column("work", "Skill level", kinds.LEVEL, H, "Entry, Senior or Specialist; blank: Entry")
    engineers_needed = column("work", "Engineers needed", kinds.WHOLE, H, "Blank: 1")
    work_description = column("work", "Work description", kinds.TEXT)
    target_hardware = column("work", "Target hardware", kinds.TEXT)
    work_sequence = column("work", "Work sequence", kinds.TEXT)
    confirmations = column("work", "Confirmations", kinds.TEXT)
    instruction_documents = column("work", "Instruction documents", kinds.TEXT, H, "Link or file name")
    items_to_bring = column("work", "Items to bring", kinds.ITEMS)
    paperwork = column("work", "Paperwork", kinds.ITEMS)

    pm_contact = column("contacts", "PM contact", kinds.TEXT, H, "The ordering company's engineer")
    pm_phone = column("contacts", "PM phone", kinds.PHONE, H, "With + and country code")
    pm_email = column("contacts", "PM email", kinds.EMAIL)
    pm_chat = column("contacts", "PM chat", kinds.TEXT, H, "LINE: id, Skype: id or WhatsApp: id")

    site_address = column("site", "Site address", kinds.TEXT)
    map_link = column("site", "Map link", kinds.CODE, H, "Google Maps: Share, Copy link")
    floor = column("site", "Floor", kinds.CODE)
    entry_instructions = column("site", "Entry instructions", kinds.TEXT)
    site_contact = column("site", "Site contact", kinds.TEXT, H, "The end customer there")
    site_phone = column("site", "Site phone", kinds.PHONE, H, "With + and country code")
    site_email = column("site", "Site email", kinds.EMAIL)
    site_chat = column("site", "Site chat", kinds.TEXT, H, "LINE: id, Skype: id or WhatsApp: id")

    urgent_call_at = column("progress", "Urgent call at", kinds.MOMENT, H, "When the client phoned")
    assigned_engineers = column("progress", "Assigned engineers", kinds.NAMES, H, "Names as in Engineers")
    availability_sent_at = column("progress", "Availability sent at", kinds.MOMENT, H, "Step 3")
    site_confirmed_at = column("progress", "Site confirmed at", kinds.MOMENT, H, "Step 4")
    paperwork_sent_at = column("progress", "Paperwork sent at", kinds.MOMENT)
    photo_id_needed = column("progress", "Photo ID needed", kinds.YESNO)
    photo_id_sent_at = column("progress", "Photo ID sent at", kinds.MOMENT, H, "Step 5")
    contacts_shared_at = column("progress", "Contacts shared at", kinds.MOMENT, H, "Step 5")
    approved_at = column("progress", "Approved at", kinds.MOMENT, H, "Step 6; the SLA clock starts")
    travel_needed = column("progress", "Travel needed", kinds.YESNO, H, "Step 7")
    travel_booked_at = column("progress", "Travel booked at", kinds.MOMENT)
    travel_cost = column("progress", "Travel cost", kinds.NUMBER, H, "In the order's currency")
    travel_cost_includes_tax = column("progress", "Travel cost includes tax", kinds.YESNO, H, "Blank: yes")
    arrived_at = column("progress", "Arrived at", kinds.MOMENT, H, "Step 8")
    arrival_notified_at = column("progress", "Arrival notified at", kinds.MOMENT, H, "Step 9")
    work_started_at = column("progress", "Work started at", kinds.MOMENT, H, "Step 10")
    completed_at = column("progress", "Completed at", kinds.MOMENT, H, "Step 11")
    release_approved_by = column("progress", "Release approved by", kinds.TEXT, H, "Who let the team leave")
    no_show_at = column("progress", "No-show at", kinds.MOMENT, H, "When no end customer was found")
    cancelled_at = column("progress", "Cancelled at", kinds.MOMENT)

    other_charges = column("billing", "Other charges", kinds.CHARGES, H, "Parking: 800; before tax; one per line")
    currency = column("billing", "Currency", kinds.CURRENCY, H, "Where it differs from the client's")
    tax = column("billing", "Tax", kinds.TAX, H, "Where it differs from the client's")
    invoice_ok_by = column("billing", "Invoice OK by", kinds.TEXT, H, "Who released the invoice, if asked for")
    invoice_sent_at = column("billing", "Invoice sent at", kinds.MOMENT)
    paid_at = column("billing", "Paid at", kinds.MOMENT)
    waived_flags = column("billing", "Waived flags", kinds.TEXT, H, "code: reason, one per line")
    notes = column("billing", "Notes", kinds.TEXT)

    def zone_of(self, column: Heading[object]) -> ZoneInfo:
        """Planned start is in the order's Time zone (the register's while that is unreadable)."""
        if column.key != "planned_start":
            return self.zone
        return self.time_zone.value or self.zone


class SiteRow(Row):
    """Other sites: the second and further places of an order."""

    title = "Other sites"

    order_id = column("order", "Order ID", kinds.CODE, H, "Or the order's Client reference")
    site_address = OrderRow.site_address
    map_link = OrderRow.map_link
    floor = OrderRow.floor
    entry_instructions = OrderRow.entry_instructions
    site_contact = OrderRow.site_contact
    site_phone = OrderRow.site_phone
    site_email = OrderRow.site_email
    site_chat = OrderRow.site_chat
    site_confirmed_at = OrderRow.site_confirmed_at
    flags = OrderRow.flags
