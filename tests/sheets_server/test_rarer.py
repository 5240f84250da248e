"""Requests that onsite hardly makes, and that people's other programs may."""

from __future__ import annotations

import pytest

from tests.sheets_server import SheetsServer
from tests.sheets_server.client import Api, block, rows
from tests.sheets_server.errors import Obj


def test_cells_pushed_aside(server: SheetsServer, api: Api) -> None:
    api.batch({"insertRange": {"range": block(1, 2, 1, 2), "shiftDimension": "ROWS"}})
    assert [row[1] if len(row) > 1 else "" for row in server.grid("Orders")] == [
        "Client",
        "",
        "beta",
        "alpha",
        "gamma",
    ]
    api.batch({"deleteRange": {"range": block(1, 2, 1, 2), "shiftDimension": "ROWS"}})
    api.batch({"deleteRange": {"range": block(1, 2, 0, 1), "shiftDimension": "COLUMNS"}})
    assert server.grid("Orders")[1] == ["beta", "+81"]


def test_answers_of_a_form_are_not_cut(server: SheetsServer, api: Api) -> None:
    server.people.add_form_answer("Form responses 1", [1, "beta"])
    number = server.sheet("Form responses 1").id
    cut = {"range": block(1, 2, 0, 1, number), "shiftDimension": "ROWS"}
    assert api.refused({"deleteRange": cut})["code"] == 400
    api.batch({"deleteDimension": {"range": rows(1, 2, number)}})


def test_tidying(server: SheetsServer, api: Api) -> None:
    api.put("Orders!A2:A5", [["  a  b "], ["A b"], ["c"], ["C"]])
    trimmed = api.batch({"trimWhitespace": {"range": block(0, 20, 0, 1)}})["replies"][0]
    assert trimmed == {"trimWhitespace": {"cellsChangedCount": 1}}
    column = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    double = {"range": block(1, 5, 0, 1), "comparisonColumns": [column]}
    assert api.batch({"deleteDuplicates": double})["replies"] == [
        {"deleteDuplicates": {"duplicatesRemovedCount": 2}}
    ]
    assert [row[0] for row in server.grid("Orders")] == ["Order ID", "a b", "c", ""]


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("PASTE_VALUES", [2, "=1+1"]),
        ("PASTE_FORMULA", ["=1+1", "=1+1"]),
        ("PASTE_NORMAL", ["=1+1", "=1+1"]),
        ("PASTE_FORMAT", ["", "=1+1"]),
    ],
)
def test_ways_of_pasting(server: SheetsServer, api: Api, kind: str, left: list[object]) -> None:
    api.put("Orders!H2", [["=1+1"]], "USER_ENTERED")
    api.batch(
        {"copyPaste": {"source": block(1, 2, 7, 8), "destination": block(1, 2, 6, 7), "pasteType": kind}}
    )
    assert server.grid("Orders", render="FORMULA")[1][6:] == left


def test_transposed(server: SheetsServer, api: Api) -> None:
    body = {"source": block(1, 2, 0, 3), "destination": block(6, 7, 0, 1), "pasteOrientation": "TRANSPOSE"}
    api.batch({"copyPaste": body})
    assert server.grid("Orders")[6:] == [["ORD-1"], ["beta"], ["+81"]]


def test_replacing_by_pattern_and_whole_cells(server: SheetsServer, api: Api) -> None:
    body = {"find": r"ORD-(\d)", "replacement": "X$1", "searchByRegex": True, "range": block(0, 20, 0, 1)}
    api.batch({"findReplace": body})
    assert [row[0] for row in server.grid("Orders")[1:]] == ["X1", "X2", "X3"]
    whole = {"find": "x1", "replacement": "one", "matchEntireCell": True, "matchCase": True, "sheetId": 0}
    assert api.batch({"findReplace": whole})["replies"] == [{"findReplace": {}}]


PROTECTED = {"addProtectedRange": {"protectedRange": {"protectedRangeId": 5, "range": block(0, 1, 0, 3)}}}
BAND: Obj = {
    "addBanding": {"bandedRange": {"bandedRangeId": 5, "range": block(0, 4, 0, 3), "rowProperties": {}}}
}
VIEW: Obj = {"addFilterView": {"filter": {"filterViewId": 5, "title": "a", "range": block(0, 4, 0, 3)}}}


@pytest.mark.parametrize(
    ("made", "update", "listed", "gone"),
    [
        (
            PROTECTED,
            {"updateProtectedRange": {"protectedRange": {"protectedRangeId": 5, "warningOnly": True}}},
            "protectedRanges",
            {"deleteProtectedRange": {"protectedRangeId": 5}},
        ),
        (
            BAND,
            {"updateBanding": {"bandedRange": {"bandedRangeId": 5, "range": block(0, 9, 0, 3)}}},
            "bandedRanges",
            {"deleteBanding": {"bandedRangeId": 5}},
        ),
        (
            VIEW,
            {"updateFilterView": {"filter": {"filterViewId": 5, "title": "b"}}},
            "filterViews",
            {"deleteFilterView": {"filterId": 5}},
        ),
    ],
)
def test_made_changed_and_gone(api: Api, made: Obj, update: Obj, listed: str, gone: Obj) -> None:
    api.batch(made)
    assert api.refused(made)["code"] == 400
    name, body = next(iter(update.items()))
    (given,) = body.values()
    changed = next(key for key in given if not key.endswith("Id"))
    api.batch({name: {**body, "fields": changed}})
    kept = api.get()["sheets"][0][listed][0][changed]
    wanted = given[changed]
    assert kept == (
        {k: v for k, v in wanted.items() if k != "sheetId"} if isinstance(wanted, dict) else wanted
    )
    api.batch(gone)
    assert listed not in api.get()["sheets"][0]
    assert api.refused(gone)["code"] == 400


