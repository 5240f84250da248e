"""What is attached to cells, and what happens to it when rows come and go."""

from __future__ import annotations

import pytest

from tests.sheets_server import SheetsServer
from tests.sheets_server.client import Api, block, one_cell, rows, token
from tests.sheets_server.errors import Obj


def on_row(index: int, number: int) -> Obj:
    place = {"dimensionRange": rows(index, index + 1)}
    note = {"metadataId": number, "metadataKey": "order", "location": place, "visibility": "PROJECT"}
    return {"createDeveloperMetadata": {"developerMetadata": note}}


def row_of(api: Api, number: int) -> int:
    found: int = api.ok("GET", f"/developerMetadata/{number}")["location"]["dimensionRange"]["startIndex"]
    return found


def test_notes_on_rows_follow_rows(server: SheetsServer, api: Api) -> None:
    api.batch(on_row(1, 11), on_row(2, 12), on_row(3, 13))
    server.people.insert_row("Orders", 2)
    assert [row_of(api, n) for n in (11, 12, 13)] == [2, 3, 4]
    server.people.delete_row("Orders", 4)
    assert (row_of(api, 11), row_of(api, 13)) == (2, 3)
    assert api.failed("GET", "/developerMetadata/12")["status"] == "NOT_FOUND"
    server.people.move_row("Orders", 4, before=2)
    assert (row_of(api, 13), row_of(api, 11)) == (1, 3)


def test_notes_on_rows_stay_when_people_sort(server: SheetsServer, api: Api) -> None:
    api.batch(on_row(1, 11))
    server.people.sort("Orders", "Client")
    assert row_of(api, 11) == 1
    assert server.grid("Orders")[1][0] == "ORD-2"


def test_searching_and_deleting_notes(api: Api) -> None:
    api.batch(token(1), token(2, "other"), on_row(1, 3))
    every: Obj = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "rev"}}]}
    found = api.ok("POST", "/developerMetadata:search", every)["matchedDeveloperMetadata"]
    assert [one["developerMetadata"]["metadataId"] for one in found] == [1, 2]
    one = {"developerMetadataLookup": {"metadataId": 1}}
    reply = api.batch({"deleteDeveloperMetadata": {"dataFilter": one}})
    assert len(reply["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]) == 1
    assert api.ok("POST", "/developerMetadata:search", {"dataFilters": [one]}) == {}
    shown = api.get(fields="developerMetadata(metadataId,metadataValue)")
    assert shown == {"developerMetadata": [{"metadataId": 2, "metadataValue": "other"}]}
    api.batch(token(1))
    change = {"dataFilters": [one], "developerMetadata": {"metadataValue": "new"}, "fields": "metadataValue"}
    api.batch({"updateDeveloperMetadata": change})
    assert api.ok("GET", "/developerMetadata/1")["metadataValue"] == "new"


def test_room_for_notes_is_limited(api: Api) -> None:
    api.batch(token(1, "x" * 20_000))
    assert api.refused(token(2, "x" * 10_000))["code"] == 400


def test_ranges_follow_rows_and_formulas_too(server: SheetsServer, api: Api) -> None:
    api.batch(
        {
            "addProtectedRange": {
                "protectedRange": {"protectedRangeId": 8, "range": block(1, 4, 0, 1), "warningOnly": True}
            }
        },
        {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "ids", "range": block(1, 4, 0, 1)}}},
        {"mergeCells": {"range": block(2, 3, 4, 6)}},
        one_cell(0, 5, {"userEnteredValue": {"formulaValue": "=COUNTA(A2:A4)"}}),
    )
    server.people.insert_row("Orders", 2, ["ORD-9"])
    whole = api.get()
    sheet = whole["sheets"][0]
    assert sheet["protectedRanges"][0]["range"]["startRowIndex"] == 2
    assert sheet["protectedRanges"][0]["requestingUserCanEdit"] is True
    assert whole["namedRanges"][0]["range"]["endRowIndex"] == 5
    assert sheet["merges"] == [
        {"startRowIndex": 3, "endRowIndex": 4, "startColumnIndex": 4, "endColumnIndex": 6}
    ]
    assert api.values("Orders!F1", valueRenderOption="FORMULA") == [["=COUNTA(A3:A5)"]]
    server.people.delete_row("Orders", 4)
    assert api.get()["sheets"][0].get("merges") is None
    assert api.values("ids") == [["ORD-1"], ["ORD-3"]]
    server.people.delete_row("Orders", 3, count=2)
    assert "namedRanges" not in api.get()
    assert (
        api.refused({"addNamedRange": {"namedRange": {"name": "ids", "range": block(0, 1, 0, 1)}}})["code"]
        == 400
    )


