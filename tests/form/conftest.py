"""Runs the form's script in Node.js against a world that records, and gets what checks its types and patterns."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sync.form_script import SCRIPT

HERE = Path(__file__).resolve().parent
PACKAGES = ("typescript@5.9.3", "@types/google-apps-script@2.0.13", "re2js@2.10.0")
"""RE2 in JavaScript is one of the two that may look at an answer; the browser's own regular expressions the other."""

World = dict[str, Any]
Story = Callable[[str], World]
Tried = Callable[[Sequence[tuple[str, str]]], list[list[bool]]]


def node(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs Node.js; the caller looks at the exit code."""
    program = shutil.which("node")
    assert program is not None, "mark the test node"
    return subprocess.run(
        [program, *map(str, arguments)], input=stdin, capture_output=True, encoding="utf-8", timeout=180, cwd=cwd
    )


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """The folder with node_modules, in pytest's cache: filled by npm on first use, skipped where npm can't."""
    assert request.config.cache is not None
    key = "-".join(name.rpartition("@")[2] for name in PACKAGES)
    folder = Path(request.config.cache.mkdir("intake-form")) / key
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    made = folder.with_suffix(".new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    got = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix", made, *PACKAGES],
        capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=300, cwd=made,
    )
    if got.returncode:
        pytest.skip(f"npm could not install {', '.join(PACKAGES)}")
    made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def story() -> Story:
    """`story("run(); run()")`: the world after that; see run.js."""

    def told(script: str) -> World:
        ran = node(HERE / "run.js", SCRIPT, stdin=script)
        assert ran.returncode == 0, ran.stderr
        world: World = json.loads(ran.stdout)
        return world

    return told


@pytest.fixture(scope="session")
def tried(packages: Path) -> Tried:
    """Whether texts match patterns: for each pair by RegExp, by RegExp with the flag u, and by RE2."""

    def run(pairs: Sequence[tuple[str, str]]) -> list[list[bool]]:
        library = packages / "node_modules" / "re2js"
        ran = node(HERE / "run.js", "--try", library, stdin=json.dumps(pairs))
        assert ran.returncode == 0, ran.stderr
        found: list[list[bool]] = json.loads(ran.stdout)
        return found

    return run
