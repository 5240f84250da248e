"""Requests about what is attached to cells: names, protection, colours, bands, filters, charts, metadata."""

from __future__ import annotations

import copy
from typing import Any

from tests.sheets_server import metadata
from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.defaults import coloured
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import for_update, updated
from tests.sheets_server.reads import public

KINDS: dict[str, tuple[str, str, str, str]] = {
    "FilterView": ("filterViews", "filterViewId", "filter", "filterId"),
    "ProtectedRange": ("protectedRanges", "protectedRangeId", "protectedRange", "protectedRangeId"),
    "Banding": ("bandedRanges", "bandedRangeId", "bandedRange", "bandedRangeId"),
    "Chart": ("charts", "chartId", "chart", "objectId"),
    "Slicer": ("slicers", "slicerId", "slicer", "objectId"),
    "Table": ("tables", "tableId", "table", "tableId"),
}
"""Of add…/update…/delete…: the list of the sheet, its id, the name in the body, the id in a deletion."""


def settled(book: Book, grid_range: Obj) -> Obj:
    """A checked GridRange that names its sheet. Sides that were left open stay open."""
    book.box(grid_range)
    return {"sheetId": 0, **grid_range}


def _home(book: Book, one: Obj, kind: str) -> Sheet:
    if kind in ("Chart", "Slicer"):
        position: Obj = one.get("position", {})
        if position.get("newSheet"):
            raise Refused("This server knows charts on grids only.")
        anchor = position.get("overlayPosition", {}).get("anchorCell")
        if anchor is None:
            raise Refused(f"{kind}.position must be set.")
        for name, pixels in (("widthPixels", 600), ("heightPixels", 371)):
            position["overlayPosition"].setdefault(name, pixels)
        return book.sheet(anchor.get("sheetId", 0))
    if "range" not in one and "namedRangeId" in one:
        found = next((n for n in book.named_ranges if n["namedRangeId"] == one["namedRangeId"]), None)
        if found:
            one["range"] = dict(found["range"])
    if "range" not in one:
        raise Refused(f"{kind}.range must be set.")
    if kind == "Banding" and not ("rowProperties" in one or "columnProperties" in one):
        raise Refused("At least one of rowProperties and columnProperties must be set.")
    one["range"] = settled(book, one["range"])
    return book.sheet(one["range"]["sheetId"])


def _all(book: Book, kind: str) -> list[tuple[Sheet, Obj]]:
    return [(sheet, one) for sheet in book.sheets for one in sheet.objects[KINDS[kind][0]]]


def _find(book: Book, kind: str, wanted: Any) -> tuple[Sheet, Obj]:
    for sheet, one in _all(book, kind):
        if one[KINDS[kind][1]] == wanted:
            return sheet, one
    raise Refused(f"No {KINDS[kind][2]} with ID: {wanted}")


def _add(book: Book, kind: str, body: Obj) -> Obj:
    listed, id_name, name, _ = KINDS[kind]
    one = coloured(copy.deepcopy(body.get(name, {})))
    sheet = _home(book, one, kind)
    if id_name not in one:
        fresh: Any = book.ids.fresh()
        one[id_name] = str(fresh) if kind == "Table" else fresh
    if any(other[id_name] == one[id_name] for _, other in _all(book, kind)):
        raise Refused(f"A {name} with ID {one[id_name]} already exists.")
    if kind == "ProtectedRange":
        one = _without_empties(one)
        one["requestingUserCanEdit"] = True
        one.setdefault("editors", {})
    sheet.objects[listed].append(one)
    return {name: public(one)}


def _without_empties(one: Any) -> Any:
    """False, "" and empty lists are what a field says that is not there."""
    if isinstance(one, dict):
        tidy = {k: _without_empties(v) for k, v in one.items()}
        return {k: v for k, v in tidy.items() if v is not False and v != "" and v != []}
    return one


def _update(book: Book, kind: str, body: Obj, message: str) -> None:
    _, id_name, name, _ = KINDS[kind]
    given = coloured(body.get(name, {}))
    sheet, old = _find(book, kind, given.get(id_name))
    mask = for_update(body.get("fields"), message)
    mask.pop(id_name, None)
    fresh = updated(old, given, mask)
    if "range" in fresh:
        fresh["range"] = settled(book, fresh["range"])
    fresh = _without_empties(fresh) if kind == "ProtectedRange" else fresh
    listed = sheet.objects[KINDS[kind][0]]
    listed[listed.index(old)] = fresh


def _delete(book: Book, kind: str, wanted: Any) -> None:
    sheet, one = _find(book, kind, wanted)
    sheet.objects[KINDS[kind][0]].remove(one)


def _register(kind: str, message: str, updates: bool = True, deletes: bool = True) -> None:
    handles(f"add{kind}")(lambda book, body: _add(book, kind, body))
    if updates:
        handles(f"update{kind}")(lambda book, body: _update(book, kind, body, message))
    if deletes:
        handles(f"delete{kind}")(lambda book, body: _delete(book, kind, body.get(KINDS[kind][3])))


_register("FilterView", "FilterView")
_register("ProtectedRange", "ProtectedRange")
_register("Banding", "BandedRange")
_register("Table", "Table")
_register("Chart", "EmbeddedChart", updates=False, deletes=False)
_register("Slicer", "Slicer", updates=False, deletes=False)


@handles("updateChartSpec")
def update_chart_spec(book: Book, body: Obj) -> None:
    _, chart = _find(book, "Chart", body.get("chartId"))
    if "spec" not in body:
        raise Refused("spec must be set.")
    chart["spec"] = coloured(body["spec"])


@handles("updateEmbeddedObjectPosition")
def update_position(book: Book, body: Obj) -> Obj:
    mask = for_update(body.get("fields"), "OverlayPosition")
    _, chart = _find(book, "Chart", body.get("objectId"))
    old = chart["position"].get("overlayPosition", {})
    given = body.get("newPosition", {}).get("overlayPosition", {})
    chart["position"] = {"overlayPosition": updated(old, given, mask)}
    return {"position": public(chart["position"])}


@handles("deleteEmbeddedObject")
def delete_embedded_object(book: Book, body: Obj) -> None:
    wanted = body.get("objectId")
    for kind in ("Chart", "Slicer"):
        if any(one[KINDS[kind][1]] == wanted for _, one in _all(book, kind)):
            _delete(book, kind, wanted)
            return
    raise Refused(f"No embedded object with ID: {wanted}")


@handles("createDeveloperMetadata")
def create_developer_metadata(book: Book, body: Obj) -> Obj:
    return {"developerMetadata": metadata.create(book, body.get("developerMetadata", {}))}


@handles("deleteDeveloperMetadata")
def delete_developer_metadata(book: Book, body: Obj) -> Obj:
    return {"deletedDeveloperMetadata": metadata.delete(book, body.get("dataFilter", {}))}


@handles("updateDeveloperMetadata")
def update_developer_metadata(book: Book, body: Obj) -> Obj:
    mask = for_update(body.get("fields"), "DeveloperMetadata")
    chosen = [one for one, _ in metadata.matched(book, body.get("dataFilters", []))]
    given = dict(body.get("developerMetadata", {}))
    if "location" in mask:
        given["location"] = metadata.location_of(book, given.get("location", {}))
    fresh = [updated(one, given, {k: {} for k in mask if k != "metadataId"}) for one in chosen]
    book.metadata = [fresh[chosen.index(one)] if one in chosen else one for one in book.metadata]
    metadata.check_quota(book)
    return {"developerMetadata": fresh}
