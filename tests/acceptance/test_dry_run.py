"""`--dry-run` changes no byte, and lists exactly what the run then changes; and the shape of the JSON object."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.changes import agrees, changed, kindly
from tests.acceptance.desk import NOW, Desk, onsite, tree
from tests.independent import read

ORDER = {
    "row": int, "order_id": str, "status_from": str | None, "status_to": str, "next_step": str, "flags": list,
    "lead_time_h": int | float | None, "sla_due": str | None, "candidates": list, "billable_h": int | float | None,
}  # fmt: skip
FLAG = {
    "code": str, "severity": str, "holds": str | None, "site": int | None, "column": str | None, "value": object,
    "message": str,
}  # fmt: skip
INVOICE = dict.fromkeys(("number", "order_id", "currency", "subtotal", "tax", "total", "file"), str)
CHANGE = {"tab": str, "row": int, "column": str, "old": object, "new": object}
RUN = {
    "register": str, "run": str, "revision": int, "dry_run": bool, "orders": list, "invoices": list, "changes": list,
    "requests": dict,
}  # fmt: skip
PLAIN = str | int | float | bool | None


def _shaped(found: dict[str, Any], shape: dict[str, Any], more: tuple[str, ...] = ()) -> None:
    assert found.keys() - set(more) == shape.keys()
    for key, kind in shape.items():
        assert isinstance(found[key], kind), (key, found[key])


@pytest.mark.parametrize(("name", "form"), [("small", False), ("messy", False), ("small", True), ("messy", True)])
def test_lists_what_the_run_then_changes(desk: Callable[[str], Desk], samples: Any, name: str, form: bool) -> None:
    register = desk(name)
    options = ("--form-csv", samples.form) if form else ()
    _same_as_the_run(register, NOW, *options)


def test_lists_what_a_later_run_changes(synced: Desk) -> None:
    """Also where cells are cleared, a row went, and another was typed."""
    synced.type("S-12", {"Site phone": "+81 3-1234-5678"})
    synced.type("S-10", {"Order email": None, "Status": "Paid"})
    synced.add("S-20", {"Received at": None})
    with synced.edited() as book:
        book["Orders"].delete_rows(Desk.row_of(book["Orders"], "S-03"))
    _same_as_the_run(synced, "2026-11-24T11:00+09:00")


def _same_as_the_run(register: Desk, now: str, *options: object) -> None:
    before, files = read(register.path), tree(register.folder)
    dry = register.sync("--dry-run", *options, now=now)
    assert tree(register.folder) == files
    real = register.sync(*options, now=now)
    assert dry["dry_run"] and not real["dry_run"]
    assert {**real, "dry_run": True} == dry
    cells = {(cell.tab, cell.row, cell.column): cell for cell in changed(before, read(register.path))}
    told = {(change["tab"], change["row"], kindly(change["column"])): change for change in dry["changes"]}
    assert len(told) == len(dry["changes"])
    assert told.keys() == cells.keys()
    for key, cell in cells.items():
        assert agrees(told[key]["old"], cell.old), (key, told[key], cell)
        assert agrees(told[key]["new"], cell.new), (key, told[key], cell)


def test_without_json_it_says_every_cell(small: Desk) -> None:
    changes = small.sync("--dry-run")["changes"]
    lines = onsite("sync", small.path, "--now", NOW, "--dry-run").out.splitlines()
    told = [f"{change['tab']} row {change['row']}, {change['column']}: " for change in changes]
    assert len(told) > 100 and [one for one in told if not any(line.startswith(one) for line in lines)] == []


@pytest.mark.parametrize("name", ["small", "messy"])
def test_the_object_has_the_contracts_shape(desk: Callable[[str], Desk], samples: Any, name: str) -> None:
    register = desk(name)
    found = register.sync("--form-csv", samples.form)
    _shaped(found, RUN, more=("errors",))
    assert found["register"] == str(register.path)
    assert found["requests"] == {"reads": 0, "writes": 0}
    assert (found["revision"], found["dry_run"]) == (1, False)
    assert found["orders"] and found["invoices"] and found["changes"] and any(o["flags"] for o in found["orders"])
    for order in found["orders"]:
        _shaped(order, ORDER)
        assert re.fullmatch(r"ORD-\d{4}-\d{4}", order["order_id"])
        assert order["sla_due"] is None or datetime.fromisoformat(order["sla_due"]).tzinfo
        assert all(isinstance(candidate, str) for candidate in order["candidates"])
        for flag in order["flags"]:
            _shaped(flag, FLAG)
            assert isinstance(flag["value"], PLAIN)
            assert (flag["holds"] is None) == (flag["severity"] != "BLOCK")
    for invoice in found["invoices"]:
        _shaped(invoice, INVOICE)
        assert Decimal(invoice["subtotal"]) + Decimal(invoice["tax"]) == Decimal(invoice["total"])
        assert Path(invoice["file"]).is_file()
    for change in found["changes"]:
        _shaped(change, CHANGE)
        assert isinstance(change["old"], PLAIN) and isinstance(change["new"], PLAIN)
        assert change["old"] != change["new"]
    assert [order["row"] for order in found["orders"]] == sorted(order["row"] for order in found["orders"])


def test_status_from_is_null_for_new_orders_only(synced: Desk) -> None:
    synced.add("S-20", {})
    found = synced.sync(now="2026-11-24T11:00+09:00")
    new = [order for order in found["orders"] if order["status_from"] is None]
    assert [order["order_id"] for order in new] == ["ORD-2026-0013"]
    assert [(o["status_from"], o["status_to"]) for o in found["orders"]][:2] == [("Invoiced", "Invoiced")] * 2
