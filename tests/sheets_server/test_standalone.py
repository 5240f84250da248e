"""Started from the command line, with a workbook."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import openpyxl
import requests


def test_serves_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    orders = book.worksheets[0]
    orders.title = "Orders"
    orders.append(["Order ID", "Planned start", "Paid", "=1+1"])
    orders.append(["ORD-1", datetime(2026, 12, 1, 9), True, 1.5])
    book.create_sheet("Blank")
    book.save(tmp_path / "register.xlsx")
    command = [sys.executable, "-m", "tests.sheets_server", "--xlsx", str(tmp_path / "register.xlsx")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as running:
        assert running.stdout
        host, key = (running.stdout.readline().strip().partition("=")[2] for _ in range(2))
        address = f"http://{host}/v4/spreadsheets/{key}/values:batchGet"
        asked: dict[str, list[str]] = {
            "ranges": ["Orders", "Blank"],
            "valueRenderOption": ["UNFORMATTED_VALUE"],
        }
        reply = requests.get(address, params=asked, timeout=10).json()
        running.terminate()
    assert reply["valueRanges"][0]["values"] == [
        ["Order ID", "Planned start", "Paid", 2],
        ["ORD-1", 46357.375, True, 1.5],
    ]
    assert "values" not in reply["valueRanges"][1]
