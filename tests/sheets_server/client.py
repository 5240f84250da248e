"""A bare client for the server's own tests: plain requests, no library in between."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests

from tests.sheets_server.errors import Obj
from tests.sheets_server.server import SheetsServer


class Api:
    """Calls on one spreadsheet. The methods give the body of a 200; `failed` the error of anything else."""

    def __init__(self, server: SheetsServer, book_id: str) -> None:
        self.server = server
        self.id = book_id
        self.session = requests.Session()

    @property
    def root(self) -> str:
        return f"http://{self.server.host}/v4/spreadsheets"

    def call(
        self, method: str, tail: str, body: Any = None, timeout: float = 10, **query: Any
    ) -> requests.Response:
        address = f"{self.root}/{self.id}{tail}"
        return self.session.request(method, address, params=query, json=body, timeout=timeout)

    def ok(self, method: str, tail: str, body: Any = None, **query: Any) -> Any:
        reply = self.call(method, tail, body, **query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def failed(self, method: str, tail: str, body: Any = None, **query: Any) -> Obj:
        reply = self.call(method, tail, body, **query)
        assert reply.status_code != 200, reply.text
        error: Obj = reply.json()["error"]
        assert error["code"] == reply.status_code
        return error

    def get(self, **query: Any) -> Any:
        return self.ok("GET", "", **query)

    def batch(self, *requests: Obj, **more: Any) -> Any:
        return self.ok("POST", ":batchUpdate", {"requests": list(requests), **more})

    def refused(self, *requests: Obj) -> Obj:
        return self.failed("POST", ":batchUpdate", {"requests": list(requests)})

    def values(self, text: str, **query: Any) -> Any:
        return self.ok("GET", f"/values/{quote(text, safe='')}", **query).get("values", [])

    def put(self, text: str, values: Any, option: str = "RAW") -> Any:
        tail = f"/values/{quote(text, safe='')}"
        return self.ok("PUT", tail, {"values": values}, valueInputOption=option)

    def append(self, text: str, values: Any, **query: Any) -> Any:
        tail = f"/values/{quote(text, safe='')}:append"
        return self.ok("POST", tail, {"values": values}, valueInputOption="RAW", **query)


def text(value: str) -> Obj:
    return {"userEnteredValue": {"stringValue": value}}


def one_cell(row: int, col: int, value: Obj, sheet_id: int = 0) -> Obj:
    """A request that writes one cell, from 0."""
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": col}
    return {"updateCells": {"start": start, "rows": [{"values": [value]}], "fields": "userEnteredValue"}}


def token(number: int, value: str = "run") -> Obj:
    """The request that begins a batch of which only one may go through."""
    place = {"spreadsheet": True}
    note = {"metadataId": number, "metadataKey": "rev", "metadataValue": value, "location": place}
    return {"createDeveloperMetadata": {"developerMetadata": {**note, "visibility": "DOCUMENT"}}}


def rows(start: int, end: int, sheet_id: int = 0) -> Obj:
    return {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def block(top: int, bottom: int, left: int, right: int, sheet_id: int = 0) -> Obj:
    sides = {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}
    return {"sheetId": sheet_id, **sides}
