"""Items 5 to 11: papers, approval, arrival, SLA, release, changes after confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from rules.memory import Memory
from rules.words import Severity, Status
from tests.rules.build import SITE, Cells, at, codes, flag, judge, office, places, story, upto

S = Status
OK = office(settings={"Invoice needs OK": "yes"})
NOW = "2026-12-01 10:00"
RETAINER = {"Retainer from": "2026-01-01", "SLA response (h)": 4}


# --- photo-id-not-sent, paperwork-not-sent


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"Photo ID needed": "yes"}, ["photo-id-not-sent"]),
        ({"Photo ID needed": "はい"}, ["photo-id-not-sent"]),
        ({"Photo ID needed": "no"}, []),
        ({"Photo ID needed": None}, []),
        ({"Photo ID needed": "yes", "Photo ID sent at": "2026-11-20 11:30"}, []),
        ({"Photo ID needed": "yes", "Contacts shared at": None}, []),
        ({"Paperwork": "NDA, signature"}, ["paperwork-not-sent"]),
        ({"Paperwork": "none"}, []),
        ({"Paperwork": "NDA", "Paperwork sent at": "2026-11-20 11:30"}, []),
        ({"Paperwork": "NDA", "Contacts shared at": None}, []),
        ({"Photo ID needed": "yes", "Paperwork": "NDA"}, ["photo-id-not-sent", "paperwork-not-sent"]),
    ],
)
def test_papers_before_contacts_shared(changes: Cells, raised: list[str]) -> None:
    verdict = judge({**upto(S.CONTACTS_SHARED), **changes})
    assert codes(verdict) == raised
    assert all(f.holds is S.CONTACTS_SHARED for f in verdict.flags)


@pytest.mark.parametrize(
    ("waived", "reached"),
    [("photo-id-not-sent", S.SITE_CONFIRMED), ("paperwork-not-sent", S.SITE_CONFIRMED), ("both", S.CONTACTS_SHARED)],
)
def test_waived_papers_count_as_sent(waived: str, reached: Status) -> None:
    lines = ["photo-id-not-sent", "paperwork-not-sent"] if waived == "both" else [waived]
    waivers = "\n".join(f"{line}: shown at the door" for line in lines)
    changes = {**upto(S.CONTACTS_SHARED), "Photo ID needed": "yes", "Paperwork": "NDA", "Waived flags": waivers}
    assert judge(changes).status is reached


# --- visit-without-approval, arrival-not-notified, release-not-approved


@pytest.mark.parametrize(
    ("arrived", "approved", "raised"),
    [
        ("2026-11-30 09:00", None, True),
        ("2026-11-30 09:00", "2026-11-30 10:00", False),
        ("2026-11-30 09:00", "N/A", True),
        ("?", None, True),
        ("2027-01-01 09:00", None, True),
        ("2026-11-30 09:00", "?", False),
        ("2026-11-30 09:00", "2027-01-01 09:00", False),
        (None, None, False),
    ],
)
def test_visit_without_approval(arrived, approved, raised) -> None:
    verdict = judge({**upto(S.CONTACTS_SHARED), "Arrived at": arrived, "Approved at": approved})
    assert ("visit-without-approval" in codes(verdict)) is raised
    if raised:
        assert (flag(verdict, "visit-without-approval").holds, verdict.status.value) == (
            S.ON_SITE,
            "Needs info" if arrived == "?" else "Contacts shared",
        )


@pytest.mark.parametrize(
    ("changes", "raised"),
    [({}, False), ({"Arrival notified at": None}, True), ({"Arrived at": None, "Arrival notified at": None}, False)],
)
def test_arrival_not_notified(changes: Cells, raised: bool) -> None:
    verdict = judge({**upto(S.ON_SITE), **changes})
    assert ("arrival-not-notified" in codes(verdict)) is raised
    assert verdict.status is (S.ON_SITE if not changes else S.APPROVED)


@pytest.mark.parametrize(
    ("changes", "raised", "status"),
    [
        ({}, False, S.COMPLETED),
        ({"Release approved by": None}, True, S.WORKING),
        ({"Release approved by": "-"}, True, S.WORKING),
        ({"Release approved by": None, "Waived flags": "release-not-approved: by phone"}, True, S.COMPLETED),
        ({"Completed at": None, "Release approved by": None}, False, S.WORKING),
    ],
)
def test_release_not_approved(changes: Cells, raised: bool, status: Status) -> None:
    verdict = judge({**upto(S.COMPLETED), **changes}, OK)
    assert ("release-not-approved" in codes(verdict), verdict.status) == (raised, status)


def test_arrival_not_notified_waived() -> None:
    verdict = judge(
        {**upto(S.ON_SITE), "Arrival notified at": None, "Waived flags": "arrival-not-notified: phone dead"}
    )
    assert (verdict.status, flag(verdict, "arrival-not-notified").severity) == (S.ON_SITE, Severity.INFO)


# --- approval-overdue


@pytest.mark.parametrize(
    ("now", "raised"),
    [
        ("2026-12-10 04:59:59", False),
        ("2026-12-10 05:00", True),
        ("2026-12-10 09:00", True),
        ("2026-12-11 09:00", True),
    ],
)
@pytest.mark.parametrize(
    ("status", "may"),
    [(S.READY, False), (S.OFFERED, True), (S.SITE_CONFIRMED, True), (S.CONTACTS_SHARED, True), (S.APPROVED, False)],
)
def test_approval_overdue(status: Status, may: bool, now: str, raised: bool) -> None:
    assert ("approval-overdue" in codes(judge(upto(status), office(now)))) is (may and raised)


def test_approval_deadline_is_a_setting_and_real_time() -> None:
    """London, 2026-03-29: between 00:30 and 04:00 there are two and a half hours."""
    cells = {**upto(S.OFFERED), "Time zone": "Europe/London", "Planned start": "2026-03-29 04:00",
             "Received at": "2026-03-01 09:00", "Availability sent at": "2026-03-01 10:00"}  # fmt: skip
    settings = {"Approval deadline (h)": 2.5, "Time zone": "Europe/London"}
    for now, raised in (("2026-03-29 00:29", False), ("2026-03-29 00:30", True)):
        assert ("approval-overdue" in codes(judge(cells, office(now, settings=settings)))) is raised


# --- visit-late


@pytest.mark.parametrize(
    ("now", "changes", "raised"),
    [
        ("2026-12-10 09:00", {}, False),
        ("2026-12-10 09:00:01", {}, True),
        ("2026-12-10 10:00", {"Arrived at": "2026-12-10 09:30"}, False),
        ("2026-12-10 10:00", {"Arrived at": "2026-12-10 10:01"}, True),
        ("2026-12-10 10:00", {"No-show at": "2026-12-10 10:01"}, True),
        ("2026-12-10 10:00", {"Approved at": None}, False),
    ],
)
def test_visit_late(now: str, changes: Cells, raised: bool) -> None:
    assert ("visit-late" in codes(judge({**upto(S.APPROVED), **changes}, office(now)))) is raised


def test_an_unreadable_arrival_is_no_arrival() -> None:
    _, verdict = story(("2026-12-01 10:00", upto(S.APPROVED)), ("2026-12-10 10:00", {"Arrived at": "9ish"}))
    assert "visit-late" in codes(verdict)


# --- SLA

SLA = {**upto(S.APPROVED), "Approved at": "2026-12-10 08:00", "Planned start": "2026-12-10 09:00"}


def sla(now: str, changes: Cells | None = None, client: Cells | None = None, **settings):
    beside = office(now, client=RETAINER | (client or {}), settings=settings.get("settings"))
    return judge({**SLA, **(changes or {})}, beside)


@pytest.mark.parametrize(
    ("now", "raised"),
    [
        ("2026-12-10 10:59:59", set()),
        ("2026-12-10 11:00", {"sla-at-risk"}),
        ("2026-12-10 12:00", {"sla-at-risk"}),
        ("2026-12-10 12:00:01", {"sla-breached"}),
    ],
)
def test_at_exactly_the_share_it_is_at_risk_and_only_after_the_due_time_breached(now: str, raised: set[str]) -> None:
    verdict = sla(now)
    assert verdict.sla_due == at("2026-12-10 12:00")
    assert {"sla-at-risk", "sla-breached"} & set(codes(verdict)) == raised


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"Arrived at": "2026-12-10 12:00"}, set()),
        ({"Arrived at": "2026-12-10 12:01"}, {"sla-breached"}),
        ({"Arrived at": "2026-12-10 13:01"}, {"sla-breached"}),
        ({"Arrived at": "?"}, {"sla-breached"}),
        ({"No-show at": "2026-12-10 11:00"}, set()),
        ({"No-show at": "2026-12-10 14:00"}, {"sla-breached"}),
        ({"Approved at": "2026-12-10 13:30"}, set()),
        ({"Approved at": None}, set()),
    ],
)
def test_what_meets_the_sla(changes: Cells, raised: set[str]) -> None:
    assert {"sla-at-risk", "sla-breached"} & set(codes(sla("2026-12-10 13:00", changes))) == raised


@pytest.mark.parametrize(
    ("client", "approved", "start", "due"),
    [
        ({}, "2026-12-10 08:00", "2026-12-10 09:00", "2026-12-10 12:00"),
        ({}, "2026-12-10 08:00", "2026-12-10 12:00", "2026-12-10 12:00"),
        ({}, "2026-12-10 08:00", "2026-12-10 12:01", "2026-12-10 12:01"),
        ({"SLA response (h)": 0.5}, "2026-12-10 08:00", "2026-12-10 08:00", "2026-12-10 08:30"),
        ({"SLA response (h)": "6h"}, "2026-12-10 22:00", "2026-12-10 09:00", "2026-12-11 04:00"),
        ({"SLA response (h)": None}, "2026-12-10 08:00", "2026-12-10 09:00", None),
        ({"Retainer from": None}, "2026-12-10 08:00", "2026-12-10 09:00", None),
        ({"Retainer from": "2026-11-20"}, "2026-12-10 08:00", "2026-12-10 09:00", "2026-12-10 12:00"),
        ({"Retainer from": "2026-11-21"}, "2026-12-10 08:00", "2026-12-10 09:00", None),
        ({"Retainer until": "2026-11-20"}, "2026-12-10 08:00", "2026-12-10 09:00", "2026-12-10 12:00"),
        ({"Retainer until": "2026-11-19"}, "2026-12-10 08:00", "2026-12-10 09:00", None),
        ({}, "2026-12-12 08:00", "2026-12-10 09:00", None),
        ({}, "?", "2026-12-10 09:00", None),
        ({}, None, "2026-12-10 09:00", None),
    ],
)
def test_sla_due(client, approved, start, due) -> None:
    verdict = sla("2026-12-11 23:00", {"Approved at": approved, "Planned start": start}, client)
    assert verdict.sla_due == (at(due) if due else None)


def test_sla_runs_round_the_clock_in_real_hours() -> None:
    """New York's clocks go back on 2026-11-01 at 02:00: four hours after 00:00 EDT is 03:00 EST."""
    changes = {
        "Received at": "2026-10-31 09:00",
        "Approved at": "2026-11-01 00:00",
        "Planned start": "2026-10-31 12:00",
    }
    verdict = sla("2026-11-01 02:59", changes, settings={"Time zone": "America/New_York"})
    assert verdict.sla_due is not None
    assert verdict.sla_due.isoformat() == "2026-11-01T08:00:00+00:00"


