"""What an order costs (contract, section 5), by worked examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.charges import Charges, LineKind
from rules.money import minor_digits
from rules.words import Status, TaxClass
from tests.rules.build import RATES, Cells, codes, judge, office, upto

S = Status
D = Decimal
DONE = upto(S.COMPLETED)


def charge(changes: Cells | None = None, **place: Any) -> Charges:
    """What a completed visit of 3 hours (09:00 to 12:00, Entry, JPY 6,000 and 7,500) is charged, with changes."""
    verdict = judge({**DONE, **(changes or {})}, office(**place))
    assert verdict.charges is not None, codes(verdict)
    return verdict.charges


def rate(currency: str, hourly: Any, overtime: Any, **more: Any) -> dict[str, Any]:
    return {"Skill level": "Entry", "Currency": currency, "Hourly rate": hourly, "Overtime rate": overtime,
            "Valid from": "2026-01-01", **more}  # fmt: skip


def abroad(currency: str, tax: str = "out-of-scope") -> dict[str, Any]:
    return {"client": {"Currency": currency, "Tax": tax}}


def amounts(charges: Charges) -> list[Decimal]:
    return [line.amount for line in charges.lines]


def totals(charges: Charges) -> tuple[Decimal, Decimal, Decimal]:
    return charges.subtotal, charges.tax, charges.total


# --- hours, grace, engineers, overtime


def test_the_plain_case() -> None:
    charges = charge()
    assert totals(charges) == (18000, 1800, 19800)
    (line,) = charges.lines
    assert (line.kind, line.quantity, line.unit, line.unit_price) == (LineKind.WORK, 3, "h", 6000)


@pytest.mark.parametrize(
    ("reserved", "completed", "work", "over"),
    [
        (3, "12:00", 18000, None),
        (3, "09:30", 18000, None),  # left earlier: charged in full
        (3, "12:01", 18000, 1875),  # a minute over: 15 minutes
        (3, "12:15", 18000, 1875),
        (3, "12:15:01", 18000, 3750),
        (3, "12:16", 18000, 3750),
        (3, "13:00", 18000, 7500),
        (1, "11:00", 12000, None),  # the minimum is reserved, and used
        (1, "11:05", 12000, 1875),
        (2, "11:30", 12000, 3750),
        ("2.5", "11:30", 15000, None),
        ("2.5h", "11:31", 15000, 1875),
        (None, "11:00", 12000, None),  # blank: two hours and one of grace
        (None, "12:00", 12000, None),
        (None, "12:01", 12000, 1875),
        (None, "13:10", 12000, 9375),
    ],
)
def test_hours_overtime_and_grace(reserved, completed, work, over) -> None:
    charges = charge({"Reserved hours": reserved, "Completed at": f"2026-11-30 {completed}"})
    assert amounts(charges) == [D(work)] + ([D(over)] if over else [])


@pytest.mark.parametrize(
    ("settings", "reserved", "work", "over"),
    [
        ({"Minimum hours": 4}, 3, 24000, None),
        ({"Minimum hours": 4}, None, 12000, None),  # the default is not what anybody reserved
        ({"Default hours": 1, "Grace hours": 0}, None, 6000, 15000),
        ({"Default hours": 1, "Grace hours": 1.5}, None, 6000, 3750),
        ({"Overtime increment (min)": 60}, "2.9", 17400, 7500),
        ({"Overtime increment (min)": 1}, "2.9", 17400, 750),
        ({"Overtime increment (min)": 20}, "2.9", 17400, 2500),
    ],
)
def test_hours_are_settings(settings, reserved, work, over) -> None:
    charges = charge({"Reserved hours": reserved}, settings=settings)
    assert amounts(charges) == [D(work)] + ([D(over)] if over else [])


@pytest.mark.parametrize(
    ("needed", "sent", "count"), [(2, "Eve Entry, Bob", 2), (1, "Eve Entry, Bob", 1), (None, "Eve Entry", 1)]
)
def test_as_many_engineers_are_charged_as_were_needed(needed, sent, count) -> None:
    verdict = judge(
        {**DONE, "Engineers needed": needed, "Assigned engineers": sent, "Completed at": "2026-11-30 12:20"},
        office(engineers=[{}, {"Engineer": "Bob"}]),
    )
    assert verdict.charges is not None
    assert amounts(verdict.charges) == [18000 * count, 3750 * count]
    assert verdict.billable_h == D("3.5") * count


def test_an_overtime_that_does_not_come_out_even_in_hours_is_exact() -> None:
    """20 minutes of three engineers are one hour; half up needs the exact half: 1/3 h at 7,501.5 is 2,500.5."""
    settings = {"Overtime increment (min)": 20}
    three = charge({"Engineers needed": 3, "Completed at": "2026-11-30 12:20", "Waived flags": "engineers-too-few: x"},
                   settings=settings)  # fmt: skip
    assert (three.lines[1].quantity, three.lines[1].amount) == (1, 7500)
    one = charge({"Completed at": "2026-11-30 12:20"}, settings=settings, rates=[rate("JPY", 6000, "7501.5")])
    assert one.lines[1].amount == 2501
    verdict = judge({**DONE, "Completed at": "2026-11-30 12:20"}, office(settings=settings))
    assert verdict.billable_h == D("3.333333")


def test_overtime_is_of_real_elapsed_time() -> None:
    """London's clocks go back at 02:00 on 2026-10-25: from 23:00 to 04:00 are six hours."""
    cells = {
        **DONE, "Received at": "2026-10-01 09:00", "Availability sent at": "2026-10-01 10:00",
        "Site confirmed at": "2026-10-01 11:00", "Contacts shared at": "2026-10-01 12:00",
        "Approved at": "2026-10-01 13:00", "Planned start": "2026-10-24 23:00", "Reserved hours": 5,
        "Arrived at": "2026-10-24 23:00", "Arrival notified at": "2026-10-24 23:05",
        "Work started at": "2026-10-24 23:10", "Completed at": "2026-10-25 04:00",
    }  # fmt: skip
    verdict = judge(cells, office(settings={"Time zone": "Europe/London"}))
    assert verdict.billable_h == 6
    assert verdict.charges is not None
    assert verdict.charges.service_date.isoformat() == "2026-10-24"


