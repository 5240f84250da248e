"""What one order is charged: its row, its visit and its client put to the arithmetic of `rules.charges`."""

from __future__ import annotations

from datetime import date

from rules.case import Case
from rules.charges import (
    ChargeLine,
    Charges,
    Outcome,
    exchange_rate_for,
    other_lines,
    tax_class_of,
    total_up,
    travel_line,
    work_lines,
)


def charges_of(case: Case, issued_on: date | None = None) -> Charges | None:
    """What an order is charged if invoiced on that day (today); None where something that it needs is missing."""
    row, outcome, day = case.row, case.outcome, case.service_date
    tax_class = tax_class_of(row, case.client)
    if case.client is None or outcome is None or day is None or case.currency is None or tax_class is None:
        return None
    if row.other_charges.unreadable:
        return None
    lines: list[ChargeLine] = []
    if outcome is not Outcome.CANCELLED:
        travel_unreadable = row.travel_cost.unreadable or row.travel_cost_includes_tax.unreadable
        if case.rate is None or case.terms is None or travel_unreadable:
            return None
        lines += work_lines(case.rate, case.terms, case.overtime, outcome, case.currency)
        lines += travel_line(row, tax_class, case.office.settings.tax_rate, case.currency)
    lines += other_lines(row, case.currency)
    exchange = exchange_rate_for(case.office, case.currency, issued_on or case.office.today)
    return total_up(tuple(lines), case.currency, tax_class, day, case.office.settings, exchange)
