"""A register whose messages are looked at: made once, copied for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sync.post_office import PostOffice, furnished


@pytest.fixture(scope="session")
def begun_post(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register without orders, after its first run."""
    return furnished(tmp_path_factory.mktemp("post") / "office").path.parent


@pytest.fixture
def post(begun_post: Path, tmp_path: Path) -> PostOffice:
    """A register without orders, after its first run."""
    return PostOffice(Path(shutil.copytree(begun_post, tmp_path / "office")))
