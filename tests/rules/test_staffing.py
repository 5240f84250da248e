"""Item 3: who goes. Known, enough, free, able, speaking the languages; and who could go."""

from __future__ import annotations

from typing import Any

import pytest

from rules.cells import Raw
from rules.memory import Memory
from rules.models import Office
from rules.verdict import Verdict
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, flags, judge, judged, office, order, places, upto

START = "2026-12-10 09:00"
"""CLEAN is planned for 3 hours from then."""
TEAM: list[dict[str, Raw]] = [
    {"Engineer": "Eve Entry"},
    {"Engineer": "高橋　蓮", "Skill level": "Senior", "Languages": "日本語"},
    {"Engineer": "Sue Senior", "Skill level": "シニア", "Languages": "both"},
    {"Engineer": "Spec One", "Skill level": "Specialist", "Languages": "EN/JP"},
    {"Engineer": "Gone", "Skill level": "Specialist", "Languages": "both", "Active": "no"},
]


def team(**how: Any) -> Office:
    return office(engineers=TEAM, **how)


def pair(first: Cells, second: Cells, beside: Office | None = None, **how: Any) -> list[Verdict]:
    """Two orders of different work in one register: ORD-2026-0001 and ORD-2026-0002."""
    place = beside or team()
    cells = {"Client reference": "AC-2", "Site address": "elsewhere"}
    return judged([order(first, beside=place), order({**cells, **second}, number=3, beside=place, **how)], place)


# --- known


@pytest.mark.parametrize(
    "names",
    [
        "Eve Entry",
        "eve  ENTRY ",
        "Ｅｖｅ　Ｅｎｔｒｙ",
        "Eve Entry, Eve entry",
        "Eve Entry;高橋 蓮",
        "高橋　蓮、Eve Entry\n",
    ],
)
def test_names_as_in_engineers(names: str) -> None:
    assert codes(judge({"Assigned engineers": names}, team())) == []


@pytest.mark.parametrize(
    ("names", "unknown"),
    [
        ("Emi、高橋", ["Emi", "高橋"]),
        ("Eve Entry, Bob", ["Bob"]),
        ("Gone", ["Gone"]),
        ("Eve", ["Eve"]),
        ("Bob, BOB", ["Bob"]),
    ],
)
def test_one_flag_for_each_unknown_name(names: str, unknown: list[str]) -> None:
    verdict = judge({"Assigned engineers": names, "Availability sent at": "2026-11-20 10:00"}, team())
    found = flags(verdict, "engineer-unknown")
    assert [name.casefold() for name in unknown] == [(f.value or "").casefold() for f in found]
    assert {(f.column, f.holds) for f in found} == {("Assigned engineers", Status.OFFERED)}
    assert verdict.status is Status.READY


@pytest.mark.parametrize(
    ("active", "known"),
    [(None, True), ("はい", True), ("○", True), (1, True), ("maybe", True), ("×", False), (False, False)],
)
def test_active(active: Raw, known: bool) -> None:
    beside = office(engineers=[{"Active": active}])
    assert ("engineer-unknown" not in codes(judge({"Assigned engineers": "Eve Entry"}, beside))) is known
    assert (judge({}, beside).candidates == ("Eve Entry",)) is known


def test_level_and_language_say_nothing_where_nobody_is_known() -> None:
    verdict = judge({"Assigned engineers": "Bob, Gone", "Skill level": "Specialist", "Language": "Japanese"}, team())
    assert set(codes(verdict)) == {"engineer-unknown"}


# --- enough


@pytest.mark.parametrize(
    ("cells", "raised"),
    [
        ({}, False),
        ({"Assigned engineers": "Eve Entry"}, True),
        ({"Assigned engineers": "Eve Entry, eve entry"}, True),
        ({"Assigned engineers": "Eve Entry, Spec One"}, False),
        ({"Assigned engineers": "Eve Entry, Spec One, 高橋 蓮"}, False),
        ({"Availability sent at": "2026-11-20 10:00"}, True),
        ({"Availability sent at": "some day"}, True),
    ],
)
def test_enough(cells: Cells, raised: bool) -> None:
    verdict = judge({"Engineers needed": 2, **cells}, team())
    assert ("engineers-too-few" in codes(verdict)) is raised
    if raised:
        assert flag(verdict, "engineers-too-few").holds is Status.OFFERED


