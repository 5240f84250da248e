"""A second Sheets server, tiny and written from Google's REST reference alone: it says as little as that allows.

Replies lack every zero, blank, false and empty list, numbers come as floats, blank cells are cut off wherever they may
be, and fields nobody asked for stand in between. It knows the requests that a register needs and nothing else.
"""

from __future__ import annotations

import copy
import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Json = dict[str, Any]
At = tuple[int, int]
"""Row and column, from 0."""


class Refusal(Exception):
    """An error body with its HTTP status."""

    def __init__(self, message: str, status: int = 400, name: str = "INVALID_ARGUMENT") -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": {"code": status, "message": message, "status": name}}


@dataclass
class Page:
    """One tab. Cells are CellData."""

    id: int
    title: str
    rows: int = 1000
    cols: int = 26
    kind: str = "GRID"
    hidden: bool = False
    frozen: int = 0
    cells: dict[At, Json] = field(default_factory=dict)
    looks: list[tuple[range, range, Json, str]] = field(default_factory=list)
    """What whole ranges got: rows, columns, CellData and its mask."""
    lists: dict[str, list[Json]] = field(default_factory=dict)
    filter: Json | None = None

    def put(self, rows: list[list[Any]]) -> None:
        """Values typed from A1 on; a text that begins with "=" is a formula."""
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    self.cells[r, c] = {**self.cells.get((r, c), {}), "userEnteredValue": entered(value)}

    def cell(self, at: At) -> Json:
        """With what its ranges got."""
        cell = self.cells.get(at, {})
        for rows, cols, given, fields in self.looks:
            if at[0] in rows and at[1] in cols:
                cell = masked_into(cell, given, fields)
        return cell

    def properties(self) -> Json:
        grid = {"rowCount": self.rows, "columnCount": self.cols, "frozenRowCount": self.frozen}
        kind = {"sheetType": self.kind} if self.kind != "GRID" else {"gridProperties": grid}
        return {"sheetId": self.id, "title": self.title, "hidden": self.hidden, **kind}


def entered(value: Any) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"formulaValue" if value.startswith("=") else "stringValue": value}


@dataclass
class Book:
    pages: list[Page]
    metadata: dict[int, Json] = field(default_factory=dict)
    zone: str = ""

    def page(self, title: str) -> Page:
        return next(page for page in self.pages if page.title == title)

    def by_id(self, number: int) -> Page:
        return next((page for page in self.pages if page.id == number), None) or _no(f"No grid with id: {number}")


def _no(message: str) -> Any:
    raise Refusal(message)


# reading ------------------------------------------------------------------------------------------------------------


def area(book: Book, name: str) -> tuple[Page, range, range]:
    """A1 notation as far as it is used: 'Tab', 'Tab'!2:30, 'Tab'!C:C."""
    match = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))(?:!([A-Z]*)(\d*):([A-Z]*)(\d*))?", name)
    title = (match[1].replace("''", "'") if match[1] else match[2]) if match else ""
    page = next((page for page in book.pages if page.title == title and page.kind == "GRID"), None)
    if match is None or page is None:
        raise Refusal(f"Unable to parse range: {name}")
    first, last = int(match[4] or 1), int(match[6] or page.rows)
    left, right = _number(match[3]) if match[3] else 1, _number(match[5]) if match[5] else page.cols
    if first > page.rows or left > page.cols:
        raise Refusal(f"Range ({name}) exceeds grid limits. Max rows: {page.rows}, max columns: {page.cols}")
    return page, range(first - 1, min(last, page.rows)), range(left - 1, min(right, page.cols))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def value_of(cell: Json, formulas: bool) -> Any:
    """As values.batchGet shows it: a formula gives its text or what the test stored as its result."""
    given = cell.get("userEnteredValue") or {}
    if "formulaValue" in given and not formulas:
        return cell.get("result", "#N/A")
    value = next(iter(given.values()), "")
    return float(value) if value.__class__ is int else value


def trimmed(line: list[Any]) -> list[Any]:
    while line and line[-1] in ("", {}, []):
        line.pop()
    return line


