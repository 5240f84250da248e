"""The same registers in a Google Sheet: what is asked of a workbook is asked of it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.desk import NOW
from tests.acceptance.sheet_desk import SheetDesk
from tests.sheets_server import SheetsServer
from tests.sheets_server.grids import tabs_of_workbook


@pytest.fixture(scope="session")
def sheets() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(sheets: SheetsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """At this server, without what tests before left on it."""
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", sheets.host)
    sheets.faults.clear()
    sheets.hooks.clear()
    sheets.log.clear()


@pytest.fixture(scope="session")
def prepared(samples, sheets: SheetsServer) -> dict[str, str]:
    """Keys by name of what was made already."""
    return {}


@pytest.fixture
def desk(samples, sheets: SheetsServer, prepared: dict[str, str], tmp_path: Path) -> Callable[[str], SheetDesk]:
    """`desk("messy")`, `desk("small")`: a copy after init; with ` synced`, after a first run."""

    def key_of(name: str) -> str:
        if name not in prepared:
            sample, _, synced = name.partition(" ")
            if synced:
                key = copy_of(key_of(sample))
                SheetDesk(sheets, key, tmp_path / "first").sync(now=NOW)
            else:
                key = sheets.create("Register", tabs_of_workbook(getattr(samples, sample)), time_zone="Asia/Tokyo")
                assert SheetDesk(sheets, key, tmp_path / "first").call("init").code == 0
            prepared[name] = key
        return prepared[name]

    def copy_of(key: str) -> str:
        made = sheets.create("Copy")
        book = sheets.books[key].clone()
        book.id = made
        sheets.books[made] = book
        return made

    def copied(name: str) -> SheetDesk:
        place = tmp_path / f"desk-{len(list(tmp_path.iterdir()))}"
        place.mkdir()
        return SheetDesk(sheets, copy_of(key_of(name)), place)

    return copied
