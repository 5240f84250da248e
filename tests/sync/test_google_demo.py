"""`make demo-sheets`: the demo in a spreadsheet, from a blank one on."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.commands.demo_data import LATER, ORDERS
from sync.config import EMULATOR
from tests.sheets_server.demo import demo


def test_the_demo_runs_through_in_a_blank_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR, "")  # put back afterwards
    lines = list(demo(tmp_path / "demo"))
    rows = lines[lines.index("What stands in the sheet:") + 1 : -2]
    assert len(rows) >= len(ORDERS) and all(row.split()[0].startswith("ORD-") for row in rows)
    assert list((tmp_path / "demo" / "invoices").glob("*.xlsx"))
    assert f"{3 * (len(LATER) + 1) + 3 * (len(LATER) + 1)} reads, {2 * (len(LATER) + 1)} writes" in lines[-2]
