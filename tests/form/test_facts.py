"""The form asks what the contract says, and its script is up to date."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest

from rules.cells import LANGUAGES, LEVEL, YESNO, squash
from rules.columns import FORM_TIMESTAMP, Column, OrderRow, SiteRow
from rules.words import Status
from sync.commands.layout import FORM_QUESTIONS, form_columns
from sync.form_script import REQUIRED, SCRIPT, pages, question, updated
from tests.conftest import Samples
from tests.rules.build import TOKYO, judge

TITLES = [title for title, _ in form_columns() if title != FORM_TIMESTAMP]


def questions() -> Iterator[dict[str, Any]]:
    for page in pages():
        yield from page["questions"]


def test_the_script_is_up_to_date() -> None:
    script = SCRIPT.read_text(encoding="utf-8")
    assert updated(script) == script, "run python -m sync.form_script"


def test_every_question_of_the_form_tab_is_asked_once() -> None:
    assert sorted(one["title"] for one in questions()) == sorted(TITLES)


def test_the_sample_answers_fit(samples: Samples) -> None:
    with samples.form.open(encoding="utf-8-sig", newline="") as file:
        headers = {squash(title) for title in next(csv.reader(file))}
    # the purchase order is the client's to say, and was not asked in the sample
    wanted = {squash(title) for title in [FORM_TIMESTAMP, *TITLES]} - {squash(OrderRow.billing_reference.header)}
    assert headers == wanted


# with instructions at hand, so that a missing PM contact alone holds nothing back
@pytest.mark.parametrize("column", FORM_QUESTIONS, ids=lambda column: column.key)
def test_required_is_what_holds_an_order_back_when_blank(column: Column[Any]) -> None:
    cells: dict[str, Any] = {"Instruction documents": "steps.pdf", column.header: None}
    held = judge(cells).status is Status.NEEDS_INFO
    assert held == (column in REQUIRED) == question(column.header, column)["required"]


@pytest.mark.parametrize("column", SiteRow.columns[1:9], ids=lambda column: column.key)
def test_further_sites_are_as_strict_as_the_first(column: Column[Any]) -> None:
    held = judge({}, sites=[{column.header: None}]).status is Status.NEEDS_INFO
    assert held == (column in REQUIRED)
    asked = {squash(one["title"]).removeprefix("site"): one for one in questions()}
    for number in (2, 3):
        assert asked[f"{number}{squash(column.header).removeprefix('site')}"]["required"] == held


def test_choices_are_read_as_what_they_say() -> None:
    for one in questions():
        for choice in one.get("choices", ()):
            kind: Any = {"Language": LANGUAGES, "Skill level": LEVEL}.get(one["title"], YESNO)
            assert kind.read(choice, TOKYO).value is not None, one
    both = next(one for one in questions() if one["title"] == "Language")["choices"]
    # as Sheets joins them, and as the download does
    assert [len(LANGUAGES.read(joint.join(both), TOKYO).value or ()) for joint in (", ", ";")] == [2, 2]


def test_every_help_is_in_english_and_japanese() -> None:
    texts = [one["help"] for one in questions()] + [page["more"]["help"] for page in pages() if "more" in page]
    for text in texts:
        assert re.search("[A-Za-z]{3}", text) and re.search("[ぁ-んァ-ヶ一-龠]", text), text
