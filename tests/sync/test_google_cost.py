"""What a run costs, counted over HTTP, and that it stays within Google's quota."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.plan import Write
from sync.registers.google import model
from sync.registers.google.batch import MOST_BYTES
from sync.registers.google.pace import Limiter
from sync.registers.google.requests import size
from tests.acceptance.desk import NOW, onsite
from tests.conftest import DATA
from tests.sheets_server import SheetsServer
from tests.sheets_server.cells import Cell
from tests.sync.google_bench import COL, ORDER, Clock, faults_of, opened, order_row, plan, tabs_of
from tests.sync.google_desk import started


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.mark.parametrize("orders", [10, 1_000])
@pytest.mark.parametrize("changed", [(), (3,)])
def test_a_run_that_writes_makes_three_reads_and_one_write(
    server: SheetsServer, orders: int, changed: tuple[int, ...]
) -> None:
    key = server.create("Register", tabs_of([order_row(n) for n in range(orders)]))
    register = opened(server, key)
    reading = register.read()
    assert (register.reads, register.writes) == (2, 0)
    register.commit(reading, plan(reading, "A", invoice=True, only=changed))
    assert (register.reads, register.writes) == (3, 1)
    assert (server.log.reads, server.log.writes) == (3, 1)
    assert not faults_of(server)


@pytest.mark.parametrize("copied", [False, True], ids=["all differ", "two copies"])
def test_of_a_large_sheet_a_few_columns_come_back_though_rows_are_blank_or_ticked_in_advance(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    monkeypatch.setattr(model, "SMALL", 0)
    ticked: list[object] = [None] * len(ORDER)
    ticked[ORDER["Travel needed"] - 1] = False
    orders = [order_row(n) for n in range(8)]
    if copied:
        orders[3] = list(orders[2])
    tabs = tabs_of([*orders[:4], [], [], *orders[4:], *(list(ticked) for _ in range(5))])
    register = opened(server, server.create("Register", tabs))
    reading = register.read()
    register.commit(reading, plan(reading, "A"))
    (ranges,) = [call.body["responseRanges"] for call in server.log.calls if call.is_write]
    assert ("'Orders'" in ranges) is copied
    assert not faults_of(server)


@pytest.mark.slow
def test_twenty_thousand_orders_cost_no_more_reads_and_a_write_for_every_full_two_megabytes(
    server: SheetsServer,
) -> None:
    key = server.create("Register", tabs_of([order_row(n) for n in range(20_000)]))
    register = opened(server, key)
    reading = register.read()
    register.commit(reading, plan(reading, "A", only=range(2, 9_000)))
    assert register.reads == 3
    sent = [size(call.body["requests"]) for call in server.log.calls if call.is_write]
    assert len(sent) > 1
    assert all(part <= MOST_BYTES + 1_000 for part in sent)
    assert register.writes <= 1 + sum(sent) // 2_000_000
    assert not faults_of(server)
    assert len(server.grid("Log")) == 8_999
    reading = register.read()
    register.commit(reading, plan(reading, "B", only=(3, 15_000)))
    assert (register.reads, register.writes) == (6, len(sent) + 1)


def test_every_batch_has_an_order_with_its_log_and_its_memory(server: SheetsServer) -> None:
    key = server.create("Register", tabs_of([order_row(n) for n in range(30)]))
    register = opened(server, key)
    reading = register.read()
    long = "x" * 49_000
    writes = [
        *plan(reading, "A"),
        *(Write("Orders", row, COL["Orders"]["Flags"], long * (row < 32)) for row in range(2, 100)),
    ]
    writes += [Write("Log", 2 + n, 7, long) for n in range(30)]
    states: list[tuple[int, int, int]] = []

    def look() -> None:
        orders = {row[0] for row in server.grid("Orders")[1:] if row and row[0]}
        logged = {row[2] for row in server.grid("Log")[1:]}
        facts = {row[0].removeprefix("order ") for row in server.grid("System") if row[0].startswith("order ")}
        assert orders == logged == facts
        states.append((len(orders), len(logged), len(facts)))

    server.hooks.after_when(lambda call: call.is_write, look, None)
    register.commit(reading, writes)
    assert len(states) == register.writes > 1
    assert states[-1] == (30, 30, 30)


def test_the_heartbeat_costs_one_write_and_no_further_read(server: SheetsServer) -> None:
    key = server.create("Register", tabs_of([order_row(1)]))
    register = opened(server, key)
    reading = register.read()
    register.commit(reading, [Write("Dashboard", 2, 2, "2026-12-01T09:00:00+09:00")])
    assert (register.reads, register.writes) == (2, 1)
    assert server.grid("Dashboard")[1][1] == "2026-12-01T09:00:00+09:00"


def test_nothing_to_write_costs_nothing(server: SheetsServer) -> None:
    register = opened(server, server.create("Register", tabs_of([])))
    register.commit(register.read(), [])
    assert (register.reads, register.writes) == (2, 0)


def test_old_tokens_are_cleared_away(server: SheetsServer) -> None:
    key = server.create("Register", {"Dashboard": [["Figure", "Value"]]})
    register = opened(server, key)
    for number in range(60):
        register.commit(register.read(), [Write("Dashboard", 2, 2, str(number))])
        assert len(server.book(key).metadata) <= 41
    assert server.grid("Dashboard")[1][1] == "59"
    numbers = [one["metadataId"] for one in server.book(key).metadata]
    assert max(numbers) - min(numbers) >= 24


def test_all_registers_of_a_process_share_one_limit(server: SheetsServer) -> None:
    clock = Clock()
    limiter = Limiter(clock.pace())
    keys = [server.create(f"Register {n}") for n in range(3)]
    times: list[float] = []
    server.hooks.after_when(lambda call: call.is_read, lambda: times.append(clock.time), None)
    registers = [opened(server, key, clock, limiter=limiter) for key in keys]
    for _ in range(20):
        for register in registers:
            register.read()
    assert len(times) == 120
    assert all(times[n + 49] - times[n] > 60 for n in range(len(times) - 49))
    assert clock.time < 61 * 3


MANY = [10, pytest.param(1_000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("orders", MANY)
def test_a_whole_run_says_truly_how_many_calls_it_made(
    server: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    """First run, quiet run, one order changed, heartbeat; a further write only where more than 2 MB are written."""
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", server.host)
    desk = started(server, DATA / "register-small.xlsx", tmp_path)
    template = server.sheet("Orders", desk.key)
    reference = desk.people.column("Orders", "Client reference") - 1
    address = desk.people.column("Orders", "Site address") - 1
    for n in range(orders - 12):
        line = dict(template.rows[11])
        line |= {reference: Cell(entered={"stringValue": f"M-{n}"}), address: Cell(entered={"stringValue": f"{n} St"})}
        template.rows.insert(13 + n, line)
        template.row_props.append(None)
    template.count_changed()

    def run(now: str) -> tuple[int, int]:
        server.log.clear()
        done = onsite("sync", desk.key, "--now", now, "--out", tmp_path, "--json")
        assert done.code == 0, done.err
        said = done.object["requests"]
        assert said == {"reads": server.log.reads, "writes": server.log.writes}
        assert len(done.object["orders"]) == max(orders, 12)
        return said["reads"], said["writes"]

    reads, writes = run(NOW)
    sent = sum(size(call.body["requests"]) for call in server.log.calls if call.is_write)
    assert reads == 3 and writes <= 1 + sent // 2_000_000
    assert run("2026-11-24T10:01+09:00") == (2, 0)
    desk.people.edit("Orders", desk.row("S-11"), "Site phone", "'03-1234-5678")
    assert run("2026-11-24T10:03+09:00") == (3, 1)
    assert run("2026-11-24T10:19+09:00") == (2, 1)


def test_of_a_long_memory_only_the_keys_come_back(server: SheetsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a blank row of it is filled, as by every run from the twenty-first on."""
    monkeypatch.setattr(model, "SMALL", 0)
    tabs = tabs_of([order_row(n) for n in range(4)], System=[["order X", "x"], [None, None], ["order Y", "y"]])
    register = opened(server, server.create("Register", tabs))
    register.commit(register.read(), [Write("System", 4, 1, "journal 21"), Write("System", 4, 2, "packed")])
    (ranges,) = [call.body["responseRanges"] for call in server.log.calls if call.is_write]
    assert ranges == ["'System'!1:1", "'System'!A:A"]
    assert server.grid("System")[3] == ["journal 21", "packed"]
