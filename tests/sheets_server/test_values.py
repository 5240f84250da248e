from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.sheets_server import Formula, SheetsServer
from tests.sheets_server.client import Api


def test_blanks_at_the_ends_are_left_out(api: Api) -> None:
    reply = api.ok("GET", "/values:batchGet", ranges=["Orders", "Orders!B5:C9"])
    assert reply["valueRanges"][0]["values"][2] == ["ORD-2", "alpha", "5"]
    assert reply["valueRanges"][0]["values"][3] == ["ORD-3", "gamma"]
    assert len(reply["valueRanges"][0]["values"]) == 4
    assert "values" not in reply["valueRanges"][1]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Orders", "Orders!A1:Z20"),
        ("orders!b2", "Orders!B2"),
        ("'Form responses 1'!A:B", "'Form responses 1'!A1:B20"),
        ("Orders!A2:2", "Orders!A2:Z2"),
        ("Orders!A1:C", "Orders!A1:C20"),
        ("D4:A1", "Orders!A1:D4"),
        ("Orders!A3:B900", "Orders!A3:B20"),
    ],
)
def test_ranges(api: Api, text: str, named: str) -> None:
    assert api.ok("GET", f"/values/{text}")["range"] == named


@pytest.mark.parametrize("text", ["Nowhere!A1", "Orders!A21", "Orders!AA1", "Orders!A0"])
def test_ranges_that_are_none(api: Api, text: str) -> None:
    assert api.failed("GET", f"/values/{text}")["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("+819012345678", 819012345678),
        ("0312345678", 312345678),
        ("007", 7),
        ("TRUE", True),
        ("false", False),
        ("2,000,000.01", 2000000.01),
        ("12%", 0.12),
        ("2026-12-01", 46357),
        ("12/1/2026 9:00", 46357.375),
        ("18:00", 0.75),
        ("'0312345678", "0312345678"),
        ("=1+1", 2),
        ("3_1_0", "3_1_0"),
        ("８０", 80),
        ("plain", "plain"),
    ],
)
def test_what_typing_makes_of_a_text(api: Api, typed: str, held: object) -> None:
    api.put("Orders!D1", [[typed]], "USER_ENTERED")
    assert api.values("Orders!D1", valueRenderOption="UNFORMATTED_VALUE") == [[held]]
    api.put("Orders!D2", [[typed]], "RAW")
    assert api.values("Orders!D2", valueRenderOption="UNFORMATTED_VALUE") == [[typed]]


def test_plain_text_cells_convert_nothing(server: SheetsServer, api: Api) -> None:
    server.people.plain_text("Orders", "Phone")
    api.put("Orders!C2:C4", [["+819012345678"], ["=1+1"], ["0042"]], "USER_ENTERED")
    assert api.values("Orders!C2:C4") == [["+819012345678"], ["=1+1"], ["0042"]]


def test_dates_as_numbers_and_as_text(server: SheetsServer, api: Api) -> None:
    server.create("Dates", {"T": [[datetime(2026, 12, 1, 9), date(2026, 12, 1)]]})
    other = Api(server, list(server.books)[1])
    unformatted = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert other.values("T", **unformatted) == [[46357.375, 46357]]
    as_text = other.values("T", **unformatted, dateTimeRenderOption="FORMATTED_STRING")
    assert as_text == [["2026-12-01 09:00:00", "2026-12-01"]] == other.values("T")


def test_null_leaves_alone_and_empty_clears(api: Api) -> None:
    reply = api.put("Orders!A2:C2", [[None, "", "x"]])
    assert (reply["updatedRange"], reply["updatedCells"], reply["updatedRows"]) == ("Orders!A2:C2", 2, 1)
    assert api.values("Orders!A2:C2") == [["ORD-1", "", "x"]]


def test_values_do_not_spill_over_the_range(api: Api) -> None:
    body = {"values": [["a", "b", "c"]]}
    error = api.failed("PUT", "/values/Orders!A2:B2", body, valueInputOption="RAW")
    assert error["status"] == "INVALID_ARGUMENT"
    assert api.values("Orders!A2:C2") == [["ORD-1", "beta", "+81"]]