def test_rules_change_their_order(api: Api) -> None:
    def rule(color: float) -> Obj:
        look = {"condition": {"type": "NOT_BLANK"}, "format": {"backgroundColor": {"red": color}}}
        return {"ranges": [block(0, 1, 0, 1)], "booleanRule": look}

    api.batch(*[{"addConditionalFormatRule": {"rule": rule(n), "index": n}} for n in (0, 1)])
    api.batch({"updateConditionalFormatRule": {"sheetId": 0, "index": 0, "newIndex": 1}})
    rules = api.get()["sheets"][0]["conditionalFormats"]
    assert [one["booleanRule"]["format"]["backgroundColor"] for one in rules] == [{"red": 1}, {}]
    api.batch({"updateConditionalFormatRule": {"index": 1, "rule": rule(1)}})
    assert api.get()["sheets"][0]["conditionalFormats"][1]["booleanRule"]["format"]["backgroundColor"] == {
        "red": 1
    }


@pytest.mark.parametrize(
    ("kind", "values", "fits"),
    [
        ("ONE_OF_LIST", ["a", "b"], True),
        ("ONE_OF_LIST", ["=A1"], False),
        ("ONE_OF_RANGE", ["=Orders!A1:A5"], True),
        ("ONE_OF_RANGE", ["=Nowhere!A1"], False),
        ("CUSTOM_FORMULA", ["=A1>1"], True),
        ("CUSTOM_FORMULA", ["A1>1"], False),
        ("NUMBER_BETWEEN", ["1", "2"], True),
        ("NUMBER_BETWEEN", ["1"], False),
        ("NUMBER_GREATER", ["many"], False),
        ("DATE_IS_VALID", [], True),
        ("DATE_IS_VALID", ["x"], False),
        ("BOOLEAN", ["Yes", "No"], True),
        ("BOOLEAN", ["a", "b", "c"], False),
        ("TEXT_STARTS_WITH", ["a"], False),
    ],
)
def test_conditions_of_validation(api: Api, kind: str, values: list[str], fits: bool) -> None:
    condition = {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
    body = {
        "requests": [{"setDataValidation": {"range": block(1, 2, 0, 1), "rule": {"condition": condition}}}]
    }
    assert (api.call("POST", ":batchUpdate", body).status_code == 200) is fits


def test_named_ranges_change(api: Api) -> None:
    api.batch(
        {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "ids", "range": block(1, 4, 0, 1)}}}
    )
    change = {"namedRangeId": "n", "name": "numbers", "range": block(1, 3, 0, 1)}
    api.batch({"updateNamedRange": {"namedRange": change, "fields": "name,range"}})
    assert api.values("numbers") == [["ORD-1"], ["ORD-2"]]
    assert (
        api.refused({"addNamedRange": {"namedRange": {"name": "Numbers", "range": block(0, 1, 0, 1)}}})[
            "code"
        ]
        == 400
    )
    assert (
        api.refused({"addNamedRange": {"namedRange": {"name": "A1", "range": block(0, 1, 0, 1)}}})["code"]
        == 400
    )
    api.batch({"deleteNamedRange": {"namedRangeId": "n"}})
    assert api.failed("GET", "/values/numbers")["code"] == 400


def test_grouping_and_growing(server: SheetsServer, api: Api) -> None:
    groups = api.batch(
        {"addDimensionGroup": {"range": rows(1, 5)}}, {"addDimensionGroup": {"range": rows(2, 3)}}
    )
    assert [one["depth"] for one in groups["replies"][1]["addDimensionGroup"]["dimensionGroups"]] == [1, 2]
    folded = {"range": rows(1, 5), "depth": 1, "collapsed": True}
    api.batch({"updateDimensionGroup": {"dimensionGroup": folded, "fields": "collapsed"}})
    assert api.get()["sheets"][0]["rowGroups"][0]["collapsed"] is True
    api.batch({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 3}})
    api.batch({"autoResizeDimensions": {"dimensions": {"sheetId": 0, "dimension": "COLUMNS"}}})
    assert server.sheet("Orders").row_count == 23


def test_what_is_not_known_is_said(api: Api) -> None:
    body = {"requests": [{"randomizeRange": {"range": block(0, 2, 0, 2)}}]}
    assert api.call("POST", ":batchUpdate", body).status_code == 501


def test_ten_million_cells_are_the_limit(api: Api) -> None:
    huge = {"title": "Huge", "gridProperties": {"rowCount": 400_000, "columnCount": 26}}
    assert api.refused({"addSheet": {"properties": huge}})["code"] == 400
