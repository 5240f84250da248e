"""gspread itself against the server, as a client that was written for Google."""

from __future__ import annotations

import gspread
import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from requests.adapters import HTTPAdapter

from tests.sheets_server import SheetsServer


class ToServer(HTTPAdapter):
    def __init__(self, host: str) -> None:
        super().__init__()
        self.host = host

    def send(self, request: requests.PreparedRequest, *given: object, **more: object) -> requests.Response:
        request.url = str(request.url).replace("https://sheets.googleapis.com", f"http://{self.host}")
        return super().send(request, *given, **more)  # type: ignore[arg-type]


@pytest.fixture
def sheet(server: SheetsServer) -> gspread.Spreadsheet:
    session = requests.Session()
    session.mount("https://sheets.googleapis.com", ToServer(server.host))
    return gspread.Client(AnonymousCredentials(), session=session).open_by_key(server.book().id)


def test_reading_and_writing(server: SheetsServer, sheet: gspread.Spreadsheet) -> None:
    orders = sheet.worksheet("Orders")
    assert orders.get_all_values()[3] == ["ORD-3", "gamma", ""]
    orders.update_cell(4, 3, "007")
    orders.append_row(["ORD-4"])
    orders.format("A1:C1", {"textFormat": {"bold": True}})
    orders.freeze(rows=1)
    orders.insert_row(["ORD-0"], 2)
    assert server.grid("Orders")[1] == ["ORD-0"]
    assert server.grid("Orders")[4:] == [["ORD-3", "gamma", 7], ["ORD-4"]]
    orders.sort((2, "asc"), range="A2:C6")
    assert [row[0] for row in server.grid("Orders")[1:]] == ["ORD-2", "ORD-1", "ORD-3", "ORD-0", "ORD-4"]


def test_tabs_and_protection(server: SheetsServer, sheet: gspread.Spreadsheet) -> None:
    log = sheet.add_worksheet("Log", 10, 5)
    log.add_protected_range("A1:B2", warning_only=True)
    log.add_validation("A2:A10", gspread.utils.ValidationConditionType.one_of_list, ["yes", "no"])
    log.hide()
    assert [tab.title for tab in sheet.worksheets(exclude_hidden=True)] == ["Orders", "Form responses 1"]
    sheet.del_worksheet(log)
    assert "Log" not in server.export()


def test_refusals_reach_the_caller(sheet: gspread.Spreadsheet) -> None:
    with pytest.raises(gspread.exceptions.APIError) as caught:
        sheet.worksheet("Orders").get("A999")
    assert caught.value.code == 400
