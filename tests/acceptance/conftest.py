"""Registers to begin with: made once, copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.desk import NOW, Desk, onsite


@pytest.fixture(scope="session")
def begun(samples, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`begun("small")`: the folder of a sample after `onsite init`; `begun("small synced")` after a run, too."""
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            place = tmp_path_factory.mktemp("begun") / "desk"
            sample, _, synced = name.partition(" ")
            if synced:
                shutil.copytree(folder(sample), place)
                assert onsite("sync", place / "register.xlsx", "--now", NOW).code == 0
            else:
                place.mkdir()
                shutil.copyfile(getattr(samples, sample), place / "register.xlsx")
                assert onsite("init", place / "register.xlsx").code == 0
            made[name] = place
        return made[name]

    return folder


@pytest.fixture
def desk(begun: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Desk]:
    """`desk("messy")`, `desk("small")`: a copy after init; with ` synced`, after a first run."""

    def copied(name: str) -> Desk:
        place = tmp_path / f"desk-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(begun(name), place)
        return Desk(place / "register.xlsx")

    return copied


@pytest.fixture
def small(desk: Callable[[str], Desk]) -> Desk:
    """The small sample after init, before any run."""
    return desk("small")


@pytest.fixture
def synced(desk: Callable[[str], Desk]) -> Desk:
    """The small sample after its first run."""
    return desk("small synced")
