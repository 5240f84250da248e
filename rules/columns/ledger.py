"""The tabs that the job keeps: invoices, log, dashboard, memory."""

from __future__ import annotations

from rules import cells as kinds
from rules.columns.table import J, Row, column


class InvoiceRow(Row):
    """Invoices: the ledger of what was issued."""

    title = "Invoices"

    invoice_no = column("ledger", "Invoice no.", kinds.CODE, J)
    order_id = column("ledger", "Order ID", kinds.CODE, J)
    client = column("ledger", "Client", kinds.NAME, J)
    issued_on = column("ledger", "Issued on", kinds.DAY, J)
    due_on = column("ledger", "Due on", kinds.DAY, J)
    currency = column("ledger", "Currency", kinds.CURRENCY, J)
    subtotal = column("ledger", "Subtotal", kinds.NUMBER, J)
    tax = column("ledger", "Tax", kinds.NUMBER, J)
    total = column("ledger", "Total", kinds.NUMBER, J)
    kind = column("ledger", "Kind", kinds.TEXT, J)
    corrects = column("ledger", "Corrects", kinds.CODE, J)
    file = column("ledger", "File", kinds.TEXT, J)
    sha256 = column("ledger", "SHA-256", kinds.TEXT, J)


class InvoiceLineRow(Row):
    """Invoice lines: what every invoice is made of."""

    title = "Invoice lines"

    invoice_no = column("ledger", "Invoice no.", kinds.CODE, J)
    line = column("ledger", "Line", kinds.NUMBER, J)
    service_date = column("ledger", "Service date", kinds.DAY, J)
    description = column("ledger", "Description", kinds.TEXT, J)
    quantity = column("ledger", "Quantity", kinds.NUMBER, J)
    unit = column("ledger", "Unit", kinds.TEXT, J)
    unit_price = column("ledger", "Unit price", kinds.NUMBER, J)
    tax_class = column("ledger", "Tax class", kinds.TEXT, J)
    tax_rate = column("ledger", "Tax rate", kinds.NUMBER, J)
    amount = column("ledger", "Amount", kinds.NUMBER, J)


class LogRow(Row):
    """Log: what the job did, and why."""

    title = "Log"

    at = column("log", "At", kinds.MOMENT, J)
    run = column("log", "Run", kinds.TEXT, J)
    order_id = column("log", "Order ID", kinds.CODE, J)
    event = column("log", "Event", kinds.TEXT, J)
    from_ = column("log", "From", kinds.TEXT, J)
    to = column("log", "To", kinds.TEXT, J)
    why = column("log", "Why", kinds.TEXT, J)


class SystemRow(Row):
    """System (hidden): what the job must remember between runs, a fact a row."""

    title = "System"

    key = column("system", "Key", kinds.TEXT, J)
    value = column("system", "Value", kinds.TEXT, J)


class DashboardRow(Row):
    """Dashboard: counts of the above, and when the job last ran."""

    title = "Dashboard"

    figure = column("dashboard", "Figure", kinds.TEXT, J)
    value = column("dashboard", "Value", kinds.TEXT, J)