# --- no-show


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [18000]),
        ({"Arrived at": "2026-11-30 09:00", "Arrival notified at": "2026-11-30 09:01"}, [18000]),
        ({"Engineers needed": 2, "Waived flags": "engineers-too-few: x"}, [36000]),
        ({"Reserved hours": None}, [12000]),
        ({"Travel cost": 1100, "Other charges": "Parking: 800"}, [18000, 1000, 800]),
    ],
)
def test_no_show_is_charged_in_full_without_overtime(changes: Cells, expected: list[int]) -> None:
    verdict = judge({**upto(S.APPROVED), "No-show at": "2026-11-30 20:00", **changes})
    assert verdict.status is S.INVOICED
    assert verdict.charges is not None
    assert amounts(verdict.charges) == expected
    assert verdict.charges.lines[0].kind is LineKind.NO_SHOW
    assert verdict.charges.service_date.isoformat() == "2026-11-30"


def test_billable_hours_from_completed_or_no_show_on() -> None:
    held = office(settings={"Invoice needs OK": "yes"})
    assert judge(upto(S.WORKING), held).billable_h is None
    assert judge({**DONE, "Completed at": "2026-11-30 12:20"}, held).billable_h == D("3.5")
    assert judge({**upto(S.APPROVED), "No-show at": "2026-11-30 20:00"}, held).billable_h == 3
    assert judge({**DONE, "Release approved by": None}, held).billable_h is None


# --- travel and other charges


@pytest.mark.parametrize(
    ("travel", "includes", "tax", "line"),
    [
        (11000, None, "standard", 10000),
        (11000, "yes", "standard", 10000),
        (11000, "no", "standard", 11000),
        (11000, None, "export-exempt", 11000),
        (11000, None, "out-of-scope", 11000),
        (1000, None, "standard", 909),  # 909.09…
        (1006, None, "standard", 915),  # 914.54…: half up
        ("$1,940.50", "no", "standard", 1941),
        (0, None, "standard", None),
        (None, None, "standard", None),
    ],
)
def test_travel_is_charged_without_its_tax(travel, includes, tax, line) -> None:
    charges = charge({"Travel cost": travel, "Travel cost includes tax": includes, "Tax": tax})
    assert amounts(charges) == [18000] + ([line] if line is not None else [])


def test_travel_is_charged_whether_or_not_it_was_needed() -> None:
    assert totals(charge({"Travel needed": "no", "Travel cost": 1100})) == (19000, 1900, 20900)


def test_other_charges_are_before_tax_and_may_be_discounts() -> None:
    charges = charge({"Other charges": "Parking: 800\nDiscount: -5000"})
    assert amounts(charges) == [18000, 800, -5000]
    assert [line.label for line in charges.lines[1:]] == ["Parking", "Discount"]
    assert totals(charges) == (13800, 1380, 15180)


# --- tax


