"""The calls themselves, on the spreadsheets of one server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.sheets_server import (
    batch,
    masks,
    metadata,
    on_cells,
    on_dimensions,
    on_moves,
    on_objects,
    on_parts,
    on_ranges,
    on_sheets,
    reads,
    values,
)
from tests.sheets_server.a1 import parse, written
from tests.sheets_server.book import Book, Ids
from tests.sheets_server.defaults import new_book
from tests.sheets_server.errors import ApiError, Obj, Refused, invalid, not_found
from tests.sheets_server.routes import Asked

LOADED = (on_cells, on_dimensions, on_moves, on_objects, on_parts, on_ranges, on_sheets)
"""Their handlers register themselves when they are imported."""


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise invalid(str(refused)) from refused


class Service:
    """Spreadsheets by id, and who may not do what with them."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.ids = Ids()
        self.closed: set[str] = set()
        """Ids of spreadsheets that were not shared with this program: 403."""
        self.read_only: set[str] = set()

    def carry_out(self, call: Asked) -> Obj:
        """The reply's body. Raises ApiError; then nothing was changed."""
        kind = call.route.kind
        if kind == "create":
            return self._create(call)
        book = self.books.get(call.path["spreadsheetId"])
        if book is None:
            raise not_found()
        writes = (
            call.route.method != "GET" and not kind.endswith(("ByDataFilter", "search"))
        ) or "Update" in kind
        if book.id in self.closed or (writes and book.id in self.read_only):
            raise ApiError(403, "The caller does not have permission")
        if kind not in CALLS:
            raise ApiError(501, f"This server does not know {kind} yet.")
        with _said():
            reply = CALLS[kind](self, book, call)
        shown: Obj = masks.shown(reply, call.mask)
        return shown

    def _create(self, call: Asked) -> Obj:
        given = call.body.get("properties", {})
        title = given.get("title") or "Untitled spreadsheet"
        book = new_book(self.ids, title, given.get("locale") or "en_US", given.get("timeZone") or "Etc/GMT")
        sheets = call.body.get("sheets", [])
        if sheets:
            placeholder = book.sheets[0]
            placeholder.properties.update(sheetId=-1, title="\0")
            for sheet in sheets:
                if sheet.get("data"):
                    raise ApiError(501, "This server does not take cells in spreadsheets.create yet.")
                with _said():
                    on_sheets.add_sheet(book, {"properties": sheet.get("properties", {})})
            book.sheets.remove(placeholder)
            on_sheets.renumber(book)
        self.books[book.id] = book
        shown: Obj = masks.shown(reads.spreadsheet(book, [], False, call.mask), call.mask)
        return shown


def _get(service: Service, book: Book, call: Asked) -> Obj:
    boxes = [parse(book, text) for text in call.query.get("ranges", [])]
    return reads.spreadsheet(book, boxes, bool(call.query.get("includeGridData")), call.mask)


def _get_by_filter(service: Service, book: Book, call: Asked) -> Obj:
    boxes = [box for one in call.body.get("dataFilters", []) for box in metadata.boxes_of_filter(book, one)]
    return reads.spreadsheet(book, boxes, bool(call.body.get("includeGridData")), call.mask)


