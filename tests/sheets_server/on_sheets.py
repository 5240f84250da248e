"""Requests about sheets and about the spreadsheet itself."""

from __future__ import annotations

import copy
from typing import Any
from zoneinfo import available_timezones

from tests.sheets_server import dimensions
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet, blank_sheet
from tests.sheets_server.defaults import coloured
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import for_update, updated

MAX_TITLE = 100
FIXED = ("sheetId", "index", "sheetType", "title")


def check_title(book: Book, title: str, besides: Sheet | None = None) -> None:
    if not title or len(title) > MAX_TITLE:
        raise Refused(f"A sheet's name must have between 1 and {MAX_TITLE} characters.")
    found = book.find(title)
    if found and found is not besides:
        raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')


def renumber(book: Book) -> None:
    for index, sheet in enumerate(book.sheets):
        sheet.properties["index"] = index


def _fresh_title(book: Book) -> str:
    number = len(book.sheets) + 1
    while book.find(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def new_id(book: Book, wanted: int | None) -> int:
    if wanted is None:
        return book.ids.fresh()
    if wanted < 0:
        raise Refused("Sheet ids must not be negative.")
    if any(sheet.id == wanted for sheet in book.sheets):
        raise Refused(f"A sheet with ID {wanted} already exists.")
    return wanted


@handles("addSheet")
def add_sheet(book: Book, body: Obj) -> Obj:
    given = coloured(body.get("properties", {}))
    if given.get("sheetType", "GRID") != "GRID":
        raise Refused("This server knows sheets of type GRID only.")
    title = given.get("title") or _fresh_title(book)
    check_title(book, title)
    grid: Obj = given.get("gridProperties", {})
    rows, columns = grid.get("rowCount", 1000), grid.get("columnCount", 26)
    if rows < 1 or columns < 1:
        raise Refused("A sheet must have at least one row and one column.")
    index = given.get("index", len(book.sheets))
    if not 0 <= index <= len(book.sheets):
        raise Refused(f"index {index} is not within the {len(book.sheets)} sheets.")
    sheet = blank_sheet(new_id(book, given.get("sheetId")), title, index, rows, columns)
    sheet.properties["gridProperties"].update({k: v for k, v in grid.items() if v})
    sheet.properties.update({k: v for k, v in given.items() if k not in (*FIXED, "gridProperties") and v})
    book.sheets.insert(index, sheet)
    renumber(book)
    book.check_size()
    return {"properties": copy.deepcopy(sheet.properties)}


@handles("deleteSheet")
def delete_sheet(book: Book, body: Obj) -> None:
    sheet = book.sheet(body.get("sheetId", 0))
    rest = [one for one in book.sheets if one is not sheet]
    if not any(not one.properties.get("hidden") for one in rest):
        raise Refused("You can't remove all the visible sheets in a document.")
    book.sheets = rest
    book.named_ranges = [one for one in book.named_ranges if one["range"].get("sheetId", 0) != sheet.id]
    book.metadata = [one for one in book.metadata if _sheet_of(one) != sheet.id]
    renumber(book)


def _sheet_of(metadata: Obj) -> int | None:
    place = metadata["location"]
    found: int | None = place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))
    return found


@handles("duplicateSheet")
def duplicate_sheet(book: Book, body: Obj) -> Obj:
    source = book.sheet(body.get("sourceSheetId", 0))
    title = body.get("newSheetName") or f"Copy of {source.title}"
    check_title(book, title)
    fresh = adopted(source, new_id(book, body.get("newSheetId")), title)
    book.sheets.insert(min(body.get("insertSheetIndex", 0), len(book.sheets)), fresh)
    renumber(book)
    book.check_size()
    return {"properties": copy.deepcopy(fresh.properties)}


def adopted(source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy under another id; ranges within it point at itself. Charts and metadata stay behind."""
    fresh = source.clone()
    fresh.properties.update(sheetId=sheet_id, title=title)
    fresh.objects = _pointed(fresh.objects, source.id, sheet_id)
    fresh.objects["charts"] = []
    fresh.basic_filter = _pointed(fresh.basic_filter, source.id, sheet_id)
    return fresh


def _pointed(value: Any, old: int, new: int) -> Any:
    if isinstance(value, list):
        return [_pointed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {k: new if k == "sheetId" and v == old else _pointed(v, old, new) for k, v in value.items()}
    return value


@handles("updateSheetProperties")
def update_sheet_properties(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "SheetProperties")
    given = coloured(body.get("properties", {}))
    sheet = book.sheet(given.get("sheetId", 0))
    if "title" in mask:
        check_title(book, given.get("title", ""), sheet)
    grid = mask.pop("gridProperties", None)
    if grid is not None:
        _update_grid(book, sheet, given.get("gridProperties", {}), ",".join(grid) or "*")
    index = given.get("index", 0) if "index" in mask else None
    fresh = updated(sheet.properties, given, {k: v for k, v in mask.items() if k not in ("index", "sheetId")})
    for name in ("tabColor", "tabColorStyle"):
        if name in mask and not (given.get(name) or {}):
            fresh.pop("tabColor", None)
            fresh.pop("tabColorStyle", None)
        elif name in mask:
            fresh.update({k: given[k] for k in ("tabColor", "tabColorStyle") if k in given})
    sheet.properties = {k: v for k, v in fresh.items() if v is not False}
    if all(one.properties.get("hidden") for one in book.sheets):
        raise Refused("You can't hide all the sheets in a document.")
    if index is not None:
        _place(book, sheet, index)


def _place(book: Book, sheet: Sheet, index: int) -> None:
    """The index counts the sheets as they stand before the move."""
    if not 0 <= index <= len(book.sheets):
        raise Refused(f"index {index} is not within the {len(book.sheets)} sheets.")
    old = book.sheets.index(sheet)
    book.sheets.remove(sheet)
    book.sheets.insert(index - 1 if index > old else index, sheet)
    renumber(book)


def _update_grid(book: Book, sheet: Sheet, given: Obj, fields: str) -> None:
    mask = for_update(fields, "GridProperties")
    for axis, name, size in (
        ("ROWS", "rowCount", sheet.row_count),
        ("COLUMNS", "columnCount", sheet.column_count),
    ):
        if name not in mask:
            continue
        wanted = given.get(name, 0)
        if wanted < 1:
            raise Refused(f"GridProperties.{name} must be at least 1.")
        if wanted > size:
            dimensions.append(book, sheet, axis, wanted - size)
        elif wanted < size:
            dimensions.delete(book, sheet, axis, wanted, size)
    rest = {k: v for k, v in mask.items() if k not in ("rowCount", "columnCount")}
    grid = updated(sheet.properties["gridProperties"], given, rest)
    for name, size in (("frozenRowCount", sheet.row_count), ("frozenColumnCount", sheet.column_count)):
        if grid.get(name, 0) >= size:
            raise Refused("You can't freeze all the rows or columns of a sheet.")
    sheet.properties["gridProperties"] = {k: v for k, v in grid.items() if v}


@handles("updateSpreadsheetProperties")
def update_spreadsheet_properties(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "SpreadsheetProperties")
    given = coloured(body.get("properties", {}))
    if "timeZone" in mask and given.get("timeZone") not in available_timezones():
        raise Refused(f"Invalid time zone: {given.get('timeZone')}")
    if "title" in mask and not given.get("title"):
        raise Refused("A spreadsheet must have a title.")
    book.properties = updated(book.properties, given, mask)
