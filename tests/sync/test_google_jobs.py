"""Two jobs on one register at once: one gets in, the other plans anew; nothing is done twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest

from sync.errors import Changed
from sync.registers.google import GoogleRegister
from tests.sheets_server import SheetsServer, faults
from tests.sync.google_bench import faults_of, opened, order_row, plan, tabs_of
from tests.sync.google_desk import Between


@pytest.fixture(scope="module")
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.fixture(autouse=True)
def calm(server: SheetsServer) -> None:
    server.faults.clear()
    server.hooks.clear()
    server.log.clear()


def run(register: GoogleRegister, mark: str, tries: int = 30) -> int:
    """A run as often as it takes; how often it was."""
    for attempt in range(1, tries + 1):
        reading = register.read()
        try:
            register.commit(reading, plan(reading, mark, invoice=True))
            return attempt
        except Changed:
            continue
    raise AssertionError("never got in")


def test_the_second_of_two_that_read_the_same_is_refused_whole(server: SheetsServer) -> None:
    key = server.create("Register", tabs_of([order_row(n) for n in range(5)]))
    one, two = opened(server, key), opened(server, key)
    first, second = one.read(), two.read()
    one.commit(first, plan(first, "A", invoice=True))
    before = server.export(key)
    with pytest.raises(Changed):
        two.commit(second, plan(second, "B", invoice=True))
    assert server.export(key) == before
    run(two, "B")
    assert [row[0] for row in server.grid("Invoices", key)[1:]] == [f"INV-2026-{n:04}" for n in range(2, 12)]
    assert not faults_of(server, key)


def test_a_lost_reply_is_not_taken_for_the_other_job(server: SheetsServer) -> None:
    """The other job gets in between the lost write and the look for the token; what it wrote last stands."""
    key = server.create("Register", tabs_of([order_row(n) for n in range(3)]))
    two = opened(server, key)
    one = opened(server, key, limiter=Between(5, lambda: run(two, "B")))
    reading = one.read()
    server.faults.when(lambda call: call.is_write, faults.unavailable(after=True))
    one.commit(reading, plan(reading, "A"))
    assert len(server.grid("Log", key)) == 7
    assert [row[1] for row in server.grid("System", key) if row[0] == "revision"] == ["2"]
    assert not faults_of(server, key)


@pytest.mark.scenario(9)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_another_whole_run_between_any_two_calls(server: SheetsServer, n: int) -> None:
    """Deterministic interleavings: what the other one did counts, and this one plans anew."""
    key = server.create("Register", tabs_of([order_row(n) for n in range(5)]))
    two = opened(server, key)
    one = opened(server, key, limiter=Between(n, lambda: run(two, "B")))
    assert run(one, "A") == (1 if n == 1 else 2)
    numbers = [row[0] for row in server.grid("Invoices", key)[1:]]
    assert numbers == [f"INV-2026-{n:04}" for n in range(2, 12)]
    assert not faults_of(server, key)


@pytest.mark.scenario(10)
def test_a_write_that_arrives_after_the_second_try_changes_nothing(server: SheetsServer) -> None:
    """The first try hangs on its way; the second one, under the same token, is carried out before it."""
    key = server.create("Register", tabs_of([order_row(n) for n in range(3)]))
    register = opened(server, key)
    reading = register.read()
    server.faults.when(lambda call: call.is_write, faults.dropped())
    register.commit(reading, plan(reading, "A"))
    late = next(call for call in server.log.calls if call.is_write)
    before = server.export(key)
    answer = register.transport._client.session.post(  # as it was sent, byte for byte
        f"https://sheets.googleapis.com{late.path}", json=late.body
    )
    assert answer.status_code == 400
    assert server.export(key) == before


@pytest.mark.scenario(9)
@pytest.mark.parametrize("seed", [*range(20), *(pytest.param(n, marks=pytest.mark.slow) for n in range(20, 1_000))])
def test_two_jobs_at_once_with_random_timing(server: SheetsServer, seed: int) -> None:
    chance = random.Random(seed)
    key = server.create("Register", tabs_of([order_row(n) for n in range(3)]))
    problems: list[BaseException] = []
    pauses = [chance.random() * 0.02 for _ in range(4)]

    def work(mark: str, pause: list[float]) -> None:
        try:
            register = opened(server, key)
            for seconds in pause:
                time.sleep(seconds)  # the timing is what is tried out here
                run(register, mark)
        except BaseException as problem:
            problems.append(problem)

    jobs = [threading.Thread(target=work, args=(mark, pauses[n::2])) for n, mark in enumerate("AB")]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert not problems
    assert not faults_of(server, key)
    numbers = [row[0] for row in server.grid("Invoices", key)[1:]]
    assert numbers == [f"INV-2026-{n:04}" for n in range(2, 2 + 4 * 3)]
    assert [row[1] for row in server.grid("System", key) if row[0] == "revision"] == ["4"]
    del server.books[key]
