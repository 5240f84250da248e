"""How cells look: formats, shown texts, and the cells of spreadsheets.get."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.sheets_server import SheetsServer
from tests.sheets_server.client import Api, block, one_cell, text
from tests.sheets_server.shown import shown


@pytest.mark.parametrize(
    ("number", "kind", "pattern", "seen"),
    [
        (46357.375, "DATE_TIME", "yyyy-mm-dd hh:mm", "2026-12-01 09:00"),
        (46357.875, "DATE_TIME", "ddd, mmmm d, yyyy h:mm am/pm", "Tue, December 1, 2026 9:00 PM"),
        (46357, "DATE", "d mmm yy", "1 Dec 26"),
        (46357, "DATE", 'yyyy"年"m"月"d"日"', "2026年12月1日"),
        (0.75, "TIME", "h:mm:ss", "18:00:00"),
        (46357, "DATE", "", "12/1/2026"),
        (46357.375, "DATE_TIME", "", "12/1/2026 9:00:00"),
        (1234.5, "NUMBER", "#,##0.00", "1,234.50"),
        (-1234.5, "NUMBER", "#,##0", "-1,235"),
        (0.125, "PERCENT", "0.0%", "12.5%"),
        (1.5, "NUMBER", "0.0##", "1.5"),
        (5000, "CURRENCY", "¥#,##0", "¥5,000"),
        (12345, "SCIENTIFIC", "0.00E+00", "1.23E+04"),
        (12, "TEXT", "@", "12"),
        (1 / 1024, "", "", "0.0009765625"),
        (819012345678, "", "", "819012345678"),
        (1 / 3, "", "", "0.3333333333"),
    ],
)
def test_numbers_are_shown(number: float, kind: str, pattern: str, seen: str) -> None:
    shape = {"type": kind, "pattern": pattern}
    assert shown({"numberValue": number}, shape if kind else None, "en_US") == seen


@pytest.mark.parametrize(("locale", "seen"), [("ja_JP", "2026/12/01"), ("en_GB", "01/12/2026")])
def test_dates_by_locale(locale: str, seen: str) -> None:
    assert shown({"numberValue": 46357}, {"type": "DATE"}, locale) == seen


def test_python_values() -> None:
    server = SheetsServer()
    row = [
        datetime(2026, 12, 1, 9),
        date(2026, 12, 1),
        time(9),
        timedelta(hours=12),
        Decimal("1.50"),
        True,
        None,
        "",
    ]
    server.create("P", {"T": [[*row, "=text"]]})
    assert server.grid("T") == [[46357.375, 46357, 0.375, 0.5, 1.5, True, "", "", "=text"]]
    seen = ["2026-12-01 09:00:00", "2026-12-01", "09:00:00", "12:00:00", "1.5", "TRUE", "", "", "=text"]
    assert server.grid("T", render="FORMATTED_VALUE") == [seen]


def test_cells_with_everything(api: Api) -> None:
    api.put("Orders!A2", [["=1+1"]], "USER_ENTERED")
    api.batch({"repeatCell": {"range": block(1, 2, 0, 1), "cell": {"note": "why"}, "fields": "note"}})
    sheet = api.get(ranges="Orders!A2:B9", includeGridData="true")["sheets"][0]
    assert [one["properties"]["title"] for one in [sheet]] == ["Orders"]
    data = sheet["data"][0]
    first, second = data["rowData"][0]["values"]
    assert data["startRow"] == 1 and "startColumn" not in data
    assert len(data["rowData"]) == 3
    assert first["userEnteredValue"] == {"formulaValue": "=1+1"}
    assert (first["effectiveValue"], first["formattedValue"]) == ({"numberValue": 2}, "2")
    assert first["note"] == "why"
    assert second["effectiveFormat"]["textFormat"]["fontSize"] == 10
    assert (len(data["rowMetadata"]), len(data["columnMetadata"])) == (8, 2)


def test_without_cells(api: Api) -> None:
    assert "data" not in api.get()["sheets"][0]
    assert [sheet["properties"]["title"] for sheet in api.get(ranges="Orders!A1")["sheets"]] == ["Orders"]


def test_by_data_filter(api: Api) -> None:
    filters = {"dataFilters": [{"gridRange": block(1, 2, 0, 2)}], "includeGridData": True}
    sheets = api.ok("POST", ":getByDataFilter", filters)["sheets"]
    assert [cell["formattedValue"] for cell in sheets[0]["data"][0]["rowData"][0]["values"]] == [
        "ORD-1",
        "beta",
    ]


def test_borders_and_merges(server: SheetsServer, api: Api) -> None:
    line = {"style": "SOLID"}
    api.batch({"updateBorders": {"range": block(0, 2, 0, 2), "top": line, "innerHorizontal": line}})
    fields = "sheets.data.rowData.values.userEnteredFormat.borders"
    rows = api.get(ranges="Orders!A1:A2", fields=fields)["sheets"][0]["data"][0]["rowData"]
    sides = [sorted(row["values"][0]["userEnteredFormat"]["borders"]) for row in rows]
    assert sides == [["bottom", "top"], ["top"]]
    api.batch({"mergeCells": {"range": block(1, 3, 0, 2), "mergeType": "MERGE_ROWS"}})
    assert [row[:2] for row in server.grid("Orders")[1:3]] == [["ORD-1", ""], ["ORD-2", ""]]
    assert api.refused({"mergeCells": {"range": block(1, 2, 1, 3)}})["code"] == 400
    api.batch({"unmergeCells": {"range": block(0, 5, 0, 5)}})
    assert "merges" not in api.get()["sheets"][0]


def test_looks_that_are_taken_away_again(api: Api) -> None:
    look = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    place = {"range": block(1, 2, 5, 6), "fields": "userEnteredFormat.textFormat.bold"}
    api.batch({"repeatCell": {**place, "cell": look}}, {"repeatCell": {**place, "cell": {}}})
    assert "rowData" not in api.get(ranges="Orders!F2", includeGridData="true")["sheets"][0]["data"][0]


def test_typing_keeps_a_cell_s_own_format(api: Api) -> None:
    own = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}}
    fields = "userEnteredFormat.numberFormat"
    api.batch({"repeatCell": {"range": block(1, 2, 3, 4), "cell": own, "fields": fields}})
    api.put("Orders!D2:E2", [["2026-12-01", "2026-12-01"]], "USER_ENTERED")
    assert api.values("Orders!D2:E2") == [["46357.00", "2026-12-01"]]


def test_new_text_ends_the_old_one_s_runs(api: Api) -> None:
    runs = [{"startIndex": 0, "format": {"bold": True}}]
    cell = {**text("bold"), "textFormatRuns": runs}
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}
    both = "textFormatRuns,userEnteredValue"
    api.batch({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": both}})
    fields = "sheets.data.rowData.values(userEnteredValue,textFormatRuns)"
    assert api.get(ranges="Orders!B2", fields=fields)["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        cell
    ]
    api.batch(one_cell(1, 1, text("plain")))
    left = api.get(ranges="Orders!B2", fields=fields)["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert left == [text("plain")]
