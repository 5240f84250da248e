"""Developer metadata: small notes of programs on a spreadsheet, a sheet, a row or a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.sheets_server.a1 import Box, parse
from tests.sheets_server.book import Book
from tests.sheets_server.errors import ApiError, Obj, Refused

MAX_CHARACTERS = 30_000
"""Of keys and values together, on one spreadsheet and again on each sheet."""


def location_of(book: Book, given: Obj) -> Obj:
    """A full DeveloperMetadataLocation. Raises Refused where it is none."""
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": book.sheet(given["sheetId"]).id}
    span = given.get("dimensionRange")
    if not span:
        raise Refused("Developer metadata must have a location.")
    sheet = book.sheet(span.get("sheetId", 0))
    axis = span.get("dimension")
    size = {"ROWS": sheet.row_count, "COLUMNS": sheet.column_count}.get(axis or "", 0)
    start, end = span.get("startIndex", 0), span.get("endIndex", size)
    if end - start != 1 or not 0 <= start < size:
        raise Refused("Developer metadata must be on exactly one row or column of the sheet.")
    place = {"sheetId": sheet.id, "dimension": axis, "startIndex": start, "endIndex": end}
    return {"locationType": "ROW" if axis == "ROWS" else "COLUMN", "dimensionRange": place}


def create(book: Book, given: Obj) -> Obj:
    """Raises Refused where the id is taken, or where key, visibility or place are missing."""
    number = given.get("metadataId")
    if number is None:
        number = book.ids.fresh()
    elif number <= 0:
        raise Refused("Developer metadata ID must be positive.")
    if any(one["metadataId"] == number for one in book.metadata):
        raise Refused(f"Developer metadata with ID {number} already exists.")
    if not given.get("metadataKey"):
        raise Refused("Developer metadata must have a key.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Refused("Developer metadata must always have a visibility specified.")
    fresh: Obj = {
        "metadataId": number,
        "metadataKey": given["metadataKey"],
        "location": location_of(book, given.get("location", {})),
        "visibility": given["visibility"],
    }
    if given.get("metadataValue"):
        fresh["metadataValue"] = given["metadataValue"]
    book.metadata.append(fresh)
    check_quota(book)
    return fresh


def check_quota(book: Book) -> None:
    sums: dict[int | None, int] = {}
    for one in book.metadata:
        place = one["location"]
        where = place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))
        sums[where] = sums.get(where, 0) + len(one["metadataKey"]) + len(one.get("metadataValue", ""))
    if any(used > MAX_CHARACTERS for used in sums.values()):
        raise Refused(f"Developer metadata may not be longer than {MAX_CHARACTERS} characters.")


def get(book: Book, number: int) -> Obj:
    for one in book.metadata:
        if one["metadataId"] == number:
            return one
    raise ApiError(404, f"No developer metadata with ID {number}.")


def matched(book: Book, filters: Sequence[Obj]) -> list[tuple[Obj, list[Obj]]]:
    """The metadata that any of the DataFilters selects, each with the filters that did."""
    found = []
    for one in book.metadata:
        hits = [each for each in filters if _matches(book, one, each)]
        if hits:
            found.append((one, hits))
    return found


def _matches(book: Book, one: Obj, data_filter: Obj) -> bool:
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is None:
        box = box_of_filter(book, data_filter)
        return _within(book, one["location"], box)
    plain = ("metadataId", "metadataKey", "metadataValue", "visibility")
    if any(name in lookup and lookup[name] != one.get(name) for name in plain):
        return False
    if lookup.get("locationType") not in (None, one["location"]["locationType"]):
        return False
    place = lookup.get("metadataLocation")
    strategy = lookup.get("locationMatchingStrategy")
    if place is None:
        if strategy:
            raise Refused("A locationMatchingStrategy needs a metadataLocation.")
        return True
    if strategy == "EXACT_LOCATION" and lookup.get("locationType"):
        raise Refused("locationType must not be set when the location is matched exactly.")
    full = location_of(book, place)
    return full == one["location"] if strategy == "EXACT_LOCATION" else _related(full, one["location"])


def _related(a: Obj, b: Obj) -> bool:
    """Whether two locations intersect; that of the spreadsheet meets only itself."""
    if "SPREADSHEET" in (a["locationType"], b["locationType"]):
        return a == b
    sheets = [place.get("sheetId", place.get("dimensionRange", {}).get("sheetId")) for place in (a, b)]
    same_sheet = sheets[0] == sheets[1]
    return same_sheet and ("SHEET" in (a["locationType"], b["locationType"]) or a == b)


def _within(book: Book, place: Obj, box: Box) -> bool:
    """Whether a row's or column's metadata lies in the box."""
    span = place.get("dimensionRange")
    if not span or span["sheetId"] != box.sheet_id:
        return False
    return span["startIndex"] in (box.rows if span["dimension"] == "ROWS" else box.columns)


def box_of_filter(book: Book, data_filter: Obj) -> Box:
    if "a1Range" in data_filter:
        return parse(book, data_filter["a1Range"])
    if "gridRange" in data_filter:
        return book.box(data_filter["gridRange"])
    raise Refused("A data filter must be set.")


def boxes_of_filter(book: Book, data_filter: Obj) -> list[Box]:
    """The cells that a DataFilter selects: of a range, or those that matching metadata is attached to."""
    if "developerMetadataLookup" not in data_filter:
        return [box_of_filter(book, data_filter)]
    boxes: list[Box] = []
    for one, _ in matched(book, [data_filter]):
        boxes.append(_box_of(book, one["location"]))
    return boxes


def _box_of(book: Book, place: Obj) -> Box:
    if place["locationType"] == "SPREADSHEET":
        return book.sheets[0].box()
    if place["locationType"] == "SHEET":
        return book.sheet(place["sheetId"]).box()
    span: Any = place["dimensionRange"]
    whole = book.sheet(span["sheetId"]).box()
    if span["dimension"] == "ROWS":
        return Box(whole.sheet_id, span["startIndex"], span["endIndex"], whole.left, whole.right)
    return Box(whole.sheet_id, whole.top, whole.bottom, span["startIndex"], span["endIndex"])


def delete(book: Book, data_filter: Obj) -> list[Obj]:
    """Raises Refused where nothing matches."""
    gone = [one for one, _ in matched(book, [data_filter])]
    if not gone:
        raise Refused("No developer metadata matches the data filter.")
    book.metadata = [one for one in book.metadata if one not in gone]
    return gone


def search(book: Book, filters: Sequence[Obj]) -> Obj:
    found = [{"developerMetadata": one, "dataFilters": hits} for one, hits in matched(book, filters)]
    return {"matchedDeveloperMetadata": found} if found else {}
