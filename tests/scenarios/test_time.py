"""Time that does what it likes, scenarios 10 and 25: pauses, jumps, daylight saving, the ends of months and years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance.desk import NOW, Desk, codes, told
from tests.acceptance.sheet_desk import SheetDesk
from tests.scenarios.conftest import Meanwhile, copied
from tests.scenarios.test_faults import NUMBERS, complete, is_invoiced_once, numbers
from tests.scenarios.test_people import shown
from tests.sync.google_bench import Clock

START = datetime.fromisoformat(NOW)
HOUR = timedelta(hours=1)
LAST_RUN = "Last good run"


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The machine's clock, as one time that a test changes."""
    times = [START + timedelta(minutes=10)]
    monkeypatch.setattr("sync.clock.utc_now", lambda: times[0].astimezone(UTC))
    return times


def by_the_clock(desk: Desk, code: int = 0) -> dict[str, Any]:
    """A run that asks the machine's clock, as its JSON object."""
    done = desk.call("sync", "--json", "--out", desk.folder)
    assert done.code == code, done.err
    return done.object if code == 0 else {}


def last_run(desk: Desk) -> datetime:
    return next(datetime.fromisoformat(row["Value"]) for row in desk.rows("Dashboard") if row["Figure"] == LAST_RUN)


@pytest.mark.scenario(10)
@pytest.mark.parametrize("counted", [True, False], ids=["stopped", "suspended with its machine"])
def test_10_a_paused_run_decides_anew(
    desk: Desk, meanwhile: Meanwhile, wall: list[datetime], clock: Clock, counted: bool
) -> None:
    """What became true during the pause is seen, and what is written bears the time at which it was decided.

    A machine that sleeps stops the counter of seconds too, by which calls are timed.
    """
    desk.type("S-10", {"Planned start": "2026-11-24 14:45"})
    complete(desk)

    def pause() -> None:
        wall[0] += HOUR
        clock.time += 3600 if counted else 0

    meanwhile(desk, pause)
    found = by_the_clock(desk)
    order = told(found, "ORD-2026-0004")
    assert "approval-overdue" in codes(order) and found["run"].startswith("20261124-1110")
    assert last_run(desk) == START + timedelta(minutes=70)
    assert {str(row["At"])[:16] for row in desk.rows("Log")} == {"2026-11-24 10:00", "2026-11-24 11:10"}
    is_invoiced_once(desk, "2026-11-24T11:10+09:00")


@pytest.mark.scenario(10)
def test_10_another_did_the_work_meanwhile(desk: Desk, meanwhile: Meanwhile, wall: list[datetime]) -> None:
    """The one that wakes up writes nothing: no second invoice, no earlier time over a later one."""
    complete(desk)
    left: list[object] = []

    def pause() -> None:
        wall[0] += timedelta(minutes=55)
        by_the_clock(desk)
        left.append(desk.state())
        wall[0] += timedelta(minutes=5)

    meanwhile(desk, pause)
    assert by_the_clock(desk)["changes"] == []
    assert desk.state() == left[0] and numbers(desk) == NUMBERS


@pytest.mark.scenario(25)
def test_25_five_missed_runs_are_one_catch_up(desk: Desk, tmp_path: Path) -> None:
    """One run after five days comes to what a run a day would have come to, and invoices once, dated today."""
    daily = copied(desk, tmp_path / "daily")
    for register in (desk, daily):
        register.type("S-10", {"Site confirmed at": "2026-11-24 10:30", "Contacts shared at": "2026-11-24 11:00"})
        complete(register)
    days = [(START + timedelta(days=n)).isoformat() for n in range(1, 7)]
    for day in days:
        daily.sync(now=day)
    found = desk.sync(now=days[-1])
    (invoice,) = found["invoices"]
    issued = {row["Invoice no."]: str(row["Issued on"])[:10] for row in desk.rows("Invoices")}
    assert issued[invoice["number"]] == "2026-11-30" and "/20261130_" in invoice["file"]
    today, then = shown(desk), shown(daily)
    today.pop("S-04"), then.pop("S-04")  # due thirty days after it was issued
    assert today == then and numbers(desk) == numbers(daily) == NUMBERS
    moves = [(row["From"], row["To"]) for row in desk.log("status") if row["Order ID"] == "ORD-2026-0004"]
    assert moves[-2:] == [("Offered", "Site confirmed"), ("Site confirmed", "Contacts shared")]
    assert desk.sync(now=days[-1])["changes"] == []


@pytest.mark.scenario(25)
@pytest.mark.parametrize(
    ("ahead", "before", "after"),
    [
        ("2027-11-24T10:10+09:00", False, True),
        ("2026-11-24T10:40+09:00", True, False),
        ("2026-11-24T10:40+09:00", False, False),
    ],
    ids=["a year", "some minutes", "some minutes, nothing to do"],
)
def test_25_a_clock_that_was_ahead(desk: Desk, ahead: str, before: bool, after: bool) -> None:
    """Once it is right again runs are refused; after one with --force they go on by themselves.

    `before` and `after`: whether the run ahead, and the forced one, have an invoice to issue.
    """
    if before:
        complete(desk)
    desk.sync(now=ahead)
    assert ahead[:10] in desk.refused(now="2026-11-24T10:20+09:00")
    if after:
        complete(desk)
    desk.sync("--force", now="2026-11-24T10:20+09:00")
    desk.sync(now="2026-11-24T10:25+09:00")
    assert last_run(desk) < START + timedelta(hours=1)
    if before or after:
        is_invoiced_once(desk, "2026-11-24T10:30+09:00")


