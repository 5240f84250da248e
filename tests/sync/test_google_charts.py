"""The Dashboard's charts in a Google Sheet (contract, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rules.figures import COUNTED, NOBODY, OTHERS, SLA_CLOCKS, TO_DO
from tests.acceptance.desk import NOW, onsite
from tests.sheets_server.client import Api
from tests.sheets_server.server import SheetsServer


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with SheetsServer() as server:
        key = server.create("Register", time_zone="Asia/Tokyo")
        monkeypatch.setenv("SHEETS_EMULATOR_HOST", server.host)
        yield Api(server, key)


def _charts(api: Api) -> list[dict[str, Any]]:
    found = api.get(fields="sheets(charts)")["sheets"]
    return [chart["spec"] for sheet in found for chart in sheet.get("charts", [])]


def _shown(api: Api, data: dict[str, Any]) -> list[Any]:
    """What stands in the cells that a chart shows."""
    (area,) = data["sourceRange"]["sources"]
    top, bottom, col = area["startRowIndex"], area["endRowIndex"], area["startColumnIndex"]
    lines = api.values("Dashboard")
    return [line[col] if col < len(line) else None for line in lines[top:bottom]]


def test_they_are_drawn_once_over_the_cells_that_a_run_fills_in(blank: Api) -> None:
    for _ in range(2):
        assert onsite("init", blank.id).code == 0
    assert onsite("sync", blank.id, "--now", NOW).code == 0
    statuses, clocks, _, leads, revenue, todo = (spec["basicChart"] for spec in _charts(blank))
    assert _shown(blank, statuses["domains"][0]["domain"]) == list(COUNTED[1:])
    assert _shown(blank, clocks["domains"][0]["domain"]) == list(SLA_CLOCKS)
    assert _shown(blank, todo["domains"][0]["domain"]) == list(TO_DO)
    assert len(_shown(blank, leads["series"][0]["series"])) == 12
    assert _shown(blank, revenue["domains"][0]["domain"])[0] == "JPY"
    assert [_shown(blank, one["series"])[0] for one in revenue["series"]] == [*[NOBODY] * 5, OTHERS]


def test_what_somebody_drew_there_is_left_alone(blank: Api) -> None:
    assert onsite("init", blank.id).code == 0
    found = blank.get(fields="sheets(charts(chartId))")["sheets"]
    ids = [chart["chartId"] for sheet in found for chart in sheet.get("charts", [])]
    blank.batch(*({"deleteEmbeddedObject": {"objectId": number}} for number in ids[1:]))
    assert onsite("init", blank.id).code == 0
    assert len(_charts(blank)) == 1