@pytest.mark.parametrize(
    ("rounding", "tax"), [(None, 1801), ("down", 1801), ("up", 1802), ("half", 1802), ("half up", 1802)]
)
def test_three_roundings_once_an_invoice(rounding, tax) -> None:
    """18,015 × 10 % is 1,801.5."""
    charges = charge({"Other charges": "A: 5\nB: 10"}, settings={"Tax rounding": rounding} if rounding else {})
    assert totals(charges) == (18015, tax, 18015 + tax)


@pytest.mark.parametrize(("rounding", "tax"), [("down", 1800), ("up", 1801), ("half", 1800)])
def test_half_is_half_up_and_less_is_less(rounding, tax) -> None:
    assert charge({"Other charges": "A: 4"}, settings={"Tax rounding": rounding}).tax == tax


def test_tax_is_rounded_once_not_by_line() -> None:
    """Three lines of 5 have 0.5 tax each; together 1.5."""
    extra = {"Other charges": "A: 5\nB: 5\nC: 5"}
    assert charge(extra, settings={"Tax rounding": "up"}).tax == 1802
    assert charge(extra, settings={"Tax rounding": "down"}).tax == 1801


@pytest.mark.parametrize("tax", ["export-exempt", "out-of-scope", "Export Exempt"])
def test_no_tax(tax: str) -> None:
    charges = charge({"Tax": tax, "Other charges": "Parking: 800"})
    assert totals(charges) == (18800, 0, 18800)
    assert (charges.tax_rate, charges.home_tax, charges.exchange_rate) == (0, None, None)


def test_the_orders_tax_and_currency_come_before_the_clients() -> None:
    charges = charge({"Tax": "out-of-scope", "Currency": "usd"}, rates=[rate("USD", 50, 60)])
    assert (charges.currency, charges.tax_class, charges.total) == ("USD", TaxClass.OUT_OF_SCOPE, 150)


def test_the_rate_of_tax_is_a_setting() -> None:
    for value in (0.08, "8%", "8 ％", "0.08"):
        assert charge(settings={"Tax rate": value}).tax == 1440


# --- currencies


