"""What is due to be said after each run of a story: decided once, and again only where it is something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.catalogue import CATALOGUE
from rules.memory import Told
from rules.message import Kind, Message
from rules.verdict import Verdict
from rules.words import Severity, Status
from sync.documents.asking import ITEMS
from tests.rules.build import Cells, judge, office, order, story, upto

BAD = {"Site phone": "03-1234-5678"}
ENGINEERS = [{}, {"Engineer": "Taro Two", "Email": "taro@onsite.example.com"}]


def said(runs: Sequence[Verdict]) -> list[list[str]]:
    """Kinds and sites by run."""
    return [[f"{m.kind}{'' if m.site is None else m.site}" for m in run.messages] for run in runs]


def at(minute: int) -> str:
    return f"2026-12-01 10:{minute:02}"


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([(0, BAD), (9, {}), (10, {}), (11, {})], [[], [], ["missing"], []]),
        ([(0, BAD), (9, {"Client": None}), (12, {}), (19, {})], [[], [], [], ["missing"]]),
        ([(0, BAD), (10, {}), (11, {"Floor": None}), (30, {})], [[], ["missing"], [], []]),
        ([(0, BAD), (10, {}), (11, {"Client": None}), (12, {"Client": "Acme Ltd"}), (30, {})],
         [[], ["missing"], [], [], []]),
        ([(0, BAD), (10, {}), (11, {"Client": None}), (21, {}), (22, {"Client": "Acme Ltd"}), (32, {})],
         [[], ["missing"], [], ["missing"], [], ["missing"]]),
        ([(0, BAD), (5, {"Site phone": "+81 3-1234-5679"}), (30, {})], [[], [], []]),
        ([(0, {**BAD, "Waived flags": "phone-country-code: known"}), (30, {})], [[], []]),
    ],
)  # fmt: skip
def test_what_is_missing(runs: Sequence[tuple[int, Any]], expected: list[list[str]]) -> None:
    assert said(story(*((at(minute), cells) for minute, cells in runs))) == expected


def test_without_a_delay_it_is_asked_for_at_once() -> None:
    assert said(story((at(0), BAD), beside=office(settings={"Message delay (min)": 0}))) == [["missing"]]


def test_the_first_runs_flags_count_as_told() -> None:
    runs = story((at(0), BAD), (at(30), {}), (at(31), {"Client": None}), (at(41), {}), beside=office(first_run=True))
    assert said(runs) == [[], [], [], ["missing"]]


def test_every_flag_that_a_client_can_mend_has_words() -> None:
    held = {rule.code for rule in CATALOGUE.values() if rule.severity is Severity.BLOCK and rule.holds is Status.READY}
    assert set(ITEMS) == held - {"order-id-duplicate"}


def test_engineers_are_told_of_again_where_they_are_others() -> None:
    runs = story(
        (at(0), {"Assigned engineers": "Eve Entry"}), (at(1), {"Assigned engineers": "Taro Two"}), (at(2), {}),
        (at(3), {"Availability sent at": at(3)}), (at(4), {"Assigned engineers": "eve entry"}),
        beside=office(engineers=ENGINEERS),
    )  # fmt: skip
    assert said(runs) == [["availability"], ["availability"], [], ["confirm1"], ["availability"]]
    assert [m.sequence for run in runs for m in run.messages if m.kind is Kind.AVAILABILITY] == [0, 1, 2]


@pytest.mark.parametrize("cells", [
    {"Assigned engineers": "Nobody Known"}, {"Assigned engineers": "Eve Entry", "Engineers needed": 2}, {},
])  # fmt: skip
def test_engineers_that_are_not_in_order_are_not_told_of(cells: Any) -> None:
    assert said(story((at(0), cells))) == [[]]


def test_an_approval_of_before_the_first_run_is_no_news_later() -> None:
    """As where Arrived at stood in the wrong row, and the order goes back."""
    back = {"Arrived at": None, "Waived flags": "evidence-removed: the wrong row"}
    runs = story((at(0), upto(Status.ON_SITE)), (at(1), back), beside=office(first_run=True))
    assert [run.status for run in runs] == [Status.ON_SITE, Status.APPROVED] and said(runs) == [[], []]


def test_an_order_that_is_held_back_on_the_first_run_has_its_approval_said_later() -> None:
    first = {**upto(Status.APPROVED), "Site phone": "03-1234-5678"}
    runs = story((at(0), first), (at(1), {"Site phone": "+81 3 1234 5678"}), beside=office(first_run=True))
    assert [run.status for run in runs] == [Status.NEEDS_INFO, Status.APPROVED] and said(runs) == [[], ["approved"]]


def test_what_was_told_by_hand_is_not_told_again() -> None:
    assert said(story((at(0), upto(Status.OFFERED)))) == [["confirm1"]]


def test_a_change_that_is_changed_back_is_told_too() -> None:
    runs = story(
        (at(0), upto(Status.APPROVED)), (at(1), {"Planned start": "2026-12-11 09:00"}),
        (at(2), {"Planned start": "2026-12-10 09:00"}), (at(3), {}),
    )  # fmt: skip
    assert said(runs) == [["approved"], ["changed", "changed1"], ["changed", "changed1"], []]
    assert [[m.sequence for m in run.messages] for run in runs] == [[0], [1, 1], [2, 2], []]
    assert len({m.key for run in runs for m in run.messages}) == 5


def test_a_change_that_cannot_be_told_yet_waits() -> None:
    runs = story(
        (at(0), upto(Status.SITE_CONFIRMED)), (at(1), {"Planned start": "?"}),
        (at(2), {"Planned start": "2026-12-12 09:00"}),
    )  # fmt: skip
    assert said(runs) == [["contacts", "contacts1"], [], ["changed", "changed1"]]
    assert runs[2].messages[0].altered[0].before.startswith("2026-12-10")


@pytest.mark.parametrize(
    ("end", "back"),
    [
        ({"Invoice sent at": at(1)}, {"Invoice sent at": None}),
        ({"Cancelled at": at(1), "Other charges": "Fee: 5000"}, {"Cancelled at": None, "Other charges": None}),
    ],
    ids=["settled by hand", "cancelled for a fee"],
)
def test_what_was_told_outlasts_an_invoice_before_the_visit(end: Cells, back: Cells) -> None:
    """An undo or a credit note takes it back, and calendars know a later version by its number."""
    before, ended = story((at(0), {"Assigned engineers": "Eve Entry"}), (at(2), end))
    assert (before.memory.told, ended.status) == (ended.memory.told, Status.INVOICED)
    (again,) = story(
        (at(3), {**upto(Status.READY), "Assigned engineers": "Eve Entry", "Planned start": "2026-12-11 09:00"}),
        memory=before.memory.model_copy(update={"told": ended.memory.told}),
    )
    assert again.memory.told == before.memory.told  # the same engineers are not promised again


def test_nothing_of_a_visit_is_told_once_it_began() -> None:
    runs = story((at(0), upto(Status.ON_SITE)), (at(1), {"Site address": "9-9 Ebisu, Tokyo"}))
    assert said(runs) == [["arrival"], []]


def test_two_places_with_one_contact_are_one_letter() -> None:
    same = {"Site email": "sam@site.example.com", "Site address": "1-1 Marunouchi, Tokyo"}
    assert said(story((at(0), upto(Status.OFFERED)), sites=[same, {}])) == [["confirm1", "confirm3"]]


def heard(*runs: tuple[Cells, Sequence[Cells]]) -> list[list[str]]:
    """What further sites make of it: by run, kinds with the sites of the letter."""
    memory, found, cells = None, [], dict[str, Any]()
    for minute, (changes, sites) in enumerate(runs):
        cells |= changes
        verdict = judge(cells, office(at(minute)), sites=sites, memory=memory)
        assert not judge(cells, office(at(minute)), sites=sites, memory=verdict.memory).messages
        memory = verdict.memory
        letters = [(m, "+".join(str(s.number) for s in m.visit.stops)) for m in verdict.messages if m.visit]
        found.append([f"{m.kind}{'' if m.site is None else stops}" for m, stops in letters])
        assert all(m.site in (None, int(stops.partition("+")[0])) for m, stops in letters)
    return found


SEEN: Cells = {"Site confirmed at": "2026-11-20 11:00"}
OTHER: Cells = {"Site address": "5-5 Umeda, Osaka"}
THIRD: Cells = {"Site email": "third@site.example.com"}
THERE = upto(Status.SITE_CONFIRMED)
STAGES = (Status.OFFERED, Status.SITE_CONFIRMED, Status.APPROVED)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([(THERE, [SEEN]), ({}, [{**SEEN, **OTHER}]), ({}, [SEEN])],
         [["contacts", "contacts1", "contacts2"], ["changed", "changed2"], ["changed", "changed2"]]),
        ([(THERE, [SEEN]), ({}, [{**SEEN, "Floor": "9F"}]), ({}, [SEEN])],
         [["contacts", "contacts1", "contacts2"], [], []]),
        ([(THERE, [SEEN]), ({}, [{**SEEN, **THIRD}]), ({}, [SEEN])],
         [["contacts", "contacts1", "contacts2"], ["contacts2"], []]),
        ([(THERE, [SEEN]), ({}, [{**SEEN, **THIRD, **OTHER}])],
         [["contacts", "contacts1", "contacts2"], ["contacts2", "changed"]]),
        ([(THERE, [SEEN, {**SEEN, **OTHER}]), ({}, [{**SEEN, **OTHER}, SEEN])],
         [["contacts", "contacts1", "contacts2", "contacts3"], []]),
        ([(THERE, [{**SEEN, "Site email": None}]), ({}, []), ({}, [{**SEEN, **OTHER, "Site email": None}])],
         [["contacts", "contacts1", "contacts2"], ["changed"], ["contacts2", "changed"]]),
    ],
    ids=["address", "floor", "another person", "both", "sorted", "nobody known, another person"],
)  # fmt: skip
def test_nobody_gets_contacts_again_because_an_address_was_mended(runs: Any, told: list[list[str]]) -> None:
    assert heard(*runs) == told


def test_contacts_that_an_earlier_version_remembered_count_as_told() -> None:
    first = judge(THERE, sites=[SEEN, SEEN])
    assert first.memory.told
    sites = order(THERE, sites=[SEEN, SEEN]).sites
    kinds = ("contacts", *(f"contacts {site.mark}" for site in sites[:2]))
    old = first.memory.model_copy(update={"told": first.memory.told.model_copy(update={"kinds": kinds})})
    again = judge(THERE, sites=[SEEN, SEEN], memory=old)
    mended = judge(THERE, sites=[SEEN, {**SEEN, **OTHER}], memory=again.memory)
    assert said([again, mended]) == [[], ["changed", "changed3"]]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([(THERE, []), ({}, [{}]), ({}, [SEEN])], [["contacts", "contacts1"], ["changed", "confirm2"], ["contacts2"]]),
        ([(THERE, []), ({}, [SEEN])], [["contacts", "contacts1"], ["contacts2", "changed"]]),
        ([(upto(Status.APPROVED), []), ({}, [{}]), ({}, [SEEN])], [["approved"], ["changed", "confirm2"], []]),
        ([(upto(Status.APPROVED), []), ({}, [SEEN])], [["approved"], ["changed", "changed2"]]),
        ([(THERE, []), ({}, [{}]), ({}, [OTHER]), ({}, [{}])],
         [["contacts", "contacts1"], ["changed", "confirm2"], ["changed", "confirm2"], ["changed", "changed2"]]),
        ([(THERE, []), ({"Planned start": "2026-12-11 09:00"}, [{}])],
         [["contacts", "contacts1"], ["changed", "confirm2", "changed1"]]),
        ([(THERE, [SEEN]), ({}, [{}]), ({}, [OTHER])],
         [["contacts", "contacts1", "contacts2"], [], ["changed", "changed2"]]),
        ([({**THERE, "Site confirmed at": None}, []), (THERE, []), ({}, [SEEN])],
         [["confirm1"], ["contacts", "contacts1"], ["contacts2", "changed"]]),
        ([(upto(Status.APPROVED), []), ({}, [{"Site email": None}]), ({}, [{}])],
         [["approved"], ["changed", "confirm2"], ["confirm2"]]),
        ([(upto(Status.APPROVED), []), ({}, [{"Site email": None}]), ({"Planned start": "2026-12-11 09:00"}, [{}])],
         [["approved"], ["changed", "confirm2"], ["changed", "confirm2", "changed1"]]),
    ],
    ids=["then contacts", "confirmed already", "approved", "approved and confirmed", "mended before it confirmed",
         "another start too", "its confirmation removed", "after the request", "e-mail typed later",
         "e-mail typed later, another start"],
)  # fmt: skip
def test_a_place_that_is_added_later_is_asked_to_confirm(runs: Any, told: list[list[str]]) -> None:
    assert heard(*runs) == told


def test_contacts_are_not_all_shared_where_a_place_has_not_confirmed() -> None:
    """They waited for engineers, say, and meanwhile somebody added a place: Contacts shared at is a person's then."""
    waiting = judge(THERE).memory.model_copy(update={"told": Told()})
    later = judge(THERE, sites=[{}], memory=waiting)
    assert [(m.kind, m.site) for m in later.messages if not m.whole] == [(Kind.CONTACTS, None), (Kind.CONTACTS, 1)]
    assert [(m.kind, m.site) for m in later.messages if m.whole] == [(Kind.CONFIRM, 2)]
    assert [m.whole for m in judge(THERE, memory=waiting).messages] == [True] * 2


