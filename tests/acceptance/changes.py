"""What differs between two files of a register, cell by cell, by the independent reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize

from tests.independent import Cell, Workbook, read

BLANK = Cell(None, None, "", ())
FIRST_DAY = datetime(1899, 12, 30)


@dataclass(frozen=True)
class Changed:
    """A cell whose formula or stored value differs; `column` is its header as it compares kindly."""

    tab: str
    row: int
    column: str
    address: str
    old: Cell
    new: Cell


def kindly(header: str | None) -> str:
    """Headers are compared without case, width, blanks and line breaks."""
    plain = re.sub(r"<[^>]*>", "", header or "")  # of formatted text, the reader gives the whole of it
    return re.sub(r"\s", "", normalize("NFKC", plain)).casefold()


def changed(before: Path | Workbook, after: Path | Workbook) -> Iterator[Changed]:
    old, new = (book if isinstance(book, Workbook) else read(book) for book in (before, after))
    for title in new.tabs:
        were = old.tabs[title].cells if title in old.tabs else {}
        are = new.tabs[title].cells
        for address in sorted(were.keys() | are.keys()):
            was, now = were.get(address, BLANK), are.get(address, BLANK)
            if was.content != now.content:
                letters, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
                head = are.get(f"{letters}1", BLANK)
                yield Changed(title, int(row), kindly(head.value), address, was, now)


def agrees(told: Any, cell: Cell) -> bool:
    """Whether a value of a run's object is what the file holds."""
    if told in (None, ""):
        return cell.value in (None, "")
    if isinstance(told, bool):
        return cell.type == "b" and cell.value == str(int(told))
    if isinstance(told, int | float):
        return cell.type == "n" and abs(float(cell.value or "nan") - told) < 1e-9
    if cell.type == "n":
        moment = datetime.fromisoformat(told) - FIRST_DAY
        return abs(float(cell.value or "nan") - moment.total_seconds() / 86400) < 1e-6
    return cell.type == "text" and cell.value == told
