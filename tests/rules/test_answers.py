"""Which answers of the form are new: by Timestamp, of several in one second as many as there are more than before."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.answers import Answer, new_answers, with_zones
from rules.form import answers_of
from tests.rules.build import TOKYO

A, B, C = ({"client_reference": name} for name in "abc")
EARLY, LATE = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)


def given(at: datetime, *orders: dict[str, str]) -> list[Answer]:
    return [Answer(at, dict(order)) for order in orders]


def taken(*answers: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for answer in answers:
        found.setdefault(answer.stamp(TOKYO), []).append(answer.fingerprint(TOKYO))
    return found


@pytest.mark.parametrize(
    ("known", "tab", "csv", "new"),
    [
        ([], [A], [], [A]),
        ([A], [A], [A], []),
        ([A], [B, A], [], [B]),
        ([A], [B], [], []),  # an answer that was edited in the tab
        ([A], [B, C], [], [B]),
        ([A, B], [A], [C], []),
        ([], [A], [A, A], [A, A]),
        ([A], [], [A, B, C], [B, C]),
    ],
)
def test_of_one_second(known: list[dict], tab: list[dict], csv: list[dict], new: list[dict]) -> None:
    found = new_answers([given(LATE, *tab), given(LATE, *csv)], taken(*given(LATE, *known)), TOKYO)
    assert [answer.order for answer in found] == new


def test_in_the_order_of_their_timestamps() -> None:
    assert new_answers([given(LATE, A), given(EARLY, B)], {}, TOKYO) == [*given(EARLY, B), *given(LATE, A)]


@pytest.mark.parametrize(
    ("known", "zone", "stamp", "new"),
    [
        ("2026-12-01T09:00:00+09:00 Asia/Tokyo", "America/New_York", "2026-12-01 09:00", 0),
        ("2026-12-01T09:00:00+09:00 Asia/Tokyo", "America/New_York", "2026/12/01 9:00:00 GMT+9", 0),
        ("2026-12-01T09:00:00+09:00 Asia/Tokyo", "America/New_York", "2026-11-30 19:00", 1),
        ("2026-12-01T00:00:00+00:00", "Asia/Tokyo", "2026-12-01 09:00", 0),  # as earlier versions remembered it
        ("2026-12-01T00:00:00+00:00", "Asia/Tokyo", "2026-12-01 00:00", 1),
        ("2026-12-01T09:00:00+00:00 Europe/London", "Asia/Tokyo", "2026-12-01 09:00", 0),
        ("2026-10-25T01:30:00+00:00 Europe/London", "Europe/London", "2026-10-25 01:30:00 GMT", 0),  # the second 01:30
        ("2026-10-25T01:30:00+00:00 Europe/London", "Europe/London", "2026-10-25 01:30:00 GMT+1", 1),
        ("2026-12-01T09:00:00+09:00 Asia/Atlantis", "Asia/Tokyo", "2026-12-01 09:00", 0),
        ("changed by hand", "Asia/Tokyo", "2026-12-01 09:00", 1),
    ],
)
def test_the_registers_zone_may_change(known: str, zone: str, stamp: str, new: int) -> None:
    source = answers_of("form", ["Timestamp", "Client"], [[stamp, "Acme"]], ZoneInfo(zone))
    before = with_zones({known: ["some"]}, ZoneInfo(zone))
    assert len(new_answers([source.answers], before, ZoneInfo(zone))) == new


def test_what_earlier_versions_remembered_is_known_in_another_zone() -> None:
    known = with_zones({"2026-12-01T00:00:00+00:00": ["a"], "2026-12-01T09:00:00+09:00 Asia/Tokyo": ["b"]}, TOKYO)
    assert known == {"2026-12-01T09:00:00+09:00 Asia/Tokyo": ["a", "b"]}
    assert with_zones(known, ZoneInfo("America/New_York")) == known


def test_of_one_second_the_known_one_is_known_in_another_zone() -> None:
    zone, starts = ZoneInfo("America/New_York"), [{"planned_start": f"2026-12-0{day} 09:00"} for day in (1, 2)]
    before = taken(*given(datetime(2026, 12, 1, 0, tzinfo=UTC), starts[0]))
    now = given(datetime(2026, 12, 1, 14, tzinfo=UTC), *starts)
    assert [answer.order for answer in new_answers([now], before, zone)] == [starts[1]]
