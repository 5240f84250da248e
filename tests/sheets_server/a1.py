"""A1 notation: texts such as `'Form responses 1'!A2:C` to boxes of cells and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.sheets_server.errors import Obj, invalid

if TYPE_CHECKING:
    from tests.sheets_server.book import Book, Sheet

CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d*)?")
PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")


@dataclass(frozen=True, slots=True)
class Box:
    """Cells of one sheet: rows [top, bottom) and columns [left, right), from 0, within the grid."""

    sheet_id: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom)

    @property
    def columns(self) -> range:
        return range(self.left, self.right)

    def grid_range(self) -> Obj:
        return {
            "sheetId": self.sheet_id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }

    def covers(self, row: int, col: int) -> bool:
        return row in self.rows and col in self.columns

    def meets(self, other: Box) -> bool:
        return (
            self.sheet_id == other.sheet_id
            and self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )


def column_number(letters: str) -> int:
    """0 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """A for 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted(title: str) -> str:
    if PLAIN_TITLE.fullmatch(title) and not LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def written(sheet: Sheet, box: Box) -> str:
    """The box as Google's replies name it."""
    first = f"{column_letters(box.left)}{box.top + 1}"
    last = f"{column_letters(box.right - 1)}{box.bottom}"
    return f"{quoted(sheet.title)}!{first if first == last else first + ':' + last}"


def _corner(text: str) -> tuple[int | None, int | None] | None:
    hit = CORNER.fullmatch(text)
    if not hit or not text.strip("$"):
        return None
    letters, digits = hit.groups()
    return (int(digits) - 1 if digits else None, column_number(letters) if letters else None)


def _span(first: int | None, last: int | None, size: int) -> tuple[int, int]:
    if first is not None and last is not None and last < first:
        first, last = last, first
    return first or 0, size if last is None else last + 1


def box_of_cells(sheet: Sheet, cells: str) -> Box | None:
    """The box named by `B2`, `A:C`, `A2:2`… None where it is no such text.

    Raises ApiError 400 where it begins outside the grid; what only ends outside is cut.
    """
    first_text, colon, last_text = cells.partition(":")
    first = _corner(first_text)
    last = _corner(last_text) if colon else first
    if first is None or last is None or (not colon and None in first):
        return None
    top, bottom = _span(first[0], last[0], sheet.row_count)
    left, right = _span(first[1], last[1], sheet.column_count)
    if top >= sheet.row_count or left >= sheet.column_count:
        limits = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        named = f"{quoted(sheet.title)}!{cells}"
        raise invalid(f"Range ({named}) exceeds grid limits. {limits}")
    return Box(sheet.id, top, min(bottom, sheet.row_count), left, min(right, sheet.column_count))


def _split(text: str) -> tuple[str | None, str]:
    hit = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
    if hit:
        return hit.group(1).replace("''", "'"), hit.group(2) or ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def parse(book: Book, text: str) -> Box:
    """The box that a range of a request names. Raises ApiError 400 where there is none."""
    title, cells = _split(text)
    if title is not None:
        sheet = book.find(title)
        if sheet and not cells:
            return sheet.box()
        box = sheet and (box_of_cells(sheet, cells) or book.named(cells))
    else:
        whole = book.find(cells)
        box = box_of_cells(book.sheets[0], cells) or book.named(cells) or (whole and whole.box())
    if not box:
        raise invalid(f"Unable to parse range: {text}")
    return box
