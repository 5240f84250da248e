"""What each call prints and how it ends, where that is the same for every register."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rules.flags import CHECKS
from rules.words import Status
from sync.cli import main
from sync.commands.demo_data import LATER as TYPED
from sync.commands.demo_data import ORDERS, WHOLE
from tests.acceptance.desk import NOW, ONSITE, Desk, codes, columns, onsite, told

LATER = "2026-11-24T10:05+09:00"

def test_a_rule_that_crashes_stops_its_order_only(synced: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = synced.order("S-11")

    def crash(case: Any) -> Any:
        if case.row.client_reference.text == "S-11":
            raise ZeroDivisionError("planted")
        return ()

    monkeypatch.setitem(CHECKS, "floor-missing", crash)
    synced.type("S-11", {"Site phone": "03-1234-5678"})
    synced.type("S-10", {"Site phone": "03-1234-5678"})
    done = onsite("sync", synced.path, "--now", LATER, "--json")
    assert done.code == 5 and "ORD-2026-0010 (row 11)" in done.err and "Traceback" not in done.err
    assert "phone-country-code" in codes(told(done.object, "ORD-2026-0009"))
    after = synced.order("S-11")
    assert {key: after[key] for key in ("Order ID", "Status", "Next step", "Flags")} == {
        key: before[key] for key in ("Order ID", "Status", "Next step", "Flags")
    }
    assert "ORD-2026-0010 (row 11)" in onsite("sync", synced.path, "--now", LATER).out
    assert "ORD-2026-0010 (row 11)" in onsite("check", synced.path, "--now", LATER).out
    explained = onsite("explain", synced.path, "S-10", "--now", LATER)
    assert explained.code == 0 and "phone-country-code" in explained.out


def test_explain_takes_a_row_number_before_a_reference(synced: Desk) -> None:
    """A client's own ticket may be called as another order's row."""
    rows = {row["Order ID"]: str(row["row"]) for row in synced.rows("Orders")}
    (first, at), (second, below) = list(rows.items())[:2]
    with synced.edited() as book:
        place = columns(book["Orders"])["Client reference"]
        book["Orders"].cell(int(at), place).value, book["Orders"].cell(int(below), place).value = below, first
    for wanted, meant in ((below, second), (first, first)):
        done = onsite("explain", synced.path, wanted, "--now", LATER, "--json")
        assert json.loads(done.out)["order_id"] == meant


def test_the_demo_has_orders_in_every_state(tmp_path: Path) -> None:
    assert onsite("demo", tmp_path / "demo").code == 0
    desk = Desk(tmp_path / "demo" / "register.xlsx")
    assert {row["Status"] for row in desk.rows("Orders")} == {str(status) for status in Status}
    assert desk.files() and desk.rows("Invoices") and desk.rows("Log")
    typed = {text.split()[0] for text, *_ in ORDERS} | {reference for _, later in TYPED for reference in later}
    assert {row["Client reference"] for row in desk.rows("Orders")} == typed
    papers = tmp_path / "demo" / "outbox" / desk.order(WHOLE)["Order ID"]
    kinds = [path.name.split("_")[1] for path in sorted(papers.iterdir())]
    assert sorted(kinds) == sorted([
        "availability", "confirm", "contacts", "contacts", "approved", "work-order", "arrival", "release", "invoice",
    ])  # fmt: skip


def test_the_demo_runs_as_of_then_and_leaves_its_papers_where_it_is_told(tmp_path: Path) -> None:
    done = onsite("demo", tmp_path / "demo", "--now", "2026-11-24T10:40", "--out", tmp_path / "papers", "--json")
    assert done.code == 0 and {order["status_to"] for order in done.object["orders"]} == {str(s) for s in Status}
    desk = Desk(tmp_path / "demo" / "register.xlsx")
    assert desk.rows("Dashboard")[0]["Value"] == "2026-11-24T10:00:00+09:00"
    assert {path.name for path in (tmp_path / "demo").iterdir() if not path.name.startswith(".")} == {"register.xlsx"}
    written = {path.name for path in (tmp_path / "papers" / "invoices").iterdir()}
    assert written == {Path(row["File"]).name for row in desk.rows("Invoices")} != set()


def test_the_demo_takes_no_others_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = onsite("demo", tmp_path / "file")
    assert done.code == 3 and "file" in done.err and "bug of ours" not in done.err
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("command", ["sync", "init", "check", "explain", "doctor", "undo", "credit"])
def test_a_register_without_a_name(command: str) -> None:
    more = {"explain": ["1"], "undo": ["1"], "credit": ["1", "--reason", "x"]}.get(command, [])
    assert onsite(command, " ", *more).code == 2


def test_a_register_whose_name_is_too_long(tmp_path: Path) -> None:
    done = onsite("init", tmp_path / f"{'a' * 300}.xlsx")
    assert done.code in (2, 3) and "bug of ours" not in done.err and "Traceback" not in done.err


def test_a_register_in_no_folder(tmp_path: Path) -> None:
    done = onsite("init", tmp_path / "nowhere" / "register.xlsx")
    assert done.code == 3 and "nowhere" in done.err


def test_every_command_is_there() -> None:
    assert sorted(main.commands) == [
        "check", "credit", "demo", "doctor", "explain", "init", "rules", "run", "sync", "undo",
    ]  # fmt: skip


@pytest.mark.parametrize("options", [["--json"], []])
def test_that_nobody_reads_on_is_no_fault(synced: Desk, options: list[str]) -> None:
    call = [ONSITE, "check", synced.path, "--now", NOW, *options]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (1, b"")


@pytest.mark.parametrize("encoding", ["cp1252", "cp932"])
def test_what_a_pipe_in_windows_has_no_sign_for_is_shown_all_the_same(small: Desk, encoding: str) -> None:
    call = ["sync", str(small.path), "--now", NOW, "--dry-run"]
    runner = CliRunner(charset=encoding)
    assert runner.invoke(main, call).exit_code == 0
    assert json.loads(runner.invoke(main, [*call, "--json"]).stdout) == small.sync("--dry-run")


def test_ctrl_c_is_no_finding(tmp_path: Path) -> None:
    """1 would say that `check` found something. The settings are a pipe, so that the program waits for them."""
    settings = tmp_path / "onsite.toml"
    os.mkfifo(settings)
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests may have it ignored
    call = [ONSITE, "check", "register.xlsx", "--config", settings]
    with subprocess.Popen(call, stderr=subprocess.PIPE, preexec_fn=heard) as process, settings.open("wb"):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
