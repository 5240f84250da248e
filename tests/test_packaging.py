"""The wheel works by itself: installed elsewhere, started from elsewhere, with everything it needs inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"rules", "sync", "templates"}


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints that isn't told of the repository; fails with what it complains of."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [*command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of a new environment in which the wheel is installed."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    bin_ = home / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=home)
    # The dependencies are those of the environment that runs the tests. A line in a .pth file adds the folder
    # and not what its own .pth files name: the repository, which is installed there, stays out.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    ours = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    Path(site, "dependencies.pth").write_text("\n".join(ours) + "\n", encoding="utf-8")
    return bin_


def test_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


def test_packages_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "import rules, sync, sys; print(rules.__path__[0], sync.__path__[0], *sys.path, sep='\\n')"
    lines = run(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    rules, sync, *path = (Path(line) for line in lines)
    assert rules.is_relative_to(installed.parent)
    assert sync.is_relative_to(installed.parent)
    assert ROOT not in path


def test_command_starts_from_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "onsite" in run(installed / "onsite", "--help", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_templates_are_found_as_package_data(installed: Path, tmp_path: Path) -> None:
    here = {
        path.relative_to(ROOT / "templates").as_posix(): path.stat().st_size
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith((".~", "~$"))
    }
    assert here, "there are no templates"
    code = (
        "import json, importlib.resources as r, sys\n"
        "names = json.loads(sys.argv[1])\n"
        "print(json.dumps({n: len(r.files('templates').joinpath(n).read_bytes()) for n in names}))"
    )
    there = json.loads(run(installed / "python", "-c", code, json.dumps(list(here)), cwd=tmp_path))
    assert there == here


def test_examples_are_readable_and_send_nothing() -> None:
    machine = tomllib.loads((ROOT / "onsite.example.toml").read_text(encoding="utf-8"))
    assert machine["mail"]["send"] is False
    key = json.loads((ROOT / "credentials.example.json").read_text(encoding="utf-8"))
    assert key["type"] == "service_account"
    assert "NOT-A-KEY" in key["private_key"]
