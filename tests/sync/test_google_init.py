"""`onsite init` on a Google Sheet: a blank one, one in use, and one that is tiny; twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rules.columns import TABS, OrderRow, SystemRow
from sync.commands.layout import by_job, form_columns
from sync.errors import UsageFault
from sync.registers.google.setup import ensure
from sync.tabs import find_tabs
from tests.conftest import DATA
from tests.sheets_server import SheetsServer, faults
from tests.sheets_server.grids import tabs_of_workbook
from tests.sync.google_bench import opened
from tests.sync.google_desk import Between


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


def whole(server: SheetsServer, key: str) -> Any:
    """Cells with looks, drop-downs, protections and charts; the tokens aside."""
    return [(sheet.properties, sheet.rows, sheet.objects, sheet.basic_filter) for sheet in server.book(key).sheets]


def shown(server: SheetsServer, key: str) -> dict[str, list[list[Any]]]:
    return server.export(key, "FORMATTED_VALUE")


def test_a_blank_sheet_becomes_a_register_and_a_second_time_changes_nothing(server: SheetsServer) -> None:
    key = server.create("Register", time_zone="Asia/Tokyo")
    assert ensure(opened(server, key))
    found = find_tabs(opened(server, key).read())
    assert list(found) == list(TABS)
    hidden = [one.title for one in server.book(key).sheets if one.properties.get("hidden")]
    assert hidden == [SystemRow.title]
    before = whole(server, key)
    assert ensure(opened(server, key)) == []
    assert whole(server, key) == before


def test_the_forms_own_tab_stands_ready_with_its_questions(server: SheetsServer) -> None:
    key = server.create("Register", {"Settings": [["Setting", "Value"], ["Form tab", "Anfragen 2"]]})
    ensure(opened(server, key))
    assert server.grid("Anfragen 2", key) == [[question for question, _ in form_columns()]]
    server.people_of(key).edit("Anfragen 2", 1, 2, "Kunde")
    assert ensure(opened(server, key)) == []  # the form is at home there


def test_what_the_job_writes_is_warned_of_and_never_closed(server: SheetsServer) -> None:
    key = server.create("Register")
    ensure(opened(server, key))
    ranges = [one for sheet in server.book(key).sheets for one in sheet.objects["protectedRanges"]]
    assert ranges and all(one["warningOnly"] for one in ranges)
    orders = server.sheet("Orders", key)
    covered = {
        col
        for one in orders.objects["protectedRanges"]
        for col in range(one["range"].get("startColumnIndex", 0), one["range"]["endColumnIndex"])
    }
    assert covered == {n for n, column in enumerate(OrderRow.columns) if by_job(column)}


def test_the_header_order_id_comes_back_where_it_was(server: SheetsServer) -> None:
    key = server.create("Register")
    ensure(opened(server, key))
    people = server.people_of(key)
    people.edit("System", 2, 1, "order ORD-2026-0001")
    people.edit("Orders", 2, "Order ID", "ORD-2026-0001")
    people.edit("Orders", 2, "Client", "Acme Ltd")
    before = shown(server, key)
    people.edit("Orders", 1, 1, "")
    assert len(ensure(opened(server, key))) == 1
    assert shown(server, key) == before
    people.edit("Orders", 1, 1, "No.")
    before = shown(server, key)
    with pytest.raises(UsageFault):
        ensure(opened(server, key))
    assert shown(server, key) == before


@pytest.mark.parametrize("sample", ["messy", "small"])
def test_in_a_sheet_in_use_every_cell_looks_as_before(server: SheetsServer, sample: str) -> None:
    key = server.create("Register", tabs_of_workbook(DATA / f"register-{sample}.xlsx"), time_zone="Asia/Tokyo")
    before = shown(server, key)
    assert ensure(opened(server, key))
    after = shown(server, key)
    for title, rows in before.items():
        width = max(map(len, rows), default=0)
        there = [row[:width] for row in after[title][: len(rows)]]
        assert [strip(row) for row in there] == [strip(row) for row in rows], title
    looks = whole(server, key)
    assert ensure(opened(server, key)) == []
    assert whole(server, key) == looks


def strip(row: list[Any]) -> list[Any]:
    return row if not row or row[-1] != "" else strip(row[:-1])


def test_columns_of_the_jobs_that_were_there_get_their_ground_below_what_stands_there(server: SheetsServer) -> None:
    orders = [["Client", "Status", "Flags"], ["Acme", "Ready", ""]]
    key = server.create("Register", {"Orders": orders})
    ensure(opened(server, key))
    sheet = server.sheet("Orders", key)
    tinted = [[bool((sheet.cell(row, col).format or {}).get("backgroundColor")) for col in range(3)] for row in (1, 2)]
    assert tinted == [[False, False, False], [False, True, True]]
    assert ensure(opened(server, key)) == []


def test_phones_typed_below_keep_their_plus(server: SheetsServer) -> None:
    key = server.create("Register", tabs_of_workbook(DATA / "register-small.xlsx"))
    ensure(opened(server, key))
    people, last = server.people_of(key), len(server.grid("Orders", key))
    people.edit("Orders", last + 1, "Site phone", "+81312345678")
    assert server.grid("Orders", key)[last][people.column("Orders", "Site phone") - 1] == "+81312345678"


def test_the_companys_phone_keeps_its_plus(server: SheetsServer) -> None:
    key = server.create("Register")
    ensure(opened(server, key))
    people, settings = server.people_of(key), server.grid("Settings", key)
    row = next(number for number, line in enumerate(settings, 1) if line[0] == "Company phone")
    people.edit("Settings", row, 2, "+81312345678")
    assert server.grid("Settings", key)[row - 1][1] == "+81312345678"


def test_a_tab_of_one_row_is_dressed_too(server: SheetsServer) -> None:
    key = server.create("Register", {"Orders": [["Client", "Notes"]], "Clients": []}, rows=1, columns=1)
    server.sheet("Orders", key).rows[1:] = []
    server.sheet("Orders", key).row_props[1:] = []
    server.sheet("Orders", key).count_changed()
    assert ensure(opened(server, key))
    assert ensure(opened(server, key)) == []


def test_a_filter_takes_the_new_columns_along(server: SheetsServer) -> None:
    key = server.create("Register", {"Orders": [["Client", "Notes"], ["Acme", "x"]]})
    server.sheet("Orders", key).basic_filter = {
        "range": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 900, "startColumnIndex": 0, "endColumnIndex": 2},
        "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}],
    }
    ensure(opened(server, key))
    found = server.sheet("Orders", key).basic_filter or {}
    assert found["range"]["endColumnIndex"] == len(OrderRow.columns)
    assert found["sortSpecs"] == [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]


def test_two_at_once_make_one_register(server: SheetsServer) -> None:
    key = server.create("Register")
    between = Between(4, lambda: ensure(opened(server, key)))
    ensure(opened(server, key, limiter=between))
    assert between.acted
    titles = [sheet.title for sheet in server.book(key).sheets]
    assert len(titles) == len(set(titles)) == len(TABS) + 2  # the form's, and the one that was there


def test_a_lost_reply_makes_nothing_twice(server: SheetsServer) -> None:
    key = server.create("Register")
    server.faults.when(lambda call: call.is_write, faults.unavailable(after=True))
    ensure(opened(server, key))
    assert len(server.book(key).sheets) == len(TABS) + 2
    assert ensure(opened(server, key)) == []
