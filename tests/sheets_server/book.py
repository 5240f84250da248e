"""A spreadsheet in memory: sheets of sparse rows, and everything that is attached to them."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.sheets_server.a1 import Box, written
from tests.sheets_server.cells import BLANK, Cell
from tests.sheets_server.errors import Obj, Refused

Row = dict[int, Cell]
MAX_CELLS = 10_000_000
LISTS = (
    "merges", "conditionalFormats", "filterViews", "protectedRanges", "charts", "bandedRanges",
    "rowGroups", "columnGroups", "slicers", "tables",
)  # fmt: skip
"""Lists of the Sheet resource that are kept as the API shows them."""


@dataclass(slots=True)
class Sheet:
    properties: Obj
    rows: list[Row]
    row_props: list[Obj | None]
    column_props: list[Obj | None]
    objects: dict[str, list[Obj]] = field(default_factory=lambda: {name: [] for name in LISTS})
    basic_filter: Obj | None = None
    has_formulas: bool = False
    """False: no cell holds a formula (so that large sheets without any need not be searched)."""
    last_form_row: int = 0
    """Index of the row below which the next answer of a form is inserted."""

    @property
    def id(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def row_count(self) -> int:
        return len(self.rows)

    @property
    def column_count(self) -> int:
        return len(self.column_props)

    def box(self) -> Box:
        return Box(self.id, 0, self.row_count, 0, self.column_count)

    def cell(self, row: int, col: int) -> Cell:
        return self.rows[row].get(col, BLANK)

    def put(self, row: int, col: int, cell: Cell) -> None:
        if cell == BLANK:
            self.rows[row].pop(col, None)
        else:
            self.rows[row][col] = cell
            self.has_formulas = self.has_formulas or cell.formula is not None

    def count_changed(self) -> None:
        self.properties["gridProperties"]["rowCount"] = self.row_count
        self.properties["gridProperties"]["columnCount"] = self.column_count

    def last_filled(self) -> int:
        """Index of the last row with a value in it; -1 where there is none."""
        for row in range(self.row_count - 1, -1, -1):
            if any(cell.filled for cell in self.rows[row].values()):
                return row
        return -1

    def clone(self) -> Sheet:
        return replace(
            self,
            properties=copy.deepcopy(self.properties),
            rows=[dict(row) for row in self.rows],
            row_props=list(self.row_props),
            column_props=list(self.column_props),
            objects=copy.deepcopy(self.objects),
            basic_filter=copy.deepcopy(self.basic_filter),
        )


class Ids:
    """Numbers for what the caller did not number: the presets first, then random ones (always the same)."""

    def __init__(self) -> None:
        self.preset: list[int] = []
        self._random = random.Random(20261201)

    def fresh(self) -> int:
        return self.preset.pop(0) if self.preset else self._random.randrange(1, 2**31)

    def key(self) -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "1" + "".join(self._random.choice(letters) for _ in range(43))


@dataclass(slots=True)
class Book:
    id: str
    properties: Obj
    sheets: list[Sheet]
    ids: Ids
    named_ranges: list[Obj] = field(default_factory=list)
    lost_names: list[str] = field(default_factory=list)
    """Names of ranges whose cells were deleted: they are not listed any more, but stay taken."""
    metadata: list[Obj] = field(default_factory=list)
    """All developer metadata, with the locations where it now is."""

    def clone(self) -> Book:
        return replace(
            self,
            properties=copy.deepcopy(self.properties),
            sheets=[sheet.clone() for sheet in self.sheets],
            named_ranges=copy.deepcopy(self.named_ranges),
            lost_names=list(self.lost_names),
            metadata=copy.deepcopy(self.metadata),
        )

    def sheet(self, sheet_id: int) -> Sheet:
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise Refused(f"No grid with id: {sheet_id}")

    def find(self, title: str) -> Sheet | None:
        exact = [sheet for sheet in self.sheets if sheet.title == title]
        kindly = [sheet for sheet in self.sheets if sheet.title.casefold() == title.casefold()]
        return next(iter(exact + kindly), None)

    def named(self, name: str) -> Box | None:
        for one in self.named_ranges:
            if one["name"].casefold() == name.casefold():
                return self.box(one["range"])
        return None

    def box(self, grid_range: Obj) -> Box:
        """The cells of a GridRange. Raises Refused where it is not within its sheet."""
        sheet = self.sheet(grid_range.get("sheetId", 0))
        top, bottom = _side(grid_range, "Row", sheet.row_count)
        left, right = _side(grid_range, "Column", sheet.column_count)
        box = Box(sheet.id, top, bottom, left, right)
        if bottom > sheet.row_count or right > sheet.column_count:
            limits = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
            raise Refused(f"Range ({written(sheet, box)}) exceeds grid limits. {limits}")
        return box

    def check_size(self) -> None:
        cells = sum(sheet.row_count * sheet.column_count for sheet in self.sheets)
        if cells > MAX_CELLS:
            action = "This action would increase the number of cells in the workbook above the limit of"
            raise Refused(f"{action} {MAX_CELLS} cells.")

    def everything(self) -> Iterator[tuple[Any, int | None]]:
        """Every attached object that may name ranges, each with the id of its sheet (None: of the book)."""
        for sheet in self.sheets:
            yield sheet.objects, sheet.id
        yield self.named_ranges, None


def _side(grid_range: Obj, axis: str, size: int) -> tuple[int, int]:
    start_name, end_name = f"start{axis}Index", f"end{axis}Index"
    start, end = grid_range.get(start_name, 0), grid_range.get(end_name, size)
    if start < 0 or end < 0:
        raise Refused(f"GridRange.{start_name if start < 0 else end_name} must not be negative.")
    if end <= start < size or end < start:
        raise Refused(f"GridRange.{end_name}[{end}] must be after {start_name}[{start}].")
    return start, max(end, start + 1)


def blank_sheet(sheet_id: int, title: str, index: int, rows: int = 1000, columns: int = 26) -> Sheet:
    properties = {
        "sheetId": sheet_id,
        "title": title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": rows, "columnCount": columns},
    }
    return Sheet(properties, [{} for _ in range(rows)], [None] * rows, [None] * columns)