def test_which_floor_was_asked_stays_known() -> None:
    offered, upper = upto(Status.OFFERED), {"Floor": "9F"}
    assert heard((offered, [SEEN, upper]), ({}, [upper])) == [["confirm1", "confirm3"], []]
    assert heard((offered, [upper, SEEN]), ({}, [upper, {}])) == [["confirm1", "confirm2"], ["confirm3"]]
    assert heard((offered, [{}]), ({}, [upper]), ({}, [upper, {}])) == [["confirm1", "confirm2"], [], ["confirm3"]]


def test_requests_that_an_earlier_version_remembered_count_as_told() -> None:
    first = judge(upto(Status.OFFERED), sites=[{}])
    assert first.memory.told
    kinds = tuple(f"confirm {site.mark}" for site in order(sites=[{}]).sites)
    old = first.memory.model_copy(update={"told": first.memory.told.model_copy(update={"kinds": kinds})})
    assert said([judge(upto(Status.OFFERED), sites=[{}], memory=old)]) == [[]]


def test_a_letter_names_every_place_that_it_is_for() -> None:
    offered, sent = upto(Status.OFFERED), [["confirm1", "confirm2+3"]]
    assert heard((offered, [{}, {}])) == sent
    assert heard((offered, [{}, {}]), ({}, [{}, {}, {}]), ({}, [SEEN] * 3)) == [*sent, ["confirm4"], []]
    assert heard((offered, [SEEN]), ({}, [{}, SEEN]), (SEEN, [SEEN, SEEN])) == [
        ["confirm1"], ["confirm2"], ["contacts", "contacts1", "contacts2+3"],
    ]  # fmt: skip
    changed = heard((THERE, [SEEN, SEEN]), ({"Planned start": "2026-12-11 09:00"}, [SEEN, SEEN]))
    assert changed == [["contacts", "contacts1", "contacts2+3"], ["changed", "changed1", "changed2+3"]]
    assert heard((THERE, [SEEN]), ({}, [SEEN, {}]), ({}, [SEEN, SEEN])) == [
        ["contacts", "contacts1", "contacts2"], ["changed", "confirm3"], ["contacts3"],
    ]  # fmt: skip


