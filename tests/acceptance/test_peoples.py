"""Nothing of the people's is changed: judged by a reader that shares no code with the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.changes import BLANK, Changed, changed, kindly
from tests.acceptance.desk import NOW, Desk, onsite
from tests.independent import difference, read
from tests.sync.workbooks import taken_away

JOB = {
    "Orders": "Order ID, Status, Next step, Flags, SLA due, Lead time (h), Candidates, Billable (h), Invoice no., "
    "Source",
    "Other sites": "Flags",
    "Clients": "Flags",
    "Engineers": "Flags",
    "Rates": "Flags",
    "Exchange rates": "Flags",
    "Invoices": "Invoice no., Order ID, Client, Issued on, Due on, Currency, Subtotal, Tax, Total, Kind, Corrects, "
    "File, SHA-256",
    "Invoice lines": "Invoice no., Line, Service date, Description, Quantity, Unit, Unit price, Tax class, Tax rate, "
    "Amount",
    "Log": "At, Run, Order ID, Event, From, To, Why",
    "Dashboard": "Figure, Value, Month of receipt, Orders received, Urgent share, Mean lead time (h), Month of issue, "
    "Revenue 1, Revenue 2, Revenue 3, Revenue 4, Revenue 5, Revenue of others",
    "System": "Key, Value",
}
"""The columns that a run may write in any row, all of them the job's."""

FILLED_IN = {"Orders": "Received at"}
"""The people's cells that a run may fill in where they are blank."""


def _allowed(listed: dict[str, str]) -> set[tuple[str, str]]:
    return {(tab, kindly(header)) for tab, headers in listed.items() for header in headers.split(", ")}


def _forbidden(cells: list[Changed], appended: dict[str, set[int]]) -> list[Changed]:
    """Cells that a run had no business with. In rows that it appended for the form, only blank cells and tick boxes."""
    job, filled = _allowed(JOB), _allowed(FILLED_IN)
    return [
        cell
        for cell in cells
        if (cell.tab, cell.column) not in job
        and not ((cell.tab, cell.column) in filled and cell.old.content == BLANK.content)
        and not (cell.row in appended.get(cell.tab, ()) and (cell.old.value is None or cell.old.type == "b"))
    ]


@pytest.mark.parametrize(
    ("name", "form", "rows", "places"),
    [
        ("small", False, range(0), range(0)),
        ("small", True, range(14, 28), range(4, 7)),
        ("messy", False, range(94, 97), range(10, 11)),
        ("messy", True, range(94, 108), range(10, 13)),
    ],
)
def test_a_run_writes_its_own_cells_only(
    desk: Callable[[str], Desk], samples: Any, name: str, form: bool, rows: range, places: range
) -> None:
    register = desk(name)
    before = read(register.path)
    register.sync(*(("--form-csv", samples.form) if form else ()))
    after = read(register.path)
    cells = list(changed(before, after))
    assert _forbidden(cells, {"Orders": set(rows), "Other sites": set(places)}) == []
    assert [cell for cell in cells if cell.old.formula is not None or cell.new.formula is not None] == []
    assert difference(before, after, {(cell.tab, cell.address) for cell in cells}) == []
    appended = {cell.row for cell in cells if cell.tab == "Orders" and cell.column == kindly("Source")}
    assert appended == set(rows)


@pytest.mark.parametrize("name", ["small", "messy"])
def test_init_only_adds(samples: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(getattr(samples, name).read_bytes())
    before = read(path)
    assert onsite("init", path).code == 0
    assert taken_away(before, read(path)) == []
    bytes_ = path.read_bytes()
    assert onsite("init", path).code == 0
    assert path.read_bytes() == bytes_


def test_what_the_job_takes_back_leaves_the_rest_of_the_row(synced: Desk) -> None:
    """A flag that goes, a status that moves: the same cells again, and no other."""
    synced.type("S-12", {"Site phone": "+81 3-1234-5678"})
    before = read(synced.path)
    synced.sync(now="2026-11-24T11:00+09:00")
    cells = list(changed(before, read(synced.path)))
    assert {cell.column for cell in cells if cell.tab == "Orders"} == {kindly("Flags"), kindly("Next step")}
    assert difference(before, read(synced.path), {(cell.tab, cell.address) for cell in cells}) == []


def test_later_runs_on_the_messy_register_touch_no_formula(desk: Callable[[str], Desk]) -> None:
    register = desk("messy synced")
    before = read(register.path)
    found = register.sync(now="2026-11-25T10:00+09:00")
    after = read(register.path)
    assert found["changes"]
    formulas = {(t, a): c for t, tab in before.tabs.items() for a, c in tab.cells.items() if c.formula is not None}
    assert len(formulas) > 100
    assert all(after.tabs[tab].cells[address] == cell for (tab, address), cell in formulas.items())
    cells = list(changed(before, after))
    assert _forbidden(cells, {}) == []
    assert difference(before, after, {(cell.tab, cell.address) for cell in cells}) == []
    assert onsite("sync", register.path, "--now", NOW).code == 2  # its clock is before the last run's
