"""Items 1.1 and 2: planned start, lead time, and the call of an urgent order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, judge, office

RECEIVED = "2026-12-01 09:00"


def test_a_blank_start_is_missing() -> None:
    verdict = judge({"Planned start": "なし"})
    assert (codes(verdict), verdict.status) == (["planned-start-missing"], Status.NEEDS_INFO)
    assert verdict.lead_time_h is None


@pytest.mark.parametrize(
    "start",
    [
        "03/04/2026 9:00", "30/11/2026 14:00", "tomorrow", "2026-12-10", "12月5日 10:00", "2026/12/10 25:00",
        "2026-02-30 09:00", 46000, 46000.5, True, "1e9", "2026-12-10 9", "09:00", "2026-12-10 09:00 JST",
    ],
)  # fmt: skip
def test_a_start_that_can_mean_several_moments_or_none(start: Raw) -> None:
    verdict = judge({"Planned start": start})
    assert (codes(verdict), verdict.status) == (["planned-start-unreadable"], Status.NEEDS_INFO)
    found = flag(verdict, "planned-start-unreadable")
    assert (found.column, found.site, found.holds) == ("Planned start", None, Status.READY)
    assert verdict.lead_time_h is None and verdict.candidates == ()


@pytest.mark.parametrize(
    ("zone", "start", "readable"),
    [
        ("Europe/London", "2027-03-28 00:59", True),
        ("Europe/London", "2027-03-28 01:00", False),
        ("Europe/London", "2027-03-28 01:59", False),
        ("Europe/London", "2027-03-28 02:00", True),
        ("America/New_York", "2027-03-14 02:30", False),
        (None, "2027-03-14 02:30", True),
        ("no such zone", "2027-03-14 02:30", True),
    ],
)
def test_a_time_that_daylight_saving_skips(zone: Raw, start: str, readable: bool) -> None:
    verdict = judge({"Time zone": zone, "Planned start": start})
    assert ("planned-start-unreadable" not in codes(verdict)) is readable


def test_a_time_that_comes_twice_is_the_first() -> None:
    verdict = judge(
        {"Time zone": "America/New_York", "Received at": "2026-10-31 14:30", "Planned start": "2026-11-01 01:30"}
    )
    # 2026-10-31 05:30 UTC to 2026-11-01 05:30 UTC (01:30 EDT, before the clocks go back): exactly a day
    assert verdict.lead_time_h == Decimal("24.0")
    assert "lead-time-short" not in codes(verdict)


def test_differences_are_of_real_elapsed_time() -> None:
    verdict = judge(
        {"Time zone": "America/New_York", "Received at": "2026-10-31 18:00", "Planned start": "2026-11-01 04:00"}
    )
    # 05:00 EDT on the 31st to 04:00 EST on the 1st: 23 h on the wall, 24 h in fact
    assert verdict.lead_time_h == Decimal("24.0")
    assert "lead-time-short" not in codes(verdict)


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("2026-12-01 08:59", ["planned-start-past"]),
        ("2026-12-01 09:00", ["planned-start-past"]),
        ("2026-12-01 09:01", ["lead-time-short"]),
        ("2026-12-02 08:59", ["lead-time-short"]),
        ("2026-12-02 08:59:59", ["lead-time-short"]),
        ("2026-12-02 09:00", []),
        ("2026-12-02 09:01", []),
    ],
)
def test_the_lead_time_decides(start: str, found: list[str]) -> None:
    cells = {"Received at": RECEIVED, "Planned start": start, "Urgent call at": "2026-12-01 09:05"}
    beside = office("2026-12-01 09:10", client={"Retainer from": "2026-01-01", "SLA response (h)": 4})
    assert [code for code in codes(judge(cells, beside)) if code in ("planned-start-past", "lead-time-short")] == found


def test_the_setting_moves_the_limit() -> None:
    cells = {"Received at": RECEIVED, "Planned start": "2026-12-03 09:00"}
    assert "lead-time-short" not in codes(judge(cells, office(settings={"Urgent below (h)": 48})))
    assert "lead-time-short" in codes(judge(cells, office(settings={"Urgent below (h)": "48.5"})))


@pytest.mark.parametrize(
    ("received", "start", "hours"),
    [
        ("2026-12-01 09:00", "2026-12-01 09:00", "0.0"),
        ("2026-12-01 09:00", "2026-12-02 08:57", "24.0"),
        ("2026-12-01 09:00", "2026-12-02 08:56", "23.9"),
        ("2026-12-01 09:00", "2026-12-01 08:00", "-1.0"),
        ("2026-12-01 09:00:00", "2026-12-01 09:03:00", "0.1"),
    ],
)
def test_the_lead_time_is_shown_to_a_tenth_half_up(received: str, start: str, hours: str) -> None:
    assert judge({"Received at": received, "Planned start": start}).lead_time_h == Decimal(hours)


def test_a_blank_receipt_is_now() -> None:
    verdict = judge({"Received at": None, "Planned start": "2026-12-01 10:00"}, office("2026-12-01 10:00"))
    assert "planned-start-past" in codes(verdict)


def test_an_unreadable_receipt_silences_the_lead_time() -> None:
    verdict = judge({"Received at": "yesterday"})
    assert (codes(verdict), verdict.lead_time_h) == (["cell-unreadable"], None)


@pytest.mark.parametrize(
    ("call", "raised"),
    [(None, True), ("-", True), ("2026-12-01 09:05", False), ("about nine", False), ("2027-01-01 09:00", False)],
)
def test_an_urgent_order_needs_a_call(call: Raw, raised: bool) -> None:
    verdict = judge({"Received at": RECEIVED, "Planned start": "2026-12-01 18:00", "Urgent call at": call})
    assert ("urgent-call-missing" in codes(verdict)) is raised


def test_nobody_has_to_call_for_an_order_that_is_not_urgent() -> None:
    assert codes(judge({"Received at": RECEIVED, "Planned start": "2026-12-02 09:00"})) == []


def test_a_waived_call_holds_nothing_back() -> None:
    cells = {
        "Received at": RECEIVED,
        "Planned start": "2026-12-01 18:00",
        "Waived flags": "Urgent-Call-Missing： 電話済み",
    }
    verdict = judge(cells)
    found = flag(verdict, "urgent-call-missing")
    assert (found.severity, found.holds, verdict.status) == (Severity.INFO, None, Status.READY)
    assert found.message.endswith("(waived: 電話済み)")


def test_start_is_at_the_site_and_receipt_in_the_register() -> None:
    verdict = judge(
        {"Time zone": "America/New_York", "Received at": "2026-12-01 09:00", "Planned start": "2026-12-01 19:00"}
    )
    # 09:00 in Tokyo is 19:00 the day before in New York
    assert verdict.lead_time_h == Decimal("24.0")