def test_a_half_bad_batch_of_values_changes_nothing(api: Api) -> None:
    data = [{"range": "Orders!A2", "values": [["x"]]}, {"range": "Nowhere!A1", "values": [["y"]]}]
    api.failed("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert api.values("Orders!A2") == [["ORD-1"]]


def test_appending_goes_below_the_last_table(api: Api) -> None:
    reply = api.append("Orders", [["ORD-4"]])
    assert (reply["tableRange"], reply["updates"]["updatedRange"]) == ("Orders!A1:C4", "Orders!A5")
    api.put("Orders!B8", [["stray"]])
    assert api.append("Orders", [["ORD-5"]])["updates"]["updatedRange"] == "Orders!B9"


def test_appending_beyond_the_grid_adds_rows(api: Api) -> None:
    api.put("Orders!A20", [["last"]])
    assert api.append("Orders!A20", [["one"], ["two"]])["updates"]["updatedRange"] == "Orders!A21:A22"
    assert api.get(fields="sheets.properties.gridProperties.rowCount")["sheets"][0] == {
        "properties": {"gridProperties": {"rowCount": 22}}
    }


def test_clearing(api: Api) -> None:
    assert api.ok("POST", "/values/Orders!B:B:clear")["clearedRange"] == "Orders!B1:B20"
    assert api.values("Orders!A1:C2") == [["Order ID", "", "Phone"], ["ORD-1", "", "+81"]]
    ranges = {"ranges": ["Orders!A1", "Orders!C1"]}
    assert api.ok("POST", "/values:batchClear", ranges)["clearedRanges"] == ["Orders!A1", "Orders!C1"]


def test_columns_first(api: Api) -> None:
    assert api.values("Orders!A1:B2", majorDimension="COLUMNS") == [["Order ID", "ORD-1"], ["Client", "beta"]]


def test_formulas_as_text_and_as_values(server: SheetsServer) -> None:
    cells = [[2, Formula("=A1*21"), Formula("=SUM(A1:B1)"), Formula("=1/0"), Formula("=LOOKS(A1)", "ready")]]
    api = Api(server, server.create("F", {"T": cells}))
    assert api.values("T", valueRenderOption="UNFORMATTED_VALUE") == [[2, 42, 44, "#DIV/0!", "ready"]]
    assert api.values("T!B1:C1", valueRenderOption="FORMULA") == [["=A1*21", "=SUM(A1:B1)"]]


def test_too_long_a_text(api: Api) -> None:
    body = {"values": [["x" * 50_001]]}
    assert api.failed("PUT", "/values/Orders!A2", body, valueInputOption="RAW")["code"] == 400


def test_option_is_asked_for(api: Api) -> None:
    assert api.failed("PUT", "/values/Orders!A2", {"values": [["x"]]})["code"] == 400


def test_by_data_filter(api: Api) -> None:
    filters = {"dataFilters": [{"a1Range": "Orders!A1:B1"}], "valueRenderOption": "UNFORMATTED_VALUE"}
    found = api.ok("POST", "/values:batchGetByDataFilter", filters)["valueRanges"]
    assert found[0]["valueRange"]["values"] == [["Order ID", "Client"]]
    assert found[0]["dataFilters"] == [{"a1Range": "Orders!A1:B1"}]
    one = {"dataFilter": {"gridRange": {"startRowIndex": 1, "endRowIndex": 2}}, "values": [["x"]]}
    reply = api.ok("POST", "/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": [one]})
    assert reply["responses"][0]["updatedRange"] == "Orders!A2"
    api.ok("POST", "/values:batchClearByDataFilter", {"dataFilters": [{"a1Range": "Orders!B2:C4"}]})
    assert api.values("Orders!A2:C4") == [["x"], ["ORD-2"], ["ORD-3"]]