def values(book: Book, name: str, formulas: bool) -> Json:
    page, rows, cols = area(book, name)
    lines: list[list[Any]] = [[] for _ in rows]
    for (r, c), cell in sorted(page.cells.items()):
        if r in rows and c in cols:
            line = lines[r - rows.start]
            line += [""] * (c - cols.start - len(line)) + [value_of(cell, formulas)]
    return {"range": name, "majorDimension": "ROWS", "values": trimmed([trimmed(line) for line in lines])}


def grid_data(page: Page, rows: range, cols: range, with_looks: bool) -> Json:
    """Down to the last cell that holds anything, a look too: there is an entry for every row."""
    last = max((r for r, c in page.cells if r in rows and c in cols), default=-1)
    shown = rows if page.looks and with_looks else range(rows.start, last + 1)
    cell = page.cell if with_looks else lambda at: page.cells.get(at, {})
    lines = [{"values": trimmed([cell((r, c)) for c in cols])} for r in shown]
    return {"startRow": rows.start, "startColumn": cols.start, "rowData": trimmed(lines)}


def resource(key: str, book: Book, ranges: list[str], fields: str) -> Json:
    areas = [area(book, name) for name in ranges]
    sheets = []
    for index, page in enumerate(book.pages):
        mine = [(rows, cols) for other, rows, cols in areas if other is page]
        if ranges and not mine:
            continue
        sheet: Json = {"properties": {**page.properties(), "index": index}, **page.lists}
        if page.filter:
            sheet["basicFilter"] = page.filter
        if "data(" in fields and page.kind == "GRID":
            whole = [(range(page.rows), range(page.cols))]
            sheet["data"] = [grid_data(page, rows, cols, "note" in fields) for rows, cols in (mine or whole)]
        sheets.append(sheet)
    return {
        "spreadsheetId": key, "properties": {"title": "", "timeZone": book.zone}, "sheets": sheets,
        "developerMetadata": list(book.metadata.values()),
    }  # fmt: skip


CHOICE = ("stringValue", "numberValue", "boolValue", "formulaValue")
"""One of these is always said, also where it is blank, zero or false."""


def sparse(value: Any, unsaid: str = "") -> Any:
    """Without what says nothing, and without a field. Cells and rows keep their places: {} stands for a blank one."""
    if isinstance(value, list):
        return [sparse(one, unsaid) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: one if name in CHOICE else sparse(one, unsaid) for name, one in value.items() if name != unsaid}
    return {name: one for name, one in kept.items() if name in CHOICE or one not in (None, "", 0, False, [], {})}


# writing ------------------------------------------------------------------------------------------------------------


def masked_into(cell: Json, given: Json, fields: str) -> Json:
    """A cell after an update with a mask such as `userEnteredValue,userEnteredFormat(wrapStrategy,numberFormat)`."""
    result = copy.deepcopy(cell)
    for path in _paths(fields):
        source, target = given, result
        for name in path[:-1]:
            source, target = source.get(name) or {}, target.setdefault(name, {})
        if path[-1] in source:
            target[path[-1]] = copy.deepcopy(source[path[-1]])
        else:
            target.pop(path[-1], None)
    return {name: one for name, one in result.items() if one not in ({}, None)}


def _paths(fields: str) -> list[list[str]]:
    flat = re.sub(r"(\w+)\(([^()]*)\)", lambda m: ",".join(f"{m[1]}.{one}" for one in m[2].split(",")), fields)
    return [path.split(".") for path in flat.split(",")]


def on_update_cells(book: Book, asked: Json) -> None:
    start = asked["start"]
    page = book.by_id(start.get("sheetId", 0))
    for r, row in enumerate(asked.get("rows") or [], start.get("rowIndex", 0)):
        for c, data in enumerate(row.get("values") or [], start.get("columnIndex", 0)):
            if r >= page.rows or c >= page.cols:
                raise Refusal("Attempting to write outside of the grid")
            if set(data) - {"userEnteredValue", "userEnteredFormat", "note", "dataValidation"}:
                raise Refusal(f"Unknown name in cell: {data}")
            page.cells[r, c] = masked_into(page.cells.get((r, c), {}), data, asked["fields"])


