"""The Dashboard's charts in a workbook (contract, section 9): native ones, over the cells that the run fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import range_boundaries

from rules.figures import COUNTED, SLA_CLOCKS, TO_DO
from sync.commands.setup import init_workbook
from tests.acceptance.desk import NOW, Desk, onsite


def _charts(path: Path) -> dict[str, list[Any]]:
    """The charts of every tab."""
    sheets: list[Any] = openpyxl.load_workbook(path).worksheets
    return {sheet.title: list(sheet._charts) for sheet in sheets}


def _shown(path: Path, area: str) -> list[object]:
    """The values of an area such as 'Dashboard'!$A$5:$A$18."""
    title, _, cells = area.rpartition("!")
    left, top, right, bottom = range_boundaries(cells)
    lines = [[*line, *[None] * right] for line in Desk(path).lines(title.strip("'"))[top - 1 : bottom]]
    return [value for line in lines for value in line[left - 1 : right]]


@pytest.fixture(params=["new", "small", "messy"])
def register(request, samples, tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    if request.param != "new":
        path.write_bytes(getattr(samples, request.param).read_bytes())
    init_workbook(path)
    return path


def test_they_show_the_cells_that_a_run_fills_in(register: Path) -> None:
    assert onsite("sync", register, "--now", NOW).code == 0
    statuses, clocks, shares, leads, revenue, todo = _charts(register)["Dashboard"]
    assert _shown(register, statuses.series[0].cat.numRef.f) == list(COUNTED[1:])
    assert _shown(register, clocks.series[0].cat.numRef.f) == list(SLA_CLOCKS)
    assert _shown(register, todo.series[0].cat.numRef.f) == list(TO_DO)
    head, first, *_ = Desk(register).lines("Dashboard")
    headers = {header: col for col, header in enumerate(head, 1)}
    for chart, header in ((shares, "Urgent share"), (leads, "Mean lead time (h)")):
        area = range_boundaries(chart.series[0].val.numRef.f.rpartition("!")[2])
        assert area == (headers[header], 2, headers[header], 13)
    firsts = [range_boundaries(series.val.numRef.f.rpartition("!")[2])[:2] for series in revenue.series]
    assert firsts == [(col, 3) for header, col in headers.items() if str(header).startswith("Revenue")]
    names = [_shown(register, series.tx.strRef.f) for series in revenue.series]
    assert names[-1] == [first[headers["Revenue of others"] - 1]] != [None]


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
    assert len(_charts(path)["Dashboard"]) == 1


def test_those_of_other_tabs_stay(samples, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(samples.messy.read_bytes())
    before = {tab: len(charts) for tab, charts in _charts(path).items()}
    init_workbook(path)
    assert {tab: len(charts) for tab, charts in _charts(path).items()} == {**before, "Dashboard": 6}
    assert sum(before.values()) == 1 and before["Dashboard"] == 0
