from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.sheets_server import Fault, SheetsServer, faults
from tests.sheets_server.client import Api, one_cell, text, token


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.too_many(), 429),
        (faults.internal(), 500),
        (faults.unavailable(), 503),
        (faults.forbidden(), 403),
        (faults.missing(), 404),
        (faults.unauthenticated(), 401),
    ],
)
def test_refusals_have_google_s_form_and_change_nothing(
    server: SheetsServer, api: Api, fault: Fault, status: int
) -> None:
    server.faults.next(fault)
    error = api.refused(one_cell(1, 1, text("x")))
    assert error["code"] == status
    assert server.grid("Orders")[1][1] == "beta"
    api.batch(one_cell(1, 1, text("x")))


def test_retry_after_is_sent_where_ordered(server: SheetsServer, api: Api) -> None:
    server.faults.next(faults.too_many("Write", retry_after="30"), faults.too_many())
    assert api.call("GET", "").headers["Retry-After"] == "30"
    assert "Retry-After" not in api.call("GET", "").headers


def test_bad_gateways_speak_html(server: SheetsServer, api: Api) -> None:
    server.faults.next(faults.bad_gateway())
    reply = api.call("GET", "")
    assert (reply.status_code, reply.headers["Content-Type"]) == (502, "text/html; charset=UTF-8")


@pytest.mark.parametrize("make", [faults.unavailable, faults.internal, faults.bad_gateway])
def test_errors_after_the_deed(server: SheetsServer, api: Api, make: Callable[[bool], Fault]) -> None:
    server.faults.at(1, make(True))
    body = {"requests": [token(1), one_cell(1, 1, text("x"))]}
    assert api.call("POST", ":batchUpdate", body).status_code >= 500
    assert server.grid("Orders")[1][1] == "x"
    assert server.log.calls[0].applied


@pytest.mark.parametrize("after", [False, True])
def test_dropped_connections(server: SheetsServer, api: Api, after: bool) -> None:
    server.faults.next(faults.dropped(after=after))
    with pytest.raises(requests.ConnectionError):
        api.batch(one_cell(1, 1, text("x")))
    assert (server.grid("Orders")[1][1] == "x") is after
    assert server.log.calls[0].applied is after


@pytest.mark.parametrize("after", [False, True])
def test_hanging(server: SheetsServer, api: Api, after: bool) -> None:
    server.faults.next(faults.hanging(after=after))
    with pytest.raises(requests.ReadTimeout):
        api.call("POST", ":batchUpdate", {"requests": [one_cell(1, 1, text("x"))]}, timeout=0.1)
    assert (server.grid("Orders")[1][1] == "x") is after


def test_broken_bodies(server: SheetsServer, api: Api) -> None:
    server.faults.next(faults.half_json(), faults.cut_off())
    reply = api.call("GET", "")
    with pytest.raises(requests.JSONDecodeError):
        reply.json()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.call("GET", "")


def test_faults_by_what_is_called(server: SheetsServer, api: Api) -> None:
    server.faults.when(lambda call: "updateCells" in call.requests, faults.unavailable(), times=2)
    api.get()
    assert [
        api.call("POST", ":batchUpdate", {"requests": [one_cell(1, 1, text("x"))]}).status_code for _ in "abc"
    ] == [
        503,
        503,
        200,
    ]


def test_the_log_counts_reads_and_writes(server: SheetsServer, api: Api) -> None:
    api.get()
    api.values("Orders")
    api.ok("POST", "/developerMetadata:search", {"dataFilters": []})
    api.batch(token(1))
    assert (server.log.reads, server.log.writes) == (3, 1)
    assert server.log.kinds == ["get", "values.get", "developerMetadata.search", "batchUpdate"]
    assert server.log.calls[3].requests == ["createDeveloperMetadata"]
    assert "authorization" not in server.log.calls[0].headers
    server.log.clear()
    api.get()
    assert server.log.calls[0].n == 1


def test_too_large_a_request(server: SheetsServer, api: Api) -> None:
    server.largest_body = 1_000
    assert api.refused(one_cell(1, 1, text("x" * 1_000)))["code"] == 413
    api.batch(one_cell(1, 1, text("x")))


def test_a_minute_s_quota(server: SheetsServer, api: Api) -> None:
    clock = [0.0]
    server.quota(reads=2, writes=1, now=lambda: clock[0])
    assert [api.call("GET", "").status_code for _ in "abc"] == [200, 200, 429]
    assert api.call("POST", ":batchUpdate", {"requests": [token(1)]}).status_code == 200
    assert api.call("POST", ":batchUpdate", {"requests": [token(2)]}).status_code == 429
    clock[0] = 61.0
    assert api.call("GET", "").status_code == 200