def dressed(book: Book, span: Json, given: Json, fields: str) -> None:
    page = book.by_id(span.get("sheetId", 0))
    rows = range(span.get("startRowIndex", 0), span.get("endRowIndex", 10_000_000))
    cols = range(span.get("startColumnIndex", 0), span.get("endColumnIndex", 18_278))
    page.looks.append((rows, cols, given, fields))


def on_repeat_cell(book: Book, asked: Json) -> None:
    dressed(book, asked["range"], asked["cell"], asked["fields"])


def on_validation(book: Book, asked: Json) -> None:
    dressed(book, asked["range"], {"dataValidation": asked["rule"]}, "dataValidation")


def on_insert(book: Book, asked: Json) -> None:
    span = asked["range"]
    page, rows = book.by_id(span.get("sheetId", 0)), span["dimension"] == "ROWS"
    first, count = span.get("startIndex", 0), span["endIndex"] - span.get("startIndex", 0)
    before = asked.get("inheritFromBefore", False)
    if first >= (page.rows if rows else page.cols) or (before and first == 0):
        raise Refusal("range.startIndex is beyond the grid")
    axis = 0 if rows else 1
    moved = {}
    for at, cell in page.cells.items():
        to = at[axis] + count if at[axis] >= first else at[axis]
        moved[(to, at[1]) if rows else (at[0], to)] = cell
    page.cells = moved
    on_append(book, {"sheetId": page.id, "dimension": span["dimension"], "length": count})


def on_append(book: Book, asked: Json) -> None:
    page = book.by_id(asked.get("sheetId", 0))
    if asked["dimension"] == "ROWS":
        page.rows += asked["length"]
    else:
        page.cols += asked["length"]


def on_add_sheet(book: Book, asked: Json) -> None:
    given = asked["properties"]
    if any(page.title == given["title"] or page.id == given["sheetId"] for page in book.pages):
        raise Refusal("A sheet with the name or ID exists already. Please enter another one.")
    grid = given["gridProperties"]
    size = grid["rowCount"], grid["columnCount"]
    hidden, frozen = given.get("hidden", False), grid.get("frozenRowCount", 0)
    book.pages.append(Page(given["sheetId"], given["title"], *size, hidden=hidden, frozen=frozen))


def on_sheet_properties(book: Book, asked: Json) -> None:
    given, page = asked["properties"], book.by_id(asked["properties"].get("sheetId", 0))
    page.hidden = given.get("hidden", False) if "hidden" in asked["fields"] else page.hidden
    if "frozenRowCount" in asked["fields"]:
        page.frozen = given["gridProperties"]["frozenRowCount"]


def on_object(name: str, thing: str) -> Callable[[Book, Json], None]:
    def add(book: Book, asked: Json) -> None:
        given = asked[thing]
        sheet_id = re.search(r'"sheetId": (\d+)', json.dumps(given))
        page = book.by_id(int(sheet_id[1]) if sheet_id else 0)
        page.lists.setdefault(name, []).append({**given, f"{thing}Id": len(page.lists.get(name, [])) + 7})

    return add


def on_filter(book: Book, asked: Json) -> None:
    if "tableId" in asked["filter"] and "range" in asked["filter"]:
        raise Refusal("Only one of range or tableId may be set.")
    book.by_id(asked["filter"]["range"].get("sheetId", 0)).filter = asked["filter"]


def on_create_metadata(book: Book, asked: Json) -> None:
    given = asked["developerMetadata"]
    number = given["metadataId"]
    if number in book.metadata:
        raise Refusal(f"There is already metadata with ID {number}.")
    if not (given["metadataKey"] and given["visibility"] and 0 < number < 2**31):
        raise Refusal("Metadata needs a key, a visibility and a positive ID.")
    book.metadata[number] = {**given, "location": {"locationType": "SPREADSHEET", "spreadsheet": True}}


