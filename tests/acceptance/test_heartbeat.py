"""A run that changes nothing writes nothing, but for one heartbeat cell when that is old enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.acceptance.changes import changed
from tests.acceptance.desk import Desk, tree
from tests.independent import difference, read


@pytest.fixture
def quiet(desk: Callable[[str], Desk]) -> Desk:
    """A register in which time alone changes nothing: all that is left is paid, cancelled, or far away."""
    register = desk("small")
    with register.edited() as book:
        sheet = book["Orders"]
        for reference in ("S-04", "S-05", "S-06", "S-07", "S-12", "S-10", "S-08", "S-09"):
            sheet.delete_rows(Desk.row_of(sheet, reference))
        book["Other sites"].delete_rows(2, 2)
    register.sync()
    return register


@pytest.mark.parametrize("now", ["10:00", "10:05:30", "10:15"])
def test_a_young_heartbeat_is_left(quiet: Desk, now: str) -> None:
    before = tree(quiet.folder)
    found = quiet.sync(now=f"2026-11-24T{now}+09:00")
    assert (found["changes"], found["revision"]) == ([], 1)
    assert tree(quiet.folder) == before


def test_an_old_one_is_the_only_cell_written(quiet: Desk) -> None:
    before, files = read(quiet.path), tree(quiet.folder)
    found = quiet.sync(now="2026-11-24T10:15:01+09:00")
    after = read(quiet.path)
    cells = list(changed(before, after))
    assert [(cell.tab, cell.address) for cell in cells] == [("Dashboard", "B2")]
    assert datetime.fromisoformat(cells[0].new.value or "").isoformat() == "2026-11-24T10:15:01+09:00"
    assert difference(before, after, {("Dashboard", "B2")}) == []
    assert (len(found["changes"]), found["revision"]) == (1, 1)
    now = tree(quiet.folder)
    assert now.pop("register.xlsx") != files.pop("register.xlsx")
    assert now == files  # no backup either


def test_the_setting_says_how_old(quiet: Desk) -> None:
    quiet.settle({"Heartbeat (min)": 60})
    assert quiet.sync(now="2026-11-24T11:00+09:00")["changes"] == []
    assert len(quiet.sync(now="2026-11-24T11:00:01+09:00")["changes"]) == 1


def test_a_run_after_heartbeats_goes_on_as_ever(quiet: Desk) -> None:
    quiet.sync(now="2026-11-24T11:00+09:00")
    assert "2026-11-24 11:00" in quiet.refused(now="2026-11-24T10:30+09:00")  # it counts as a run
    quiet.type("S-11", {"Notes": "a note changes nothing"})
    assert quiet.sync(now="2026-11-24T11:10+09:00")["changes"] == []
    quiet.type("S-11", {"Site phone": "03-1234-5678"})
    found = quiet.sync(now="2026-11-24T11:11+09:00")
    assert found["revision"] == 2
    assert quiet.order("S-11")["Flags"].startswith("BLOCK phone-country-code")
