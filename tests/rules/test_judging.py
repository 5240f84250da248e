"""What must hold for any cells at all: judging never raises, and judging again changes nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.cells import Raw
from rules.columns import ClientRow, EngineerRow, ExchangeRow, OrderRow, Owner, RateRow, SiteRow
from rules.memory import Memory
from rules.models import Office
from rules.settings import SettingsFault
from rules.verdict import Verdict
from rules.words import Status
from tests.rules.build import CLEAN, issue, judged, office, order, upto

ODD: list[Raw] = [
    None, "", "-", "?", True, False, 0, 1, -1, 0.5, 1e15, -1e300, 10**14, "999999999999999", "-999999999999999", "1e9",
    "0", "2h", "¥1,000", "0.000000000000000000000000000001", "2026-11-30 09:00", "2026-12-01 10:00", "2027-01-01 09:00",
    "9999-12-31 23:59", "1900-01-01 00:00", "2026/11/30", "2026年11月30日 9時", "03/04/2026 9:00", "2026-03-29 01:30",
    datetime(9999, 12, 31, 23, 59, 59), datetime(1900, 1, 1), date(2026, 11, 30), time(9), timedelta(hours=30),
    "yes", "no", "both", "English", "Senior", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/London",
    "Nowhere/Here", "Eve Entry", "Eve Entry, Nobody", "eve@onsite.example.com", "Acme Ltd", "acme ltd", "JPY", "KWD",
    "standard", "export-exempt", "Parking: 800", "Discount: -999999", "Fee: 999999999999999", "{value}", "%s", "=1+1",
    "evidence-removed: slip", "step-skipped: phoned", "photo-id-not-sent: x\nduplicate-order: y", "client-missing: z",
    "9999-12-31", "2026-11-30..2026-12-30", "2026-12-10 08:00..09:30", "\u202e", "😀" * 5, "a" * 200, "\x00",
]  # fmt: skip
cells = st.one_of(st.sampled_from(ODD), st.text(max_size=12), st.integers(), st.floats(allow_nan=False))


def human(kind: Any) -> list[str]:
    return [column.header for column in kind.columns if column.owner is Owner.HUMAN]


def some(kind: Any, most: int) -> st.SearchStrategy[dict[str, Raw]]:
    return st.dictionaries(st.sampled_from(human(kind)), cells, max_size=most)


SETTINGS = [
    "Time zone", "Urgent below (h)", "Minimum hours", "Default hours", "Grace hours", "Overtime increment (min)",
    "SLA warning share", "Approval deadline (h)", "Tax rate", "Tax rounding", "Payment days", "Home currency",
    "Longest visit (h)", "Invoice needs OK", "Invoice work from",
]  # fmt: skip
BEGUN = [upto(status, travel=travel) for status in (Status.READY, *list(Status)[2:10]) for travel in (True, False)]


@st.composite
def offices(draw: st.DrawFn) -> Office:
    rates = [{**r, **draw(some(RateRow, 2))} for r in ({"Skill level": "Entry", "Hourly rate": 1, "Overtime rate": 2},)]
    made = {
        "client": draw(some(ClientRow, 4)),
        "engineers": draw(st.lists(some(EngineerRow, 3), max_size=2)),
        "exchange": draw(st.lists(some(ExchangeRow, 3), max_size=1)),
        "first_run": draw(st.booleans()),
    }
    if draw(st.booleans()):
        made["rates"] = rates
    try:
        return office(settings=draw(st.dictionaries(st.sampled_from(SETTINGS), cells, max_size=2)), **made)
    except SettingsFault:
        return office(**made)


rows = st.builds(lambda begun, odd: {**begun, **odd}, st.sampled_from(BEGUN), some(OrderRow, 6))
sites = st.lists(some(SiteRow, 3).map(lambda site: {k: v for k, v in site.items() if k != "Order ID"}), max_size=2)
registers = st.lists(st.tuples(rows, sites), min_size=1, max_size=3)
Register = list[tuple[dict[str, Raw], list[dict[str, Raw]]]]


def run(register: Register, beside: Office, memories: list[Memory] | list[None]) -> list[Verdict]:
    return judged(
        [
            order(changes, sites=places, number=number, memory=memory, beside=beside)
            for number, ((changes, places), memory) in enumerate(zip(register, memories, strict=True), 2)
        ],
        beside,
    )


def said(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.status, verdict.flags, verdict.candidates, verdict.billable_h, verdict.sla_due, verdict.lead_time_h,
        verdict.charges, verdict.next_step,
    )  # fmt: skip


@given(registers, offices())
def test_judging_never_raises_and_judging_again_changes_nothing(register: Register, beside: Office) -> None:
    first = run(register, beside, [None] * len(register))
    memories, after = issue(first, beside)
    second = run(register, after, memories)
    assert [said(verdict) for verdict in first] == [said(verdict) for verdict in second]
    assert [verdict.moves for verdict in second] == [()] * len(second)
    assert [verdict.memory for verdict in second] == memories


@given(registers, registers, offices())
def test_so_it_is_after_any_change_by_people(before: Register, later: Register, beside: Office) -> None:
    """The cells of the second register on top of the first's: filled, cleared, changed, cancelled, waived."""
    first = run(before, beside, [None] * len(before))
    memories, after = issue(first, beside)
    changed = [
        ({**old, **new}, more or places)
        for (old, places), (new, more) in zip(before, (later * 3)[: len(before)], strict=True)
    ]
    second = run(changed, after, memories)
    remembered, after = issue(second, after)
    third = run(changed, after, remembered)
    assert [said(verdict) for verdict in second] == [said(verdict) for verdict in third]
    assert [verdict.moves for verdict in third] == [()] * len(third)
    assert [verdict.memory for verdict in third] == remembered


@given(some(OrderRow, 60), sites, offices())
def test_a_row_of_nothing_but_odd_cells(changes: dict[str, Raw], more: list[dict[str, Raw]], beside: Office) -> None:
    verdict = judged([order(changes, sites=more, bare=True, beside=beside)], beside)[0]
    assert all(flag.message for flag in verdict.flags)
    assert verdict.next_step
    assert [flag.holds is not None for flag in verdict.flags] == [flag.severity == "BLOCK" for flag in verdict.flags]


def test_the_clean_order_is_clean() -> None:
    (verdict,) = judged([order(CLEAN)], office())
    assert (verdict.status, verdict.flags, verdict.candidates) == (Status.READY, (), ("Eve Entry",))