def test_the_warning_share_is_a_setting() -> None:
    share = {"SLA warning share": 0.5}
    assert "sla-at-risk" not in codes(sla("2026-12-10 09:59", settings=share))
    assert "sla-at-risk" in codes(sla("2026-12-10 10:00", settings=share))


# --- visit-too-long


@pytest.mark.parametrize(
    ("completed", "raised"), [("2026-12-01 01:00", False), ("2026-12-01 01:00:01", True), ("2026-12-01 01:01", True)]
)
def test_visit_too_long(completed: str, raised: bool) -> None:
    verdict = judge({**upto(S.COMPLETED), "Completed at": completed})
    assert ("visit-too-long" in codes(verdict), verdict.status is S.COMPLETED) == (raised, raised)


def test_visit_too_long_may_be_waived() -> None:
    cells = {**upto(S.COMPLETED), "Completed at": "2026-12-01 02:00", "Waived flags": "visit-too-long: all night"}
    assert judge(cells).status is S.INVOICED


# --- changed-after-confirmation

CONFIRMED = upto(S.SITE_CONFIRMED)


@pytest.mark.parametrize(
    ("column", "value", "raised"),
    [
        ("Planned start", "2026-12-10 09:30", True),
        ("Planned start", "2026/12/10 9:00", False),
        ("Time zone", "Asia/Singapore", True),
        ("Reserved hours", 4, True),
        ("Reserved hours", "3h", False),
        ("Reserved hours", None, True),
        ("Site address", "3-3 Kyobashi, Tokyo", True),
        ("Site address", " 1-1 marunouchi,  TOKYO ", False),
        ("Assigned engineers", "Eve Entry, Bob", True),
        ("Assigned engineers", "eve entry", False),
        ("Floor", "9F", False),
        ("Engineers needed", "1 名", False),
    ],
)
def test_changed_after_confirmation(column: str, value, raised: bool) -> None:
    _, verdict = story((NOW, CONFIRMED), (NOW, {column: value}), beside=office(engineers=[{}, {"Engineer": "Bob"}]))
    where = {"Time zone": "Planned start"}.get(column, column)
    site = 1 if column == "Site address" else None
    assert places(verdict, "changed-after-confirmation") == ([(site, where)] if raised else [])


