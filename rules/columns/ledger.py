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
    """Dashboard: counts of the above, series by month of receipt and by month of issue and client, the last run.

    Below the revenue columns the first row names the home currency and the clients, the months follow.
    """

    title = "Dashboard"

    figure = column("dashboard", "Figure", kinds.TEXT, J)
    value = column("dashboard", "Value", kinds.TEXT, J)
    month = column("dashboard", "Month of receipt", kinds.TEXT, J)
    orders = column("dashboard", "Orders received", kinds.NUMBER, J)
    urgent_share = column("dashboard", "Urgent share", kinds.NUMBER, J)
    lead_time = column("dashboard", "Mean lead time (h)", kinds.NUMBER, J)
    issued = column("dashboard", "Month of issue", kinds.TEXT, J)
    revenue_1 = column("dashboard", "Revenue 1", kinds.NUMBER, J)
    revenue_2 = column("dashboard", "Revenue 2", kinds.NUMBER, J)
    revenue_3 = column("dashboard", "Revenue 3", kinds.NUMBER, J)
    revenue_4 = column("dashboard", "Revenue 4", kinds.NUMBER, J)
    revenue_5 = column("dashboard", "Revenue 5", kinds.NUMBER, J)
    revenue_others = column("dashboard", "Revenue of others", kinds.NUMBER, J)