ROWS: list[Cells] = [
    {**place, **whom, **seen, "Floor": floor}
    for place in ({}, OTHER) for whom in ({}, THIRD) for seen in ({}, SEEN, {"Site confirmed at": at(0)})
    for floor in ("2F", "3F", "4F")
]  # fmt: skip


def gone(message: Message, then: Mapping[int, str], now: Mapping[int, str]) -> bool:
    """Whether a place that a message is for is no longer there. Places are names by number."""
    assert message.visit and message.site
    return not {then[stop.number] for stop in message.visit.stops} <= set(now.values())


@example([[{**THIRD, **SEEN, "Floor": "3F"}, {**THIRD, "Floor": "2F"}], [{**THIRD, "Floor": "3F"}],
          [{**THIRD, "Floor": "3F"}, {**THIRD, "Floor": "2F"}]], Status.OFFERED)  # fmt: skip
@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from(ROWS), max_size=3, unique_by=lambda row: row["Floor"]), min_size=2, max_size=6),
    st.sampled_from(STAGES),
)
def test_whatever_becomes_of_further_sites_nothing_is_said_twice(runs: Sequence[Any], status: Status) -> None:
    """Every run is made again at once, and then finds and remembers the same. What was decided once is decided again
    only for a place that went and came back; by its key it goes out once then too.
    """
    memory, told, most, first = None, list[Message](), Counter[str](), dict[str, int]()
    places = [{site.number: site.name for site in order(sites=sites).sites} for sites in runs]
    for minute, sites in enumerate(runs):
        beside = office(at(minute))
        verdict = judge(upto(status), beside, sites=sites, memory=memory)
        memory = verdict.memory
        again = judge(upto(status), beside, sites=sites, memory=memory)
        assert (again.messages, again.flags, again.memory) == ((), verdict.flags, memory)
        told += verdict.messages
        for message in verdict.messages:
            since = first.setdefault(message.key, minute)
            assert since == minute or any(gone(message, places[since], between) for between in places[since:minute])
        most |= Counter(place.row.site_email.text for place in order(sites=sites).sites)
    contacts = Counter(message.to for message in told if message.kind is Kind.CONTACTS and message.site)
    assert contacts <= most


