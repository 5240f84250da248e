from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sheets_server import SheetsServer
from tests.sheets_server.client import Api, block, one_cell, rows, text, token


def test_all_or_nothing(server: SheetsServer, api: Api) -> None:
    before = server.export()
    error = api.refused(one_cell(1, 1, text("x")), {"addSheet": {"properties": {"title": "Orders"}}})
    assert error["message"].startswith("Invalid requests[1].addSheet: ")
    assert server.export() == before
    assert server.log.calls[-1].applied is False


def test_of_two_that_take_the_same_number_one_goes_through(server: SheetsServer, api: Api) -> None:
    api.batch(token(7, "first"), one_cell(1, 1, text("first")))
    assert api.refused(token(7, "second"), one_cell(1, 1, text("second")))["status"] == "INVALID_ARGUMENT"
    assert server.grid("Orders")[1][1] == "first"
    assert api.ok("GET", "/developerMetadata/7")["metadataValue"] == "first"


def test_many_at_once_that_take_the_same_number(server: SheetsServer, api: Api) -> None:
    def attempt(number: int) -> int:
        own = Api(server, api.id)
        body = {"requests": [token(7, str(number)), one_cell(1, 1, text(str(number)))]}
        return own.call("POST", ":batchUpdate", body).status_code

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(16)))
    assert sorted(results) == [200] + [400] * 15
    assert server.grid("Orders")[1][1] == str(results.index(200))


def test_reads_back_what_stands_there_afterwards(api: Api) -> None:
    body = {
        "requests": [one_cell(1, 1, text("new")), {"insertDimension": {"range": rows(1, 2)}}],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Orders!A1:B3"],
    }
    fields = "replies,updatedSpreadsheet.sheets.data(startRow,rowData.values.userEnteredValue)"
    reply = api.ok("POST", ":batchUpdate", body, fields=fields)
    assert reply["replies"] == [{}, {}]
    data = reply["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert data[1] == {}
    assert data[2] == {"values": [text("ORD-1"), text("new")]}


def test_one_cell_leaves_looks_and_neighbours(api: Api) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    api.batch(
        {
            "repeatCell": {
                "range": block(1, 2, 0, 3),
                "cell": bold,
                "fields": "userEnteredFormat.textFormat.bold",
            }
        }
    )
    api.batch(one_cell(1, 1, text("x")))
    fields = "sheets.data.rowData.values(userEnteredValue,userEnteredFormat)"
    cells = api.get(ranges="Orders!A2:C2", fields=fields)["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert cells == [{**text(value), **bold} for value in ("ORD-1", "x", "+81")]


def test_a_range_clears_what_its_rows_do_not_cover(server: SheetsServer, api: Api) -> None:
    row = [{"values": [text("only")]}]
    api.batch({"updateCells": {"range": block(1, 3, 0, 3), "rows": row, "fields": "userEnteredValue"}})
    assert server.grid("Orders")[1:3] == [["only"], []]


@pytest.mark.parametrize(
    "wrong",
    [
        {"updateCells": {"start": {"rowIndex": 1}, "rows": []}},
        {"updateCells": {"start": {"rowIndex": 1}, "fields": "value"}},
        {"updateCells": {"start": {"rowIndex": 20}, "fields": "note"}},
        {"updateCells": {"start": {"sheetId": 99}, "fields": "note"}},
        {"updateCells": {"fields": "note"}},
        {"updateCells": {"start": {}, "rows": "x", "fields": "note"}},
        {"updateCells": {"start": {}, "cells": [], "fields": "note"}},
        {"repeatCell": {"range": block(0, 21, 0, 1), "cell": {}, "fields": "note"}},
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 20, "endIndex": 21}}},
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 3}}},
        {"insertDimension": {"range": {"dimension": "LINES", "startIndex": 3, "endIndex": 4}}},
        {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 20, "endIndex": 21}}},
        {"deleteDimension": {"range": {"dimension": "ROWS"}}},
        {"deleteSheet": {"sheetId": 99}},
        {"addSheet": {"properties": {"sheetId": 0, "title": "Another"}}},
        {"addSheet": {"properties": {"title": "a", "gridProperties": {"rowCount": "many"}}}},
        {"setDataValidation": {"range": block(0, 1, 0, 1), "rule": {"condition": {"type": "BLANK"}}}},
        {"setDataValidation": {"range": block(0, 1, 0, 1), "rule": {"condition": {"type": "ONE_OF_LIST"}}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [block(0, 1, 0, 1)]}}},
        {"updateSheetProperties": {"properties": {"title": "x"}}},
        {"updateSpreadsheetProperties": {"properties": {"timeZone": "Mars/Base"}, "fields": "timeZone"}},
        {"deleteProtectedRange": {"protectedRangeId": 5}},
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 5}}}},
        {
            "createDeveloperMetadata": {
                "developerMetadata": {"metadataKey": "k", "location": {"spreadsheet": True}}
            }
        },
        {"doSomethingElse": {}},
        {"deleteSheet": {"sheetId": 1}, "clearBasicFilter": {"sheetId": 0}},
        {},
    ],
)
def test_refused(server: SheetsServer, api: Api, wrong: dict[str, Any]) -> None:
    before = server.export()
    assert api.refused(one_cell(1, 1, text("x")), wrong)["status"] == "INVALID_ARGUMENT"
    assert server.export() == before