def test_one_flag_a_column_and_none_in_the_run_that_sees_the_confirmation_first() -> None:
    changes: Cells = {"Planned start": "2026-12-11 09:00", "Reserved hours": 5}
    first, second = story(
        (NOW, {**CONFIRMED, **changes}), (NOW, {"Planned start": "2026-12-12 09:00", "Reserved hours": 6})
    )
    assert "changed-after-confirmation" not in codes(first)
    assert [c for _, c in places(second, "changed-after-confirmation")] == ["Planned start", "Reserved hours"]


@pytest.mark.parametrize(
    ("confirmed", "raised"),
    [("2026-11-21 11:00", False), ("2026-11-20 11:00", True), ("2026-11-20 10:30", True), ("2026-12-02 11:00", True)],
)
def test_it_ends_when_site_confirmed_gets_a_later_time(confirmed: str, raised: bool) -> None:
    *_, verdict, again = story(
        (NOW, CONFIRMED), (NOW, {"Reserved hours": 4}), (NOW, {"Site confirmed at": confirmed}), (NOW, {})
    )
    assert ("changed-after-confirmation" in codes(verdict)) is raised
    assert verdict.flags == again.flags


def test_it_ends_when_changed_back_and_is_silent_from_on_site_on() -> None:
    *_, changed, back = story((NOW, CONFIRMED), (NOW, {"Reserved hours": 4}), (NOW, {"Reserved hours": 3}))
    assert "changed-after-confirmation" in codes(changed)
    assert "changed-after-confirmation" not in codes(back)
    _, there = story((NOW, upto(S.ON_SITE)), (NOW, {"Reserved hours": 4}))
    assert "changed-after-confirmation" not in codes(there)


