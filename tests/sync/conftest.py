"""Registers to begin with: made once, copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATA
from tests.sheets_server import SheetsServer
from tests.sync.google_desk import GoogleDesk, started
from tests.sync.post_office import PostOffice, furnished


@pytest.fixture(scope="session")
def begun_post(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register without orders, after its first run."""
    return furnished(tmp_path_factory.mktemp("post") / "office").path.parent


@pytest.fixture
def post(begun_post: Path, tmp_path: Path) -> PostOffice:
    """A register without orders, after its first run."""
    return PostOffice(Path(shutil.copytree(begun_post, tmp_path / "office")))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleDesk]:
    """The small sample in a Google Sheet, before its first run; only copies of it are used."""
    with SheetsServer() as server:
        yield started(server, DATA / "register-small.xlsx", tmp_path_factory.mktemp("out"))