def test_an_unknown_name_is_said_by_its_place(api: Api) -> None:
    error = api.refused({"addSheet": {"properties": {"titel": "x"}}})
    violation = error["details"][0]["fieldViolations"][0]
    assert violation["field"] == "requests[0].add_sheet.properties"
    assert '"titel"' in violation["description"]


def test_nothing_to_do_is_refused(api: Api) -> None:
    assert api.refused()["code"] == 400


def test_inserted_rows_take_over_looks_and_rules(api: Api) -> None:
    rule = {"condition": {"type": "BOOLEAN"}}
    api.batch({"setDataValidation": {"range": block(1, 2, 3, 4), "rule": rule}})
    api.batch({"insertDimension": {"range": rows(2, 4), "inheritFromBefore": True}})
    api.batch({"insertDimension": {"range": rows(1, 2), "inheritFromBefore": True}})
    fields = "sheets.data.rowData.values.dataValidation"
    data = api.get(ranges="Orders!D1:D6", fields=fields)["sheets"][0]["data"][0]["rowData"]
    assert [bool(row.get("values", [{}])[-1]) for row in data] == [False, False, True, True, True]


def test_appended_cells_go_below_everything_filled(server: SheetsServer, api: Api) -> None:
    api.batch(one_cell(9, 2, {"userEnteredValue": {"boolValue": False}}))
    fresh = {"sheetId": 0, "rows": [{"values": [text("ORD-4")]}], "fields": "userEnteredValue"}
    api.batch({"appendCells": fresh})
    assert server.grid("Orders")[10] == ["ORD-4"]
    api.batch(*[{"appendCells": fresh}] * 12)
    assert server.sheet("Orders").row_count == 23


def test_moving_rows_and_columns(server: SheetsServer, api: Api) -> None:
    api.batch({"moveDimension": {"source": rows(1, 2), "destinationIndex": 4}})
    assert [row[0] for row in server.grid("Orders")] == ["Order ID", "ORD-2", "ORD-3", "ORD-1"]
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    api.batch({"moveDimension": {"source": columns, "destinationIndex": 0}})
    assert server.grid("Orders")[0] == ["Client", "Order ID", "Phone"]