@pytest.mark.parametrize(
    ("before", "after", "site"),
    [
        ([], [SITE], 2),
        ([SITE], [], None),
        ([SITE], [{**SITE, "Site address": "elsewhere"}], 2),
        ([SITE, {"Site address": "third"}], [{"Site address": "third"}, SITE], "none"),
        ([SITE, {"Site address": "third"}], [SITE, SITE], 3),  # to where another one is
        ([SITE, SITE], [{"Site address": "third"}, SITE], 2),
    ],
)
def test_sites_added_taken_away_moved_and_sorted(before, after, site) -> None:
    first = judge(CONFIRMED, sites=before)
    second = judge(CONFIRMED, sites=after, memory=first.memory)
    expected = [] if site == "none" else [(site, "Site address")]
    assert places(second, "changed-after-confirmation") == expected


def flagged(*runs: tuple[Cells, Sequence[Cells]]) -> list[list[int | None]]:
    """The sites of flags on addresses, by run; every run is made again, and finds and remembers the same."""
    memory, found, cells = None, [], dict[str, Any](CONFIRMED)
    for changes, sites in runs:
        cells |= changes
        verdict = judge(cells, sites=sites, memory=memory)
        memory = verdict.memory
        again = judge(cells, sites=sites, memory=memory)
        assert (again.flags, again.memory) == (verdict.flags, memory)
        found.append([site for site, _ in places(verdict, "changed-after-confirmation")])
    return found


SEEN: Cells = {"Site confirmed at": "2026-11-20 11:00"}
LATER: Cells = {"Site confirmed at": "2026-11-21 11:00"}
THIRD: Cells = {"Site address": "third", "Site email": "third@site.example.com"}
MOVED: Cells = {"Site address": "elsewhere"}


