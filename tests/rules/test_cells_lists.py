"""Cells that hold several things: names, items, waivers, charges, absences."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cells import (
    ABSENCES,
    CHARGES,
    ITEMS,
    NAMES,
    WAIVERS,
    Absence,
    Charge,
    Raw,
)

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("高橋　蓮", ["高橋　蓮"]),
        ("Ken, Yuki", ["Ken", "Yuki"]),
        ("Ken、Yuki，Naomi;Emi；Kaito､Wei", ["Ken", "Yuki", "Naomi", "Emi", "Kaito", "Wei"]),
        ("Ken\nYuki\r\nNaomi", ["Ken", "Yuki", "Naomi"]),
        (" Ken ,, Yuki ,\n", ["Ken", "Yuki"]),
        ("Ken, -, N/A, なし, none, Yuki", ["Ken", "Yuki"]),
        ("PC;ESD strap", ["PC", "ESD strap"]),
        ("PC, LAN cable 3 m", ["PC", "LAN cable 3 m"]),
        ("PC/LAN cable", ["PC/LAN cable"]),
        (5, ["5"]),
    ],
)
def test_lists(raw: Raw, names: list[str]) -> None:
    assert NAMES.read(raw, TOKYO).value == ITEMS.read(raw, TOKYO).value == tuple(names)


@pytest.mark.parametrize("raw", [",", "、\n", "-, -", "なし、なし", "N/A\nN/A", "#N/A, none"], ids=repr)
def test_a_list_of_nothing_is_blank(raw: str) -> None:
    assert NAMES.read(raw, TOKYO).blank and ITEMS.read(raw, TOKYO).blank


def test_waivers_are_lines() -> None:
    typed = "urgent-call-missing： phoned, twice; ok\n\n hours-defaulted: fine \n-"
    assert WAIVERS.read(typed, TOKYO).value == (
        "urgent-call-missing： phoned, twice; ok",
        "hours-defaulted: fine",
    )


@pytest.mark.parametrize(
    ("raw", "charges"),
    [
        ("Parking: 800", [("Parking", "800")]),
        ("Discount: -5000", [("Discount", "-5000")]),
        ("Parking: 800\nDiscount: -5000", [("Parking", "800"), ("Discount", "-5000")]),
        ("\n Parking :800 \r\n\r\n Toll:1,320円 \n", [("Parking", "800"), ("Toll", "1320")]),
        ("駐車場：８００", [("駐車場", "800")]),
        ("値引: ▲5,000", [("値引", "-5000")]),
        ("Taxi 9:00: $12.345", [("Taxi 9:00", "12.345")]),
        ("Taxi: Shinjuku: 800", [("Taxi: Shinjuku", "800")]),
        ("Cables, 3 m; red: 800", [("Cables, 3 m; red", "800")]),
        ("Parking: 800\n-\nなし", [("Parking", "800")]),
        ("Room 9: 30", [("Room 9", "30")]),
        ("Nothing: 0", [("Nothing", "0")]),
        ("Parking: 800\nParking: 800", [("Parking", "800"), ("Parking", "800")]),
    ],
)
def test_charges(raw: str, charges: list[tuple[str, str]]) -> None:
    read = CHARGES.read(raw, TOKYO).value
    assert read == tuple(Charge(label, Decimal(amount)) for label, amount in charges)


NO_CHARGES: list[Raw] = [
    *(
        "Parking",
        "Parking 800",
        "800",
        ": 800",
        "Parking:",
        "Parking: -",
        "Parking: free",
        "Parking: 1e9",
        "-: 800",
    ),
    *("Parking: 800\nToll", "Parking: 800 + 200", "Parking: 800, Toll: 500", "Parking: 800 Toll: 500"),
    *(
        "Parking：¥800、Toll：¥500",
        "Discount: 10%",
        "Parking: 1,5",
        "Parking = 800",
        "9:30",
        "Taxi 9:30",
        "Taxi ９：３０",
    ),
    *(800, 800.5, True, date(2026, 12, 1), time(9, 0)),
]


@pytest.mark.parametrize("raw", NO_CHARGES, ids=repr)
def test_one_bad_charge_makes_the_cell_unreadable(raw: Raw) -> None:
    assert CHARGES.read(raw, TOKYO).unreadable


FIRST, FIFTH = date(2026, 12, 1), date(2026, 12, 5)


@pytest.mark.parametrize(
    ("raw", "absences"),
    [
        ("2026-12-01", [Absence(FIRST, FIRST)]),
        ("2026/12/1", [Absence(FIRST, FIRST)]),
        ("２０２６年１２月１日", [Absence(FIRST, FIRST)]),
        (FIRST, [Absence(FIRST, FIRST)]),
        (datetime(2026, 12, 1), [Absence(FIRST, FIRST)]),
        ("2026-12-01..2026-12-05", [Absence(FIRST, FIFTH)]),
        ("2026-12-01..2026-12-01", [Absence(FIRST, FIRST)]),
        ("2026-12-01 .. 2026/12/5", [Absence(FIRST, FIFTH)]),
        ("2026-12-01〜2026-12-05", [Absence(FIRST, FIFTH)]),
        ("2026-12-01~2026-12-05", [Absence(FIRST, FIFTH)]),
        ("2026年12月1日～2026年12月5日", [Absence(FIRST, FIFTH)]),
        ("2026-12-01…2026-12-05", [Absence(FIRST, FIFTH)]),
        ("2026-12-01 13:00..18:00", [Absence(FIRST, FIRST, time(13), time(18))]),
        ("2026-12-01 9時 〜 17時30分", [Absence(FIRST, FIRST, time(9), time(17, 30))]),
        ("2026-12-01  0:00..23:59", [Absence(FIRST, FIRST, time(0), time(23, 59))]),
        ("2026-12-01 1:00 PM..午後6時", [Absence(FIRST, FIRST, time(13), time(18))]),
        (
            "2026-12-05\n2026-12-01..2026-12-05, 2026-12-01 13:00..18:00;\n-",
            [Absence(FIFTH, FIFTH), Absence(FIRST, FIFTH), Absence(FIRST, FIRST, time(13), time(18))],
        ),
    ],
)
def test_absences(raw: Raw, absences: list[Absence]) -> None:
    assert ABSENCES.read(raw, TOKYO).value == tuple(absences)


NO_ABSENCES: list[Raw] = [
    *(
        "12/29-1/3",
        "2026-12-05..2026-12-01",
        "2026-12-01 18:00..13:00",
        "2026-12-01 13:00..13:00",
        "Monday",
        "..",
    ),
    *(
        "2026-12-01 13:00",
        "2026-12-01..",
        "..2026-12-01",
        "2026-12-01..05",
        "2026-12-01 - 2026-12-05",
        "13:00..18:00",
    ),
    *("2026-12-01 22:00..2026-12-02 06:00", "2026-12-01..2026-12-03..2026-12-05", "2026-12-01 13:00..24:00"),
    *("2026-12-01\nMonday", "2026-02-30", "2026-12-01 2026-12-05", "〜", 46357, True, time(9, 0)),
    datetime(2026, 12, 1, 13, 0),
]


@pytest.mark.parametrize("raw", NO_ABSENCES, ids=repr)
def test_one_bad_absence_makes_the_cell_unreadable(raw: Raw) -> None:
    assert ABSENCES.read(raw, TOKYO).unreadable


LABELS = st.text(st.characters(categories=["L", "Zs"]), min_size=1).filter(lambda text: text.strip().isalpha())


@given(st.lists(st.tuples(LABELS, st.decimals(-(10**9), 10**9, places=3)), min_size=1))
def test_charges_are_read_as_written(charges: list[tuple[str, Decimal]]) -> None:
    read = CHARGES.read("\n".join(f"x{label}: {amount:,}" for label, amount in charges), TOKYO).value
    assert read == tuple(Charge(f"x{label}".strip(), amount) for label, amount in charges)


@given(st.lists(st.tuples(st.dates(date(1950, 1, 1)), st.dates(date(1950, 1, 1))).map(sorted), min_size=1))
def test_absences_are_read_as_written(spans: list[list[date]]) -> None:
    read = ABSENCES.read("\n".join(f"{first}..{last}" for first, last in spans), TOKYO).value
    assert read == tuple(Absence(first, last) for first, last in spans)
