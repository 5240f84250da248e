"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cells import NUMBER, WHOLE, Raw

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0, "0"),
        (2, "2"),
        (-3, "-3"),
        (2.0, "2"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (1940.5, "1940.5"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (999_999_999_999_999, "999999999999999"),
        ("2", "2"),
        (" 2 ", "2"),
        ("２", "2"),
        ("2.5", "2.5"),
        ("２．５", "2.5"),
        (".5", "0.5"),
        ("0", "0"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("－３", "-3"),
        ("▲5,000", "-5000"),
        ("▲ 5000", "-5000"),
        ("△5,000", "-5000"),
        ("-0", "0"),
        ("+5", "5"),
        ("007", "7"),
        ("2h", "2"),
        ("2 h", "2"),
        ("2H", "2"),
        ("2hr", "2"),
        ("2 hrs", "2"),
        ("1 hour", "1"),
        ("2.5 hours", "2.5"),
        ("2時間", "2"),
        ("3 時間", "3"),
        ("２時間", "2"),
        ("2名", "2"),
        ("２名", "2"),
        ("2人", "2"),
        ("5,800円", "5800"),
        ("¥5,800円", "5800"),
        ("$1,940.50", "1940.50"),
        ("$ 1,940.50", "1940.50"),
        ("1,940.50 $", "1940.50"),
        ("1,940.50€", "1940.50"),
        ("£82.00", "82.00"),
        ("¥5,800", "5800"),
        ("￥５，８００", "5800"),
        ("₩12,000", "12000"),
        ("S$120", "120"),
        ("US$1,940.50", "1940.50"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("¥▲5,000", "-5000"),
        ("5,800", "5800"),
        ("７，２５０", "7250"),
        ("1,234,567.89", "1234567.89"),
        ("1234567.89", "1234567.89"),
        ("12,345", "12345"),
        ("123,456", "123456"),
        ("999,999,999,999,999", "999999999999999"),
        ("0.123456789012345678901234567890", "0.123456789012345678901234567890"),
        ("2" + " " * 100, "2"),
    ],
)
def test_numbers(raw: Raw, expected: str) -> None:
    value = NUMBER.read(raw, TOKYO).value
    assert value == Decimal(expected)
    assert not value.is_signed() or value < 0


UNREADABLE: list[Raw] = [
    *("1e9", "1E9", "1e-3", "nan", "NaN", "inf", "Infinity", "two", "二", "２つ", "tbc", "?", "x"),
    *(
        "1,5",
        "1,94",
        "1,9405",
        "12,34,567",
        ",500",
        "500,",
        "1,,000",
        "1,000,00",
        "1.940,50",
        "1 940",
        "1'940",
    ),
    *(
        "1.2.3",
        "5.",
        ".",
        "2-3",
        "2~3",
        "2/3",
        "½",
        "2½",
        "1_000",
        "0x10",
        "--5",
        "-▲5",
        "-$-5",
        "(5,000)",
        "5-",
    ),
    *(
        "2 h 30",
        "2h30m",
        "2:30",
        "2時間30分",
        "2日",
        "2days",
        "h",
        "$",
        "時間",
        "$ h",
        "$5€",
        "$2h",
        "EUR 5",
        "5 JPY",
    ),
    *(
        "10%",
        "2h ok",
        "about 2",
        "2\n3",
        "٣",
        "३",
        "=1+1.5",
        "1" * 16,
        "1," + ",".join(["000"] * 5),
        "9" * 5000,
    ),
    *(True, False, float("nan"), float("inf"), float("-inf"), 10**15, 1e15, -(10**15), 10**400, 1e300),
    *(date(2026, 12, 1), datetime(2026, 12, 1, 2), time(2, 0), timedelta(hours=2)),
]


@pytest.mark.parametrize("raw", UNREADABLE, ids=lambda raw: repr(raw)[:40])
def test_no_numbers(raw: Raw) -> None:
    assert NUMBER.read(raw, TOKYO).unreadable
    assert WHOLE.read(raw, TOKYO).unreadable


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(1, 1), (2.0, 2), ("1", 1), ("2.0", 2), ("２名", 2), ("3人", 3), ("1,000", 1000), (99, 99), ("+1", 1)],
)
def test_whole_numbers(raw: Raw, expected: int) -> None:
    value = WHOLE.read(raw, TOKYO).value
    assert value == expected
    assert type(value) is int


@pytest.mark.parametrize("raw", [0, 0.0, "0", -1, "-3", 0.99, 1.5, "1.5", "1.0000000001", "0.5h", "▲1"], ids=repr)
def test_not_whole_or_below_one(raw: Raw) -> None:
    assert WHOLE.read(raw, TOKYO).unreadable
    assert NUMBER.read(raw, TOKYO).value is not None


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2))
def test_a_number_is_read_however_it_is_written(number: Decimal) -> None:
    for way in ("{}", "{:,}", "{:,} 円", "${:,}", "{}h", " {:,}\n"):
        assert NUMBER.read(way.format(number), TOKYO).value == number
    assert NUMBER.read(float(number), TOKYO).value == number