@pytest.mark.parametrize(
    ("runs", "sites"),
    [
        ([[SEEN], [{**SEEN, **MOVED}], [{**LATER, **MOVED}], [{**LATER, **MOVED}]], [[], [2], [], []]),
        ([[SEEN], [{**LATER, **MOVED}], [LATER]], [[], [], [2]]),
        ([[SEEN], [{**SEEN, **MOVED}], [SEEN]], [[], [2], []]),
        ([[SEEN], [MOVED], [{**SEEN, **MOVED}], [{**LATER, **MOVED}]], [[], [2], [2], []]),
        ([[{}], [MOVED], [{**SEEN, **MOVED}]], [[], [2], []]),
        ([[], [{}], [SEEN]], [[], [2], []]),
        ([[], [SEEN], [SEEN], [LATER]], [[], [2], [2], []]),
        ([[SEEN], [SEEN, THIRD], [{**SEEN, **MOVED}, {**SEEN, **THIRD}], [{**LATER, **MOVED}, {**SEEN, **THIRD}]],
         [[], [3], [2], []]),
        ([[SEEN, {**SEEN, **THIRD}], [{**SEEN, **MOVED}, {**SEEN, **THIRD}], [{**SEEN, **THIRD}, {**LATER, **MOVED}]],
         [[], [2], []]),
        ([[SEEN, SEEN], [{**SEEN, **MOVED}, SEEN], [{**SEEN, **MOVED}, LATER]], [[], [2], [2]]),
        ([[SEEN], [{**SEEN, **MOVED}], [{**MOVED, "Site confirmed at": "2026-12-02 11:00"}]], [[], [2], [2]]),
        ([[SEEN], [], [SEEN]], [[], [None], []]),
        ([[{}], [{**SEEN, **MOVED}], [{**SEEN, **MOVED}]], [[], [], []]),
        ([[SEEN, {**LATER, **THIRD}], [{**LATER, **THIRD, **MOVED}]], [[], [2]]),
    ],
    ids=["then confirmed", "at once", "changed back", "cleared and put back", "confirmed for the first time", "added",
         "added with a time", "one of two", "sorted", "two floors", "in the future", "taken away",
         "confirmed with its address", "another one taken away"],
)  # fmt: skip
def test_a_further_site_confirms_its_own_address(runs: Sequence[Sequence[Cells]], sites: list[Any]) -> None:
    assert flagged(*(({}, run) for run in runs)) == sites


def test_a_further_site_confirms_nothing_but_its_address() -> None:
    moved = {"Site address": "first", "Reserved hours": 5}
    runs: list[tuple[Cells, Sequence[Cells]]] = [({}, [SEEN]), (moved, [SEEN]), ({}, [LATER]), (LATER, [LATER])]
    assert flagged(*runs) == [[], [None, 1], [None, 1], []]


def test_what_an_earlier_version_remembered_is_understood() -> None:
    first = judge(CONFIRMED, sites=[SEEN]).memory
    assert first.confirmed
    old = Memory.model_validate_json(first.model_dump_json(exclude={"confirmed": {"further"}}))
    moved = judge(CONFIRMED, sites=[{**SEEN, **MOVED}], memory=old)
    assert places(moved, "changed-after-confirmation") == [(2, "Site address")]
    again = judge(CONFIRMED, sites=[{**LATER, **MOVED}], memory=moved.memory)
    assert places(again, "changed-after-confirmation") == []


def test_what_was_confirmed_is_remembered_before_the_status_is_reached() -> None:
    first = judge({"Site confirmed at": "2026-11-20 11:00", "Order email": None})
    assert first.status is S.NEEDS_INFO
    second = judge(
        {"Site confirmed at": "2026-11-20 11:00", "Order email": None, "Reserved hours": 8}, memory=first.memory
    )
    assert places(second, "changed-after-confirmation") == [(None, "Reserved hours")]


def test_a_confirmation_that_proves_nothing_is_not_seen() -> None:
    first = judge({**CONFIRMED, "Site confirmed at": "2026-12-02 10:00"})
    assert first.memory.confirmed is None
    assert "changed-after-confirmation" not in codes(judge(CONFIRMED, memory=Memory(status=S.OFFERED)))


def test_sorted_places_are_remembered_alike() -> None:
    """A memory that is written in another order makes a run that is not quiet, and is none of an undone run's."""
    first = judge(CONFIRMED, sites=[SEEN, {**SEEN, **THIRD}]).memory
    sorted_down = judge(CONFIRMED, sites=[{**SEEN, **THIRD}, SEEN], memory=first).memory
    assert sorted_down.model_dump_json() == first.model_dump_json()
