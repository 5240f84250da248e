"""The measuring itself: does it notice when replies differ?"""

from __future__ import annotations

import json
from pathlib import Path

from tests.sheets_server.agreement import Replay, differences
from tests.sheets_server.errors import Obj

KEY = "K" * 44
SHEETS = f"https://sheets.googleapis.com/v4/spreadsheets/{KEY}"


def exchange(method: str, uri: str, body: Obj | None, reply: Obj) -> Obj:
    asked = {"method": method, "uri": uri, "body": json.dumps(body) if body else None}
    return {"request": asked, "response": {"status": {"code": 200}, "body": {"string": json.dumps(reply)}}}


def recorded(path: Path, last: list[list[object]]) -> Path:
    made = {"id": KEY, "name": "T"}
    asked = {"addSheet": {"properties": {"title": "S"}}}
    grid = {"rowCount": 1000, "columnCount": 26}
    sheet = {"sheetId": 77, "title": "S", "index": 1, "sheetType": "GRID", "gridProperties": grid}
    replies = {"spreadsheetId": KEY, "replies": [{"addSheet": {"properties": sheet}}]}
    put = {
        "spreadsheetId": KEY,
        "updatedRange": "S!A1",
        "updatedRows": 1,
        "updatedColumns": 1,
        "updatedCells": 1,
    }
    got = {"range": "S!A1:Z1000", "majorDimension": "ROWS", "values": last}
    calls = [
        exchange("POST", "https://www.googleapis.com/drive/v3/files", {"name": "T"}, made),
        exchange("POST", SHEETS + ":batchUpdate", {"requests": [asked]}, replies),
        exchange("PUT", SHEETS + "/values/S!A1?valueInputOption=RAW", {"values": [["x"]]}, put),
        exchange("GET", SHEETS + "/values/S", None, got),
    ]
    path.write_text(json.dumps({"interactions": calls}))
    return path


def test_replies_that_agree(tmp_path: Path) -> None:
    replay = Replay()
    replay.file(recorded(tmp_path / "same.json", [["x"]]))
    assert not replay.apart
    assert replay.agreed == replay.asked == {"batchUpdate": 1, "values.update": 1, "values.get": 1}


def test_replies_that_differ(tmp_path: Path) -> None:
    replay = Replay()
    replay.file(recorded(tmp_path / "other.json", [["y"]]))
    assert replay.agreed["values.get"] == 0
    assert list(replay.apart) == [("values.get", '.values[][]: "x" here, "y" at Google')]


def test_kinds_of_difference() -> None:
    assert list(differences({"a": 1}, {"a": 1.0})) == []
    assert len(list(differences({"a": True}, {"a": 1}))) == 1
    assert len(list(differences({"a": [1]}, {"a": [1, 2]}))) == 1
    assert len(list(differences({"a": 1}, {"b": 1}))) == 2
