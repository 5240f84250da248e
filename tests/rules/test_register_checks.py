"""What is wrong with the row itself: unreadable cells, orders that stand twice, waivers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.cells import Raw
from rules.memory import Memory
from rules.models import Office
from rules.verdict import Verdict
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, judge, judged, office, order, places, upto

DATES = [
    "Received at", "Urgent call at", "Availability sent at", "Site confirmed at", "Paperwork sent at",
    "Photo ID sent at", "Contacts shared at", "Approved at", "Travel booked at", "Arrived at",
    "Arrival notified at", "Work started at", "Completed at", "No-show at", "Cancelled at", "Invoice sent at",
    "Paid at",
]  # fmt: skip


@pytest.mark.parametrize("header", DATES)
@pytest.mark.parametrize("raw", ["last Monday", "2026-11-20", "03/04/2026 9:00", 46000, True])
def test_dates_that_cannot_be_read(header: str, raw: Raw) -> None:
    found = flag(judge({header: raw}), "cell-unreadable")
    assert (found.column, found.site) == (header, 1 if header == "Site confirmed at" else None)
    assert (found.severity, found.holds) == (Severity.BLOCK, Status.READY)


@pytest.mark.parametrize(
    ("header", "raw"),
    [
        ("Time zone", "JST"), ("Time zone", "../../etc/passwd"), ("Time zone", 9),
        ("Photo ID needed", "tbc"), ("Travel needed", 2), ("Travel cost includes tax", "10 %"),
        ("Travel cost", "a lot"), ("Travel cost", "1e3"), ("Travel cost", "1,00"),
        ("Other charges", "Parking 800"), ("Other charges", "Parking: 800\nTaxi"), ("Other charges", 800),
        ("Other charges", "Parking: free"),
    ],
)  # fmt: skip
def test_other_cells_that_cannot_be_read(header: str, raw: Raw) -> None:
    verdict = judge({header: raw})
    assert places(verdict, "cell-unreadable") == [(None, header)]
    assert verdict.status is Status.NEEDS_INFO


@pytest.mark.parametrize(
    ("header", "raw"),
    [
        ("Time zone", "Singapore"), ("Time zone", "asia/tokyo "), ("Photo ID needed", "○"), ("Travel needed",
        "いいえ"), ("Travel needed", 0),
        ("Travel cost", "$1,940.50"), ("Travel cost", 0), ("Other charges",
        "Parking: 800\nDiscount: -5,000\n"), ("Other charges", "駐車場：800円"),
        ("Approved at", "2026年11月20日 午後1時"), ("Photo ID needed", None), ("Approved at", "#VALUE!"),
    ],
)  # fmt: skip
def test_cells_that_can(header: str, raw: Raw) -> None:
    assert "cell-unreadable" not in codes(judge({header: raw}))


@pytest.mark.parametrize(
    "header", ["Planned start", "Reserved hours", "Engineers needed", "Skill level", "Language", "Tax", "Currency"]
)
def test_cells_with_a_rule_of_their_own(header: str) -> None:
    verdict = judge({header: "?!"})
    assert "cell-unreadable" not in codes(verdict)
    assert codes(verdict) != []


def test_one_flag_a_cell_and_in_further_sites_too() -> None:
    verdict = judge({"Photo ID needed": "tbc", "Approved at": "x"}, sites=[{}, {"Site confirmed at": "soon"}])
    assert places(verdict, "cell-unreadable") == [
        (None, "Photo ID needed"), (None, "Approved at"), (3, "Site confirmed at"),
    ]  # fmt: skip


def test_an_unreadable_cell_cannot_be_waived_and_holds_wherever_the_order_stands() -> None:
    verdict = judge({**upto(Status.WORKING), "Travel cost": "much", "Waived flags": "cell-unreadable: never mind"})
    assert codes(verdict) == ["cell-unreadable", "waiver-refused"]
    assert verdict.status is Status.NEEDS_INFO
    memory = Memory(status=Status.WORKING)
    done = judge({**upto(Status.COMPLETED), "Travel cost": "much"}, memory=memory)
    assert (flag(done, "cell-unreadable").column, done.status) == ("Travel cost", Status.WORKING)


# --- the same order twice


def pair(first: Cells, second: Cells, beside: Office | None = None) -> list[Verdict]:
    place = beside or office()
    return judged([order(first, beside=place), order(second, beside=place, number=3)], place)


OTHER: dict[str, Raw] = {"Client reference": "AC-2", "Site address": "elsewhere"}


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ({}, True),
        ({"Site address": "elsewhere"}, True),
        ({"Client reference": "ac-1 ", "Planned start": None}, True),
        ({"Client reference": "ＡＣ－１", "Site address": None}, True),
        ({"Client reference": None}, True),
        ({"Client reference": "AC-2"}, True),
        ({"Client reference": "AC-2", "Site address": "１-１  marunouchi, Tokyo "}, True),
        ({"Client reference": "AC-2", "Planned start": "2026年12月10日 9時"}, True),
        ({"Client reference": "AC-2", "Planned start": "2026-12-10 00:00", "Time zone": "Europe/London"}, True),
        ({"Client reference": "AC-2", "Planned start": "2026-12-10 09:01"}, False),
        ({"Client reference": "AC-2", "Time zone": "Europe/London"}, False),
        ({"Client reference": "AC-2", "Site address": "1-2 Marunouchi, Tokyo"}, False),
        ({"Client reference": "AC-2", "Site address": None}, False),
        ({"Client": "Bravo Ltd"}, False),
        ({"Client": "(株) Nobody"}, False),
        ({"Cancelled at": "2026-11-30 09:00"}, False),
        ({"Paid at": "2026-11-01 09:00"}, False),
    ],
)
def test_what_makes_two_orders_the_same(second: Cells, alike: bool) -> None:
    beside = office(clients=[{"Client": "Bravo Ltd", "Terms agreed on": "2026-01-01"}], first_run=True)
    one, two = pair({}, second, beside)
    assert ("duplicate-order" in codes(one)) is alike
    assert ("duplicate-order" in codes(two)) is alike
    if alike:
        assert "ORD-2026-0002" in flag(one, "duplicate-order").message
        assert "ORD-2026-0001" in flag(two, "duplicate-order").message
        assert {flag(v, "duplicate-order").severity for v in (one, two)} == {Severity.WARN}
        assert one.status is Status.READY


def test_blank_references_are_nobodys() -> None:
    assert "duplicate-order" not in codes(pair({"Client reference": None}, {**OTHER, "Client reference": "-"})[1])


def test_an_unknown_client_silences_it() -> None:
    assert all("duplicate-order" not in codes(v) for v in pair({"Client": "Nobody"}, {"Client": "Nobody"}))


def test_three_alike_name_the_two_others() -> None:
    place = office()
    three = judged([order({}, beside=place, number=number) for number in (2, 3, 4)], place)
    message = flag(three[1], "duplicate-order").message
    assert "ORD-2026-0001" in message and "ORD-2026-0003" in message


def test_each_other_is_named_with_what_is_the_same() -> None:
    """One has the same reference, the other the same place and time: neither flag may say both."""
    place = office()
    others: list[Cells] = [{"Site address": "elsewhere"}, {"Client reference": "AC-2"}]
    orders = [order({}, beside=place), *(order(o, beside=place, number=n) for n, o in enumerate(others, 3))]
    found = [flag for flag in judged(orders, place)[0].flags if flag.code == "duplicate-order"]
    assert [(f.column, "ORD-2026-0002" in f.message, "ORD-2026-0003" in f.message) for f in found] == [
        ("Client reference", True, False), ("Site address", False, True),
    ]  # fmt: skip


TWO: list[dict[str, Raw]] = [{}, {"Engineer": "Bob"}]
HELD = office(client={"Tax": None}, engineers=TWO)
"""Nothing gets past Completed: Tax is missing."""


def by_bob(status: Status) -> dict[str, Raw]:
    """As `upto`, with another engineer, so that nobody is booked twice."""
    return {**upto(status), "Assigned engineers": "Bob"}


def test_the_higher_id_is_not_invoiced_once_the_other_is_done() -> None:
    first, second = pair(upto(Status.COMPLETED), by_bob(Status.COMPLETED), HELD)
    assert (first.status, flag(first, "duplicate-order").severity) == (Status.COMPLETED, Severity.WARN)
    found = flag(second, "duplicate-order")
    assert (found.severity, found.holds, second.status) == (Severity.BLOCK, Status.INVOICED, Status.COMPLETED)


@pytest.mark.parametrize("status", [Status.READY, Status.APPROVED, Status.WORKING])
def test_an_unfinished_twin_is_only_a_warning(status: Status) -> None:
    _, second = pair(upto(status), by_bob(Status.COMPLETED), office(engineers=TWO))
    assert flag(second, "duplicate-order").severity is Severity.WARN
    assert second.status is Status.INVOICED


def test_a_lower_twin_invoiced_in_the_same_run_holds_the_higher_back() -> None:
    first, second = pair(upto(Status.COMPLETED), by_bob(Status.COMPLETED), office(engineers=TWO))
    assert (first.status, second.status) == (Status.INVOICED, Status.COMPLETED)
    assert flag(first, "duplicate-order").severity is Severity.WARN
    assert flag(second, "duplicate-order").holds is Status.INVOICED


def test_a_no_show_counts_as_done() -> None:
    gone = {**upto(Status.APPROVED), "Planned start": "2026-11-30 09:00", "No-show at": "2026-11-30 09:30"}
    _, second = pair(gone, {"Site address": "elsewhere"}, HELD)
    assert flag(second, "duplicate-order").holds is Status.INVOICED


def test_a_waiver_lets_both_be_invoiced() -> None:
    waived = {**by_bob(Status.COMPLETED), "Waived flags": "duplicate-order: two visits"}
    first, second = pair(upto(Status.COMPLETED), waived, office(engineers=TWO))
    assert (first.status, second.status) == (Status.INVOICED, Status.INVOICED)
    assert flag(second, "duplicate-order").severity is Severity.INFO


@pytest.mark.parametrize(("days", "seen"), [(30, True), (31, False)])
def test_an_invoiced_twin_counts_for_a_month(days: int, seen: bool) -> None:
    beside = office()
    invoiced = beside.today - timedelta(days=days)
    old = Memory(status=Status.INVOICED, settled=True, invoiced_on=invoiced)
    place = office()
    orders = [
        order(upto(Status.COMPLETED), memory=old, beside=place),
        order(OTHER | {"Client reference": "AC-1"}, number=3, beside=place),
    ]
    assert ("duplicate-order" in codes(judged(orders, place)[1])) is seen


# --- the same Order ID twice


def test_neither_of_two_rows_with_one_id_moves() -> None:
    place = office()
    rows = [
        order(upto(Status.COMPLETED), beside=place, twice=(3,)),
        order({**OTHER, **upto(Status.APPROVED)}, beside=place, number=3, order_id="ORD-2026-0001", twice=(2,)),
    ]
    for verdict, other in zip(judged(rows, place), ("3", "2"), strict=True):
        found = flag(verdict, "order-id-duplicate")
        assert (found.holds, found.column, found.value) == (Status.READY, "Order ID", "ORD-2026-0001")
        assert other in found.message
        assert (verdict.status, verdict.moves) == (Status.NEEDS_INFO, ())


@pytest.mark.parametrize("status", [Status.APPROVED, Status.INVOICED, Status.PAID, Status.CANCELLED])
def test_it_is_told_at_every_status_and_cannot_be_waived(status: Status) -> None:
    cells = {
        "Waived flags": "order-id-duplicate: I know",
        "Paid at": "2026-11-30 09:00",
        "Cancelled at": "2026-11-30 09:00",
    }
    verdict = judge(cells, memory=Memory(status=status), twice=(7,))
    assert (flag(verdict, "order-id-duplicate").severity, verdict.status) == (Severity.BLOCK, status)