def test_open_ranges_stay_open(server: SheetsServer, api: Api) -> None:
    column = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}
    api.batch({"addProtectedRange": {"protectedRange": {"range": column, "warningOnly": True}}})
    server.people.insert_row("Orders", 1)
    server.people.move_column("Orders", 2, before=1)
    assert api.get()["sheets"][0]["protectedRanges"][0]["range"] == {
        "startRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }


def test_protection_that_shuts_the_program_out(server: SheetsServer, api: Api) -> None:
    server.people.protect("Orders", 2, "Client")
    closed = one_cell(1, 1, {"userEnteredValue": {"stringValue": "x"}})
    assert api.refused(closed)["code"] == 400
    api.batch(one_cell(2, 1, {"userEnteredValue": {"stringValue": "x"}}))


@pytest.mark.parametrize(
    ("kind", "listed"),
    [
        ({"addBanding": {"bandedRange": {"range": block(0, 4, 0, 3), "rowProperties": {}}}}, "bandedRanges"),
        ({"addFilterView": {"filter": {"title": "open", "range": block(0, 4, 0, 3)}}}, "filterViews"),
        ({"setBasicFilter": {"filter": {"range": block(0, 4, 0, 3)}}}, "basicFilter"),
        ({"addDimensionGroup": {"range": rows(1, 3)}}, "rowGroups"),
    ],
)
def test_attached_to_the_sheet(api: Api, kind: Obj, listed: str) -> None:
    api.batch(kind)
    assert listed in api.get()["sheets"][0]


def test_conditional_colours(api: Api) -> None:
    condition = {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "BLOCK"}]}
    look = {"condition": condition, "format": {"backgroundColor": {"red": 1, "green": 0, "blue": 0}}}
    rule = {"ranges": [block(1, 20, 0, 1)], "booleanRule": look}
    api.batch({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    kept = api.get()["sheets"][0]["conditionalFormats"][0]["booleanRule"]
    assert kept["condition"] == condition
    assert kept["format"]["backgroundColor"] == {"red": 1}
    assert kept["format"]["backgroundColorStyle"] == {"rgbColor": {"red": 1}}
    api.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
    assert "conditionalFormats" not in api.get()["sheets"][0]


def test_charts(api: Api) -> None:
    series = {"series": {"sourceRange": {"sources": [block(0, 4, 2, 3)]}}, "targetAxis": "LEFT_AXIS"}
    domain = {"domain": {"sourceRange": {"sources": [block(0, 4, 1, 2)]}}}
    spec = {
        "title": "By client",
        "basicChart": {"chartType": "COLUMN", "domains": [domain], "series": [series]},
    }
    anchor = {"sheetId": 0, "rowIndex": 1, "columnIndex": 5}
    place = {"overlayPosition": {"anchorCell": anchor}}
    api.batch({"addChart": {"chart": {"chartId": 3, "spec": spec, "position": place}}})
    api.batch({"updateChartSpec": {"chartId": 3, "spec": {**spec, "title": "Clients"}}})
    chart = api.get()["sheets"][0]["charts"][0]
    assert chart["spec"]["title"] == "Clients"
    assert chart["position"]["overlayPosition"]["widthPixels"] == 600
    assert (
        api.refused({"addChart": {"chart": {"chartId": 3, "spec": spec, "position": place}}})["code"] == 400
    )
    api.batch({"deleteEmbeddedObject": {"objectId": 3}})
    assert "charts" not in api.get()["sheets"][0]


def test_hidden_and_sized_columns(api: Api) -> None:
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    look = {"properties": {"hiddenByUser": True, "pixelSize": 250}, "fields": "hiddenByUser,pixelSize"}
    api.batch({"updateDimensionProperties": {"range": span, **look}})
    shown = api.get(ranges="Orders!A1:C1", fields="sheets.data.columnMetadata")["sheets"][0]["data"][0]
    assert shown["columnMetadata"] == [
        {"pixelSize": 100},
        {"pixelSize": 250, "hiddenByUser": True},
        {"pixelSize": 100},
    ]
