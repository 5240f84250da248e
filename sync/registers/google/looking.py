"""Looks at tabs once more right before they are written, and reads back what stands there afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rules.cells import Raw
from sync.errors import Changed
from sync.registers.google.layout import Role, layout_of
from sync.registers.google.model import Model, letters, model_of
from sync.registers.google.pace import Patience
from sync.registers.google.reading import Sheet, quoted, values
from sync.registers.google.requests import stored
from sync.registers.google.sight import Formula, Sight, comparable, part_sight, whole_sight, with_formulas
from sync.registers.google.transport import Json, Transport
from sync.snapshot import Grid

SHORT = 2_000
"""Rows of a tab of the job's that is looked at whole; of a longer one, the column that tells its rows apart."""
READ_BACK = (
    "updatedSpreadsheet.sheets(properties(sheetId,title),data(startRow,startColumn,rowData.values.userEnteredValue))"
)


def look(
    transport: Transport,
    grids: Mapping[str, Grid],
    sheets: Mapping[str, Sheet],
    titles: Iterable[str],
    patience: Patience,
    anew: bool = False,
) -> dict[str, Model]:
    """The tabs as they are now, in one call; none for tabs whose rows are known by their place alone. `anew`: this run
    has written since it read `grids`, so that nothing is known of rows but what is looked at.
    """
    models: dict[str, Model] = {}
    asked: list[tuple[str, list[str]]] = []
    for title in titles:
        if title not in sheets:
            raise Changed(f"The tab {title} is gone.")
        layout = layout_of(title, grids[title].rows[0] if grids[title].rows else ())
        if layout.role is Role.FREE:
            models[title] = model_of(sheets[title], layout, whole_sight(grids[title].rows))
        elif layout.role is Role.LEDGER and len(grids[title].rows) > SHORT and layout.key and not anew:
            name, col = quoted(title), letters(layout.key)
            asked.append((title, [f"{name}!1:1", f"{name}!{col}:{col}"]))
        else:
            asked.append((title, [quoted(title)]))
    if asked:
        found = values(transport, [name for _, names in asked for name in names], patience, formulas=True)
        for title, names in asked:
            lines, found = found[: len(names)], found[len(names) :]
            models[title] = _seen(grids[title], sheets[title], lines)
    return models


def _seen(grid: Grid, sheet: Sheet, parts: Sequence[list[list[Any]]]) -> Model:
    if len(parts) == 1:
        sight = whole_sight(parts[0])
    else:
        header = parts[0][0] if parts[0] else []
        key = layout_of(grid.title, grid.rows[0]).key
        if layout_of(grid.title, header).key != key:
            raise Changed(f"In {grid.title}, a column was moved just now.")
        sight = _with_the_rest(part_sight(header, {key: [row[0] if row else None for row in parts[1]]}), key, grid)
    return model_of(sheet, layout_of(grid.title, sight.header), with_formulas(sight, grid.rows))


def _with_the_rest(sight: Sight, key: int, grid: Grid) -> Sight:
    """With the columns that weren't looked at as they were read, beside the same keys: should a reply be lost, what is
    seen then is compared with them.
    """
    was = comparable(grid.title, whole_sight(grid.rows), [key]).get(key, [])
    rows: dict[Any, list[Sequence[Raw]]] = {}
    for value, row in zip(reversed(was), reversed(grid.rows), strict=True):
        rows.setdefault(value, []).append(row)
    now = [rows[value].pop() if rows.get(value) else () for value in comparable(grid.title, sight, [key])[key]]
    for col in range(1, len(sight.header) + 1):
        if col != key:
            sight.columns[col] = [stored(row[col - 1]) if col <= len(row) else None for row in now]
    return sight


def read_again(
    transport: Transport, models: Sequence[Model], before: Mapping[str, Grid], patience: Patience
) -> dict[str, Sight]:
    """The tabs whole, in one call."""
    found = values(transport, [quoted(model.title) for model in models], patience, formulas=True)
    return {
        model.title: with_formulas(whole_sight(rows), before[model.title].rows if model.title in before else ())
        for model, rows in zip(models, found, strict=True)
    }


def read_back(reply: Json, models: Sequence[Model]) -> dict[str, Sight] | None:
    """What a batch's reply shows of the tabs; None where the server left it out."""
    sheets = (reply.get("updatedSpreadsheet") or {}).get("sheets")
    if sheets is None:
        return None
    by_id = {int((one.get("properties") or {}).get("sheetId") or 0): one.get("data") for one in sheets}
    found: dict[str, Sight] = {}
    for model in models:
        data = by_id.get(model.sheet.id)
        if data is None:
            return None
        sight = _of_data(model, data)
        if sight is None:
            return None
        found[model.title] = sight
    return found


def _of_data(model: Model, data: Sequence[Json]) -> Sight | None:
    """The pieces of a tab in one sight. Pieces say where they begin, so their order doesn't matter."""
    cells: dict[int, list[Raw]] = {}
    for piece in data:
        top, left = int(piece.get("startRow") or 0), int(piece.get("startColumn") or 0)
        for row, line in enumerate(piece.get("rowData") or [], top):
            for col, one in enumerate(line.get("values") or [], left + 1):
                column = cells.setdefault(col, [])
                column += [None] * (row + 1 - len(column))
                column[row] = _entered(one.get("userEnteredValue") or {})
    if not cells and any(model.sight.header):
        return None  # not even the header is shown
    width = max(cells, default=0)
    header: list[Raw] = [cells[col][0] if cells.get(col) else None for col in range(1, width + 1)]
    wanted = model.witnesses()
    if wanted is None:
        return _sight(cells, header, whole=True)
    return _sight({col: cells.get(col, []) for col in wanted}, header, whole=False)


def _sight(columns: dict[int, list[Raw]], header: list[Raw], whole: bool) -> Sight:
    for column in columns.values():
        while column and column[-1] in (None, ""):
            column.pop()
    height = max([1 if header else 0, *(len(column) for column in columns.values())])
    return Sight(columns, height, header, whole)


def _entered(value: Json) -> Raw:
    if "formulaValue" in value:
        return Formula(value["formulaValue"])
    if "errorValue" in value:
        return "#ERROR!"
    for name in ("stringValue", "numberValue", "boolValue"):
        if name in value:
            found: Raw = value[name]
            return found
    return None
