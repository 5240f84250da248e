"""The table of section 4 told a second time, from its sentences alone: whatever people type, both tell the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.words import Severity, Status
from tests.rules.build import Cells, office, story

S = Status
NOW = "2026-12-01 10:00"
PAST, FUTURE = "2026-11-30 20:00", "2026-12-01 10:01"

WAY = [
    S.NEEDS_INFO, S.READY, S.OFFERED, S.SITE_CONFIRMED, S.CONTACTS_SHARED, S.APPROVED, S.TRAVEL_BOOKED, S.ON_SITE,
    S.WORKING, S.COMPLETED, S.INVOICED, S.PAID,
]  # fmt: skip
STEPS = {
    S.OFFERED: "Availability sent at", S.SITE_CONFIRMED: "Site confirmed at", S.CONTACTS_SHARED: "Contacts shared at",
    S.APPROVED: "Approved at", S.TRAVEL_BOOKED: "Travel booked at", S.ON_SITE: "Arrived at",
    S.WORKING: "Work started at", S.COMPLETED: "Completed at",
}  # fmt: skip
BESIDE = {S.OFFERED: "Assigned engineers", S.ON_SITE: "Arrival notified at", S.COMPLETED: "Release approved by"}
"""What a status needs beside its time."""
PAPERS = {"Photo ID needed": "Photo ID sent at", "Paperwork": "Paperwork sent at"}
Block = tuple[str, Status]


def place(status: Status) -> int:
    return WAY.index(S.COMPLETED if status is S.NO_SHOW else status)


@dataclass
class Opinion:
    """An order without any fault but those of its progress. Status, and what is remembered of how it came there."""

    status: Status = S.NEEDS_INFO
    seen: set[str] = field(default_factory=set)
    before: Status | None = None
    settled: bool = False
    cells: dict[str, object] = field(default_factory=dict)

    def run(self, changes: Mapping[str, object]) -> set[Block]:
        """One run at `NOW` after these changes: the BLOCK flags at its end, with the status that each holds back."""
        self.cells |= changes
        for status in self._steps():
            self.status = status
            self._see()
            if status is S.COMPLETED:
                self.seen.discard("No-show at")
        self._see()  # what was filled after the status was reached counts too
        return set() if self.settled else set(self._blocks())

    def _see(self) -> None:
        self.seen |= {header for header in self._evidence(self.status) if self.filled(header)}

    def filled(self, header: str) -> bool:
        return self.cells.get(header) is not None

    def proven(self, header: str) -> bool:
        return self.filled(header) and self.cells[header] != FUTURE

    def _steps(self) -> Iterator[Status]:
        never_invoiced = self.status not in (S.INVOICED, S.PAID)
        if never_invoiced and self.proven("Invoice sent at"):
            self.settled = True
            yield S.INVOICED
        if self.status is S.CANCELLED and not self.proven("Cancelled at"):
            yield self.before or S.NEEDS_INFO
        while self.status is not S.CANCELLED and (status := self._next()):
            yield status

    def _next(self) -> Status | None:
        status, holds = self.status, [place(held) for _, held in self._blocks()]
        if status in (S.INVOICED, S.PAID):
            held = not self.settled and bool(holds)
            return S.PAID if status is S.INVOICED and self.proven("Paid at") and not held else None
        if status in (S.COMPLETED, S.NO_SHOW):
            if status is S.NO_SHOW and self.proven("Completed at"):
                return S.COMPLETED
            worked = self.proven("Completed at") or self.proven("No-show at")
            return S.INVOICED if worked and not [held for held in holds if held <= place(S.INVOICED)] else None
        after = next(s for s in WAY if place(s) > place(status) and self._applies(s))
        if self._done(after) and not [held for held in holds if held <= place(after)]:
            return after
        cancelled = place(status) < place(S.ON_SITE) and self.proven("Cancelled at")
        begun = place(S.APPROVED) <= place(status) and not [held for held in holds if held < place(S.ON_SITE)]
        if begun and not cancelled and self.proven("No-show at") and not self._next_is_removed():
            return S.NO_SHOW
        if cancelled:
            self.before = status
            return S.CANCELLED
        return None

    def _next_is_removed(self) -> bool:
        """`evidence-removed` holds back the next status, and No-show with it; only On site is another matter."""
        return any(code == "evidence-removed" and held is not S.ON_SITE for code, held in self._blocks())

    def _applies(self, status: Status) -> bool:
        return status is not S.TRAVEL_BOOKED or self.cells.get("Travel needed") == "yes"

    def _done(self, status: Status) -> bool:
        if status is S.READY:
            return True
        papers = all(not self.filled(asked) or self.proven(sent) for asked, sent in PAPERS.items())
        beside = status not in BESIDE or self.proven(BESIDE[status])
        return self.proven(STEPS[status]) and beside and (papers or status is not S.CONTACTS_SHARED)

    def _evidence(self, status: Status) -> list[str]:
        more = ["No-show at"] if status is S.NO_SHOW else []
        return [header for table in (STEPS, BESIDE) if (header := table.get(status))] + more

    def _blocks(self) -> Iterator[Block]:
        if self.status in (S.PAID, S.CANCELLED):
            return
        no_show = self.status is S.NO_SHOW or "No-show at" in self.seen
        for code, held in self._found(no_show):
            if not (no_show and held is S.ON_SITE):
                yield code, held

    def _found(self, no_show: bool) -> Iterator[Block]:
        cells, early = self.cells, place(self.status) < place(S.ON_SITE)
        gone = {header for header in self.seen if not self.filled(header)}
        unapproved = self.filled("Arrived at") and not self.filled("Approved at")
        few = self.filled("Availability sent at") and not self.filled("Assigned engineers")
        if few and early:
            yield "engineers-too-few", S.OFFERED
        for (asked, sent), code in zip(PAPERS.items(), ("photo-id-not-sent", "paperwork-not-sent"), strict=True):
            if early and self.filled("Contacts shared at") and self.filled(asked) and not self.filled(sent):
                yield code, S.CONTACTS_SHARED
        for status, header in STEPS.items():
            later = [STEPS[s] for s in STEPS if place(s) > place(status) and self._applies(s)]
            mine = self._applies(status) and not self.filled(header) and header not in gone
            if mine and any(map(self.filled, later)) and not (status is S.APPROVED and self.filled("Arrived at")):
                yield "step-skipped", status
        if unapproved:
            yield "visit-without-approval", S.ON_SITE
        for status, code in ((S.ON_SITE, "arrival-not-notified"), (S.COMPLETED, "release-not-approved")):
            if self.filled(STEPS[status]) and not self.filled(BESIDE[status]) and BESIDE[status] not in gone:
                yield code, status
        for header in gone:
            if header != "Approved at" or not unapproved or no_show:
                yield "evidence-removed", self._after()
        if place(self.status) < place(S.INVOICED):
            too_late = cells.get("Approved at") == FUTURE and cells.get("No-show at") == PAST
            if self.filled("No-show at") and (too_late or not self.filled("Approved at")):
                yield "no-show-before-approval", S.INVOICED
            if self.proven("Paid at"):
                yield "paid-without-invoice", S.PAID
        if self.status in (S.COMPLETED, S.NO_SHOW) and {"No-show at", "Completed at"} <= {h for h in cells if cells[h]}:
            yield "no-show-and-completed", S.INVOICED

    def _after(self) -> Status:
        if place(self.status) >= place(S.COMPLETED):
            return WAY[place(self.status) + 1]
        return next(s for s in WAY if place(s) > place(self.status) and self._applies(s))


TYPED: list[Cells] = [
    *({header: value} for header in STEPS.values() for value in (PAST, None)),
    *({header: FUTURE} for header in STEPS.values()),
    *({"Arrival notified at": value} for value in (PAST, None, FUTURE)),
    *({"Release approved by": value} for value in ("Sam", None)),
    *({"Assigned engineers": value} for value in ("Eve Entry", None)),
    *({header: value} for header in ("No-show at", "Cancelled at") for value in (PAST, PAST, PAST, None, None, FUTURE)),
    *({"Paid at": value} for value in (PAST, None, FUTURE)), *({"Completed at": value} for value in (PAST, PAST, None)),
    *({"Travel needed": value} for value in ("yes", None)), {"Invoice sent at": PAST},
    *({"Photo ID needed": value} for value in ("yes", None)), *({"Paperwork": value} for value in ("NDA", None)),
    *({sent: value} for sent in PAPERS.values() for value in (PAST, None, FUTURE)),
]  # fmt: skip


def begun(steps: int) -> Cells:
    """The first so many steps, done in order."""
    done = list(STEPS.items())[:steps]
    cells = {header: PAST for _, header in done if header != "Travel booked at"}
    return cells | {BESIDE[s]: "Eve Entry" if s is S.OFFERED else PAST for s, _ in done if s in BESIDE}


edits = st.lists(st.sampled_from(TYPED), min_size=1, max_size=4).map(
    lambda typed: {k: v for one in typed for k, v in one.items()}
)


START = st.sampled_from([2, 4, 5, 5, 5, 6, 7, 8, 8])
"""Most of what can go wrong does so around the visit."""
RUNS = st.lists(edits, min_size=2, max_size=5)


def both_tell_the_same(steps: int, typed: Sequence[Cells]) -> None:
    opinion, runs = Opinion(), [{"Travel cost": 1100, **begun(steps)}, *typed]
    for changes, verdict in zip(runs, story(*((NOW, one) for one in runs), beside=office()), strict=True):
        blocks = opinion.run(changes)
        said = {(flag.code, flag.holds) for flag in verdict.flags if flag.severity is Severity.BLOCK}
        assert (verdict.status, said) == (opinion.status, blocks), opinion


@settings(max_examples=60)
@given(START, RUNS)
def test_both_tell_the_same_of_whatever_people_type(steps: int, typed: Sequence[Cells]) -> None:
    both_tell_the_same(steps, typed)


@pytest.mark.slow
@settings(max_examples=4_000)
@given(START, RUNS)
def test_both_tell_the_same_of_very_much(steps: int, typed: Sequence[Cells]) -> None:
    both_tell_the_same(steps, typed)