def test_sorting_copying_cutting_and_replacing(server: SheetsServer, api: Api) -> None:
    spec = {"dimensionIndex": 1, "sortOrder": "ASCENDING"}
    api.batch({"sortRange": {"range": block(1, 20, 0, 26), "sortSpecs": [spec]}})
    assert [row[1] for row in server.grid("Orders")[1:]] == ["alpha", "beta", "gamma"]
    api.batch({"copyPaste": {"source": block(1, 2, 0, 2), "destination": block(6, 8, 0, 2)}})
    assert server.grid("Orders")[6:] == [["ORD-2", "alpha"]] * 2
    cut = {"source": block(6, 7, 0, 2), "destination": {"sheetId": 0, "rowIndex": 9, "columnIndex": 0}}
    api.batch({"cutPaste": {**cut, "pasteType": "PASTE_NORMAL"}})
    assert server.grid("Orders")[6:] == [[], ["ORD-2", "alpha"], [], ["ORD-2", "alpha"]]
    reply = api.batch({"findReplace": {"find": "ALPHA", "replacement": "omega", "allSheets": True}})
    assert reply["replies"][0]["findReplace"]["occurrencesChanged"] == 3


def test_sheets_come_and_go(server: SheetsServer, api: Api) -> None:
    reply = api.batch(
        {"addSheet": {"properties": {"sheetId": 5, "title": "Log", "index": 0, "hidden": True}}}
    )
    made = reply["replies"][0]["addSheet"]["properties"]
    assert (made["sheetId"], made["index"], made["gridProperties"]) == (
        5,
        0,
        {"rowCount": 1000, "columnCount": 26},
    )
    api.batch(
        {
            "duplicateSheet": {
                "sourceSheetId": 0,
                "newSheetId": 6,
                "newSheetName": "Copy",
                "insertSheetIndex": 3,
            }
        }
    )
    assert server.grid("Copy") == server.grid("Orders")
    api.batch({"deleteSheet": {"sheetId": 0}})
    assert list(server.export()) == ["Log", "Form responses 1", "Copy"]


def test_shrinking_the_grid_cuts_rows(server: SheetsServer, api: Api) -> None:
    grid = {"sheetId": 0, "gridProperties": {"rowCount": 2}}
    api.batch({"updateSheetProperties": {"properties": grid, "fields": "gridProperties.rowCount"}})
    assert server.grid("Orders") == [["Order ID", "Client", "Phone"], ["ORD-1", "beta", "+81"]]


def test_frozen_rows_need_one_that_is_not(api: Api) -> None:
    grid = {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}
    api.batch({"updateSheetProperties": {"properties": grid, "fields": "gridProperties.frozenRowCount"}})
    assert api.refused({"deleteDimension": {"range": rows(1, 20)}})["code"] == 400


def test_field_masks(api: Api) -> None:
    assert api.get(fields="properties(title,timeZone)") == {
        "properties": {"title": "Register", "timeZone": "Etc/GMT"}
    }
    assert api.failed("GET", "", fields="properties.colour")["status"] == "INVALID_ARGUMENT"
    assert api.failed("GET", "", fieldz="properties")["code"] == 400


def test_unknown_spreadsheet_and_closed_ones(server: SheetsServer, api: Api) -> None:
    assert Api(server, "nowhere").failed("GET", "")["status"] == "NOT_FOUND"
    server.read_only.add(api.id)
    assert api.refused(one_cell(1, 1, text("x")))["status"] == "PERMISSION_DENIED"
    assert api.values("Orders!A1") == [["Order ID"]]
    server.closed.add(api.id)
    assert api.failed("GET", "")["code"] == 403


def test_creating_and_copying_to_another(server: SheetsServer, api: Api) -> None:
    body = {
        "properties": {"title": "New", "timeZone": "Asia/Tokyo"},
        "sheets": [{"properties": {"title": "One"}}],
    }
    made = api.session.post(api.root, json=body, timeout=10).json()
    assert [sheet["properties"]["title"] for sheet in made["sheets"]] == ["One"]
    copied = api.ok("POST", "/sheets/0:copyTo", {"destinationSpreadsheetId": made["spreadsheetId"]})
    assert copied["title"] == "Copy of Orders"
    assert server.grid("Copy of Orders", made["spreadsheetId"]) == server.grid("Orders")