def test_the_default_is_one() -> None:
    cells = {"Engineers needed": None, "Availability sent at": "2026-11-20 10:00"}
    assert "engineers-too-few" in codes(judge(cells, team()))
    assert "engineers-too-few" not in codes(judge({**cells, "Assigned engineers": "Eve Entry"}, team()))


def test_a_waiver_counts_as_met() -> None:
    cells = {"Engineers needed": 2, **upto(Status.OFFERED), "Waived flags": "engineers-too-few: one is enough"}
    assert judge(cells).status is Status.OFFERED


# --- free


@pytest.mark.parametrize(
    ("start", "clash"),
    [
        ("2026-12-10 06:00", False),
        ("2026-12-10 06:01", True),
        ("2026-12-10 09:00", True),
        ("2026-12-10 11:59", True),
        ("2026-12-10 12:00", False),
    ],
)
def test_windows_that_touch_do_not_overlap(start: str, clash: bool) -> None:
    first, second = pair(
        {"Assigned engineers": "Eve Entry"}, {"Assigned engineers": "eve entry", "Planned start": start}
    )
    assert ("engineer-double-booked" in codes(first)) is clash
    assert ("engineer-double-booked" in codes(second)) is clash


@pytest.mark.parametrize(
    ("hours", "start", "clash"),
    [
        (None, "2026-12-10 11:59", True),
        (None, "2026-12-10 12:00", False),
        (2, "2026-12-10 11:00", False),
        (1, "2026-12-10 10:59", True),
    ],
)
def test_grace_and_minimum_belong_to_the_window(hours: Raw, start: str, clash: bool) -> None:
    _, second = pair(
        {"Assigned engineers": "Eve Entry", "Reserved hours": hours},
        {"Assigned engineers": "Eve Entry", "Planned start": start},
    )
    assert ("engineer-double-booked" in codes(second)) is clash


def test_windows_are_compared_in_real_time() -> None:
    there = {"Assigned engineers": "Eve Entry", "Time zone": "Europe/London", "Planned start": "2026-12-10 01:00"}
    assert "engineer-double-booked" in codes(pair({"Assigned engineers": "Eve Entry"}, there)[1])
    there["Planned start"] = "2026-12-10 09:00"
    assert "engineer-double-booked" not in codes(pair({"Assigned engineers": "Eve Entry"}, there)[1])


def test_of_two_the_lower_id_keeps_the_engineer() -> None:
    first, second = pair(upto(Status.OFFERED), upto(Status.OFFERED))
    kept, held = flag(first, "engineer-double-booked"), flag(second, "engineer-double-booked")
    assert (kept.severity, kept.holds, first.status) == (Severity.WARN, None, Status.OFFERED)
    assert (held.severity, held.holds, second.status) == (Severity.BLOCK, Status.OFFERED, Status.READY)
    assert "ORD-2026-0002" in kept.message and "ORD-2026-0001" in held.message
    assert (held.column, held.value) == ("Assigned engineers", "Eve Entry")


def test_the_lower_id_may_stand_below() -> None:
    place = team()
    booked: Cells = {"Assigned engineers": "Eve Entry"}
    other = {**booked, "Client reference": "AC-2", "Site address": "elsewhere"}
    low, high = (
        order(booked, beside=place, number=9, order_id="ORD-2026-9999"),
        order(other, beside=place, order_id="ORD-2026-10000"),
    )
    by_id = {verdict.order.order_id: flag(verdict, "engineer-double-booked") for verdict in judged([high, low], place)}
    assert by_id["ORD-2026-9999"].severity is Severity.WARN
    assert by_id["ORD-2026-10000"].severity is Severity.BLOCK


def test_one_flag_for_each_engineer() -> None:
    both = {"Assigned engineers": "Eve Entry, Spec One"}
    assert [f.value for f in flags(pair(both, both)[1], "engineer-double-booked")] == ["Eve Entry", "Spec One"]


