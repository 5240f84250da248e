"""From the questions and rows of a form to answers: which columns count, which rows, and which further places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.cells import Raw
from rules.form import answers_of, stamp_places
from tests.rules.build import TOKYO

STAMP = "2026/11/24 9:58:00"


def answer(titles: list[str], row: list[Raw]) -> tuple[dict[str, Raw], dict[int, dict[str, Raw]]]:
    """What the one answer says: of the order, and of each further place."""
    (found,) = answers_of("form", ["Timestamp", *titles], [[STAMP, *row]], TOKYO).answers
    assert found.at == datetime(2026, 11, 24, 0, 58, tzinfo=UTC)
    return found.order, found.sites


@pytest.mark.parametrize(
    ("titles", "places"),
    [
        (["Client", "Timestamp"], [1]),
        ([" TIME STAMP "], [0]),
        (["タイムスタンプ", "Client"], [0]),
        (["Timestamp", "Client", "timestamp"], [0, 2]),
        (["Client", "Stamp"], []),
        ([], []),
    ],
)
def test_which_question_is_the_timestamp(titles: list[str], places: list[int]) -> None:
    assert stamp_places(titles) == places


def test_without_a_timestamp_there_are_no_answers() -> None:
    found = answers_of("form", ["Client"], [["Acme"]], TOKYO)
    assert found.answers == () and found.unstamped == ()


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Client", "client"),
        ("ｃｌｉｅｎｔ\n", "client"),
        ("Order ID", None),  # the job's own are never asked for
        ("Source", None),
        ("Favourite colour", None),
    ],
)
def test_titles_are_compared_kindly(title: str, key: str | None) -> None:
    order, sites = answer([title], ["Acme"])
    assert order == ({key: "Acme"} if key else {}) and sites == {}


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Site 2 address", {2: {"site_address": "here"}}),
        ("site 12 ADDRESS", {12: {"site_address": "here"}}),
        ("Site 3 map link", {3: {"map_link": "here"}}),
        ("Site 2 contact", {2: {"site_contact": "here"}}),
        ("Site 1 address", {}),  # the first place is the order's own
        ("Site 2 confirmed at", {}),
        ("Site 123 address", {}),
    ],
)
def test_further_places(title: str, places: dict[int, dict[str, Raw]]) -> None:
    assert answer([title], ["here"]) == ({}, places)


def test_a_place_that_is_only_words_for_nothing_is_none() -> None:
    titles = ["Site 2 address", "Site 2 floor", "Site 3 address", "Site 3 floor"]
    assert answer(titles, ["なし", "N/A", "-", "3F"])[1] == {3: {"site_address": "-", "floor": "3F"}}


def test_a_question_that_was_made_anew_has_two_columns() -> None:
    """The form keeps the old one: an answer stands in one of them."""
    titles = ["Client", "Notes", "Client"]
    assert answer(titles, ["Acme", None, None])[0] == {"client": "Acme"}
    assert answer(titles, [None, None, "Acme"])[0] == {"client": "Acme"}


def test_a_row_may_end_early() -> None:
    assert answer(["Client", "Notes", "Site 2 address"], ["Acme"]) == ({"client": "Acme"}, {})


def test_rows_without_a_timestamp_and_those_with_one_that_nobody_can_read() -> None:
    rows: list[list[Raw]] = [["Acme", STAMP], ["Acme", None], ["Acme", "yesterday"], ["Acme"], ["Acme", "-"]]
    found = answers_of("answers.csv", ["Client", "Timestamp"], rows, TOKYO)
    assert len(found.answers) == 1 and found.unstamped == ["answers.csv, row 4"]
