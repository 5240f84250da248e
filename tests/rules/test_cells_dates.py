"""Dates and times: every way of writing them that counts, and those beside them that don't."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.cells import DAY, MOMENT, START, TIMESTAMP, Raw

TOKYO, LONDON, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


def local(raw: Raw, zone: ZoneInfo = TOKYO) -> str | None:
    """What a cell was read as, in local time; None where unreadable. START, MOMENT and TIMESTAMP agree."""
    read = [kind.read(raw, zone) for kind in (MOMENT, START, TIMESTAMP)]
    assert {(cell.value, cell.unreadable) for cell in read} == {(read[0].value, read[0].unreadable)}
    if read[0].value is None:
        return None
    assert read[0].value.tzinfo is UTC
    return f"{read[0].value.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-12-01 09:00", "2026-12-01 09:00"),
        ("2026-12-01 09:00:30", "2026-12-01 09:00:30"),
        ("2026-12-1 9:05", "2026-12-01 09:05"),
        ("2026/12/1 9:00", "2026-12-01 09:00"),
        ("2026/12/08 9:00:00", "2026-12-08 09:00"),
        ("2026-12-01T09:00", "2026-12-01 09:00"),
        ("2026-10-01T09:05", "2026-10-01 09:05"),
        ("2026-12-01t09:00:01", "2026-12-01 09:00:01"),
        ("2026年12月1日 9:00", "2026-12-01 09:00"),
        ("2026年10月1日 9:05", "2026-10-01 09:05"),
        ("2026年12月1日 9時30分", "2026-12-01 09:30"),
        ("2026年12月1日 9時5分", "2026-12-01 09:05"),
        ("2026年12月1日 9時05分10秒", "2026-12-01 09:05:10"),
        ("2026年12月1日 9時", "2026-12-01 09:00"),
        ("2026年12月1日9時30分", "2026-12-01 09:30"),
        ("2026年12月2日 13時00分", "2026-12-02 13:00"),
        ("2026年12月10日 午前9時", "2026-12-10 09:00"),
        ("2026年12月10日午後1時30分", "2026-12-10 13:30"),
        ("2026/12/1 9時30分", "2026-12-01 09:30"),
        ("２０２６／１２／２８　９：００", "2026-12-28 09:00"),
        ("２０２６年１２月１日　１３時", "2026-12-01 13:00"),
        (" 2026-10-01 09:05 \n", "2026-10-01 09:05"),
        ("\ufeff2026-10-01\u00a009:05\u200b", "2026-10-01 09:05"),
        ("2026-10-01  09:05" + " " * 200, "2026-10-01 09:05"),
        ("2024-02-29 00:00", "2024-02-29 00:00"),
        ("2026-12-31 23:59:59", "2026-12-31 23:59:59"),
        ("1900-01-01 00:00", "1900-01-01 00:00"),
    ],
)
def test_text_that_is_a_moment(raw: str, expected: str) -> None:
    assert local(raw) == expected


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("9:00 AM", "09:00"),
        ("9:00AM", "09:00"),
        ("9:00 am", "09:00"),
        ("9:00\u202fPM", "21:00"),
        ("ＰＭ ９：００", "21:00"),
        ("PM 9:00:15", "21:00:15"),
        ("6:00 PM", "18:00"),
        ("12:00 AM", "00:00"),
        ("12:59 AM", "00:59"),
        ("12:00 PM", "12:00"),
        ("12:30 PM", "12:30"),
        ("11:59 PM", "23:59"),
        ("午前9:00", "09:00"),
        ("午後 9:00", "21:00"),
        ("9:12:44 午後", "21:12:44"),
        ("午前0時", "00:00"),
        ("午前12時", "00:00"),
        ("午後0時30分", "12:30"),
        ("午後12時", "12:00"),
        ("午後11時59分", "23:59"),
    ],
)
def test_halves_of_the_day(clock: str, expected: str) -> None:
    assert local(f"2026-12-01 {clock}") == f"2026-12-01 {expected}"


UNREADABLE: list[Raw] = [
    *("30/11/2026 14:00", "11/12/2026 9:00", "03/04/2026 9:00", "12/10/2026 6:00 PM", "01.12.2026 9:00"),
    *("12月5日 10:00", "2026/12/10 25:00", "2026/12/10 24:00", "tomorrow", "明日の午前中", "=NOW()+14"),
    *(
        "2026-12-01",
        "2026/12/1",
        "2026年12月1日",
        "9:00",
        "9時30分",
        "午前9時",
        "tbc",
        "2026-12",
        "12-01 09:00",
    ),
    *("2026-13-01 09:00", "2026-02-29 09:00", "2026-00-10 09:00", "2026-12-00 09:00", "2026-11-31 09:00"),
    *("2026-12-01 09:60", "2026-12-01 09:00:60", "2026-12-01 9:5", "2026-12-01 9", "2026-12-01 9 PM"),
    *("2026-12-01 13:00 PM", "2026-12-01 午後13時", "2026-12-01 AM 9:00 PM", "2026-12-01 9:00 XM"),
    *(
        "2026-12/01 09:00",
        "2026.12.01 09:00",
        "20261201 0900",
        "202612010900",
        "26-12-01 09:00",
        "2026-12-01T",
    ),
    *(
        "2026-12-0109:00",
        "2026-12-01 09:00 JST",
        "2026-12-01T09:00Z",
        "2026-12-01T09:00+09:00",
        "2026-12-01 09:00.5",
    ),
    *(
        "2026-12-01 09:00 x",
        "x 2026-12-01 09:00",
        "2026-12-01 09:00\n2026-12-02 09:00",
        "2026-12-01 09:00..18:00",
    ),
    *(
        "2026年12月1日 9時半",
        "令和8年12月1日 9:00",
        "2026年12月1日(火) 9:00",
        "2026年12月 9:00",
        "٢٠٢٦-١٢-٠١ ٠٩:٠٠",
    ),
    *("2026-012-01 09:00", "2026-12-01 009:00", "2026-12-01 09:000", "1899-12-31 09:00", "0026-12-01 09:00"),
    *(0, 1, 46357, 46357.375, 20261201, -1, 1e300, float("nan"), True, False, time(9, 0), timedelta(hours=9)),
    *(datetime(1899, 12, 30, 9), date(1899, 12, 31), datetime(2026, 12, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize("raw", UNREADABLE, ids=repr)
def test_unreadable_as_a_moment(raw: Raw) -> None:
    assert local(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (datetime(2026, 12, 1, 9, 0), "2026-12-01 09:00"),
        (datetime(2026, 12, 1), "2026-12-01 00:00"),
        (date(2026, 12, 1), "2026-12-01 00:00"),
        (datetime(2026, 12, 1, 8, 59, 59, 999_996), "2026-12-01 09:00"),
        (datetime(2026, 12, 1, 8, 59, 59, 500_000), "2026-12-01 09:00"),
        (datetime(2026, 12, 1, 8, 59, 59, 499_999), "2026-12-01 08:59:59"),
        (datetime(2026, 12, 31, 23, 59, 59, 999_999), "2027-01-01 00:00"),
        (datetime(1900, 1, 1), "1900-01-01 00:00"),
        (datetime.max, "9999-12-31 23:59:59"),
    ],
)
def test_real_dates(raw: Raw, expected: str) -> None:
    assert local(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2025/10/01", date(2025, 10, 1)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026年12月1日", date(2026, 12, 1)),
        (" ２０２６／１２／１　", date(2026, 12, 1)),
        ("2026-12-01 23:59", date(2026, 12, 1)),
        ("2026年12月1日 午後11時", date(2026, 12, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        (date(2026, 12, 1), date(2026, 12, 1)),
        (datetime(2026, 12, 1), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 23, 59, 59), date(2026, 12, 1)),
        (datetime(2026, 11, 30, 23, 59, 59, 999_999), date(2026, 12, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_days(raw: Raw, expected: date) -> None:
    assert DAY.read(raw, LONDON).value == expected


# A day alone is fine here, and a datetime with a zone comes from nowhere.
NO_DAY = [raw for raw in UNREADABLE if not re.fullmatch(r"2026[-/年]12[-/月]0?1日?|.*\+00:00", str(raw))]


@pytest.mark.parametrize("raw", [*NO_DAY, "2026-12-01 GMT", "2026-12-01 09:00 GMT+9"], ids=repr)
def test_unreadable_as_a_day(raw: Raw) -> None:
    assert DAY.read(raw, TOKYO).unreadable


@pytest.mark.parametrize(
    ("raw", "suggested"),
    [
        ("11/12/2026 9:00", ["2026-11-12 09:00", "2026-12-11 09:00"]),
        ("12/10/2026 6:00 PM", ["2026-12-10 18:00", "2026-10-12 18:00"]),
        ("03/04/2026", ["2026-03-04", "2026-04-03"]),
        ("03-04-2026 9:00", ["2026-03-04 09:00", "2026-04-03 09:00"]),
        ("30/11/2026 14:00", ["2026-11-30 14:00"]),
        ("05/05/2026 14:00", ["2026-05-05 14:00"]),
        ("11.30.2026 14:00", ["2026-11-30 14:00"]),
        ("31/31/2026 14:00", ["2026-12-01 09:00"]),
        ("02/30/2026 14:00", ["2026-12-01 09:00"]),
    ],
)
def test_a_problem_suggests_what_may_be_meant(raw: str, suggested: list[str]) -> None:
    assert re.findall(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?", START.read(raw, TOKYO).problem or "") == suggested


@pytest.mark.parametrize("raw", UNREADABLE, ids=repr)
def test_what_a_problem_suggests_can_be_read(raw: Raw) -> None:
    for kind in (MOMENT, START, DAY):
        suggested = re.findall(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?", kind.read(raw, TOKYO).problem or "")
        assert suggested or kind.read(raw, TOKYO).problem is None
        assert not any(DAY.read(text, TOKYO).unreadable for text in suggested)