@pytest.mark.parametrize("ending", [{"Cancelled at": "2026-11-30 09:00"}, {"Invoice sent at": "2026-10-01 09:00"}])
def test_only_open_orders_count(ending: Cells) -> None:
    _, second = pair({"Assigned engineers": "Eve Entry", **ending}, {"Assigned engineers": "Eve Entry"})
    assert "engineer-double-booked" not in codes(second)


@pytest.mark.parametrize(
    ("absence", "zone", "clash"),
    [
        ("2026-12-10", None, True),
        ("2026-12-09\n2026-12-11", None, False),
        ("2026-12-01..2026-12-10", None, True),
        ("2026-12-01..2026-12-09", None, False),
        ("2026-12-11..2026-12-31", None, False),
        ("2026-12-10 07:00..09:00", None, False),
        ("2026-12-10 07:00..09:01", None, True),
        ("2026-12-10 11:59..13:00", None, True),
        ("2026-12-10 12:00..13:00", None, False),
        ("from Monday", None, False),
        # days are the site's: 09:00 to 12:00 on the 10th in New York is the 10th, 23:00 to the 11th, 02:00 in Tokyo
        ("2026-12-10", "America/New_York", True),
        ("2026-12-11", "America/New_York", False),
        # hours are the register's
        ("2026-12-10 09:00..12:00", "America/New_York", False),
        ("2026-12-10 23:30..23:45", "America/New_York", True),
        ("2026-12-11 01:59..03:00", "America/New_York", True),
        ("2026-12-11 02:00..03:00", "America/New_York", False),
    ],
)
def test_absences(absence: str, zone: Raw, clash: bool) -> None:
    beside = office(engineers=[{"Unavailable": absence}])
    cells = {**upto(Status.OFFERED), "Time zone": zone}
    verdict = judge(cells, beside)
    assert ("engineer-double-booked" in codes(verdict)) is clash
    assert (verdict.status is Status.READY) is clash
    assert (judge({"Time zone": zone}, beside).candidates == ()) is clash


@pytest.mark.parametrize("absence", ["2026-12-10", "2026-12-09..2026-12-11", "2026-12-10 09:00..12:00"])
def test_an_absence_is_quoted_as_it_is_written(absence: str) -> None:
    verdict = judge(upto(Status.OFFERED), office(engineers=[{"Unavailable": absence}]))
    (found,) = flags(verdict, "engineer-double-booked")
    assert f" {absence};" in found.message


def test_a_visit_that_ends_at_midnight_is_not_on_the_next_day() -> None:
    beside = office(engineers=[{"Unavailable": "2026-12-11"}])
    assert "engineer-double-booked" not in codes(
        judge({**upto(Status.OFFERED), "Planned start": "2026-12-10 21:00"}, beside)
    )
    assert "engineer-double-booked" in codes(
        judge({**upto(Status.OFFERED), "Planned start": "2026-12-10 21:01"}, beside)
    )


def test_an_absence_holds_back_the_lower_id_too() -> None:
    first, _ = pair(
        {"Assigned engineers": "Eve Entry"},
        {"Assigned engineers": "Eve Entry"},
        office(engineers=[{"Unavailable": "2026-12-10"}]),
    )
    assert [f.severity for f in flags(first, "engineer-double-booked")] == [Severity.BLOCK]


# --- able, and speaking the languages


@pytest.mark.parametrize(
    ("level", "names", "raised"),
    [
        (None, "Eve Entry", False),
        ("Entry", "Spec One", False),
        ("Senior", "Eve Entry", True),
        ("Senior", "Eve Entry, 高橋　蓮", False),
        ("Senior", "Spec One", False),
        ("Specialist", "Sue Senior", True),
        ("Specialist", "Sue Senior, Gone", True),
        ("Specialist", "Sue Senior, Bob", True),
        ("guru", "Eve Entry", False),
    ],
)
def test_one_of_them_has_the_level(level: Raw, names: str, raised: bool) -> None:
    verdict = judge({"Skill level": level, "Assigned engineers": names}, team())
    assert ("engineer-underqualified" in codes(verdict)) is raised


