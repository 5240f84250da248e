"""Requests about whole rows and columns."""

from __future__ import annotations

from tests.sheets_server import dimensions
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import for_update, updated


def span(book: Book, given: Obj, verb: str = "use") -> tuple[Sheet, str, int, int]:
    """Sheet, axis and [start, end) of a DimensionRange. Raises Refused where it is not within the sheet."""
    sheet = book.sheet(given.get("sheetId", 0))
    axis = given.get("dimension")
    if axis not in ("ROWS", "COLUMNS"):
        raise Refused("DimensionRange.dimension must be set.")
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    start, end = given.get("startIndex", 0), given.get("endIndex", size)
    if start < 0 or end <= start:
        raise Refused(f"DimensionRange.endIndex[{end}] must be after startIndex[{start}].")
    if end > size:
        kind, index = ("row" if axis == "ROWS" else "column"), max(start, size)
        raise Refused(
            f"Cannot {verb} a {kind} that doesn't exist. "
            f"Tried to {verb} {kind} index {index} but there are only {size} {kind}s."
        )
    return sheet, axis, start, end


@handles("insertDimension")
def insert_dimension(book: Book, body: Obj) -> None:
    given = body.get("range", {})
    sheet = book.sheet(given.get("sheetId", 0))
    axis = given.get("dimension")
    if axis not in ("ROWS", "COLUMNS") or "startIndex" not in given or "endIndex" not in given:
        raise Refused("range must have a dimension, a startIndex and an endIndex.")
    start, end = given["startIndex"], given["endIndex"]
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    before = bool(body.get("inheritFromBefore"))
    if start < 0:
        raise Refused("DimensionRange indexes must be >= 0")
    if end <= start:
        raise Refused(f"DimensionRange.endIndex[{end}] must be after startIndex[{start}].")
    if start > size:
        raise Refused(f"range.startIndex is larger than current grid size ({size})")
    if start == size and not before:
        raise Refused("range.startIndex must be less than the grid size if inheritFromBefore is false.")
    if before and start == 0:
        raise Refused("Cannot inherit from before the first row or column.")
    dimensions.insert(book, sheet, axis, start, end - start, before)


@handles("deleteDimension")
def delete_dimension(book: Book, body: Obj) -> None:
    dimensions.delete(book, *span(book, body.get("range", {}), "delete"))


@handles("appendDimension")
def append_dimension(book: Book, body: Obj) -> None:
    axis, length = body.get("dimension"), body.get("length", 0)
    if axis not in ("ROWS", "COLUMNS") or length <= 0:
        raise Refused("A dimension and a length above 0 must be set.")
    dimensions.append(book, book.sheet(body.get("sheetId", 0)), axis, length)


@handles("moveDimension")
def move_dimension(book: Book, body: Obj) -> None:
    sheet, axis, start, end = span(book, body.get("source", {}))
    to = body.get("destinationIndex", 0)
    if not 0 <= to <= (sheet.row_count if axis == "ROWS" else sheet.column_count):
        raise Refused(f"destinationIndex[{to}] is not within the sheet.")
    if start < to < end:
        raise Refused("destinationIndex is within the source.")
    dimensions.move(book, sheet, axis, start, end, to)


@handles("updateDimensionProperties")
def update_dimension_properties(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "DimensionProperties")
    sheet, axis, start, end = span(book, body.get("range", {}))
    props = sheet.row_props if axis == "ROWS" else sheet.column_props
    for index in range(start, end):
        fresh = updated(props[index] or {}, body.get("properties", {}), mask)
        props[index] = {name: value for name, value in fresh.items() if value} or None


@handles("autoResizeDimensions")
def auto_resize_dimensions(book: Book, body: Obj) -> None:
    """Checked, but nothing is measured: sizes stay."""
    span(book, body.get("dimensions", {}))


def groups_of(sheet: Sheet, axis: str) -> list[Obj]:
    return sheet.objects["rowGroups" if axis == "ROWS" else "columnGroups"]


def _shown(groups: list[Obj]) -> list[Obj]:
    return [
        {**one, "range": {k: v for k, v in one["range"].items() if k != "sheetId" or v}} for one in groups
    ]


@handles("addDimensionGroup")
def add_dimension_group(book: Book, body: Obj) -> Obj:
    sheet, axis, start, end = span(book, body.get("range", {}))
    groups = groups_of(sheet, axis)
    depth = 1 + max((one["depth"] for one in groups if _holds(one, start, end)), default=0)
    place = {"sheetId": sheet.id, "dimension": axis, "startIndex": start, "endIndex": end}
    groups.append({"range": place, "depth": depth})
    side = "rowGroupControlAfter" if axis == "ROWS" else "columnGroupControlAfter"
    sheet.properties["gridProperties"].setdefault(side, True)
    return {"dimensionGroups": _shown(groups)}


def _holds(group: Obj, start: int, end: int) -> bool:
    return bool(group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"])


@handles("deleteDimensionGroup")
def delete_dimension_group(book: Book, body: Obj) -> Obj:
    sheet, axis, start, end = span(book, body.get("range", {}))
    groups = groups_of(sheet, axis)
    exact = [one for one in groups if (one["range"]["startIndex"], one["range"]["endIndex"]) == (start, end)]
    if not exact:
        raise Refused("There is no group over that range.")
    groups.remove(max(exact, key=lambda one: int(one["depth"])))
    return {"dimensionGroups": _shown(groups)} if groups else {}