def _batch_update(service: Service, book: Book, call: Asked) -> Obj:
    changed, replies = batch.run(book, call.body.get("requests", []))
    reply: Obj = {"spreadsheetId": book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        boxes = [parse(changed, text) for text in call.body.get("responseRanges", [])]
        below = call.mask.get("updatedSpreadsheet", call.mask.get("*")) if call.mask else None
        with_cells = bool(call.body.get("responseIncludeGridData"))
        reply["updatedSpreadsheet"] = reads.spreadsheet(changed, boxes, with_cells, below or None)
    service.books[book.id] = changed
    return reply


def _values_get(service: Service, book: Book, call: Asked) -> Obj:
    return values.value_range(book, parse(book, call.path["range"]), call.query)


def _values_batch_get(service: Service, book: Book, call: Asked) -> Obj:
    ranges = [
        values.value_range(book, parse(book, text), call.query) for text in call.query.get("ranges", [])
    ]
    return {"spreadsheetId": book.id, **({"valueRanges": ranges} if ranges else {})}


def _values_by_filter(service: Service, book: Book, call: Asked) -> Obj:
    found: dict[tuple[int, int, int, int, int], Obj] = {}
    for one in call.body.get("dataFilters", []):
        for box in metadata.boxes_of_filter(book, one):
            key = (box.sheet_id, box.top, box.bottom, box.left, box.right)
            fresh = {"valueRange": values.value_range(book, box, call.body), "dataFilters": []}
            found.setdefault(key, fresh)["dataFilters"].append(one)
    return {"spreadsheetId": book.id, **({"valueRanges": list(found.values())} if found else {})}


def _update_by_filter(book: Book, call: Asked) -> Obj:
    responses = []
    for one in call.body.get("data", []):
        for box in metadata.boxes_of_filter(book, one.get("dataFilter", {})):
            where = written(book.sheet(box.sheet_id), box)
            reply = values.update(book, where, {k: v for k, v in one.items() if k != "dataFilter"}, call.body)
            responses.append({**reply, "dataFilter": one["dataFilter"]})
    return {"spreadsheetId": book.id, "responses": responses}


def _clear_by_filter(book: Book, call: Asked) -> Obj:
    boxes = [box for one in call.body.get("dataFilters", []) for box in metadata.boxes_of_filter(book, one)]
    cleared = [values.clear(book, written(book.sheet(box.sheet_id), box)) for box in boxes]
    return {"spreadsheetId": book.id, "clearedRanges": cleared}


def _on_copy(work: Callable[[Book, Asked], Obj]) -> Callable[[Service, Book, Asked], Obj]:
    """Writing calls outside batchUpdate: what fails half-way leaves nothing behind here either."""

    def act(service: Service, book: Book, call: Asked) -> Obj:
        changed = book.clone()
        reply = work(changed, call)
        service.books[book.id] = changed
        return reply

    return act


def _clear(book: Book, call: Asked) -> Obj:
    return {"spreadsheetId": book.id, "clearedRange": values.clear(book, call.path["range"])}


def _batch_clear(book: Book, call: Asked) -> Obj:
    cleared = [values.clear(book, text) for text in call.body.get("ranges", [])]
    return {"spreadsheetId": book.id, "clearedRanges": cleared}


def _copy_to(service: Service, book: Book, call: Asked) -> Obj:
    target = service.books.get(call.body.get("destinationSpreadsheetId", ""))
    if target is None:
        raise not_found()
    source = book.sheet(int(call.path["sheetId"]))
    title, number = f"Copy of {source.title}", 1
    while target.find(title):
        number += 1
        title = f"Copy of {source.title} {number}"
    changed = target.clone()
    fresh = on_sheets.adopted(source, changed.ids.fresh(), title)
    changed.sheets.append(fresh)
    on_sheets.renumber(changed)
    service.books[target.id] = changed
    return dict(fresh.properties)


CALLS: dict[str, Callable[[Service, Book, Asked], Obj]] = {
    "get": _get,
    "getByDataFilter": _get_by_filter,
    "batchUpdate": _batch_update,
    "values.get": _values_get,
    "values.batchGet": _values_batch_get,
    "values.batchGetByDataFilter": _values_by_filter,
    "values.update": _on_copy(
        lambda book, call: values.update(book, call.path["range"], call.body, call.query)
    ),
    "values.batchUpdate": _on_copy(lambda book, call: values.batch_update(book, call.body)),
    "values.append": _on_copy(
        lambda book, call: values.append_values(book, call.path["range"], call.body, call.query)
    ),
    "values.clear": _on_copy(_clear),
    "values.batchClear": _on_copy(_batch_clear),
    "values.batchUpdateByDataFilter": _on_copy(_update_by_filter),
    "values.batchClearByDataFilter": _on_copy(_clear_by_filter),
    "developerMetadata.get": lambda service, book, call: metadata.get(book, int(call.path["metadataId"])),
    "developerMetadata.search": lambda service, book, call: metadata.search(
        book, call.body.get("dataFilters", [])
    ),
    "sheets.copyTo": _copy_to,
}
