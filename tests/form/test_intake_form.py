"""The script makes the form once, keeps it up to date, and never costs anybody an answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rules.cells import MOMENT, squash
from rules.columns import FORM_TIMESTAMP
from sync.commands.layout import form_columns
from sync.form_script import SCRIPT, pages
from tests.form.conftest import HERE, Story, World, node

pytestmark = pytest.mark.node

COLUMNS = dict(form_columns())
TITLES = [title for title in COLUMNS if title != FORM_TIMESTAMP]
REQUIRED = {one["title"] for page in pages() for one in page["questions"] if one["required"]}


def form(world: World) -> dict[str, Any]:
    """The one form of a world."""
    (found,) = world["forms"]
    return dict(found)


def titles(world: World) -> list[str]:
    return [item["title"] for item in form(world)["items"]]


def item(world: World, title: str) -> dict[str, Any]:
    (found,) = [one for one in form(world)["items"] if one["title"] == title]
    return dict(found)


def tab(world: World, name: str = "Form responses 1") -> dict[str, Any]:
    (found,) = [sheet for sheet in world["sheets"] if sheet["name"] == name]
    return dict(found)


def by_title(world: World) -> dict[str, Any]:
    return {one["title"]: one for one in form(world)["items"]}


@pytest.fixture(scope="module")
def first(story: Story) -> World:
    return story("run()")


def test_types_are_those_that_google_publishes(packages: Path, tmp_path: Path) -> None:
    shutil.copy(SCRIPT, tmp_path / "intake_form.js")
    shutil.copy(HERE / "published.d.ts", tmp_path)
    modules = packages / "node_modules"
    checked = node(
        modules / "typescript" / "bin" / "tsc", "--allowJs", "--checkJs", "--noEmit", "--strict",
        "--noUnusedLocals", "--target", "es2022", "--lib", "es2022", "--typeRoots", modules / "@types",
        "--types", "google-apps-script", "intake_form.js", "published.d.ts", cwd=tmp_path,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_every_question_stands_in_the_form_once(first: World) -> None:
    assert [titles(first).count(title) for title in TITLES] == [1] * len(TITLES)


def test_each_kind_of_answer_has_its_kind_of_question(first: World) -> None:
    made = by_title(first)
    for title in TITLES:
        moment = COLUMNS[title].name == MOMENT.name or squash(title) == "plannedstart"
        chosen = {"Language": "CHECKBOX"} | dict.fromkeys(
            ["Skill level", "Photo ID needed", "Travel needed"], "MULTIPLE_CHOICE"
        )
        expected = ["DATETIME"] if moment else [chosen[title]] if title in chosen else ["TEXT", "PARAGRAPH_TEXT"]
        assert made[title]["type"] in expected, title


def test_what_an_order_needs_is_required(first: World) -> None:
    assert {title for title in TITLES if by_title(first)[title]["required"]} == REQUIRED


def test_choices_are_the_words_of_the_contract(first: World) -> None:
    found = {title: [choice["value"] for choice in one["choices"]] for title, one in by_title(first).items()}
    assert found["Language"] == ["English", "Japanese"]
    assert found["Skill level"] == ["Entry", "Senior", "Specialist"]
    assert found["Photo ID needed"] == found["Travel needed"] == ["Yes", "No"]
    assert [title for title in TITLES if by_title(first)[title].get("other")] == []


def test_every_text_is_checked(first: World) -> None:
    texts = [one for one in form(first)["items"] if one["type"] in ("TEXT", "PARAGRAPH_TEXT")]
    assert all(one["validation"]["pattern"] and one["validation"]["hint"] for one in texts)
    assert by_title(first)["Site 3 phone"]["validation"] == by_title(first)["Site phone"]["validation"]


def test_further_sites_come_only_where_there_are_some(first: World) -> None:
    items = form(first)["items"]
    breaks = [place for place, one in enumerate(items) if one["type"] == "PAGE_BREAK"]
    asked = {one["title"]: place for place, one in enumerate(items)}
    branches = [one for one in items if one["type"] == "MULTIPLE_CHOICE" and any("to" in c for c in one["choices"])]
    assert len(branches) == 2
    for number, branch in enumerate(branches, 2):
        yes, no = branch["choices"]
        page = next(place for place in breaks if items[place]["id"] == yes["to"])
        assert branch["required"] and no["to"] == "SUBMIT"
        assert asked[branch["title"]] == page - 1, "the question ends its page"
        own = [one["title"] for one in items[page + 1 : page + 9]]
        assert own == [title for title in TITLES if squash(title).startswith(f"site{number}")]
    assert asked["Site 3 chat"] == len(items) - 1, "the last page ends with sending"


def test_help_says_what_the_settings_say(first: World, story: Story) -> None:
    assert "{" not in "".join(one["help"] for one in form(first)["items"])
    world = story(
        'world.addSheet("settings", [["Setting", "Value", "Meaning"], ["Minimum hours", 7.5, ""],'
        ' ["urgent below (h)", 36], ["FORM TAB", "Answers"], ["Time zone", ""]]); run()'
    )
    assert "7.5" in item(world, "Reserved hours")["help"] and "7.5" not in item(first, "Reserved hours")["help"]
    assert "36" in item(world, "Planned start")["help"] and "36" in form(world)["settings"]["Description"]
    assert "Asia/Tokyo" in item(world, "Time zone")["help"]
    assert tab(world, "Answers")["formId"] == form(world)["id"]


def test_it_is_open_to_clients_and_collects_what_they_write_only(first: World) -> None:
    settings = form(first)["settings"]
    assert settings["Published"] is True and settings["RequireLogin"] is False
    assert settings["CollectEmail"] is settings["LimitOneResponsePerUser"] is False
    assert settings["PublishingSummary"] is settings["AllowResponseEdits"] is False
    assert settings["ConfirmationMessage"]


def test_answers_come_to_the_form_tab_of_the_register(first: World) -> None:
    assert form(first)["destination"] == "register-1" and first["links"] == 1
    assert [sheet["name"] for sheet in first["sheets"]] == ["Form responses 1", "Orders"]
    headers = [squash(header) for header in tab(first)["rows"][0]]
    assert set(headers) >= {squash(title) for title in COLUMNS}


def test_answers_stay_text_in_every_column_but_dates(first: World) -> None:
    found = tab(first)
    headers = found["rows"][0]
    formats = {headers[int(col) - 1]: area for col, area in found["formats"].items()}
    assert set(formats) == set(TITLES) - {"Planned start", "Urgent call at"}
    # from the header on: rows that the form inserts look like the row above
    assert all(area == {"format": "@", "from": 1, "rows": 1000} for area in formats.values())


def test_it_says_where_the_form_is(first: World) -> None:
    url = f"https://docs.google.com/forms/d/e/{form(first)['id']}/viewform"
    assert url in first["logged"][-1] and url in tab(first)["notes"]["1,1"] and first["toasts"] == [url]


def test_a_second_run_changes_nothing(story: Story, first: World) -> None:
    again = story("run(); run()")
    for part in ("forms", "sheets", "links", "properties", "locked"):
        assert again[part] == first[part]


def test_what_people_changed_in_the_form_is_kept_or_put_back(story: Story) -> None:
    world = story(
        """
        run();
        const form = world.forms[0];
        const named = (title) => form.items.find((one) => one.title === title);
        form.setTitle('Our form').setConfirmationMessage('Thanks').setPublished(false);
        const own = form.addTextItem().setTitle('Colour of the door');
        form.moveItem(own.getIndex(), 1);
        form.moveItem(named('Notes').getIndex(), 0);
        named('Order phone').setTitle('Your phone').setRequired(true);
        named('Language').setChoiceValues(['Klingon']);
        run();
        """
    )
    assert form(world)["title"] == "Our form"
    assert form(world)["settings"]["ConfirmationMessage"] == "Thanks"
    assert form(world)["settings"]["Published"] is False
    assert titles(world)[:3] == ["Notes", "Client", "Colour of the door"]
    assert item(world, "Order phone")["required"] is False and "Your phone" not in titles(world)
    assert [choice["value"] for choice in item(world, "Language")["choices"]] == ["English", "Japanese"]
    assert tab(world)["rows"][0].count("Order phone") == 1


def test_a_question_that_was_deleted_comes_back_in_its_place(story: Story, first: World) -> None:
    world = story("run(); world.forms[0].items.splice(9, 1); world.forms[0].items.splice(30, 1); run()")
    assert titles(world) == titles(first)


# 51 questions, 6 pages, 2 questions for more, and the link
@pytest.mark.parametrize("things", [*range(0, 60, 8), 57, 58, 59])
def test_a_run_that_broke_off_is_completed_by_the_next(story: Story, first: World, things: int) -> None:
    world = story(f"world.breakAfter = {things}; fails(); world.breakAfter = Infinity; run()")
    assert titles(world) == titles(first) and world["links"] == 1
    assert world["errors"] != [None]
    assert form(world)["settings"] == form(first)["settings"]


def test_linking_that_takes_too_long_is_completed_by_the_next_run(story: Story) -> None:
    world = story("world.delay = 40; fails(); fails(); fails()")
    assert world["errors"][0] and world["errors"][1:] == [None, None]
    assert world["links"] == 1 and tab(world)["formId"] == form(world)["id"]


def test_the_empty_tab_that_init_made_gives_way(story: Story) -> None:
    headers = list(COLUMNS)
    world = story(f"world.addSheet('form  Responses 1', [{headers!r}]); run()")
    assert [sheet["formId"] for sheet in world["sheets"]] == [form(world)["id"], None]


@pytest.mark.parametrize("rows", [[["Timestamp", "Client"], ["2026-12-01", "Acme"]], [["Timestamp", "My own list"]]])
def test_a_tab_that_holds_something_else_is_left_alone(story: Story, rows: list[list[str]]) -> None:
    world = story(f"world.addSheet('Form responses 1', {rows!r}); fails()")
    assert world["errors"] != [None] and world["forms"] == []
    assert tab(world)["rows"] == rows


def test_an_unlinked_form_never_costs_the_answers_it_brought(story: Story) -> None:
    world = story(
        """
        run();
        world.forms[0].destination = null;
        world.sheets[0].formId = null;
        world.sheets[0].rows.push(['2026-12-01', 'Acme']);
        fails();
        """
    )
    assert world["errors"] != [None] and world["links"] == 1 and len(tab(world)["rows"]) == 2


@pytest.mark.parametrize("opened", ["personalAccount", "noPublishing"])
def test_accounts_that_lack_a_feature_get_their_form_too(story: Story, first: World, opened: str) -> None:
    world = story(f"world.{opened} = true; run(); run()")
    assert titles(world) == titles(first) and tab(world)["formId"]


def test_a_script_pasted_anew_finds_the_form_again(story: Story, first: World) -> None:
    world = story("run(); world.properties = {}; run()")
    assert form(world) == form(first) and world["links"] == 1


def test_a_form_of_somebody_else_is_not_touched(story: Story) -> None:
    world = story(
        """
        run();
        world.properties = {};
        world.forms[0].items = world.forms[0].items.slice(3);
        fails();
        """
    )
    assert world["errors"] != [None] and titles(world)[0] == "Ordered by"


def test_a_form_that_cannot_be_opened_is_not_made_twice(story: Story) -> None:
    world = story("run(); world.hidden = true; fails(); world.hidden = false")
    assert world["errors"] != [None] and len(world["forms"]) == 1 and world["locked"] is False


def test_a_form_that_was_deleted_can_be_forgotten(story: Story) -> None:
    world = story("run(); world.forms = []; world.sheets.shift(); fails(); forget(); run()")
    assert world["errors"] != [None] and world["links"] == 2
    assert tab(world)["formId"] == form(world)["id"]


def test_a_question_of_another_kind_is_refused_before_anything_changes(story: Story) -> None:
    world = story(
        """
        world.breakAfter = 0; fails(); world.breakAfter = Infinity;
        world.forms[0].addCheckboxItem().setTitle('Site address');
        fails();
        """
    )
    assert world["errors"][1] and titles(world) == ["Site address"]


@pytest.mark.parametrize("trouble", ["world.bound = false", "world.locked = true"])
def test_nothing_is_made_where_it_cannot_be_right(story: Story, trouble: str) -> None:
    world = story(f"{trouble}; fails()")
    assert world["errors"] != [None] and world["forms"] == []
