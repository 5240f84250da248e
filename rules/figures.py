"""The figures of the Dashboard (contract, section 9): counts of orders, and series by month and client."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from rules.cells import fold_client
from rules.charges import exchange_rate_for
from rules.invoice import Invoice
from rules.memory import Memory
from rules.models import Office, Order
from rules.moments import span
from rules.money import round_line
from rules.nextstep import to_bill
from rules.verdict import Verdict
from rules.words import Severity, Status

Figure = str | int | Decimal | datetime | None

MONTHS = 12
"""How many months a series shows: the last ones in which there was anything, so that the clock alone changes none."""
CLIENTS = 5
"""How many clients a series names: those with the most revenue; the others are one more, together."""
OTHERS, NOBODY = "Other clients", "–"

COUNTED: tuple[str, ...] = ("Orders", *map(str, Status))
TO_DO = ("Orders that need somebody", "Settled by hand", "Unpaid invoices")
SLA_CLOCKS = ("SLA clocks running", "SLA at risk", "SLA breached")
NAMES: tuple[str, ...] = (
    *COUNTED, *TO_DO, *SLA_CLOCKS, "Next SLA due", "Documents without an exchange rate",
)  # fmt: skip
"""What is counted, in the order of the tab."""

Rows = tuple[tuple[Figure, ...], ...]


def counts(verdicts: Sequence[Verdict], memories: Iterable[Memory], office: Office) -> tuple[Figure, ...]:
    """A figure for each of `NAMES`. `office` knows what this run issued; the time is the register's, without zone."""
    by_status = Counter(verdict.status for verdict in verdicts)
    running = [v.sla_due for v in verdicts if v.sla_due and v.status in (Status.APPROVED, Status.TRAVEL_BOOKED)]
    flagged = Counter(code for verdict in verdicts for code in {flag.code for flag in verdict.flags})
    ahead = min((due for due in running if due > office.now), default=None)
    return (
        len(verdicts),
        *(by_status[status] for status in Status),
        sum(map(_needs_somebody, verdicts)),
        sum(v.memory.settled for v in verdicts),
        sum(m.status is Status.INVOICED and m.invoice_no is not None for m in memories),
        len(running),
        flagged["sla-at-risk"],
        flagged["sla-breached"],
        ahead.astimezone(office.zone).replace(tzinfo=None) if ahead else None,
        sum(_at_home(document, office) is None for document in office.issued.values()),
    )


def _needs_somebody(verdict: Verdict) -> bool:
    """Whether a person has to act: on more than a remark, or on an invoice that waits, such as for an OK.

    What was credited and would be charged the same again waits for nobody.
    """
    if verdict.status is Status.PAID:
        return False
    waits = to_bill(verdict.status, verdict.order.row) and not verdict.memory.credited
    return waits or any(flag.severity is not Severity.INFO for flag in verdict.flags)


def by_month(orders: Iterable[Order], office: Office) -> Rows:
    """A row a month of receipt: month, orders, share of urgent ones, mean lead time in hours."""
    months: dict[str, list[timedelta | None]] = defaultdict(list)
    for order in orders:
        if order.received is not None:
            start = order.row.planned_start.value
            months[_month(order.received.astimezone(office.zone))].append(start - order.received if start else None)
    urgent = span(office.settings.urgent_below_h)
    rows = [(month, *_of_month(leads, urgent)) for month, leads in sorted(months.items())[-MONTHS:]]
    return _padded(rows, MONTHS, 4)


def _of_month(leads: Sequence[timedelta | None], urgent: timedelta) -> tuple[Figure, ...]:
    known = [lead for lead in leads if lead is not None]
    quick = sum(timedelta(0) < lead < urgent for lead in known)
    mean = sum(known, timedelta(0)) / len(known) if known else None
    hours = _rounded(Decimal(mean.days * 86400 + mean.seconds) / 3600, "0.1") if mean is not None else None
    return len(leads), _rounded(Decimal(quick) / len(leads), "0.01"), hours


def revenue(office: Office) -> Rows:
    """What was invoiced less what was credited, without tax: a row a month of issue, a column a client.

    The first row has the home currency and the clients' names. An amount in another currency counts by the rate
    valid on its day of issue; without one it is left out.
    """
    months: dict[str, dict[str, Decimal]] = defaultdict(dict)
    names: dict[str, str] = {}
    for document in office.issued.values():
        amount, key = _at_home(document, office), fold_client(document.client)
        if amount is not None:
            of = months[_month(document.issued_on)]
            of[key] = of.get(key, Decimal(0)) + amount
            names[key] = document.client
    shown = sorted(months.items())[-MONTHS:]
    totals = {key: sum((of.get(key, Decimal(0)) for _, of in shown), Decimal(0)) for key in names}
    first = sorted(totals, key=lambda key: (-totals[key], key))[:CLIENTS]
    spare = (None,) * (CLIENTS - len(first))
    named = [*(names[key] for key in first), *(NOBODY for _ in spare)]
    rows: list[tuple[Figure, ...]] = [
        (office.settings.home_currency, *named, OTHERS),
        *((month, *map(of.get, first), *spare, _rest(of, first)) for month, of in shown),
    ]
    return _padded(rows, MONTHS + 1, CLIENTS + 2)


def _rest(of: Mapping[str, Decimal], named: Sequence[str]) -> Decimal | None:
    others = [amount for key, amount in of.items() if key not in named]
    return sum(others, Decimal(0)) if others else None


def _at_home(invoice: Invoice, office: Office) -> Decimal | None:
    """An invoice's subtotal in home currency, negative on a credit note; None where no rate is known."""
    home = office.settings.home_currency
    rate = Decimal(1) if invoice.currency == home else exchange_rate_for(office, invoice.currency, invoice.issued_on)
    return None if rate is None else round_line(invoice.subtotal * rate, home)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _rounded(number: Decimal, step: str) -> Decimal:
    return number.quantize(Decimal(step), ROUND_HALF_UP)


def _padded(rows: Sequence[tuple[Figure, ...]], height: int, width: int) -> Rows:
    """Always as many rows, so that charts know where to look."""
    blank: tuple[Figure, ...] = (None,) * width
    return (*rows, *(blank for _ in range(height - len(rows))))
