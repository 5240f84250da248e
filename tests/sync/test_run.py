"""`onsite run`: real processes on real files, watched by their log; they end by signals."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.desk import Desk, md5, onsite, tree
from tests.sheets_server.faults import Pick
from tests.sheets_server.grids import tabs_of_workbook
from tests.sheets_server.server import SheetsServer
from tests.sync.running import Running, running

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture(scope="module")
def ready(samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register after `onsite init`."""
    path = tmp_path_factory.mktemp("ready") / "register.xlsx"
    shutil.copyfile(samples.small, path)
    assert onsite("init", path).code == 0
    return path


@pytest.fixture
def made(ready: Path, tmp_path: Path) -> Callable[[str], Desk]:
    """A register in a folder of its own."""

    def copied(name: str) -> Desk:
        (tmp_path / name).mkdir()
        return Desk(Path(shutil.copyfile(ready, tmp_path / name / "register.xlsx")))

    return copied


def renamed(desk: Desk, old: str, new: str) -> None:
    """A person renames a header."""
    with desk.edited() as book:
        next(cell for cell in book["Orders"][1] if cell.value == old).value = new


def test_three_registers_of_which_one_is_broken(made: Callable[[str], Desk]) -> None:
    """The others keep their interval, the broken one is reported and tried again, and goes on once it is mended."""
    first, broken, last = made("first"), made("broken"), made("last")
    renamed(broken, "Site phone", "Telephone")
    before = tree(broken.folder)
    with running(first.path, broken.path, last.path, "--every", "1s") as run:
        run.until(lambda: all(len(run.of(desk.path)) >= 3 for desk in (first, last)) and len(run.of(broken.path)) >= 2)
        assert {line["exit"] for line in run.of(broken.path)} == {2}
        assert all('"Site phone"' in line["said"] for line in run.of(broken.path))
        assert tree(broken.folder) == before
        for desk in (first, last):
            lines = run.of(desk.path)
            assert {line["exit"] for line in lines} == {0}
            assert [line["changes"] > 0 for line in lines] == [True] + [False] * (len(lines) - 1)
        renamed(broken, "Telephone", "Site phone")
        run.until(lambda: run.of(broken.path)[-1]["exit"] == 0)
        assert run.ended(signal.SIGTERM) == 0
    assert [desk.files() == first.files() != [] for desk in (broken, last)] == [True, True]


@contextmanager
def held(ready: Path, out: Path, at: Pick) -> Iterator[tuple[Running, Callable[[], None]]]:
    """A run over a sheet that came to such a call and waits in it, and what lets it go on."""
    there, over = threading.Event(), threading.Event()

    def hold() -> None:
        there.set()
        over.wait(60)

    with SheetsServer() as server:
        key = server.create("Register", tabs_of_workbook(ready))
        server.hooks.before_when(at, hold)
        with running(key, "--every", "1h", "--out", out, SHEETS_EMULATOR_HOST=server.host) as run:
            assert there.wait(60)
            yield run, over.set


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_lets_the_run_under_way_finish(ready: Path, tmp_path: Path, number: signal.Signals) -> None:
    with held(ready, tmp_path, lambda call: call.is_write) as (run, go_on):
        run.process.send_signal(number)
        go_on()
        assert run.ended() == 0
    assert [line["exit"] for line in run.said] == [0] and len(run.said[0]["invoices"]) == 2
    assert len(list((tmp_path / "invoices").iterdir())) == 2


def test_a_second_signal_ends_at_once(ready: Path, tmp_path: Path) -> None:
    with held(ready, tmp_path, lambda call: call.is_read) as (run, go_on):
        code = None
        while code is None:  # the first may be delivered together with the second
            run.process.send_signal(signal.SIGTERM)
            code = run.process.poll()
        go_on()
        assert code == -signal.SIGTERM


def test_a_workbook_is_synced_as_soon_as_people_close_it(made: Callable[[str], Desk]) -> None:
    desk = made("open")
    lock = desk.folder / "~$register.xlsx"
    lock.write_bytes(b"\x03Ken")
    with running(desk.path, "--every", "1h") as run:
        found = run.line()
        assert (found["exit"], "Ken" in found["said"], lock.name in found["said"]) == (3, True, True)
        lock.unlink()
        assert (run.line()["exit"], len(desk.files())) == (0, 2)
        assert run.ended(signal.SIGTERM) == 0


@pytest.mark.parametrize("host", ["here", "elsewhere"])
def test_what_a_crashed_libreoffice_left(made: Callable[[str], Desk], host: str) -> None:
    """On this machine it can be known that no LibreOffice runs; of another machine nothing is known."""
    desk = made("crashed")
    name = socket.gethostname() if host == "here" else "elsewhere.example"
    lock = desk.folder / ".~lock.register.xlsx#"
    lock.write_text(f",naomi,{name},24.11.2026 09:30,file:///home/naomi/.config/libreoffice/4;", "utf-8")
    before = md5(desk.path)
    with running(desk.path, "--once") as run:
        assert run.ended() == (0 if host == "here" else 3)
    assert lock.exists()
    if host == "elsewhere":
        assert md5(desk.path) == before and "naomi" in run.said[0]["said"]


