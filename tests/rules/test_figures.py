"""The figures of the Dashboard (contract, section 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from rules import figures
from rules.billing import credit_note
from rules.words import Status
from tests.rules.build import issue, judged, office, order, upto

DONE = upto(Status.COMPLETED)


def _apart(rows, **how):
    """Orders that have nothing to do with each other, and their office."""
    names = [f"Engineer {n}" for n in range(2, len(rows) + 2)]
    beside = office(engineers=[{"Engineer": name} for name in names], **how)
    orders = []
    for n, (name, row) in enumerate(zip(names, rows, strict=True), 2):
        own = {"Client reference": f"R{n}", "Site address": f"{n} Marunouchi, Tokyo"}
        sent = {"Assigned engineers": name} if "Assigned engineers" in row else {}
        orders.append(order({**own, **row, **sent}, number=n, beside=beside))
    return orders, beside


def _counted(orders, beside) -> dict[str, figures.Figure]:
    verdicts = judged(orders, beside)
    memories, beside = issue(verdicts, beside)
    return dict(zip(figures.NAMES, figures.counts(verdicts, memories, beside), strict=True))


def test_orders_by_status_those_that_need_somebody_and_what_is_unpaid() -> None:
    settled = {**DONE, "Invoice sent at": "2026-11-30 13:00"}
    found = _counted(*_apart([{}, {"Language": None}, DONE, settled, {"Cancelled at": "2026-11-30 09:00"}]))
    statuses = {str(status): found[str(status)] for status in Status if found[str(status)]}
    assert found["Orders"] == 5
    assert statuses == {"Needs info": 1, "Ready": 1, "Invoiced": 2, "Cancelled": 1}
    assert (found["Orders that need somebody"], found["Settled by hand"], found["Unpaid invoices"]) == (1, 1, 1)


@pytest.mark.parametrize("cells", [DONE, {"Cancelled at": "2026-11-30 09:00", "Other charges": "Late: 5000"}])
def test_an_order_whose_invoice_waits_for_an_ok_needs_somebody(cells) -> None:
    for ok, waits in ((None, 1), ("Ken", 0)):
        found = _counted(*_apart([{**cells, "Invoice OK by": ok}], settings={"Invoice needs OK": "yes"}))
        assert (found["Orders that need somebody"], found["Unpaid invoices"]) == (waits, 1 - waits)


def test_sla_clocks() -> None:
    way = {**upto(Status.APPROVED), "Planned start": "2026-11-30 09:00"}
    # 100 hours from approval to the due time, so 75 until it is at risk
    calm, risky, late = ({**way, "Approved at": f"2026-11-{day} 10:00"} for day in ("28", "27", "26"))
    found = _counted(*_apart([calm, risky, late], client={"Retainer from": "2026-01-01", "SLA response (h)": 100}))
    assert [found[name] for name in figures.SLA_CLOCKS] == [3, 1, 1]
    assert found["Next SLA due"] == datetime(2026, 12, 1, 14)
    assert _counted([order()], office())["Next SLA due"] is None


def test_urgent_share_and_lead_time_by_month_of_receipt() -> None:
    beside = office("2027-12-01 10:00")
    months = [f"{2026 + m // 12}-{m % 12 + 1:02d}" for m in range(14)]
    orders = [
        order({"Received at": f"{month}-01 09:00", "Planned start": f"{month}-03 09:00"}, number=n, beside=beside)
        for n, month in enumerate(months, 2)
    ]
    last = months[-1]
    for start in (f"{last}-02 09:00", f"{last}-02 08:59", "soon"):  # exactly 24 h is not urgent
        cells = {"Received at": f"{last}-01 09:00", "Planned start": start}
        orders.append(order(cells, number=len(orders) + 2, beside=beside))
    rows = figures.by_month(orders, beside)
    assert [row[0] for row in rows] == months[-12:]
    assert rows[0][1:] == (1, Decimal("0.00"), Decimal("48.0"))
    assert rows[-1] == (last, 4, Decimal("0.25"), Decimal("32.0"))  # (48 + 24 + 23:59) / 3


def test_a_month_is_that_of_the_registers_zone() -> None:
    late = order({"Received at": datetime(2026, 12, 1, 0, 30)})
    assert figures.by_month([late], office())[0][0] == "2026-12"
    assert len(figures.by_month([], office())) == figures.MONTHS


def _invoice(beside, number: int, **facts):
    (verdict,) = judged([order(DONE)], beside)
    assert verdict.invoice is not None
    return verdict.invoice.model_copy(update={"number": f"INV-2026-{number:04d}", **facts})


def test_revenue_by_month_of_issue_and_client() -> None:
    beside = office(
        "2026-12-31 10:00",
        exchange=[{"Currency": "USD", "Valid from": "2026-11-01", "Home currency per unit": "150.5"}],
    )
    dollars = {"client": "Dollar Inc", "currency": "USD"}
    documents = [
        _invoice(beside, 1, client="Acme Ltd", issued_on=date(2026, 11, 30), subtotal=Decimal(18000)),
        _invoice(beside, 2, client="ACME  ltd", issued_on=date(2026, 11, 2), subtotal=Decimal(2000)),
        _invoice(beside, 3, **dollars, issued_on=date(2026, 12, 1), subtotal=Decimal("100.01")),
        _invoice(beside, 4, **dollars, issued_on=date(2026, 10, 1), subtotal=Decimal(5)),
    ]
    documents.append(credit_note(documents[1], "INV-2026-0005", date(2026, 12, 5), "twice"))
    beside = replace(beside, issued={document.number: document for document in documents})
    rows = figures.revenue(beside)
    assert rows[0] == ("JPY", "ACME  ltd", "Dollar Inc", *[figures.NOBODY] * 3, figures.OTHERS)
    assert rows[1] == ("2026-11", Decimal(20000), *[None] * 5)
    assert rows[2] == ("2026-12", Decimal(-2000), Decimal(15052), *[None] * 4)
    assert rows[3:] == ((None,) * 7,) * 10
    counted = dict(zip(figures.NAMES, figures.counts([], [], beside), strict=True))
    assert counted["Documents without an exchange rate"] == 1


def test_clients_beyond_the_fifth_are_one_together() -> None:
    beside = office()
    documents = {
        str(n): _invoice(beside, n, client=f"Client {n}", issued_on=date(2026, 11, 30), subtotal=Decimal(n * 100))
        for n in range(1, 8)
    }
    rows = figures.revenue(replace(beside, issued=documents))
    assert rows[0][1:] == (*(f"Client {n}" for n in range(7, 2, -1)), figures.OTHERS)
    assert rows[1][-1] == Decimal(300)
