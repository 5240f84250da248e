"""The tabs that people keep: clients, engineers, rates, items, settings."""

from __future__ import annotations

from rules import cells as kinds
from rules.columns.orders import OrderRow
from rules.columns.table import H, Row, column


class ClientRow(Row):
    """Clients: who may order, on which terms, and how they are billed."""

    title = "Clients"

    client = column("client", "Client", kinds.NAME)
    terms_agreed_on = column("client", "Terms agreed on", kinds.DAY)
    retainer_from = column("client", "Retainer from", kinds.DAY)
    retainer_until = column("client", "Retainer until", kinds.DAY)
    sla_response_h = column("client", "SLA response (h)", kinds.NUMBER)
    billing_name = column("billing", "Billing name", kinds.TEXT)
    billing_address = column("billing", "Billing address", kinds.TEXT)
    billing_email = column("billing", "Billing email", kinds.EMAIL)
    currency = column("billing", "Currency", kinds.CURRENCY)
    document_language = column("billing", "Document language", kinds.LANGUAGES)
    payment_days = column("billing", "Payment days", kinds.NUMBER)
    tax = column("billing", "Tax", kinds.TAX)
    flags = OrderRow.flags


class EngineerRow(Row):
    """Engineers: who can be sent."""

    title = "Engineers"

    engineer = column("engineer", "Engineer", kinds.NAME)
    skill_level = column("engineer", "Skill level", kinds.LEVEL)
    languages = column("engineer", "Languages", kinds.LANGUAGES)
    phone = column("engineer", "Phone", kinds.PHONE)
    email = column("engineer", "Email", kinds.EMAIL)
    chat = column("engineer", "Chat", kinds.TEXT)
    photo_id_file = column("engineer", "Photo ID file", kinds.TEXT)
    active = column("engineer", "Active", kinds.YESNO, H, "Blank: yes")
    unavailable = column("engineer", "Unavailable", kinds.ABSENCES, H, "2026-12-01..2026-12-05, one per line")
    flags = OrderRow.flags


class RateRow(Row):
    """Rates: what an hour costs."""

    title = "Rates"

    client = column("rate", "Client", kinds.NAME, H, "Blank: every client")
    skill_level = column("rate", "Skill level", kinds.LEVEL)
    currency = column("rate", "Currency", kinds.CURRENCY)
    hourly_rate = column("rate", "Hourly rate", kinds.NUMBER)
    overtime_rate = column("rate", "Overtime rate", kinds.NUMBER)
    valid_from = column("rate", "Valid from", kinds.DAY)
    flags = OrderRow.flags


class ExchangeRow(Row):
    """Exchange rates: for the tax in home currency of an invoice in a foreign one."""

    title = "Exchange rates"

    currency = column("rate", "Currency", kinds.CURRENCY)
    valid_from = column("rate", "Valid from", kinds.DAY)
    home_per_unit = column("rate", "Home currency per unit", kinds.NUMBER)
    flags = OrderRow.flags


class ItemRow(Row):
    """Standard items: what an engineer brings anyway."""

    title = "Standard items"

    item = column("item", "Item", kinds.NAME)


class SettingRow(Row):
    """Settings of the business (contract, section 6)."""

    title = "Settings"

    setting = column("setting", "Setting", kinds.NAME)
    value = column("setting", "Value", kinds.TEXT)
    meaning = column("setting", "Meaning", kinds.TEXT)