def test_a_schedule_runs_as_of_then(made: Callable[[str], Desk]) -> None:
    """Time goes on from there; without an offset it is meant in the register's zone."""
    desk = made("one")
    done = onsite("run", "--once", "--json", "--now", "2026-11-24T10:00", desk.path)
    assert done.code == 0 and done.object["run"].startswith("20261124-1000")
    assert str(desk.rows("Dashboard")[0]["Value"]).startswith("2026-11-24T10:00:")
    with running(desk.path, "--every", "1s", "--now", "2026-11-24T10:16+09:00") as run:
        run.until(lambda: len(run.of(desk.path)) >= 2)
    assert {line["exit"] for line in run.of(desk.path)} == {0}
    assert str(desk.rows("Dashboard")[0]["Value"]).startswith("2026-11-24T10:16:")


def test_once_is_one_run_of_each_and_the_worst_code(made: Callable[[str], Desk], tmp_path: Path) -> None:
    good, open_, broken = made("good"), made("open"), made("broken")
    (open_.folder / "~$register.xlsx").write_bytes(b"\x03Ken")
    renamed(broken, "Site phone", "Telephone")
    for desks, code in (((good, open_), 3), ((broken, good, open_), 2), ((good,), 0)):
        done = onsite("run", "--once", "--log-json", *(desk.path for desk in desks))
        lines = [json.loads(line) for line in done.out.splitlines()]
        assert (done.code, {line["register"] for line in lines}) == (code, {str(desk.path) for desk in desks})


def test_registers_intervals_and_folders_from_the_machines_settings(
    made: Callable[[str], Desk], tmp_path: Path
) -> None:
    quick, slow = made("quick"), made("slow")
    config, out = tmp_path / "onsite.toml", tmp_path / "papers"
    named = f'{{ register = "{quick.path}", every = "1s", out = "{out}" }}'
    config.write_text(f'registers = ["{slow.path}", {named}]\ninterval = "1h"\n', "utf-8")
    with running("--config", config) as run:
        run.until(lambda: len(run.of(quick.path)) >= 3 and bool(run.of(slow.path)))
        assert run.ended(signal.SIGTERM) == 0
    assert len(run.of(slow.path)) == 1 and len(slow.files()) == 2
    assert quick.files() == [] and len(list((out / "invoices").iterdir())) == 2
    with running(slow.path, "--once", "--config", config) as run:  # only what is named
        assert run.ended() == 0
    assert len(run.said) == 1


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ("", []),
        ('registers = ["a.xlsx", "./a.xlsx"]', []),
        ("", ["1aBcDeFgHiJkLmNoPqRsTuVwXyZ", "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ/edit"]),
        ('registers = [{ register = "a.xlsx", every = "often" }]', []),
        ('registers = [{ register = "a.xlsx", evry = "5m" }]', []),
        ('registers = [{ every = "5m" }]', []),
        ('registers = [""]', []),
        ("registers = [1]", []),
        ('ping = "hc.example.com/key"', ["a.xlsx"]),
        ('ping = "file:///etc/passwd"', ["a.xlsx"]),
        ('ping = "http://[::bad/x"', ["a.xlsx"]),
        ('interval = "0m"', ["a.xlsx"]),
        ("", ["a.xlsx", "--every", "5 minutes"]),
    ],
)
def test_what_can_not_be_meant_is_refused(tmp_path: Path, settings: str, arguments: list[str]) -> None:
    config = tmp_path / "onsite.toml"
    config.write_text(settings, "utf-8")
    done = onsite("run", "--once", "--config", config, *arguments)
    assert done.code == 2 and "bug of ours" not in done.err and done.out == ""


def test_a_first_run_says_what_it_issues(made: Callable[[str], Desk]) -> None:
    said = onsite("run", "--once", made("one").path).out
    assert "2 invoices over GBP 246.00, JPY 19,800" in said
    done = onsite("sync", made("two").path)
    assert "about to issue 2 invoices over GBP 246.00, JPY 19,800" in done.err
    assert "2 invoices over GBP 246.00, JPY 19,800" in done.out
    done = onsite("sync", made("three").path, "--json")
    assert len(done.object["invoices"]) == 2


def test_scheduled_runs_wait_after_an_undo(made: Callable[[str], Desk]) -> None:
    desk = made("undone")
    run = str(onsite("sync", desk.path, "--json").object["run"])
    assert onsite("undo", desk.path, run).code == 0
    before = tree(desk.folder)
    done = onsite("run", "--once", desk.path)
    assert done.code == 2 and run in done.out and tree(desk.folder) == before

    def waits() -> bool:
        findings = onsite("doctor", desk.path, "--json").object["findings"]
        return ("schedule", "look") in [(found["what"], found["grade"]) for found in findings]

    assert waits()
    assert onsite("sync", desk.path).code == 0
    assert onsite("run", "--once", desk.path).code == 0 and not waits()
