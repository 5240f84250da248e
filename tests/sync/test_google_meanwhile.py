"""Somebody changes an order's row while a run is at work: nothing of the order is written, nor said."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rules.columns import OrderRow
from rules.words import Status
from sync.report import as_json
from sync.run import Outcome
from tests.simulation.memo import remember_papers
from tests.sync.google_desk import NOW, REFERENCE, Between, GoogleDesk, copied

SOON = NOW + timedelta(minutes=5)
REF = "S-10"


@pytest.fixture
def desk(fresh: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GoogleDesk:
    """After a first run; then the site confirms an order, so that its contacts are to be shared."""
    remember_papers(monkeypatch)
    desk = copied(fresh, tmp_path)
    desk.run()
    desk.people.edit("Orders", desk.row(REF), "Site confirmed at", "2026-11-24 09:50")
    return desk


def drafts(desk: GoogleDesk) -> Counter[str]:
    """How many messages of each kind were written of the order that people work on."""
    own = desk.folder / "outbox" / desk.orders()[REF]["Order ID"]
    return Counter(path.name.split("_")[1] for path in own.glob("*.eml"))


def run_while_somebody_types(desk: GoogleDesk, column: str, value: str, reference: str = REF) -> Outcome:
    """A run during which a cell is typed into between its reading and its writing."""
    return desk.run(limiter=Between(3, lambda: desk.people.edit("Orders", desk.row(reference), column, value)))


def order_in(outcome: Outcome, desk: GoogleDesk) -> dict[str, Any]:
    found = as_json(outcome, "", desk.folder, 0, 0)["orders"]
    return next(order for order in found if order["order_id"] == desk.orders()[REF]["Order ID"])


def test_one_that_is_cancelled_meanwhile_is_not_told_of_its_contacts(desk: GoogleDesk) -> None:
    before, shown = drafts(desk), desk.orders()[REF]
    outcome = run_while_somebody_types(desk, "Cancelled at", "2026-11-24 09:59")
    order = order_in(outcome, desk)
    assert order["status_from"] == order["status_to"] == shown["Status"]
    assert order["next_step"] == shown["Next step"]
    assert drafts(desk) == before
    assert not any(desk.row(REF) == change.row for change in outcome.decision.plan.of(OrderRow))
    assert order["order_id"] not in str(outcome.decision.events)
    desk.run(SOON)
    assert desk.orders()[REF]["Status"] == Status.CANCELLED
    assert drafts(desk) == before


def test_one_that_goes_on_is_told_once_by_the_next_run(desk: GoogleDesk) -> None:
    """The client and the site, each once."""
    before = drafts(desk)
    run_while_somebody_types(desk, "Notes", "they called")
    assert drafts(desk) == before
    moved = order_in(desk.run(SOON), desk)
    assert moved["status_from"] != moved["status_to"]
    assert drafts(desk) - before == Counter(contacts=2)
    desk.run(SOON + timedelta(minutes=5))
    assert drafts(desk) - before == Counter(contacts=2)


def test_the_others_are_written_and_told(desk: GoogleDesk) -> None:
    """Somebody types into another order's row, of which nothing was to be written."""
    before = drafts(desk)
    order = order_in(run_while_somebody_types(desk, "Notes", "they called", "S-02"), desk)
    assert order["status_from"] != order["status_to"]
    assert drafts(desk) != before


def test_one_that_gets_its_number_is_decided_anew(desk: GoogleDesk) -> None:
    header = desk.server.grid("Orders", desk.key)[0]
    cells = {REFERENCE: "NEW-1", "Client": "Nobody yet"}
    desk.people.insert_row("Orders", 4, [cells.get(name) for name in header])
    outcome = run_while_somebody_types(desk, "Client", "Somebody", "NEW-1")
    order = desk.orders()["NEW-1"]
    assert (order["Client"], order["Status"]) == ("Somebody", Status.NEEDS_INFO)
    assert order["Order ID"] in [verdict.order.order_id for verdict in outcome.decision.verdicts]
    assert desk.run().decision.plan.changes == []
