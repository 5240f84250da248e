"""The samples come out as the contract says: worked out by hand in tests/golden before the code ran."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from tests.acceptance.desk import NOW, Desk, installed, md5, tree
from tests.conftest import DATA

ROOT = Path(__file__).resolve().parents[2]

GOLDEN = DATA.parent / "golden"
SAMPLES = ["messy", "small"]


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def as_golden(order: dict[str, Any], reference: object, wanted: dict[str, Any]) -> dict[str, Any]:
    """An order of a run as the golden file has it; a column that the contract leaves open is a star there too."""
    flags = [[flag["code"], flag["severity"], flag["column"], flag["site"]] for flag in order["flags"]]
    for flag, meant in zip(flags, wanted["flags"], strict=False):
        flag[2] = "*" if meant[2] == "*" else flag[2]
        flag[3] = "*" if meant[3] == "*" else flag[3]
    return {"row": order["row"], "reference": plain(reference), "status": order["status_to"], "flags": flags}


def plain(reference: object) -> str:
    return "" if reference is None else normalize("NFKC", str(reference)).removesuffix(" 00:00:00")


def compare(desk: Desk, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    references = {row["row"]: row["Client reference"] for row in desk.rows("Orders")}
    meant = {
        order["row"]: {key: order[key] for key in ("row", "status", "flags")} | {"reference": plain(order["reference"])}
        for order in wanted["orders"]
    }
    for order in found["orders"]:
        row = order["row"]
        assert row in meant, order
        assert as_golden(order, references[row], meant[row]) == meant[row]
    assert {order["row"] for order in found["orders"]} == meant.keys()
    for tab, rows in wanted["tabs"].items():
        flags = {
            str(row["row"]): [line.split(":")[0].split() for line in row["Flags"].splitlines()]
            for row in desk.rows(tab)
            if row.get("Flags")
        }
        assert flags == {row: [["WARN", code] for code, _ in codes] for row, codes in rows.items()}, tab


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_run_gives_what_was_worked_out(desk: Callable[[str], Desk], name: str) -> None:
    register = desk(name)
    found = register.sync()
    compare(register, found, golden(name))
    before = tree(register.folder), register.state()
    again = register.sync()
    assert (tree(register.folder), register.state()) == before
    assert again["changes"] == [] and again["invoices"] == []
    assert [(o["status_to"], o["flags"]) for o in again["orders"]] == [
        (o["status_to"], o["flags"]) for o in found["orders"]
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_with_the_forms_answers_each_comes_once(desk: Callable[[str], Desk], samples: Any, name: str) -> None:
    register = desk(name)
    compare(register, register.sync("--form-csv", samples.form), golden(f"{name}-form"))
    before = register.state()
    for _ in range(4):
        assert register.sync("--form-csv", samples.form)["changes"] == []
    assert register.state() == before


def test_what_a_run_shows_is_what_stands_in_the_cells(desk: Callable[[str], Desk]) -> None:
    register = desk("messy")
    found = register.sync()
    rows = {row["row"]: row for row in register.rows("Orders")}
    assert len(found["orders"]) == 92
    for order in found["orders"]:
        row = rows[order["row"]]
        lines = [f"{flag['severity']} {flag['code']}: {flag['message']}" for flag in order["flags"]]
        assert row["Order ID"] == order["order_id"]
        assert row["Status"] == order["status_to"]
        assert row["Next step"] == order["next_step"]
        assert (row["Flags"] or "").splitlines() == [part for line in lines for part in line.splitlines()]
        assert row["Lead time (h)"] == order["lead_time_h"]
        assert row["Billable (h)"] == order["billable_h"]
        assert (row["Candidates"] or "") == ", ".join(order["candidates"])
        due = f"{row['SLA due'].isoformat()}+09:00" if row["SLA due"] else None
        assert due == order["sla_due"]


def test_as_installed(samples: Any, tmp_path: Path) -> None:
    """The same by the installed command, in processes of its own, from another folder."""
    path = tmp_path / "register-small.xlsx"
    path.write_bytes(samples.small.read_bytes())
    assert installed("init", path).code == 0
    done = installed("sync", path, "--now", NOW, "--json")
    assert done.code == 0
    compare(Desk(path), done.object, golden("small"))
    before = md5(path)
    assert installed("sync", path, "--now", NOW).code == 0
    assert md5(path) == before
    first = {row["Client reference"]: row for row in Desk(path).rows("Orders")}["S-01"]
    assert (first["Invoice no."], first["Billable (h)"]) == ("INV-2026-0001", 2)


def test_every_process_writes_the_same_bytes(small: Desk) -> None:
    """Found by killing it: the numbers of the styles depended on the seed of Python's hashes."""
    begun, written = small.path.read_bytes(), set()
    for seed in "123":
        small.path.write_bytes(begun)
        done = installed("sync", small.path, "--now", NOW, PYTHONHASHSEED=seed, PYTHONPATH=str(ROOT))
        assert done.code == 0, done.err
        written.add(md5(small.path))
    assert len(written) == 1


def test_the_first_invoices_amounts(desk: Callable[[str], Desk]) -> None:
    found = desk("small").sync()
    keys = ("number", "order_id", "currency", "subtotal", "tax", "total")
    assert [tuple(invoice[key] for key in keys) for invoice in found["invoices"]] == [
        ("INV-2026-0001", "ORD-2026-0001", "JPY", "18000", "1800", "19800"),
        ("INV-2026-0002", "ORD-2026-0002", "GBP", "246.00", "0.00", "246.00"),
    ]
    assert all(Path(invoice["file"]).is_file() for invoice in found["invoices"])
