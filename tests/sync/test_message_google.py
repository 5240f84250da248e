"""Messages of a register that is a Google Sheet: the same as a workbook's, and evidence beside the right order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import onsite
from tests.rules.build import CLEAN, CLIENT, ENGINEER, SETTINGS
from tests.sheets_server import SheetsServer
from tests.sync.mail_server import serving
from tests.sync.post_office import FIRST, LATER, NOW, opened

ANN, SAM = "ann@acme.example.com", "sam@site.example.com"


class Sheet:
    """A register on the test server, after its first run, with an order that is Ready."""

    def __init__(self, server: SheetsServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.key = server.create("Register", time_zone="Asia/Tokyo")
        self.config = folder / "onsite.toml"
        self.config.write_text("")
        assert onsite("init", self.key).code == 0
        for row, line in enumerate(server.grid("Settings", self.key), 1):
            if line[0] in SETTINGS:
                self.type("Settings", row, {"Value": SETTINGS[line[0]]})
            if line[0] == "Company email":
                self.type("Settings", row, {"Value": "dispatch@ecorpone.example.jp"})
        self.type("Clients", 2, CLIENT)
        self.type("Engineers", 2, ENGINEER)
        self.run(FIRST)
        self.type("Orders", 2, CLEAN)

    def type(self, tab: str, row: int, cells: Mapping[str, Any]) -> None:
        people = self.server.people_of(self.key)
        for header, value in cells.items():
            people.edit(tab, row, header, f"'{value}" if str(value).startswith("+") else value)

    def run(self, now: str) -> dict[str, Any]:
        done = onsite("sync", self.key, "--now", now, "--json", "--out", self.folder, "--config", self.config)
        assert done.code == 0, done.err or done.out[-1000:]
        return done.object

    def order(self) -> dict[str, Any]:
        headers, row, *_ = self.server.grid("Orders", self.key)
        return dict(zip(headers, row + [""] * len(headers), strict=False))


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sheet]:
    with SheetsServer() as server:
        monkeypatch.setenv("SHEETS_EMULATOR_HOST", server.host)
        yield Sheet(server, tmp_path)


def test_drafts_first_and_mail_from_then_on(sheet: Sheet) -> None:
    sheet.type("Orders", 2, {"Assigned engineers": "Eve Entry"})
    sheet.run(NOW)
    (path,) = (sheet.folder / "outbox").rglob("*.eml")
    assert (path.parent.name, opened(path)["To"]) == ("ORD-2026-0001", ANN)
    assert (sheet.order()["Status"], sheet.order()["Availability sent at"]) == ("Ready", "")
    assert sheet.run(LATER)["changes"] == []
    sheet.type("Orders", 2, {"Availability sent at": "2026-12-01 10:15", "Site confirmed at": "2026-12-01 10:15"})
    with serving() as mail:
        sheet.config.write_text(f'[mail]\nsend = true\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"')
        found = sheet.run("2026-12-01T10:20+09:00")
        assert mail.told() == [ANN, SAM]
        shared = (datetime(2026, 12, 1, 10, 20) - datetime(1899, 12, 30)) / timedelta(days=1)
        assert sheet.order()["Status"] == "Contacts shared"
        assert sheet.order()["Contacts shared at"] == pytest.approx(shared, abs=1e-6)
        moves = [(order["status_from"], order["status_to"]) for order in found["orders"]]
        assert moves == [("Ready", "Contacts shared")]
        again = sheet.run("2026-12-01T10:21+09:00")
        assert (again["changes"], again["requests"]["writes"], len(mail.taken)) == ([], 0, 2)
