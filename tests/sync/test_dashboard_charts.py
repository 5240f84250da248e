"""The Dashboard's charts in a workbook (contract, section 9): native ones, over the cells that the run fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import range_boundaries

from rules.figures import COUNTED, SLA_CLOCKS
from sync.commands.setup import init_workbook
from tests.acceptance.desk import NOW, onsite


def _charts(path: Path, tab: str = "Dashboard") -> list[Any]:
    sheet: Any = openpyxl.load_workbook(path)[tab]
    return list(sheet._charts)


def _shown(path: Path, area: str) -> list[object]:
    """The values of an area such as 'Dashboard'!$A$5:$A$18."""
    title, _, cells = area.rpartition("!")
    left, top, right, bottom = range_boundaries(cells)
    sheet = openpyxl.load_workbook(path, data_only=True)[title.strip("'")]
    return [sheet.cell(row, col).value for row in range(top, bottom + 1) for col in range(left, right + 1)]


@pytest.fixture(params=["new", "small", "messy"])
def register(request, samples, tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    if request.param != "new":
        path.write_bytes(getattr(samples, request.param).read_bytes())
    init_workbook(path)
    return path


def test_they_show_the_cells_that_a_run_fills_in(register: Path) -> None:
    assert onsite("sync", register, "--now", NOW).code == 0
    statuses, clocks, shares, leads, revenue = _charts(register)
    assert _shown(register, statuses.series[0].cat.numRef.f) == list(COUNTED[1:])
    assert _shown(register, clocks.series[0].cat.numRef.f) == list(SLA_CLOCKS)
    sheet = openpyxl.load_workbook(register)["Dashboard"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for chart, header in ((shares, "Urgent share"), (leads, "Mean lead time (h)")):
        area = range_boundaries(chart.series[0].val.numRef.f.rpartition("!")[2])
        assert area == (headers[header], 2, headers[header], 13)
    firsts = [range_boundaries(series.val.numRef.f.rpartition("!")[2])[:2] for series in revenue.series]
    assert firsts == [(col, 3) for header, col in headers.items() if str(header).startswith("Revenue")]
    names = [_shown(register, series.tx.strRef.f) for series in revenue.series]
    assert names[-1] == [sheet.cell(2, headers["Revenue of others"]).value]


def test_a_second_init_adds_no_more(register: Path) -> None:
    before = register.read_bytes()
    assert init_workbook(register) == []
    assert register.read_bytes() == before


def test_what_somebody_drew_there_is_left_alone(samples, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(samples.small)
    sheet: Any = book["Dashboard"]
    own = BarChart()
    own.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(own, "B20")
    path = tmp_path / "register.xlsx"
    book.save(path)
    init_workbook(path)
    assert len(_charts(path)) == 1


def test_those_of_other_tabs_stay(samples, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(samples.messy.read_bytes())
    before = {name: len(_charts(path, name)) for name in openpyxl.load_workbook(path).sheetnames}
    init_workbook(path)
    after = {name: len(_charts(path, name)) for name in openpyxl.load_workbook(path).sheetnames}
    assert after == {**before, "Dashboard": 5}
    assert sum(before.values()) == 1
