"""A register on somebody's desk: the program runs on it, people type into it, tests look at it.

People's typing goes through openpyxl, looking through calamine (which is quick): neither shares code with the program.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from sync.cli import main

NOW = "2026-11-24T10:00+09:00"
ONSITE = Path(sys.executable).with_name("onsite")


@dataclass(frozen=True)
class Done:
    """What a call of the program came to."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def onsite(*arguments: object) -> Done:
    """The program in this process, which is quick."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return Done(result.exit_code, result.stdout, result.stderr)


def installed(*arguments: object, **environment: str) -> Done:
    """The program as people have it: a process of its own."""
    done = subprocess.run(
        [ONSITE, *map(str, arguments)], capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
        env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {str(path.relative_to(folder)): md5(path) for path in sorted(folder.rglob("*")) if path.is_file()}


@lru_cache(maxsize=8)
def _shown(data: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(data))


def _value(value: Any) -> Any:
    """As openpyxl gives it: blank cells are None, whole numbers int, days midnights."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return None if value == "" else value


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value is not None}


def filled(lines: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The rows below a header in which anything stands: by header, with `row`."""
    place = {str(value): at for at, value in enumerate(lines[0] if lines else ()) if value is not None}
    found = []
    for number, line in enumerate(lines[1:], 2):
        cells = {header: line[at] if at < len(line) else None for header, at in place.items()}
        if any(value not in (None, "") for value in cells.values()):
            found.append({"row": number, **cells})
    return found


def reorder(sheet: Worksheet, references: Sequence[str]) -> None:
    """Sort the rows of Orders as people do: whole rows, in the order of these Client references."""
    width, place = sheet.max_column, columns(sheet)["Client reference"]
    rows = {
        str(sheet.cell(r, place).value): [copy(sheet.cell(r, c).value) for c in range(1, width + 1)]
        for r in range(2, sheet.max_row + 1)
    }
    for number, reference in enumerate(references, 2):
        for col, value in enumerate(rows[reference], 1):
            sheet.cell(number, col).value = value


class Desk:
    """A register with the folder around it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def folder(self) -> Path:
        return self.path.parent

    def state(self) -> object:
        """The register whole, for comparing."""
        return md5(self.path)

    def call(self, command: str, *arguments: object) -> Done:
        """A command on this register."""
        return onsite(command, self.path, *arguments)

    def sync(self, *options: object, now: str = NOW, code: int = 0) -> dict[str, Any]:
        """One run, as its JSON object."""
        done = onsite("sync", self.path, "--now", now, "--json", *options)
        assert done.code == code, done.err or done.out[-2000:]
        return done.object

    def refused(self, *options: object, now: str = NOW, code: int = 2) -> str:
        """What a run says that must not happen: it says one line, and the file is as it was."""
        before = tree(self.folder)
        done = onsite("sync", self.path, "--now", now, *options)
        assert done.code == code, (done.code, done.out, done.err)
        after = tree(self.folder)
        after.pop(f".{self.path.name}.onsite-lock", None)
        before.pop(f".{self.path.name}.onsite-lock", None)
        assert after == before
        assert "Traceback" not in done.err and "bug of ours" not in done.err
        return done.err

    @contextmanager
    def edited(self) -> Iterator[Workbook]:
        """The workbook open in a person's program, saved at the end."""
        book = openpyxl.load_workbook(self.path)
        yield book
        book.save(self.path)

    def type(self, reference: str, cells: Mapping[str, Any], tab: str = "Orders") -> None:
        """Type into the row of an order; None clears."""
        with self.edited() as book:
            sheet = book[tab]
            place = columns(sheet)
            row = self.row_of(sheet, reference)
            for header, value in cells.items():
                sheet.cell(row, place[header]).value = value

    def settle(self, settings: Mapping[str, Any]) -> None:
        """Type values into the tab Settings."""
        with self.edited() as book:
            sheet = book["Settings"]
            rows = {row[0].value: row[1] for row in sheet.iter_rows(min_row=2)}
            for name, value in settings.items():
                rows[name].value = value

    def add(self, reference: str, cells: Mapping[str, Any], like: str = "S-01", row: int | None = None) -> int:
        """A new row at the end: the H cells of another with some of them different. Returns its row."""
        with self.edited() as book:
            sheet = book["Orders"]
            place = columns(sheet)
            source, target = self.row_of(sheet, like), row or sheet.max_row + 1
            job = {*list(place)[: list(place).index("Received at")], "Source"}
            for header, col in place.items():
                if header not in job:
                    sheet.cell(target, col).value = copy(sheet.cell(source, col).value)
                    sheet.cell(target, col).number_format = sheet.cell(source, col).number_format
            for header, value in {"Client reference": reference, **cells}.items():
                sheet.cell(target, place[header]).value = value
        return target

    @staticmethod
    def row_of(sheet: Worksheet, reference: str) -> int:
        col = columns(sheet)["Client reference"]
        return next(r for r in range(2, sheet.max_row + 1) if str(sheet.cell(r, col).value) == reference)

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """The rows of a tab by header, with `row`; blank cells are None. Blank rows are left out."""
        return filled(self.lines(tab))

    def lines(self, tab: str) -> list[list[Any]]:
        """What a tab shows, from row 1 on."""
        found = _shown(self.path.read_bytes()).get_sheet_by_name(tab).to_python(skip_empty_area=False)
        return [list(map(_value, line)) for line in found]

    def orders(self) -> dict[str, dict[str, Any]]:
        """Rows of Orders by Client reference."""
        return {str(row["Client reference"]): row for row in self.rows("Orders")}

    def order(self, reference: str) -> dict[str, Any]:
        return self.orders()[reference]

    def log(self, event: str) -> list[dict[str, Any]]:
        return [row for row in self.rows("Log") if row["Event"] == event]

    def files(self, folder: str = "invoices") -> list[str]:
        place = self.folder / folder
        return sorted(path.name for path in place.iterdir()) if place.is_dir() else []


def told(found: Mapping[str, Any], order_id: str) -> dict[str, Any]:
    """One order of a run's object."""
    return next(order for order in found["orders"] if order["order_id"] == order_id)


def codes(order: Mapping[str, Any]) -> list[str]:
    return [flag["code"] for flag in order["flags"]]
