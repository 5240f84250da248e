"""When the next run is, what a watchdog hears, what a log line may hold."""

from __future__ import annotations

import http.server
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sync import watchdog
from sync.commands import worker
from sync.commands.schedule import DIED, GRAVITY, run_all
from sync.commands.worker import Job, Worker, pause
from sync.errors import Contended, InUse, Undelivered, UsageFault
from sync.masking import masked
from sync.registers.google.pace import WINDOW, Limiter, Pace
from sync.runlog import RunLog
from sync.watchdog import Watchdog, address


@contextmanager
def listening(silent: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The address of a watchdog, and what it heard. A silent one takes calls and never answers."""
    heard: list[str] = []
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            if silent:
                over.wait(60)
                return
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/ping/key", heard
        over.set()
        server.shutdown()


class Bench:
    """A worker whose runs end as they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ping: str = "") -> None:
        self.lines: list[str] = []
        self.ends: list[Any] = []
        self.made = 0
        monkeypatch.setattr(worker, "run_scheduled", self._run)
        job = Job("register.xlsx", 300, None, None, Watchdog(ping))
        self.worker = Worker(job, threading.Event(), RunLog(True, self.lines.append))

    def _run(self, *_: object) -> tuple[int, str, dict[str, Any]]:
        self.made += 1
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end, "", {}

    def turn(self, end: Any) -> int:
        self.ends.append(end)
        return self.worker.turn()

    @property
    def wait(self) -> float:
        return self.worker.scheduler.idle_seconds or 0.0


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


@pytest.mark.parametrize(
    ("every", "failures", "seconds"),
    [
        (300, 0, 300), (300, 1, 300), (300, 2, 600), (300, 3, 900), (300, 9, 900), (30, 2, 60), (30, 5, 480),
        (30, 99, 480), (1, 0, 1), (3600, 0, 3600), (3600, 4, 3600),
    ],
)  # fmt: skip
def test_a_failing_register_is_left_longer_and_longer_but_not_long(every: int, failures: int, seconds: int) -> None:
    assert pause(every, failures, 0) == seconds
    assert pause(every, failures, -1) == max(1, round(seconds * 0.9))
    assert pause(every, failures, 1) == max(1, round(seconds * 1.1))


def test_back_off_ends_with_a_good_run(bench: Bench) -> None:
    for end in (UsageFault("x"), Contended("x"), 5):
        bench.turn(end)
    assert bench.wait > 600
    bench.turn(0)
    assert bench.wait < 331


def test_an_open_workbook_is_no_failure_to_back_off_from(bench: Bench) -> None:
    for _ in range(5):
        assert bench.turn(InUse("Ken has it", "Ken")) == 3
    assert bench.wait < 331


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_during_a_run_moves_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    class Clock(datetime):
        said = iter(datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=n * hours) for n in itertools.count())

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return next(cls.said)

    monkeypatch.setattr(worker, "datetime", Clock)
    bench.turn(0)
    assert 260 < bench.wait < 331
    assert 0 <= json.loads(bench.lines[0])["seconds"] < 60


@pytest.mark.scenario(25)
def test_a_clock_that_is_set_back_delays_no_run(bench: Bench) -> None:
    bench.turn(0)
    job = bench.worker.scheduler.jobs[0]
    assert job.next_run is not None
    job.next_run += timedelta(hours=1)
    bench.worker.tick()
    assert bench.wait < 331


@pytest.mark.scenario(25)
def test_runs_that_are_due_are_made_once(bench: Bench) -> None:
    """Five intervals were missed, say in a suspended machine: one run catches up."""
    bench.turn(0)
    job = bench.worker.scheduler.jobs[0]
    assert job.next_run is not None
    job.next_run -= timedelta(seconds=5 * 300)
    bench.ends = [0, 0]
    bench.worker.tick()
    bench.worker.tick()
    assert bench.made == 2 and bench.wait > 200


