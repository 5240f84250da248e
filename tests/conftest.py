"""What every test may use, and how tests that need a program are skipped, named and counted."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

DATA = Path(__file__).resolve().parent / "data"

# marker -> the programs of which one must be on the PATH
PROGRAMS = {
    "libreoffice": ("soffice", "libreoffice"),
    "node": ("node",),
    "systemd": ("systemd-analyze",),
    "browser": ("chromium", "chromium-browser", "google-chrome"),
}
# fixture -> the marker that a test gets by asking for it
NEEDS = {"soffice": "libreoffice", "convert": "libreoffice"}

# No deadline: a busy machine is no bug. On CI the same examples every time.
settings.register_profile("onsite", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("onsite")


def program(marker: str) -> str | None:
    """The path of the program that tests with this marker need; None where it is missing."""
    return next((path for name in PROGRAMS[marker] if (path := shutil.which(name))), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="fail the session if any test was skipped")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in NEEDS:
                item.add_marker(NEEDS[fixture])


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in PROGRAMS:
        if item.get_closest_marker(marker) and program(marker) is None:
            pytest.skip(f"{marker}: none of {', '.join(PROGRAMS[marker])} is installed")


def skipped(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    """Every skip so far, also of whole modules while they were collected."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    strict = session.config.getoption("--fail-on-skip")
    if strict and exitstatus == pytest.ExitCode.OK and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    _say_figures(terminalreporter)
    reports = skipped(config)
    if not reports:
        return
    terminalreporter.section("not run")
    by_reason: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        by_reason[reason.removeprefix("Skipped: ")].append(report.nodeid)
    for reason, names in sorted(by_reason.items()):
        terminalreporter.write_line(f"{len(names)} skipped, {reason}")
        for name in names:
            terminalreporter.write_line(f"    {name}")
    if config.getoption("--fail-on-skip"):
        terminalreporter.write_line("--fail-on-skip: this session fails", red=True)


def _say_figures(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests went through, as they noted it by `record_property("figures", …)`."""
    passed = terminalreporter.stats.get("passed", [])
    said = [str(value) for report in passed for name, value in report.user_properties if name == "figures"]
    if said:
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.write_line(line)


@dataclass(frozen=True)
class Samples:
    """Paths of the sample register files: read them, copy them, never write to them."""

    messy: Path  # 89 orders as three coordinators left them
    small: Path  # 12 clean orders
    form: Path  # form answers (.csv)


@pytest.fixture(scope="session", autouse=True)
def ample_quota() -> None:
    """All tests share a process, and with it Google's quota: each would wait for the calls of those before it.

    What keeps it is tested with limiters on clocks that nobody waits for.
    """
    from sync.registers.google.pace import SHARED

    SHARED._most = 1_000_000


@pytest.fixture(scope="session")
def samples() -> Samples:
    found = Samples(
        messy=DATA / "register-messy.xlsx",
        small=DATA / "register-small.xlsx",
        form=DATA / "form-responses.csv",
    )
    for path in (found.messy, found.small, found.form):
        assert path.is_file(), f"{path} is part of the repository and is missing"
    return found


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice's program. A test that asks for it is marked `libreoffice`, and skipped without it."""
    path = program("libreoffice")
    assert path is not None, "a fixture of a wider scope asks for soffice: mark its tests libreoffice"
    return Path(path)


@pytest.fixture(scope="session")
def convert(soffice: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """`convert(workbook, "pdf")` or `"xlsx"`: the path of what LibreOffice made of the file, in a new folder.

    All conversions of a session share one profile, away from the user's own, so only one may run at a time.
    """
    profile = tmp_path_factory.mktemp("soffice-profile")

    def converted(source: Path, kind: str) -> Path:
        folder = tmp_path_factory.mktemp("converted")
        subprocess.run(
            [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind,
             "--outdir", folder, source],
            check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=180,
        )
        made = folder / f"{source.stem}.{kind.split(':')[0]}"
        assert made.is_file(), f"LibreOffice made no {kind} of {source.name}"  # its exit code is 0 even then
        return made

    return converted