def on_delete_metadata(book: Book, asked: Json) -> None:
    number = asked["dataFilter"]["developerMetadataLookup"]["metadataId"]
    if book.metadata.pop(number, None) is None:
        raise Refusal(f"No metadata with ID {number}.")


ON: dict[str, Callable[[Book, Json], None]] = {
    "updateCells": on_update_cells, "repeatCell": on_repeat_cell, "setDataValidation": on_validation,
    "insertDimension": on_insert, "appendDimension": on_append, "addSheet": on_add_sheet,
    "updateSheetProperties": on_sheet_properties, "updateDimensionProperties": lambda book, asked: None,
    "addProtectedRange": on_object("protectedRanges", "protectedRange"),
    "addConditionalFormatRule": on_object("conditionalFormats", "rule"), "addChart": on_object("charts", "chart"),
    "setBasicFilter": on_filter, "createDeveloperMetadata": on_create_metadata,
    "deleteDeveloperMetadata": on_delete_metadata,
}  # fmt: skip


# over HTTP ----------------------------------------------------------------------------------------------------------

Answer = tuple[int, Mapping[str, str], bytes]


class SparseSheets:
    """The server. `before` may answer a call in its stead: (method, path) → status, headers, body, or None.

    `unsaid` is a field that no reply to a write has.
    """

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.before: Callable[[str, str], Answer | None] = lambda method, path: None
        self.unsaid = ""
        self.body = b""  # of the last call
        self.seen: list[tuple[str, str, Mapping[str, str]]] = []
        self.lock = threading.Lock()
        self.host = ""

    def answer(self, method: str, target: str, body: bytes) -> Json:
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        match = re.fullmatch(r"/v4/spreadsheets/([^/:]+)(/values:batchGet|:batchUpdate)?", unquote(parts.path))
        if match is None or match[1] not in self.books:
            raise Refusal("Requested entity was not found.", 404, "NOT_FOUND")
        key, book = match[1], self.books[match[1]]
        fields = query.get("fields", ["*"])[0]
        if match[2] == ":batchUpdate" and method == "POST":
            return self._updated(key, json.loads(body), fields)
        if match[2] == "/values:batchGet" and method == "GET":
            formulas = query["valueRenderOption"] == ["FORMULA"]
            return {"spreadsheetId": key, "valueRanges": [values(book, name, formulas) for name in query["ranges"]]}
        if match[2] is None and method == "GET":
            return resource(key, book, query.get("ranges", []), fields)
        raise Refusal("Requested entity was not found.", 404, "NOT_FOUND")

    def _updated(self, key: str, asked: Json, fields: str) -> Json:
        fresh = copy.deepcopy(self.books[key])
        for request in asked["requests"]:
            ((name, given),) = request.items()
            if name not in ON:
                raise Refusal(f'Invalid JSON payload received. Unknown name "{name}"')
            ON[name](fresh, given)
        self.books[key] = fresh
        reply: Json = {"spreadsheetId": key, "replies": [{} for _ in asked["requests"]]}
        if asked.get("includeSpreadsheetInResponse"):
            reply["updatedSpreadsheet"] = resource(key, fresh, asked.get("responseRanges", []), fields)
        return reply

    @contextmanager
    def running(self) -> Iterator[SparseSheets]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with owner.lock:
                    owner.seen.append((self.command, self.path, {n.lower(): v for n, v in self.headers.items()}))
                    owner.body = body
                    status, headers, data = owner.before(self.command, self.path) or self._asked(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                if len(owner.seen) % 3 == 0:
                    self.send_header("Connection", "close")  # also sets `close_connection`
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def _asked(self, body: bytes) -> Answer:
                status = 200
                try:
                    unsaid = owner.unsaid if self.command == "POST" else ""
                    reply: Json = sparse(owner.answer(self.command, self.path, body), unsaid)
                    reply["unheardOf"] = {"kind": "new"}
                except Refusal as refusal:
                    status, reply = refusal.status, refusal.body
                headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Encoding": "gzip"}
                return status, headers, gzip.compress(json.dumps(reply).encode(), 1)

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.host = f"127.0.0.1:{server.server_address[1]}"
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield self
            server.shutdown()
