"""The network between the Google register and the test server, without sockets: requests' own adapter hands the
request to the server's handler and does to the reply what the fault asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from sync.registers.google.pace import Limiter, Pace
from sync.registers.google.register import GoogleRegister
from sync.registers.google.transport import Transport
from tests.sheets_server import SheetsServer
from tests.sheets_server.server import Reply


class Died(BaseException):
    """The machine stopped here."""


class Machine:
    """What a program runs on. When it stops, nothing after that happens: no handler, no clean-up."""

    def __init__(self) -> None:
        self.dead = False

    def die(self) -> NoReturn:
        self.dead = True
        raise Died

    def alive(self) -> None:
        """Raises Died where it stopped before."""
        if self.dead:
            raise Died


class Clock:
    """Seconds that pass only when somebody sleeps, or the world says so."""

    def __init__(self) -> None:
        self.time = 0.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def pace(self) -> Pace:
        return Pace(lambda: self.time, self.sleep, lambda: 0.5)


class Wire(BaseAdapter):
    """requests' way to the server. A call takes a fifth of a second; one that hangs, the time-out."""

    def __init__(self, server: SheetsServer, clock: Clock, machine: Machine) -> None:
        super().__init__()
        self.server, self.clock, self.machine = server, clock, machine

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.machine.alive()
        self.clock.sleep(0.2)
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)  # type: ignore[arg-type]
        reply = self.server.answer(request.method or "GET", request.path_url, raw, _lower(request.headers))
        if reply.manner == "hang":
            self.clock.sleep(185)
            raise requests.exceptions.ReadTimeout("no reply")
        if reply.manner == "drop":
            raise requests.exceptions.ConnectionError("Remote end closed connection without response")
        if reply.manner == "cut":
            raise requests.exceptions.ChunkedEncodingError("IncompleteRead")
        return _response(request, reply)

    def close(self) -> None:
        """Nothing is open."""


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def _response(request: requests.PreparedRequest, reply: Reply) -> requests.Response:
    found = requests.Response()
    found.status_code = reply.status
    found.headers.update(dict(reply.headers))
    found._content = reply.body
    found.raw = HTTPResponse(body=reply.body, status=reply.status)
    found.request, found.url = request, request.url or ""
    return found


def google(server: SheetsServer, key: str, clock: Clock, machine: Machine) -> GoogleRegister:
    """The real adapter, at this server."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Wire(server, clock, machine))
    pace = clock.pace()
    return GoogleRegister(Transport(session, key, "job@example.iam", pace=pace, limiter=Limiter(pace, 10**9)))
