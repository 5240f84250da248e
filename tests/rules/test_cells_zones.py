"""Local times and their zones: what a moment is in UTC, and which names of zones count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.cells import MOMENT, START, TIMESTAMP, ZONE, Raw

TOKYO, LONDON, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("raw", "zone", "utc"),
    [
        ("2026-12-01 09:00", TOKYO, "2026-12-01 00:00"),
        ("2026-12-01 09:00", LONDON, "2026-12-01 09:00"),
        ("2026-07-01 09:00", LONDON, "2026-07-01 08:00"),
        ("2026-07-01 09:00", NEW_YORK, "2026-07-01 13:00"),
        # London's clocks go back on 25 October at 2:00: 1:00 to 1:59:59 comes twice, the first counts
        ("2026-10-25 00:59:59", LONDON, "2026-10-24 23:59:59"),
        ("2026-10-25 01:00", LONDON, "2026-10-25 00:00"),
        ("2026-10-25 01:30", LONDON, "2026-10-25 00:30"),
        ("2026-10-25 01:59:59", LONDON, "2026-10-25 00:59:59"),
        ("2026-10-25 02:00", LONDON, "2026-10-25 02:00"),
        (datetime(2026, 10, 25, 1, 30, fold=1), LONDON, "2026-10-25 00:30"),
        ("2026-11-01 01:30", NEW_YORK, "2026-11-01 05:30"),
        # and forward on 29 March at 1:00: 1:00 to 1:59:59 is skipped
        ("2026-03-29 00:59:59", LONDON, "2026-03-29 00:59:59"),
        ("2026-03-29 01:00", LONDON, None),
        ("2026-03-29 01:59:59", LONDON, None),
        (datetime(2026, 3, 29, 1, 30), LONDON, None),
        (datetime(2026, 3, 29, 1, 59, 59, 600_000), LONDON, "2026-03-29 01:00"),
        ("2026-03-29 02:00", LONDON, "2026-03-29 01:00"),
        ("2026-03-08 02:30", NEW_YORK, None),
        # where midnight itself is skipped, a day without a time is no moment
        (date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"), None),
        # and where the date line was crossed, a whole day
        (datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia"), None),
        (datetime(2011, 12, 31), ZoneInfo("Pacific/Apia"), "2011-12-30 10:00"),
        ("9999-12-31 23:59", NEW_YORK, None),
        ("9999-12-31 23:59", TOKYO, "9999-12-31 14:59"),
    ],
)
def test_local_times(raw: Raw, zone: ZoneInfo, utc: str | None) -> None:
    for kind in (MOMENT, START, TIMESTAMP):
        cell = kind.read(raw, zone)
        assert cell.value == (utc and datetime.fromisoformat(utc).replace(tzinfo=UTC))
        assert cell.unreadable is (utc is None)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2026/11/19 09:12:44 GMT+9", "2026-11-19 00:12:44"),
        ("2026/11/19 9:12:44 午後 GMT+9", "2026-11-19 12:12:44"),
        ("2026/11/19 9:12:44 PM GMT-5", "2026-11-20 02:12:44"),
        ("2026/11/19 9:12:44 GMT-03:30", "2026-11-19 12:42:44"),
        ("2026/11/19 9:12:44 GMT−3:30", "2026-11-19 12:42:44"),
        ("2026/11/19 9:12:44 GMT+0530", "2026-11-19 03:42:44"),
        ("2026/11/19 9:12:44 GMT+14", "2026-11-18 19:12:44"),
        ("2026/11/19 9:12:44 GMT", "2026-11-19 09:12:44"),
        ("2026/11/19 9:12:44 gmt+09", "2026-11-19 00:12:44"),
        ("２０２６／１１／１９　９：１２：４４　ＧＭＴ＋９", "2026-11-19 00:12:44"),
        ("2026/11/19 9:12:44", "2026-11-19 00:12:44"),
        ("2026/11/19 9:12:44 GMT+15", None),
        ("2026/11/19 9:12:44 GMT+9:60", None),
        ("2026/11/19 9:12:44 UTC+9", None),
        ("2026/11/19 9:12:44 GMT+", None),
        ("2026/11/19 GMT+9", None),
        ("9999/12/31 23:12:44 GMT-9", None),
    ],
)
def test_a_timestamp_may_name_its_offset(raw: str, utc: str | None) -> None:
    cell = TIMESTAMP.read(raw, TOKYO)
    assert cell.value == (utc and datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert cell.unreadable is (utc is None)


def test_only_a_timestamp_may() -> None:
    raw = "2026/11/19 09:12:44 GMT+9"
    assert [kind.read(raw, TOKYO).unreadable for kind in (TIMESTAMP, MOMENT, START)] == [False, True, True]


WAYS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y年%m月%d日 %H時%M分%S秒",
    "%Y-%m-%d %I:%M:%S %p",
]


@given(
    moment=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    zone=st.sampled_from(["Asia/Tokyo", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo"]),
    way=st.sampled_from(WAYS),
)
def test_text_is_read_like_a_real_date(moment: datetime, zone: str, way: str) -> None:
    there = ZoneInfo(zone)
    utc = moment.replace(tzinfo=there).astimezone(UTC)
    assume(utc.astimezone(there).replace(tzinfo=None) == moment)
    assert MOMENT.read(moment, there).value == utc
    assert MOMENT.read(moment.strftime(way), there).value == utc


@given(st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1)), st.sampled_from([LONDON, NEW_YORK]))
def test_every_moment_can_be_written_unless_it_is_the_second_of_two(moment: datetime, zone: ZoneInfo) -> None:
    utc = moment.replace(microsecond=0, tzinfo=UTC)
    there = utc.astimezone(zone)
    read = MOMENT.read(there.replace(tzinfo=None), zone).value
    assert read == (utc if there.fold == 0 else utc - timedelta(hours=1))


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        *(
            ("Asia/Tokyo", "Asia/Tokyo"),
            ("asia/tokyo ", "Asia/Tokyo"),
            ("Ａｓｉａ／Ｔｏｋｙｏ", "Asia/Tokyo"),
        ),
        *(("America/New_York", "America/New_York"), ("america/new york", "America/New_York")),
        *(
            ("Asia / Singapore", "Asia/Singapore"),
            ("Singapore", "Singapore"),
            ("Japan", "Japan"),
            ("UTC", "UTC"),
        ),
        *(("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"), ("Etc/GMT-9", "Etc/GMT-9")),
    ],
)
def test_zones(raw: str, key: str) -> None:
    zone = ZONE.read(raw, TOKYO).value
    assert zone is not None and zone.key == key


NO_ZONES: list[Raw] = [
    *(2, 0.5, True, "?", "tbc", date(2026, 12, 1), datetime(2026, 12, 1, 9), time(9, 0)),
    *(
        "JST",
        "PDT",
        "BST",
        "GMT+9",
        "UTC+9",
        "+09:00",
        "Tokyo",
        "Asia",
        "東京",
        "localtime",
        "Factory",
        "posixrules",
    ),
    *(
        "../../../../etc/passwd",
        "/etc/localtime",
        "Asia/../Asia/Tokyo",
        "Asia\\Tokyo",
        "Asia/Tokyo\0",
        "Asia/Tokyo.tab",
    ),
    *("Asia/Tokyo, Asia/Singapore", "posix/Asia/Tokyo", "tzdata.zi", 9),
]


@pytest.mark.parametrize("raw", NO_ZONES, ids=repr)
def test_no_zones(raw: Raw) -> None:
    assert ZONE.read(raw, TOKYO).unreadable