@pytest.mark.parametrize(
    ("currency", "hourly", "overtime", "expected"),
    [
        ("JPY", 6000, 7501, [18000, 1875]),  # 1,875.25
        ("JPY", 6000, 7502, [18000, 1876]),  # 1,875.5
        ("USD", "82.50", "99.99", ["247.50", "25.00"]),  # 24.9975
        ("USD", "82.505", "99.98", ["247.52", "25.00"]),  # 247.515, 24.995
        ("KWD", "25.125", "30.0025", ["75.375", "7.501"]),  # 7.500625
        ("KRW", "1000.4", "999", [3001, 250]),  # 3001.2, 249.75
    ],
)
def test_every_line_is_rounded_half_up_to_the_minor_unit(currency, hourly, overtime, expected) -> None:
    charges = charge({"Completed at": "2026-11-30 12:10"}, rates=[rate(currency, hourly, overtime)], **abroad(currency))
    assert amounts(charges) == [D(str(amount)) for amount in expected]
    assert charges.total == sum(amounts(charges))
    assert all(-line.amount.as_tuple().exponent == minor_digits(currency) for line in charges.lines)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("currency", "digits"), [("JPY", 0), ("KRW", 0), ("USD", 2), ("EUR", 2), ("KWD", 3), ("BHD", 3)]
)
def test_minor_units(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


HOME = [{"Currency": "USD", "Valid from": "2026-11-01", "Home currency per unit": "150.25"}]


@pytest.mark.parametrize(("rounding", "home"), [("down", 3771), ("half", 3771), ("up", 3772)])
def test_tax_in_a_foreign_currency_is_also_told_at_home(rounding: str, home: int) -> None:
    """251.01 × 10 % = 25.101; 25.10 × 150.25 = 3,771.275."""
    charges = charge(
        {},
        rates=[rate("USD", "83.67", 1)],
        exchange=HOME,
        settings={"Tax rounding": "down"},
        **abroad("USD", "standard"),
    )
    assert (charges.tax, charges.exchange_rate, charges.home_tax) == (D("25.10"), D("150.25"), 3771)
    charges = charge(
        {},
        rates=[rate("USD", "83.66", 1)],
        exchange=HOME,
        settings={"Tax rounding": rounding},
        **abroad("USD", "standard"),
    )
    tax = {"down": D("25.09"), "half": D("25.10"), "up": D("25.10")}[rounding]  # 25.098
    assert (charges.tax, charges.home_tax) == (tax, {"down": 3769, "half": 3771, "up": 3772}[rounding])
    assert home in (3771, 3772)


@pytest.mark.parametrize(
    ("valid", "used"),
    [
        (["2026-11-30", "2026-12-02"], 100),  # the day of issue is 2026-12-01
        (["2026-11-30", "2026-12-01"], 101),
        (["2026-12-01", "2026-12-01"], 101),  # of two alike, the lower
        (["2026-12-01", "2026-11-30"], 100),
    ],
)
def test_the_exchange_rate_valid_on_the_day_of_issue(valid: list[str], used: int) -> None:
    table = [{"Currency": "USD", "Valid from": day, "Home currency per unit": 100 + n} for n, day in enumerate(valid)]
    assert charge(rates=[rate("USD", 80, 1)], exchange=table, **abroad("USD", "standard")).exchange_rate == used


def test_home_tax_in_another_home_currency() -> None:
    charges = charge(
        {}, rates=[rate("JPY", 6000, 1)], settings={"Home currency": "USD"},
        exchange=[{"Currency": "JPY", "Valid from": "2026-01-01", "Home currency per unit": "0.0066"}],
    )  # fmt: skip
    assert (charges.tax, charges.home_tax) == (1800, D("11.88"))


# --- which rate


def rates_of(*table: tuple[str | None, int, str]) -> list[dict[str, Any]]:
    return [rate("JPY", hourly, hourly, **{"Client": client, "Valid from": day}) for client, hourly, day in table]


@pytest.mark.parametrize(
    ("table", "hourly"),
    [
        ([(None, 1, "2026-01-01"), ("Acme Ltd", 2, "2025-01-01")], 2),  # own before every client's, though older
        ([(None, 1, "2026-11-01"), ("Acme Ltd", 2, "2026-12-01")], 1),  # own is not valid yet
        ([(None, 1, "2026-01-01"), (None, 2, "2026-11-30")], 2),  # valid from the planned day on
        ([(None, 1, "2026-01-01"), (None, 2, "2026-12-01")], 1),
        ([(None, 2, "2026-11-01"), (None, 1, "2026-01-01")], 2),  # the latest, wherever it stands
        ([(None, 1, "2026-01-01"), (None, 2, "2026-01-01")], 2),  # of two alike, the lower row
        ([("ACME ltd", 1, "2026-01-01"), ("Ａｃｍｅ Ltd ", 2, "2026-01-01")], 2),
        ([("Other Ltd", 1, "2026-01-01"), (None, 2, "2025-01-01")], 2),
    ],
)
def test_which_rate(table, hourly: int) -> None:
    assert charge(rates=rates_of(*table)).lines[0].unit_price == hourly


@pytest.mark.parametrize("broken", [{"Hourly rate": None}, {"Overtime rate": None}, {"Overtime rate": "?"},
                                    {"Valid from": None}, {"Skill level": None}, {"Currency": None}])  # fmt: skip
def test_a_row_without_both_rates_or_its_keys_is_none(broken: dict[str, Any]) -> None:
    own = rate("JPY", 1, 1, Client="Acme Ltd") | broken
    assert charge(rates=[*RATES, own]).lines[0].unit_price == 6000


def test_the_level_and_the_planned_day_at_the_site_choose_the_rate() -> None:
    assert (
        charge({"Skill level": "Specialist", "Waived flags": "engineer-underqualified: x"}).lines[0].unit_price == 10000
    )
    assert charge({"Skill level": None}).lines[0].unit_price == 6000
    # 2026-11-30 23:00 in New York is already the 1st of December in Tokyo
    late = {"Planned start": "2026-11-29 23:00", "Time zone": "America/New_York"}
    table = rates_of((None, 1, "2026-01-01"), (None, 2, "2026-11-30"))
    assert charge(late, rates=table).lines[0].unit_price == 1


def test_the_service_date_is_the_day_of_arrival_in_the_registers_zone() -> None:
    times = {"Arrived at": "2026-11-30 23:59", "Arrival notified at": "2026-11-30 23:59",
             "Work started at": "2026-12-01 00:00", "Completed at": "2026-12-01 02:00"}  # fmt: skip
    assert charge({**times, "Time zone": "Europe/London"}).service_date.isoformat() == "2026-11-30"


def test_a_charge_that_nobody_can_mean_is_no_arithmetic_error() -> None:
    slip = {"Reserved hours": "999999999999999", "Engineers needed": 10**14, "Waived flags": "engineers-too-few: x"}
    assert charge(slip, rates=[rate("USD", "999999999999999", 1)], **abroad("USD")).total > 10**40
