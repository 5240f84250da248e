"""Item 12: what holds an invoice back, what it says, and what becomes of it later."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rules.billing import credit_note
from rules.words import Severity, Status
from tests.rules.build import (
    RATES,
    Cells,
    at,
    codes,
    flag,
    flags,
    issue,
    judge,
    judged,
    office,
    order,
    places,
    story,
    upto,
)

S = Status
DONE = upto(S.COMPLETED)
NOW = "2026-12-01 10:00"
USD = {"Skill level": "Entry", "Currency": "USD", "Hourly rate": 80, "Overtime rate": 90, "Valid from": "2026-01-01"}
EVE = "eve@onsite.example.com"


def held(changes: Cells | None = None, **place: Any):
    """The verdict on a completed order with changes; it is invoiced where nothing holds it back."""
    verdict = judge({**DONE, **(changes or {})}, office(**place))
    assert verdict.status in (S.COMPLETED, S.INVOICED)
    assert (verdict.invoice is None) is (verdict.status is S.COMPLETED)
    return verdict


LACKS: list[tuple[str, Cells, dict[str, Any], str | None]] = [
    ("rate-missing", {}, {"rates": []}, None),
    (
        "rate-missing",
        {"Skill level": "Senior", "Waived flags": "engineer-underqualified: x"},
        {"rates": RATES[:1]},
        None,
    ),
    ("rate-missing", {"Currency": "USD"}, {}, None),
    ("rate-missing", {}, {"rates": [{**RATES[0], "Valid from": "2026-12-01"}]}, None),
    ("rate-missing", {}, {"rates": [{**RATES[0], "Overtime rate": None}]}, None),
    ("billing-missing", {}, {"client": {"Billing name": None}}, "Billing name"),
    ("billing-missing", {}, {"client": {"Billing address": "-"}}, "Billing address"),
    ("billing-missing", {}, {"client": {"Currency": None}}, "Currency"),
    ("billing-missing", {"Currency": "yen"}, {"client": {"Billing name": None}}, "Billing name"),
    ("billing-missing", {"Currency": "?"}, {}, "Currency"),
    ("rate-missing", {}, {"rates": [{**RATES[0], "Hourly rate": -5000}]}, None),
    ("rate-missing", {}, {"rates": [RATES[0], {**RATES[0], "Overtime rate": -1}]}, None),
    ("seller-missing", {}, {"settings": {"Company name": None}}, "Company name"),
    ("seller-missing", {}, {"settings": {"Company address": None}}, "Company address"),
    ("tax-unclassified", {}, {"client": {"Tax": None}}, "Tax"),
    ("tax-unclassified", {}, {"client": {"Tax": "reduced"}}, "Tax"),
    ("tax-unclassified", {"Tax": "free"}, {}, "Tax"),
    ("travel-cost-missing", {"Travel needed": "yes", "Travel booked at": "2026-11-20 14:00"}, {}, "Travel cost"),
    ("exchange-rate-missing", {"Currency": "USD"}, {"rates": [USD]}, None),
    ("engineer-email", {"Work description": f"Ask {EVE}"}, {}, "Work description"),
    ("total-negative", {"Other charges": "Discount: -18001"}, {}, "Other charges"),
    (
        "total-negative",
        {"Travel needed": "yes", "Travel booked at": "2026-11-20 14:00", "Travel cost": -20000},
        {},
        "Other charges",
    ),
    ("no-show-and-completed", {"No-show at": "2026-11-30 09:30"}, {}, "No-show at"),
    ("visit-too-long", {"Completed at": "2026-12-01 01:01"}, {}, "Completed at"),
]


@pytest.mark.parametrize(("code", "changes", "place", "column"), LACKS)
def test_what_holds_an_invoice_back(code: str, changes: Cells, place: dict[str, Any], column: str | None) -> None:
    verdict = held(changes, **place)
    found = flag(verdict, code)
    assert (found.severity, found.holds, verdict.status) == (Severity.BLOCK, S.INVOICED, S.COMPLETED)
    assert column is None or found.column == column


@pytest.mark.parametrize("code", sorted({code for code, *_ in LACKS} - {"visit-too-long"}))
def test_none_of_these_may_be_waived(code: str) -> None:
    changes, place = next((changes, place) for it, changes, place, _ in LACKS if it == code)
    lines = [str(changes.get("Waived flags") or ""), f"{code}: let it go"]
    verdict = held({**changes, "Waived flags": "\n".join(lines).strip()}, **place)
    assert flag(verdict, code).holds is S.INVOICED
    assert "waiver-refused" in codes(verdict)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"Currency": "USD"}, {"rates": [USD], "client": {"Currency": None, "Tax": "export-exempt"}}),
        ({"Tax": "out-of-scope"}, {"client": {"Tax": None}}),
        ({"Travel needed": "yes", "Travel booked at": "2026-11-20 14:00", "Travel cost": 0}, {}),
        (
            {"Currency": "USD"},
            {
                "rates": [USD],
                "exchange": [{"Currency": "USD", "Valid from": "2026-12-01", "Home currency per unit": 150}],
            },
        ),
        ({"Work description": f"Replace a router\nAsk {EVE}"}, {}),  # only the first line is the invoice's subject
        ({"Other charges": "Discount: -18000"}, {}),
        ({"Site contact": EVE, "Notes": EVE, "Entry instructions": EVE}, {}),
    ],
)
def test_the_other_side_of_the_boundary(changes: Cells, place: dict[str, Any]) -> None:
    verdict = held(changes, **place)
    assert (verdict.status, [f for f in verdict.flags if f.holds]) == (S.INVOICED, [])


def test_an_exchange_rate_of_tomorrow_or_of_another_currency_is_none() -> None:
    for row in (
        {"Currency": "USD", "Valid from": "2026-12-02", "Home currency per unit": 150},
        {"Currency": "EUR", "Valid from": "2026-01-01", "Home currency per unit": 150},
        {"Currency": "USD", "Valid from": "2026-01-01", "Home currency per unit": "?"},
    ):
        assert "exchange-rate-missing" in codes(held({"Currency": "USD"}, rates=[USD], exchange=[row]))
    assert "exchange-rate-missing" not in codes(held({"Currency": "USD", "Tax": "export-exempt"}, rates=[USD]))


# --- engineer-email


@pytest.mark.parametrize(
    ("changes", "client", "settings", "column"),
    [
        ({"Work description": EVE.upper()}, {}, {}, "Work description"),
        ({"Work description": "ｅｖｅ＠ｏｎｓｉｔｅ．ｅｘａｍｐｌｅ．ｃｏｍ"}, {}, {}, "Work description"),
        ({"Work description": "eve @ onsite . example . com"}, {}, {}, "Work description"),
        ({"Work description": "eve\u200b@onsite.example.com"}, {}, {}, "Work description"),
        ({"Site address": f"c/o {EVE}, Tokyo"}, {}, {}, "Site address"),
        ({"Other charges": f"Taxi of {EVE}: 500"}, {}, {}, "Other charges"),
        ({"Client reference": EVE}, {}, {}, "Client reference"),
        ({"Billing reference": EVE}, {}, {}, "Billing reference"),
        ({}, {"Billing name": EVE}, {}, "Billing name"),
        ({}, {"Billing address": f"x {EVE}"}, {}, "Billing address"),
        ({}, {"Billing email": EVE}, {}, "Billing email"),
        ({}, {}, {"Company email": EVE}, "Company email"),
        ({}, {}, {"Bank details": EVE}, "Bank details"),
    ],
)
@pytest.mark.parametrize("active", ["yes", "no"])
def test_no_engineers_address_on_an_invoice(changes, client, settings, column, active) -> None:
    """Of the engineer who went, or of one who is long gone."""
    engineers: list[Cells] = [{"Email": None}, {"Engineer": "Old Hand", "Email": EVE, "Active": active}]
    verdict = held(changes, client=client, settings=settings, engineers=engineers)
    assert places(verdict, "engineer-email") == [(None, column)]
    assert verdict.status is S.COMPLETED


@pytest.mark.parametrize(
    "cell",
    [f"eve@x.example, {EVE}", f"eve@x.example\n{EVE}", f"eve@x.example、{EVE}", f"Eve <{EVE}>", f"mailto:{EVE}"],
)
def test_every_address_in_an_engineers_cell_is_kept_off(cell: str) -> None:
    assert places(held({"Work description": EVE}, engineers=[{"Email": cell}]), "engineer-email") == [
        (None, "Work description")
    ]


@pytest.mark.parametrize(("cell", "typed"), [
    ("taro@例え.jp", "taro@xn--r8jz45g.jp"), ("taro@xn--r8jz45g.jp", "taro@例え.jp"),
])  # fmt: skip
def test_a_domain_has_two_forms(cell: str, typed: str) -> None:
    """As people write it, and as computers do: mail reaches the same engineer (RFC 5891)."""
    assert places(held({"Work description": f"x {typed}"}, engineers=[{"Email": cell}]), "engineer-email") == [
        (None, "Work description")
    ]


def test_the_currency_that_cannot_be_read_is_the_orders() -> None:
    found = flag(held({"Currency": "円?"}), "billing-missing")
    assert (found.column, found.value) == ("Currency", "円?")


def test_an_engineer_without_an_address_stops_nothing() -> None:
    assert held({"Work description": "mail - and @"}, engineers=[{"Email": None}]).status is S.INVOICED
    assert held({"Work description": "mail - and @"}, engineers=[{"Email": "-"}]).status is S.INVOICED


# --- what an invoice says


def test_the_invoice_as_drafted() -> None:
    invoice = held({"Billing reference": "PO-7", "Work description": "Replace a router\nthen test"}).invoice
    assert invoice is not None
    assert (invoice.order_id, invoice.number, invoice.kind) == ("ORD-2026-0001", "", "invoice")
    assert (invoice.client_reference, invoice.billing_reference, invoice.subject) == (
        "AC-1",
        "PO-7",
        "Replace a router",
    )
    assert (invoice.issued_on.isoformat(), invoice.due_on and invoice.due_on.isoformat()) == (
        "2026-12-01",
        "2026-12-31",
    )
    assert (invoice.subtotal, invoice.tax, invoice.total) == (18000, 1800, 19800)
    assert invoice.service_date.isoformat() == "2026-11-30"


@pytest.mark.parametrize(
    ("client", "settings", "due"),
    [
        ({"Payment days": 14}, {}, "2026-12-15"),
        ({"Payment days": "60"}, {}, "2027-01-30"),
        ({"Payment days": 0}, {}, "2026-12-01"),
        ({"Payment days": None}, {}, "2026-12-31"),
        ({"Payment days": None}, {"Payment days": 7}, "2026-12-08"),
        ({"Payment days": "?"}, {"Payment days": 7}, "2026-12-08"),
    ],
)
def test_due_on(client: Cells, settings: Cells, due: str) -> None:
    invoice = held(client=client, settings=settings).invoice
    assert invoice is not None and invoice.due_on is not None
    assert invoice.due_on.isoformat() == due


def test_the_day_of_issue_is_the_registers() -> None:
    invoice = held(now="2026-12-01 00:30").invoice
    assert invoice is not None and invoice.issued_on.isoformat() == "2026-12-01"


def test_a_credit_note_takes_everything_back() -> None:
    exchange = [{"Currency": "USD", "Valid from": "2026-01-01", "Home currency per unit": 150}]
    invoice = held({"Currency": "USD", "Other charges": "Discount: -10"}, rates=[USD], exchange=exchange).invoice
    assert invoice is not None
    note = credit_note(invoice.model_copy(update={"number": "INV-2026-0001"}), "INV-2026-0002", at(NOW).date(), "wrong")
    assert (note.kind, note.corrects, note.due_on, note.reason) == ("credit", "INV-2026-0001", None, "wrong")
    assert (note.subtotal, note.tax, note.total, note.home_tax) == (-230, Decimal("-23.00"), -253, -3450)
    assert [line.amount for line in note.lines] == [-240, 10]


# --- once it is issued


@pytest.mark.parametrize(
    ("now", "paid", "raised"),
    [
        ("2026-12-31 23:59", None, False),
        ("2027-01-01 00:00", None, True),
        ("2027-01-01 00:00", "2026-12-31 10:00", False),
    ],
)
def test_payment_overdue(now: str, paid: str | None, raised: bool) -> None:
    _, verdict = story((NOW, DONE), (now, {"Paid at": paid}))
    assert ("payment-overdue" in codes(verdict), verdict.status) == (raised, S.PAID if paid else S.INVOICED)


def test_payment_is_not_overdue_where_the_job_issued_nothing() -> None:
    assert codes(judge({"Invoice sent at": "2026-01-01 09:00"}, office("2027-12-01 10:00"))) == []


def test_payment_overdue_of_an_order_charged_after_cancelling() -> None:
    _, verdict = story(
        (NOW, {"Cancelled at": "2026-11-25 09:00", "Other charges": "Fee: 100"}),
        ("2027-01-01 00:00", {"Order email": None}),
    )
    assert codes(verdict) == ["payment-overdue"]


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({}, False),
        ({"Work description": "Something else", "Client reference": "AC-2"}, False),
        ({"Reserved hours": 4}, True),
        ({"Reserved hours": "3 h"}, False),
        ({"Completed at": "2026-11-30 12:01"}, True),
        ({"Other charges": "Parking: 800"}, True),
        ({"Other charges": "A: 5\nB: -5"}, True),
        ({"Tax": "export-exempt"}, True),
        ({"Completed at": None}, False),
    ],
)
@pytest.mark.parametrize("paid", [None, "2026-12-01 10:00"])
def test_invoice_outdated(changes: Cells, raised: bool, paid: str | None) -> None:
    first, verdict = story((NOW, {**DONE, "Paid at": paid}), ("2026-12-20 10:00", changes))
    assert first.status is (S.PAID if paid else S.INVOICED)
    assert ("invoice-outdated" in codes(verdict)) is raised
    assert verdict.invoice is None


@pytest.mark.parametrize("paid", [None, "2026-12-01 10:00"])
@pytest.mark.parametrize("cleared", [None, "?", "2026-12-21 09:00"])
def test_the_invoice_of_a_cancellation_is_outdated_once_it_is_taken_back(cleared: str | None, paid: str | None) -> None:
    charged = {"Cancelled at": "2026-11-25 09:00", "Other charges": "Fee: 5000"}
    first, kept, verdict = story(
        (NOW, {**charged, "Paid at": paid}), (NOW, {**charged, "Paid at": paid}),
        ("2026-12-20 10:00", {"Cancelled at": cleared, "Paid at": paid}),
    )  # fmt: skip
    assert (codes(kept), codes(verdict), verdict.status) == ([], ["invoice-outdated"], first.status)
    assert "JPY 0" in next(flag.message for flag in verdict.flags)


def test_an_invoice_is_not_outdated_by_the_exchange_rate_of_another_day() -> None:
    exchange = [{"Currency": "USD", "Valid from": day, "Home currency per unit": n} for day, n in (("2026-01-01", 150), ("2026-12-10", 160))]  # fmt: skip  # noqa: E501
    beside = office(rates=[USD], exchange=exchange)
    _, verdict = story((NOW, {**DONE, "Currency": "USD"}), ("2026-12-20 10:00", {}), beside=beside)
    assert codes(verdict) == []


def test_an_invoice_is_outdated_by_another_rate_of_tax_or_of_an_hour() -> None:
    first = judge(DONE)
    (memory,), after = issue([first], office())
    for changed in (office(settings={"Tax rate": 0.08}), office(rates=[{**RATES[0], "Hourly rate": 6001}])):
        verdict = judge(DONE, replace(changed, issued=after.issued), memory=memory)
        assert codes(verdict) == ["invoice-outdated"]


# --- paid-without-invoice


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"Paid at": NOW}, True),
        ({"Paid at": "2026-12-01 10:01"}, False),
        ({"Paid at": "?"}, False),
        ({"Paid at": NOW, "Invoice sent at": "2026-11-30 09:00"}, False),
        ({"Paid at": NOW, "Cancelled at": "2026-11-30 09:00"}, False),
    ],
)
def test_paid_without_invoice(changes: Cells, raised: bool) -> None:
    verdict = judge({**upto(S.OFFERED), **changes})
    assert [f.holds for f in flags(verdict, "paid-without-invoice")] == ([S.PAID] if raised else [])


def test_a_completed_order_that_is_held_says_so_too() -> None:
    verdict = held({"Paid at": NOW}, client={"Tax": None})
    assert codes(verdict) == ["tax-unclassified", "paid-without-invoice"]
    assert (
        held({"Paid at": NOW}, client={"Tax": "standard"}, settings={"Invoice needs OK": "yes"}).status is S.COMPLETED
    )


# --- duplicates


def test_two_alike_are_not_both_invoiced() -> None:
    beside = office(engineers=[{}, {"Engineer": "Bob"}])
    twin = {**DONE, "Assigned engineers": "Bob"}
    first, second = judged([order(DONE, beside=beside), order(twin, number=3, beside=beside)], beside)
    assert (first.status, second.status) == (S.INVOICED, S.COMPLETED)
    waived = {**twin, "Waived flags": "duplicate-order: two visits"}
    _, second = judged([order(DONE, beside=beside), order(waived, number=3, beside=beside)], beside)
    assert second.status is S.INVOICED
