"""The HTTP server. `with SheetsServer() as server:` and point the program at `server.host`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sheets_server import grids, values
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import ApiError, Obj
from tests.sheets_server.faults import Call, Fault, Faults, Hooks, Quota
from tests.sheets_server.people import People
from tests.sheets_server.routes import asked, find
from tests.sheets_server.service import Service

JSON = ("Content-Type", "application/json; charset=UTF-8")


@dataclass(slots=True)
class Log:
    """Every call since the start, or since `clear()`."""

    calls: list[Call] = field(default_factory=list)

    @property
    def reads(self) -> int:
        return sum(call.is_read for call in self.calls)

    @property
    def writes(self) -> int:
        return sum(call.is_write for call in self.calls)

    @property
    def kinds(self) -> list[str]:
        return [call.kind for call in self.calls]

    def clear(self) -> None:
        self.calls.clear()


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = (JSON,)
    manner: str = "reply"


class SheetsServer(Service):
    """Spreadsheets behind a real socket. Calls from several threads are carried out one by one."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.faults = Faults()
        self.hooks = Hooks()
        self.log = Log()
        self.lock = threading.RLock()
        self._quota: Quota | None = None
        self.largest_body: int | None = None
        """In bytes; what is larger gets 413. Google advises 2 MB and names no limit."""
        self._port = port
        self._released = threading.Event()
        self._http: ThreadingHTTPServer | None = None

    def __getstate__(self) -> Obj:
        """The spreadsheets and the names that are taken: a copy of a server begins with quiet calls, not started."""
        return {"ids": self.ids, "books": self.books, "largest_body": self.largest_body}

    def __setstate__(self, state: Obj) -> None:
        self.__init__()  # type: ignore[misc]
        self.__dict__.update(state)

    def __enter__(self) -> SheetsServer:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        owner = self

        class Handler(_Handler):
            server_of_sheets = owner

        self._http = _Http(("127.0.0.1", self._port), Handler)
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._released.set()
        if self._http:
            self._http.shutdown()
            self._http.server_close()

    def quota(self, reads: int = 60, writes: int = 60, now: Callable[[], float] = time.monotonic) -> None:
        """From now on so many calls a minute, then 429."""
        self._quota = Quota(reads, writes, now)

    def release(self) -> None:
        """Lets calls go that hang; their connections are closed."""
        self._released.set()
        self._released = threading.Event()

    @property
    def host(self) -> str:
        """host:port, for SHEETS_EMULATOR_HOST."""
        if self._http is None:
            raise RuntimeError("not started")
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def people(self) -> People:
        """People at work in the first spreadsheet; `people_of(id)` for another."""
        return self.people_of(next(iter(self.books)))

    def people_of(self, book_id: str) -> People:
        return People(self, book_id)

    def create(
        self,
        title: str = "Test",
        tabs: Mapping[str, Sequence[Sequence[Any]]] | None = None,
        *,
        locale: str = "en_US",
        time_zone: str = "Etc/GMT",
        rows: int = 1000,
        columns: int = 26,
    ) -> str:
        """A new spreadsheet's id. `tabs`: title → rows of Python values (grids.cell_of); none: one Sheet1."""
        with self.lock:
            book = grids.book_of(self.ids, title, tabs or {"Sheet1": []}, locale, time_zone, rows, columns)
            self.books[book.id] = book
            return book.id

    def book(self, book_id: str | None = None) -> Book:
        """The spreadsheet as it is; the first where none is named. To be read, not kept: calls replace it."""
        return self.books[book_id or next(iter(self.books))]

    def sheet(self, tab: str, book_id: str | None = None) -> Sheet:
        found = self.book(book_id).find(tab)
        if found is None:
            raise KeyError(tab)
        return found

    def grid(
        self, tab: str, book_id: str | None = None, render: str = "UNFORMATTED_VALUE"
    ) -> list[list[Any]]:
        """A tab's values (or FORMATTED_VALUE, FORMULA), without the blanks at the ends."""
        with self.lock:
            return values.grid(self.book(book_id), self.sheet(tab, book_id).box(), render)

    def export(
        self, book_id: str | None = None, render: str = "UNFORMATTED_VALUE"
    ) -> dict[str, list[list[Any]]]:
        with self.lock:
            return {
                sheet.title: self.grid(sheet.title, book_id, render) for sheet in self.book(book_id).sheets
            }

    def answer(self, method: str, address: str, raw: bytes, headers: Mapping[str, str]) -> Reply:
        with self.lock:
            call = self._logged(method, address, raw, headers)
            fault = self.faults.of(call) or (self._quota.of(call) if self._quota else None)
            self.hooks.run(call, after=False)
            status = 0
            body: Obj = {}
            if fault is None or fault.after:
                status, body = self._carried_out(method, address, raw)
                call.applied = status == 200
            self.hooks.run(call, after=True)
            call.fault = fault.name if fault else ""
            call.status = fault.status if fault else status
            call.reply = body
            encoded = json.dumps(body, ensure_ascii=False).encode()
        return _as_ordered(fault, encoded) if fault else Reply(status, encoded)

    def _logged(self, method: str, address: str, raw: bytes, headers: Mapping[str, str]) -> Call:
        parts = urlsplit(address)
        hit = find(method, parts.path)
        query: Obj = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        try:
            body = json.loads(raw) if raw.strip() else None
        except ValueError:
            body = raw
        kind, book_id = (hit[0].kind, hit[1].get("spreadsheetId")) if hit else ("unknown", None)
        call = Call(len(self.log.calls) + 1, kind, book_id, parts.path, query, body, headers)
        self.log.calls.append(call)
        return call

    def _carried_out(self, method: str, address: str, raw: bytes) -> tuple[int, Obj]:
        try:
            if self.largest_body is not None and len(raw) > self.largest_body:
                raise ApiError(413, f"Request payload size exceeds the limit: {self.largest_body} bytes.")
            return 200, self.carry_out(asked(method, address, raw))
        except ApiError as error:
            return error.code, error.body()

    def hang(self) -> None:
        self._released.wait(300)


def _as_ordered(fault: Fault, body: bytes) -> Reply:
    if fault.manner == "half":
        return Reply(200, body[: len(body) // 2])
    if fault.manner == "cut":
        return Reply(200, body, manner="cut")
    return Reply(fault.status, fault.text.encode(), fault.headers, fault.manner)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that give up are part of the tests, not errors."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server_of_sheets: SheetsServer

    def do_GET(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server_of_sheets.answer(self.command, self.path, raw, headers)
        if reply.manner == "hang":
            self.server_of_sheets.hang()
        if reply.manner in ("hang", "drop"):
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.manner == "cut":
            self.close_connection = True
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.manner == "cut" else reply.body)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the server keeps its own log."""
