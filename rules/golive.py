"""What the first run of a register says (contract, section 4): how many invoices over how much."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rules.invoice import Invoice
from rules.money import money_text


def go_live(issued: Iterable[Invoice], verb: str) -> str:
    """`verb` is what the run does with them: is about to issue, issued, would issue."""
    totals: dict[str, Decimal] = {}
    count = 0
    for count, invoice in enumerate(issued, 1):  # noqa: B007
        totals[invoice.currency] = totals.get(invoice.currency, Decimal(0)) + invoice.total
    sums = ", ".join(money_text(total, currency) for currency, total in sorted(totals.items())) or "nothing"
    return f"First run of this register: it {verb} {count} invoice{'' if count == 1 else 's'} over {sums}."