@pytest.mark.scenario(25)
@pytest.mark.parametrize(
    ("now", "year", "order_id", "number", "due"),
    [
        ("2026-12-31T14:59:59+00:00", "2026", "ORD-2026-0007", "INV-2026-0003", "2027-01-30"),
        ("2026-12-31T15:00:00+00:00", "2027", "ORD-2027-0001", "INV-2027-0001", "2027-01-31"),
        ("2027-01-31T23:59:59+09:00", "2027", "ORD-2027-0001", "INV-2027-0001", "2027-03-02"),
        ("2028-02-29T00:00:00+09:00", "2028", "ORD-2028-0001", "INV-2028-0001", "2028-03-30"),
    ],
)
def test_25_the_end_of_a_month_and_of_a_year(
    workbook: Desk, now: str, year: str, order_id: str, number: str, due: str
) -> None:
    """In the register's zone, wherever the machine stands: years of numbers, dates of invoices and of their files."""
    at_the_end(workbook, now, year, order_id, number, due)


@pytest.mark.scenario(25)
def test_25_the_end_of_a_year_in_a_google_sheet(sheet: SheetDesk) -> None:
    at_the_end(sheet, "2026-12-31T15:00:00+00:00", "2027", "ORD-2027-0001", "INV-2027-0001", "2027-01-31")


def at_the_end(desk: Desk, now: str, year: str, order_id: str, number: str, due: str) -> None:
    complete(desk)
    desk.add("NEW-1", {"Received at": None, "Site address": "7-7 Sakae, Nagoya"}, like="S-11")
    found = desk.sync(now=now)
    (invoice,) = found["invoices"]
    local = datetime.fromisoformat(now).astimezone(START.tzinfo)
    assert (desk.order("NEW-1")["Order ID"], invoice["number"]) == (order_id, number)
    row = desk.rows("Invoices")[-1]
    assert (str(row["Issued on"])[:10], str(row["Due on"])[:10]) == (local.date().isoformat(), due)
    assert Path(invoice["file"]).name.startswith(f"{local:%Y%m%d}_INV-{year}-")
    book = openpyxl.load_workbook(invoice["file"])
    place, _, cell = book.defined_names["IssueDate"].attr_text.replace("$", "").partition("!")
    assert str(book[place.strip("'")][cell].value)[:10] == local.date().isoformat()
    assert str(desk.order("NEW-1")["Received at"]) == f"{local:%Y-%m-%d %H:%M:%S}"
    assert desk.sync(now=now)["changes"] == []


BERLIN = [
    "2026-10-25T00:30+00:00",  # 02:30, for the first time
    "2026-10-25T01:10+00:00",  # 02:10, for the second
    "2026-10-25T01:20+00:00",  # 02:20, for the second
    "2026-10-25T02:00+00:00",  # 03:00
]


@pytest.mark.scenario(25)
def test_25_an_hour_that_comes_twice(fresh: Desk) -> None:
    """Runs go on through it, are not taken for earlier ones, and write their heartbeat no more often than usual."""
    fresh.settle({"Time zone": "Europe/Berlin"})
    fresh.type("S-12", {"Received at": None})
    fresh.sync(now=BERLIN[0])
    beats = [fresh.sync(now=now)["changes"] for now in BERLIN[1:]]
    heartbeats = [[change["tab"] for change in changes] for changes in beats]
    assert heartbeats == [["Dashboard"], [], ["Dashboard"]]
    assert str(fresh.order("S-12")["Received at"]) == "2026-10-25 02:30:00"
    assert "2026-10-25 03:00" in fresh.refused(now=BERLIN[1])


@pytest.mark.scenario(25)
@pytest.mark.parametrize(
    ("start", "lead"),
    [
        ("2026-11-01 00:30", 13.5),  # an hour before New York sets its clocks back
        ("2026-11-01 01:30", 14.5),  # which comes twice: the first
        ("2026-11-01 02:30", 16.5),
        ("2027-03-14 03:30", 3208.5),  # an hour after they were set ahead
        ("2027-03-14 02:30", "planned-start-unreadable"),  # left out
    ],
)
def test_25_lead_times_over_a_change_of_clocks(workbook: Desk, start: str, lead: float | str) -> None:
    """Hours are those that pass, not those that clocks show."""
    workbook.type("S-12", {
        "Time zone": "America/New_York", "Planned start": start, "Received at": "2026-11-01 00:00",
    })  # fmt: skip
    order = told(workbook.sync(now="2026-11-24T10:05+09:00"), "ORD-2026-0006")
    if isinstance(lead, str):
        assert lead in codes(order) and order["lead_time_h"] is None
    else:
        assert "planned-start-unreadable" not in codes(order) and order["lead_time_h"] == lead