@pytest.mark.parametrize(
    ("language", "names", "raised"),
    [
        ("English", "Eve Entry", False),
        ("Japanese", "Eve Entry", True),
        ("both", "Eve Entry", True),
        ("both", "Eve Entry, 高橋　蓮", False),
        ("both", "Sue Senior", False),
        ("Japanese", "Eve Entry, Gone", True),
        ("Latin", "Eve Entry", False),
    ],
)
def test_together_they_speak_the_languages(language: str, names: str, raised: bool) -> None:
    verdict = judge({"Language": language, "Assigned engineers": names}, team())
    assert ("engineer-language" in codes(verdict)) is raised


def test_both_are_warnings_about_the_assigned_engineers() -> None:
    verdict = judge({"Skill level": "Senior", "Language": "both", "Assigned engineers": "Eve Entry"}, team())
    for code in ("engineer-underqualified", "engineer-language"):
        assert places(verdict, code) == [(None, "Assigned engineers")]
        assert flag(verdict, code).severity is Severity.WARN


# --- who could go


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({}, ("Eve Entry", "Sue Senior", "Spec One")),
        ({"Skill level": "Senior"}, ("Sue Senior", "Spec One")),
        ({"Language": "Japanese"}, ("Sue Senior", "高橋　蓮", "Spec One")),
        ({"Skill level": "Specialist", "Language": "both"}, ("Spec One",)),
        ({"Assigned engineers": "Eve Entry"}, ()),
        ({"Reserved hours": "x"}, ()),
        ({"Engineers needed": "x"}, ("Eve Entry", "Sue Senior", "Spec One")),
    ],
)
def test_nearest_level_first_then_name(cells: Cells, names: tuple[str, ...]) -> None:
    assert judge(cells, team()).candidates == names


def test_at_one_level_fewest_open_orders_go_first() -> None:
    beside = office(engineers=[{"Engineer": name} for name in ("bob", "Ann", "Carl")])
    later = {"Planned start": "2026-12-20 09:00", "Assigned engineers": "Ann"}
    first, _ = pair({}, later, beside)
    assert first.candidates == ("bob", "Carl", "Ann")
    assert pair({}, {**later, "Cancelled at": "2026-11-30 09:00"}, beside)[0].candidates == ("Ann", "bob", "Carl")


def test_whoever_is_booked_then_could_not_go() -> None:
    assert (
        "Eve Entry"
        not in pair({}, {"Assigned engineers": "Eve Entry", "Planned start": "2026-12-10 11:59"})[0].candidates
    )
    assert (
        "Eve Entry" in pair({}, {"Assigned engineers": "Eve Entry", "Planned start": "2026-12-10 12:00"})[0].candidates
    )


@pytest.mark.parametrize(
    ("cells", "raised"),
    [
        ({"Language": "Japanese"}, True),
        ({"Skill level": "Senior"}, True),
        ({"Skill level": "Senior", "Assigned engineers": "Eve Entry"}, False),
        ({"Skill level": "Senior", "Site address": None}, False),
        ({}, False),
    ],
)
def test_nobody_could_go(cells: Cells, raised: bool) -> None:
    verdict = judge(cells)
    assert ("no-candidate" in codes(verdict)) is raised
    if raised:
        assert (flag(verdict, "no-candidate").severity, verdict.status) == (Severity.WARN, Status.READY)


@pytest.mark.parametrize(
    "cells",
    [{"Planned start": None}, {"Language": None}, {"Skill level": "Guru"}, {"Reserved hours": 0}],
)
def test_nobody_can_tell_who_could_go(cells: Cells) -> None:
    """An order that was Ready lost what the search needs: the rule of that cell says so, and no other."""
    verdict = judge(cells, team(), memory=Memory(status=Status.READY))
    assert verdict.status is Status.READY and verdict.candidates == ()
    assert "no-candidate" not in codes(verdict)


def test_all_of_it_falls_silent_on_site() -> None:
    cells = {**upto(Status.ON_SITE), "Language": "Japanese", "Skill level": "Senior", "Engineers needed": 2}
    cells["Waived flags"] = "engineers-too-few: one is enough"
    verdict = judge(cells)
    assert (codes(verdict), verdict.status) == ([], Status.ON_SITE)
