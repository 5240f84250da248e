"""Rows that move in a run's moment, while its repair meets a fault, another job, or people once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sync.registers.google import batch
from sync.registers.google.pace import Limiter
from tests.sheets_server import faults
from tests.sync.google_bench import Clock
from tests.sync.google_desk import REFERENCE, GoogleDesk, copied

DONE = {
    "Travel booked at": "2026-11-24 09:00", "Arrived at": "2026-11-24 09:10", "Arrival notified at": "2026-11-24 09:11",
    "Work started at": "2026-11-24 09:20", "Completed at": "2026-11-24 09:55", "Release approved by": "Ann",
}  # fmt: skip


class At(Limiter):
    """Lets things happen right before this program's calls, by their number (from 1)."""

    def __init__(self, acts: Mapping[int, Callable[[], object]]) -> None:
        super().__init__(Clock().pace(), 10_000)
        self._acts, self._call = acts, 0

    def wait(self, kind: str) -> None:
        self._call += 1
        self._acts.get(self._call, lambda: None)()


@pytest.mark.scenario(3, 4, 11)
@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
def test_no_word_of_a_repair(fresh: GoogleDesk, tmp_path: Path, first: bool) -> None:
    """It was taken for another job's: statuses stayed beside wrong orders."""
    desk = copied(fresh, tmp_path)
    if not first:
        desk.run()
        for reference in ("S-03", "S-05", "S-08"):
            desk.people.edit("Orders", desk.row(reference), "Status", "Paid")
    calm = copied(desk, tmp_path / "calm")
    calm.run()
    desk.server.faults.at(5, faults.unavailable(after=True))

    def move() -> None:
        desk.people.move_row("Orders", 2, 12)

    desk.server.log.clear()
    desk.run(limiter=At({4: move, 5: move}))
    assert desk.problems(calm.results()) == []


@pytest.mark.scenario(9, 11)
@pytest.mark.parametrize("most", [6_000, 12_000])
def test_another_job_between_two_parts_and_their_repair(
    fresh: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """The rest of a plan that was out of date was written: numbers of invoices twice, the job's memory double."""
    desk = copied(fresh, tmp_path / "one")
    desk.run()
    for reference in ("S-04", "S-05", "S-06"):
        for header, value in DONE.items():
            desk.people.edit("Orders", desk.row(reference), header, value)
    calm = copied(desk, tmp_path / "calm")
    calm.run()
    other, normal = GoogleDesk(desk.server, desk.key, tmp_path / "two"), batch.MOST_BYTES

    def second() -> None:
        monkeypatch.setattr(batch, "MOST_BYTES", normal)
        other.run()
        monkeypatch.setattr(batch, "MOST_BYTES", most)

    monkeypatch.setattr(batch, "MOST_BYTES", most)
    desk.run(limiter=At({4: lambda: desk.people.move_row("Orders", 2, 12), 5: second}))
    monkeypatch.setattr(batch, "MOST_BYTES", normal)
    desk.run()
    assert desk.problems(calm.results()) == []
    assert [key for key, count in Counter(row["Key"] for row in desk.rows("System")).items() if count > 1] == []


@pytest.mark.scenario(3, 4, 13)
@pytest.mark.parametrize(
    ("header", "value"),
    [("Client", "Someone Ltd."), ("Site contact", "Ito"), ("Coordinator", "Ann"), ("Status", "Paid")],
)
def test_somebody_corrects_a_new_row_before_a_lost_reply_is_looked_for(
    fresh: GoogleDesk, tmp_path: Path, header: str, value: str
) -> None:
    """The row that was taken in from the form was cleared, but for the corrected cell."""
    desk = copied(fresh, tmp_path)
    desk.run()
    answer = {REFERENCE: "FORM-1", "Client": "Someone", "Site contact": "Sato", "Work description": "Replace a switch"}
    head = desk.server.grid("Form responses 1", desk.key)[0]
    line = {"Timestamp": "2026/11/24 9:30:00", **answer}
    desk.people.add_form_answer("Form responses 1", [line.get(name) for name in head])
    desk.server.faults.at(4, faults.unavailable(after=True))
    desk.server.log.clear()
    desk.run(limiter=At({5: lambda: desk.people.edit("Orders", desk.row("FORM-1"), header, value)}))
    shown = {**answer, header: value, "Order ID": "ORD-2026-0013", "Status": "Needs info"}
    row = desk.orders()["FORM-1"]
    assert {name: row[name] for name in shown} == shown
    desk.run()
    assert [one["Order ID"] for one in desk.rows()].count("ORD-2026-0013") == 1
    assert len(desk.rows()) == 13
