"""How long things take, beside peers that do the same: `python -m bench.measure [SIZE …] [--runs N] [--only NAME]`.

Each figure comes from a process of its own: seconds of processor time (a busy machine doesn't matter so much) and
the most memory that it had. Medians of several runs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.make_register import NOW
from bench.make_register import main as make

AT = NOW.isoformat() + "+09:00"
ROOT = Path(__file__).resolve().parents[1]
Task = Callable[[Path], Any]


def changed(path: Path) -> None:
    """As many orders as one in a hundred, which are not completed, get a phone number that is flagged."""
    from sync.xlsx import Book

    book = Book.open(path.read_bytes())
    top, done = orders(path)
    open_ = [row for row, completed in enumerate(done, 2) if not completed]
    for row in open_[: len(done) // 100]:
        book.set("Orders", row, top.index("Site phone") + 1, "03-1234-5678")
    path.write_bytes(book.to_bytes())


def orders(path: Path) -> tuple[list[Any], list[bool]]:
    """The headers, and whether each order is completed."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        top, *rows = book.get_sheet_by_name("Orders").to_python()
    return top, [bool(row[top.index("Completed at")]) for row in rows]


def read(path: Path) -> int:
    from sync.registers.workbook import WorkbookRegister

    return len(WorkbookRegister(path).read().grids["Orders"].rows)


def read_by_openpyxl(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path)
    return sum(1 for _ in book["Orders"].iter_rows(values_only=True))


def read_by_pandas(path: Path) -> int:
    import pandas

    return len(pandas.read_excel(path, sheet_name=None, engine="calamine")["Orders"]) + 1


def check(path: Path) -> int:
    from sync.commands.syncing import run_check

    return len(run_check(str(path), path.parent, datetime.fromisoformat(AT), None, None).object["orders"])


def sync(path: Path) -> tuple[int, int]:
    """Orders and changed cells."""
    from sync.commands.syncing import run_scheduled

    code, _, found = run_scheduled(str(path), path.parent, lambda: datetime.fromisoformat(AT), None)
    assert code == 0
    return found["orders"], found["changes"]


def quiet(path: Path) -> int:
    orders, changes = sync(path)
    assert changes == 0
    return orders


def few(path: Path) -> int:
    orders, changes = sync(path)
    assert changes >= orders // 100 * 2
    return orders


def few_by_openpyxl(path: Path) -> int:
    """Load, two cells in one row of a hundred, save: it decides nothing."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["Orders"]
    for row in range(2, sheet.max_row + 1, 100):
        sheet.cell(row, 3).value = sheet.cell(row, 4).value = "changed"
    book.save(path)
    return sheet.max_row - 1


def invoices(path: Path) -> int:
    """A run that issues them: how many files there are in the end."""
    sync(path)
    return len(list((path.parent / "invoices").iterdir()))


def invoices_by_openpyxl(path: Path) -> int:
    """As many times the template loaded, ten cells filled, saved."""
    import openpyxl

    folder = path.parent / "by-openpyxl"
    folder.mkdir()
    wanted = sum(orders(path)[1])
    for number in range(wanted):
        book = openpyxl.load_workbook(ROOT / "templates" / "invoice-en.xlsx")
        for row in range(1, 11):
            book.worksheets[0].cell(row, 40).value = number
        book.save(folder / f"{number}.xlsx")
    return wanted


TABLE: tuple[tuple[str, str, dict[str, Task]], ...] = (
    ("read", "begun", {"onsite": read, "openpyxl": read_by_openpyxl, "pandas, calamine": read_by_pandas}),
    ("check", "begun", {"onsite": check}),
    ("quiet run", "begun", {"onsite": quiet}),
    ("run, 1 % changed", "changed", {"onsite": few, "openpyxl load, save": few_by_openpyxl}),
    ("invoices", "unbilled", {"onsite": invoices, "openpyxl load, fill, save": invoices_by_openpyxl}),
)
"""What is measured, on which register, by whom."""


def registers(size: int, folder: Path) -> dict[str, Path]:
    """A register after a run, the same with changes, and one with invoices to issue."""
    found = {name: folder / f"{size}-{name}.xlsx" for name in ("begun", "changed", "unbilled")}
    make(size, found["begun"])
    from sync.commands.syncing import run_once

    assert run_once(str(found["begun"]), folder, datetime.fromisoformat(AT), None).exit_code == 0
    shutil.copyfile(found["begun"], found["changed"])
    changed(found["changed"])
    make(size, found["unbilled"], billed=False)
    return found


def measured(name: str, who: str, register: Path) -> dict[str, Any]:
    """In a process and a folder of its own."""
    with tempfile.TemporaryDirectory(dir=register.parent) as folder:
        path = Path(shutil.copyfile(register, Path(folder) / "register.xlsx"))
        command = [sys.executable, "-m", "bench.measure", "--one", name, who, str(path)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(name: str, who: str, path: Path) -> None:
    task = next(tasks[who] for found, _, tasks in TABLE if found == name)
    began = time.process_time()
    count = task(path)
    seconds = time.process_time() - began
    print(json.dumps({"seconds": seconds, "peak": peak_mb(), "count": count}))


def peak_mb() -> float:
    """Since this program was started, which getrusage doesn't say: it counts what its parent had. Linux alone tells."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), float("nan"))


def start(arguments: list[str]) -> float:
    """Seconds of processor time of a whole call."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "sync.cli", *arguments], cwd=ROOT, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.measure", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="one line of the table")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], given.one[1], Path(given.one[2]))
        return
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; medians of {given.runs} runs\n")
    print("| what | orders | by | done | seconds | MB at most |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.xlsx"
        shutil.copyfile(ROOT / "tests" / "data" / "register-small.xlsx", small)
        start(["init", str(small)])
        for arguments in (["--help"], ["check", str(small)]):
            taken = statistics.median(start(arguments) for _ in range(given.runs))
            print(f"| `onsite {arguments[0]}`, all of it | 12 | onsite | | {taken:.2f} | |")
        for size in given.sizes:
            found = registers(size, Path(folder))
            for name, register, tasks in TABLE:
                for who in tasks if given.only in (None, name) else ():
                    runs = [measured(name, who, found[register]) for _ in range(given.runs)]
                    seconds, peak = (statistics.median(run[key] for run in runs) for key in ("seconds", "peak"))
                    cells = name, f"{size:,}", who, f"{runs[0]['count']:,}", f"{seconds:.2f}", f"{peak:.0f}"
                    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
