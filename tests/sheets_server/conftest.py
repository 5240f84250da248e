from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sheets_server.client import Api
from tests.sheets_server.server import SheetsServer

ORDERS: list[list[Any]] = [
    ["Order ID", "Client", "Phone"],
    ["ORD-1", "beta", "+81"],
    ["ORD-2", "alpha", 5],
    ["ORD-3", "gamma"],
]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        running.create("Register", {"Orders": ORDERS, "Form responses 1": [["Timestamp", "Client"]]}, rows=20)
        yield running


@pytest.fixture
def api(server: SheetsServer) -> Api:
    return Api(server, server.book().id)
