"""kill -9 before every write, fsync, rename … of a run: the old workbook or the new one, and every number once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.desk import NOW, ONSITE, Desk, md5, onsite, tree
from tests.conftest import Samples
from tests.independent import read
from tests.killing import POSSIBLE, killed

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="watches system calls of Linux on x86_64 and aarch64")

ROOT = Path(__file__).resolve().parents[2]
LATER = "2026-11-24T10:01+09:00"
KEPT = ("S-01", "S-02", "S-12")


@pytest.fixture(scope="module")
def begun_few(begun: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two orders to be invoiced and one with flags."""
    folder = tmp_path_factory.mktemp("kill") / "begun"
    desk = Desk(Path(shutil.copytree(begun("small"), folder)) / "register.xlsx")
    with desk.edited() as book:
        sheet = book["Orders"]
        for row in range(sheet.max_row, 1, -1):
            if str(sheet.cell(row, 13).value) not in KEPT and sheet.cell(row, 13).value is not None:
                sheet.delete_rows(row)
        book["Other sites"].delete_rows(2, 10)
    assert [row["Client reference"] for row in desk.rows("Orders")] == list(KEPT)
    return folder


def _copied(begun: Path, folder: Path) -> Desk:
    return Desk(Path(shutil.copytree(begun, folder)) / "register.xlsx")


def _is_in_order(desk: Desk, numbers: list[str]) -> None:
    """No number left out or given twice; every file is there with the bytes of the ledger; nothing half-made."""
    tabs = read(desk.path).tabs
    ids, ledger, files, hashes, runs = (
        [cell.value for place, cell in tabs[tab].cells.items() if re.fullmatch(rf"{letter}([2-9]|[1-9]\d+)", place)]
        for tab, letter in (("Orders", "A"), ("Invoices", "A"), ("Invoices", "L"), ("Invoices", "M"), ("Log", "B"))
    )
    assert ids == [f"ORD-2026-000{n}" for n in range(1, len(KEPT) + 1)]
    assert ledger == numbers
    for file, expected in zip(files, hashes, strict=True):
        assert hashlib.sha256((desk.folder / str(file)).read_bytes()).hexdigest() == expected
    assert len(desk.files()) == len(numbers)
    assert runs == sorted(runs, key=lambda run: int(str(run).rpartition("-")[2]))
    assert [path.name for path in desk.folder.rglob("*") if path.suffix in (".tmp", ".part")] == []


def _state(folder: Path) -> str:
    """All files and their bytes; what is half made has a name of chance."""
    return str(sorted((re.sub(r"-\w+\.tmp$", ".tmp", name), data) for name, data in tree(folder).items()))


def _in_process(command: str, path: Path, *rest: str) -> None:
    onsite(command, path, *rest)


def _installed(command: str, path: Path, *rest: str) -> None:
    """The process becomes the program as it is installed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nothing, handle)
    os.close(nothing)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    os.execve(ONSITE, [str(ONSITE), command, str(path), *rest], environment)


def _walk(
    begun: Path, place: Path, arguments: list[str], check: Callable[[Desk, int], None],
    run: Callable[..., None] = _in_process,
) -> int:  # fmt: skip
    """Kills the call at every moment in turn and checks; returns how many moments there were.

    Always in the same folder: the job remembers which one it left its messages to.
    """
    old, seen = md5(begun / "register.xlsx"), set[str]()
    desk = _copied(begun, place / "desk")
    assert onsite(arguments[0], desk.path, *arguments[1:]).code == 0
    new, moment = md5(desk.path), 0
    shutil.rmtree(desk.folder)
    while True:
        moment += 1
        desk = _copied(begun, place / "desk")
        call = killed(partial(run, arguments[0], desk.path, *arguments[1:]), moment)
        assert md5(desk.path) in (old, new), (moment, call)
        state = _state(desk.folder)
        if state not in seen:
            check(desk, moment)
        seen.add(state)
        shutil.rmtree(desk.folder)
        if call is None:
            return moment - 1


@pytest.mark.scenario(1, 23)
def test_a_run(begun_few: Path, tmp_path: Path) -> None:
    def check(desk: Desk, moment: int) -> None:
        desk.sync(now=LATER)
        _is_in_order(desk, ["INV-2026-0001", "INV-2026-0002"])

    assert _walk(begun_few, tmp_path, ["sync", "--now", NOW], check) > 20


@pytest.mark.slow
def test_a_run_of_the_installed_program(begun_few: Path, tmp_path: Path) -> None:
    def check(desk: Desk, moment: int) -> None:
        desk.sync(now=LATER)
        _is_in_order(desk, ["INV-2026-0001", "INV-2026-0002"])

    assert _walk(begun_few, tmp_path, ["sync", "--now", NOW], check, _installed) > 20


@pytest.mark.scenario(1, 23)
def test_a_credit_note(begun_few: Path, tmp_path: Path) -> None:
    begun = _copied(begun_few, tmp_path / "invoiced")
    begun.sync()
    note = ["credit", "INV-2026-0001", "--reason", "wrong rate", "--now", LATER]

    def check(desk: Desk, moment: int) -> None:
        done = onsite(note[0], desk.path, *note[1:])
        assert done.code == 0 or (done.code == 2 and re.search("credited already", done.err)), (moment, done)
        desk.sync(now="2026-11-24T10:02+09:00")
        _is_in_order(desk, ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003"])

    assert _walk(begun.folder, tmp_path, note, check) > 10


@pytest.mark.slow
@pytest.mark.scenario(1, 23)
def test_an_init(samples: Samples, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    shutil.copyfile(samples.small, begun / "register.xlsx")

    def check(desk: Desk, moment: int) -> None:
        assert onsite("init", desk.path).code == 0
        assert len(desk.sync()["orders"]) == 12 and not list(desk.folder.rglob("*.tmp"))

    assert _walk(begun, tmp_path, ["init"], check) > 5


@pytest.mark.slow
@pytest.mark.scenario(1, 23)
def test_an_undo(begun_few: Path, tmp_path: Path) -> None:
    begun = _copied(begun_few, tmp_path / "synced")
    run = begun.sync()["run"]

    def check(desk: Desk, moment: int) -> None:
        assert onsite("undo", desk.path, run, "--now", LATER).code == 0, moment  # again, where it was not done
        desk.sync(now="2026-11-24T10:02+09:00")
        _is_in_order(desk, ["INV-2026-0001", "INV-2026-0002"])

    assert _walk(begun.folder, tmp_path, ["undo", run, "--now", LATER], check) > 5