@pytest.mark.parametrize("bug", [RuntimeError("call +81 3 1234 5678"), MemoryError(), SystemExit(1)])
def test_a_bug_is_reported_without_what_it_says(bench: Bench, bug: BaseException) -> None:
    assert bench.turn(bug) == 3
    found = json.loads(bench.lines[0])
    assert (found["exit"], type(bug).__name__ in found["said"], "1234" in found["said"]) == (3, True, False)


class Ticks(threading.Event):
    """Ends a worker's loop after a few rests, and remembers how long they were to be."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout)
        return len(self.rests) > 2


@pytest.mark.parametrize("bug", [RuntimeError("call +81 3 1234 5678"), MemoryError(), OSError(5, "x")])
def test_a_bug_between_runs_is_reported_and_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, bug: BaseException
) -> None:
    def fails() -> bool:
        raise bug

    ticks, bench.ends = Ticks(), [0]
    monkeypatch.setattr(bench.worker, "_stop", ticks)
    monkeypatch.setattr(bench.worker, "_door", SimpleNamespace(just_closed=fails))
    assert bench.worker.loop() == 0
    assert ticks.rests == [worker._TICK_S, 300, 300]
    assert [json.loads(line)["exit"] for line in bench.lines] == [0, 3, 3]
    assert bench.worker.scheduler.jobs and "1234" not in "".join(bench.lines)


@pytest.mark.parametrize(
    ("end", "heard"),
    [
        (0, ["/ping/key/start", "/ping/key"]),
        (5, ["/ping/key/start", "/ping/key/fail"]),
        (UsageFault("x"), ["/ping/key/start", "/ping/key/fail"]),
        (RuntimeError("x"), ["/ping/key/start", "/ping/key/fail"]),
        (InUse("x"), ["/ping/key/start"]),
    ],
)
def test_what_a_watchdog_hears(monkeypatch: pytest.MonkeyPatch, end: Any, heard: list[str]) -> None:
    with listening() as (url, found):
        Bench(monkeypatch, url).turn(end)
    assert found == heard


def test_a_shared_watchdog_hears_of_success_only_while_all_is_well() -> None:
    with listening() as (url, found):
        shared = Watchdog(url)
        for register, good in (("a", True), ("b", False), ("a", True), ("b", True)):
            shared.ended(register, good)
    assert [path.removeprefix("/ping/key") for path in found] == ["", "/fail", "/fail", ""]


def test_a_watchdog_that_never_answers_holds_up_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_TIMEOUT_S", 0.01)
    with listening(silent=True) as (url, _):
        assert Bench(monkeypatch, url).turn(0) == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://nowhere.invalid/x", "http://\udcff/"])
def test_a_watchdog_that_is_not_there_is_no_failure(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    bench = Bench(monkeypatch, url)
    assert bench.turn(0) == 0 and len(bench.lines) == 1


def test_a_watchdogs_address() -> None:
    assert address("https://x.example/k", "start") == "https://x.example/k/start"
    assert address("https://x.example/k/", "fail") == "https://x.example/k/fail"
    assert address("https://x.example/k?by=onsite", "fail") == "https://x.example/k/fail?by=onsite"
    assert address("https://x.example/k/", "") == "https://x.example/k/"


@pytest.mark.parametrize("fault", [OSError(28, "full"), BrokenPipeError(), ValueError("closed")])
def test_a_log_that_can_not_be_written_stops_nothing(fault: Exception) -> None:
    def write(_: str) -> None:
        raise fault

    RunLog(False, write).say("a.xlsx", datetime(2026, 11, 24, tzinfo=UTC), 0.1, 0, "", {})


def test_a_line_is_one_line_for_people_or_machines() -> None:
    lines: list[str] = []
    at = datetime(2026, 11, 24, 1, 0, 0, tzinfo=UTC)
    for as_json in (False, True):
        RunLog(as_json, lines.append).say("a.xlsx", at, 0.44, 2, "one\ntwo ken@acme.example", {"orders": 3})
    assert lines[0] == "2026-11-24T01:00:00+00:00 a.xlsx: exit 2, 0.4 s: one two ***@***"
    found = {"at": "2026-11-24T01:00:00+00:00", "register": "a.xlsx", "exit": 2, "seconds": 0.4}
    assert json.loads(lines[1]) == {**found, "orders": 3, "said": "one two ***@***"}


def test_a_worker_that_dies_ends_the_program_with_its_code() -> None:
    """A supervisor starts it anew; a program of which a part is dead would look alive."""
    stop = threading.Event()

    def dies() -> int:
        raise MemoryError

    def waits() -> int:
        return 0 if stop.wait(60) else 1

    reported = threading.excepthook
    threading.excepthook = lambda _: None
    try:
        assert sorted(run_all([dies, waits], stop)) == [0, DIED]
    finally:
        threading.excepthook = reported


def test_every_exit_code_has_its_gravity() -> None:
    codes = [fault("x").exit_code for fault in (Undelivered, Contended, InUse, UsageFault)]
    assert [0, *codes] == list(GRAVITY)


SECRETS = [
    "+81 3 1234 5678", "03-1234-5678", "(090) 1234-5678", "＋81 90 1234 5678", "+1 (415) 555-0100", "0312345678",
    "０９０−１２３４−５６７８", "090‐1234‐5678", "03ー1234ー5678", "（03）1234－5678", "03.1234.5678",
    "ken@example.com", "Ken.O'Hara+x@mail.example.co.jp", "佐藤@例え.jp",
    "〒100-0001", "東京都港区赤坂1-2-3", "大阪府大阪市北区梅田3", "神奈川県横浜市西区",
    "1-2-3 Akasaka, Minato-ku, Tokyo", "221 Baker Street",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "ya29.a0AfH6SM_x-y", "Bearer abc.def",
    "AIzaSyA-1234567890abcdefghijklmnopqrstu", "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms",
    "https://docs.google.com/spreadsheets/d/1BxiMVs0XRA5nFMd/edit", "ann@gserviceaccount.com.example",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", 'x "{}" y', "at:{};", "（{}）"])
def test_what_a_log_may_not_hold(secret: str, around: str) -> None:
    assert secret not in masked(around.format(secret))


@pytest.mark.parametrize(
    "text",
    [
        "run 20261124-100000-3", "ORD-2026-0001 (row 12)", "INV-2026-0012", "2026-11-24 10:00:00",
        "2026-11-24T10:00:00+09:00", "12 orders, 3 cells changed", "JPY 1,980,000", "USD 1940.50",
        "/srv/registers/orders-2026.xlsx", "share it with orders@our-project.iam.gserviceaccount.com as Editor",
        'Tab Orders: the header "Site phone" is missing.',
    ],
)  # fmt: skip
def test_what_a_log_is_for_stays(text: str) -> None:
    assert masked(text) == text


def test_calls_stay_below_the_quota_over_all_registers() -> None:
    """Four registers' threads call as fast as they may; the clock goes on only while somebody waits."""
    lock, clock = threading.Lock(), itertools.count()
    now, calls = [0.0], list[tuple[str, float]]()

    def sleep(seconds: float) -> None:
        with lock:
            now[0] += min(seconds, 0.5)

    limiter = Limiter(Pace(lambda: now[0], sleep, lambda: 0.5))

    def work() -> None:
        for kind in ("read", "write", "read") * 30:
            limiter.wait(kind)
            with lock:
                calls.append((kind, now[0]))
                next(clock)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert next(clock) == 360
    for kind in ("read", "write"):
        times = sorted(at for made, at in calls if made == kind)
        assert max(sum(start <= at < start + 60 for at in times) for start in times) < 50
    assert WINDOW > 60