def test_a_time_that_proves_nothing_asks_for_no_release() -> None:
    assert said(story((at(0), {**upto(Status.WORKING), "Completed at": "2026-12-02 12:00"}))) == [["arrival"]]


def test_a_release_is_asked_for_once_and_not_where_it_is_waived() -> None:
    done = {**upto(Status.WORKING), "Completed at": "2026-11-30 12:00"}
    assert said(story((at(0), upto(Status.WORKING)), (at(1), done), (at(2), {}))) == [["arrival"], ["release"], []]
    waived = {**done, "Waived flags": "release-not-approved: by phone"}
    assert said(story((at(0), upto(Status.WORKING)), (at(1), waived))) == [["arrival"], []]


def test_a_cancelled_order_says_nothing() -> None:
    assert said(story((at(0), {**upto(Status.OFFERED), "Cancelled at": "2026-12-01 09:00"}))) == [[]]


EDITS: list[Any] = [
    {"Assigned engineers": "Eve Entry"}, {"Assigned engineers": "Taro Two"}, {"Assigned engineers": "Nobody"},
    {"Availability sent at": "2026-12-01 10:00"}, {"Site confirmed at": "2026-12-01 10:00"},
    {"Contacts shared at": "2026-12-01 10:00"}, {"Approved at": "2026-12-01 10:00"}, {"Approved at": None},
    {"Arrived at": "2026-12-01 10:00"}, {"Arrival notified at": "2026-12-01 10:00"},
    {"Work started at": "2026-12-01 10:00"}, {"Completed at": "2026-12-01 10:00"}, {"Release approved by": "Sam"},
    {"Planned start": "2026-12-11 09:00"}, {"Planned start": "2026-12-10 09:00"}, {"Planned start": "?"},
    {"Site address": "9-9 Ebisu, Tokyo"}, {"Site address": None}, {"Site phone": "03-1234-5678"},
    {"Site phone": "+81 3-1234-5679"}, {"Cancelled at": "2026-12-01 10:00"}, {"Cancelled at": None},
    {"No-show at": "2026-12-01 10:00"}, {"Language": "both"}, {"Site email": None},
    {"Waived flags": "step-skipped: known"}, {"Waived flags": "evidence-removed: a slip"},
]  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.sampled_from(EDITS), max_size=9), st.sampled_from(list(upto(Status.WORKING))))
def test_whatever_people_type_nothing_is_said_twice(edits: Sequence[Any], until: str) -> None:
    """Every run is made again at once, and then finds nothing; entries have a new number only with new content."""
    begun = dict(list(upto(Status.WORKING).items())[: list(upto(Status.WORKING)).index(until)])
    nothing: Any = {}
    moments = [cells for edit in [begun, *edits] for cells in (edit, nothing)]
    runs = story(*((at(minute), cells) for minute, cells in zip(_pairs(), moments, strict=False)),
                 beside=office(engineers=ENGINEERS, settings={"Message delay (min)": 0}))  # fmt: skip
    assert all(not again.messages for again in runs[1::2])
    assert all(first.memory.told == again.memory.told for first, again in zip(runs[::2], runs[1::2], strict=True))
    told = [message for run in runs for message in run.messages]
    assert len({message.key for message in told}) == len(told)
    entries = [m for m in told if m.sequence is not None and m.site is None and m.visit]
    for before, after in pairwise(entries):
        assert (after.sequence or 0) - (before.sequence or 0) == (before.visit != after.visit), (before, after)


def _pairs() -> Iterator[int]:
    for minute in range(30):
        yield from (minute * 2, minute * 2)
