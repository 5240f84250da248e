"""Makes a register of N invented orders, for timing: `python -m bench.make_register N FILE [unbilled]`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from rules.columns import FREE_TABS, TABS, ClientRow, EngineerRow, OrderRow, RateRow, SettingRow, SystemRow
from sync.commands.demo_data import CLIENTS, COMPLETE, ENGINEERS, RATES, SETTINGS, STEPS

NOW = datetime(2026, 11, 24, 10, 0)


def order(number: int, billed: bool = True) -> dict[str, object]:
    """One order: its evidence reaches further the older it is. Completed ones were `billed` by hand, or wait for it."""
    start = NOW + timedelta(hours=(number % 900) - 600, minutes=number % 60)
    steps = 8 if start < NOW - timedelta(hours=4) else max(0, 4 - (start - NOW).days // 3)
    cells: dict[str, object] = {**COMPLETE, "Client reference": f"B-{number:06d}", "Planned start": start}
    cells["Received at"] = min(start, NOW) - timedelta(hours=90)
    cells["Site address"] = f"{number}-7-1 Akasaka, Minato-ku, Tokyo"
    cells["Site phone"] = f"+81 3-12{number % 90 + 10}-{number % 9000 + 1000:04d}"
    cells["Notes"] = f"Remark {number} " * 3
    for place, (header, offset) in enumerate(STEPS[:steps]):
        cells[header] = min(start + timedelta(hours=offset), NOW - timedelta(minutes=30 * (steps - place)))
    if steps == 8:
        cells |= {"Release approved by": "Grace Adeyemi", "Invoice sent at": NOW - timedelta(hours=1) if billed else ""}
    if number % 3:
        cells["Assigned engineers"] = "Sato Haruka" if steps == 8 else ""
    return cells


def main(count: int, path: Path, billed: bool = True) -> None:
    """Writes the workbook, with as little memory as may be."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    filled = {ClientRow: CLIENTS, EngineerRow: ENGINEERS, RateRow: RATES}
    for kind in TABS:
        sheet = book.add_worksheet(kind.title)
        if kind is SystemRow:
            sheet.hide()
        headers = [] if kind in FREE_TABS else [column.header for column in kind.columns]
        sheet.write_row(0, 0, headers)
        rows: Iterable[Mapping[str, object]] = filled.get(kind, ())
        if kind is OrderRow:
            rows = (order(n, billed) for n in range(count))
        elif kind is SettingRow:
            rows = [{"Setting": name, "Value": value} for name, value in SETTINGS.items()]
        for number, cells in enumerate(rows, 1):
            for col, header in enumerate(headers):
                value = cells.get(header)
                if header in ("Terms agreed on", "Retainer from", "Valid from") and isinstance(value, int):
                    value = NOW + timedelta(hours=value)
                if value not in (None, ""):
                    sheet.write(number, col, value)
    book.add_worksheet("Form responses 1").write(0, 0, "Timestamp")
    book.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "unbilled" not in sys.argv[3:])
