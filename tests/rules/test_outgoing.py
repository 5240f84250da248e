"""The list of what is to go out: what comes onto it, and what is taken off."""

from __future__ import annotations

import pytest

from rules.columns import OrderRow
from rules.memory import Memory, Told
from rules.message import Kind, Message, Person, Stop, Visit
from rules.outgoing import for_invoice, forget_drafted, remember, say, take_off, to_deliver, unshared
from rules.settling import WITH_PHOTOS, Note, Notes, Stage, settle
from rules.state import State
from rules.words import Language, Status
from tests.rules.build import at, invoice, office

ORDER, DESK = "ORD-2026-0001", "desk"
BESIDE = office()


def message(kind: Kind = Kind.CONFIRM, **facts: object) -> Message:
    return Message(
        **{"kind": kind, "order_id": ORDER, "to": "ann@acme.example.com", "languages": (Language.ENGLISH,),
           "at": BESIDE.now, **facts}
    )  # fmt: skip


def to_site(number: int, floor: str, name: str = "Sam") -> Message:
    """Contacts to a place."""
    stop = Stop(number=number, address="1-1 Umeda", floor=floor, contact=Person(name=name))
    visit = Visit(client="Acme", zone="Asia/Tokyo", stops=(stop,))
    return message(Kind.CONTACTS, site=number, visit=visit)


def waiting(*messages: Message, status: Status = Status.OFFERED, deleted: bool = False) -> State:
    memory = Memory(status=status, deleted=deleted)
    return State(orders={ORDER: memory}, messages={one.key: one for one in messages})


def notes(state: State, stage: Stage, why: str = "") -> Notes:
    return {key: Note(stage, at("2026-12-01 09:00"), why) for key in state.messages}


@pytest.mark.parametrize(
    ("stage", "gone"),
    [
        (Stage.DECIDED, False), (Stage.DRAFTED, False), (Stage.SENDING, False), (Stage.SENT, True),
        (Stage.REFUSED, True), (Stage.UNKNOWN, True), (Stage.ANEW, True),
    ],
)  # fmt: skip
def test_what_came_of_a_message_takes_it_off(stage: Stage, gone: bool) -> None:
    state = waiting(message())
    events = take_off(state, settle(state.messages, notes(state, stage), {}))
    assert [event.event for event in events] == ([f"mail {stage}"] if gone else [])
    assert bool(state.messages) is not gone
    told = state.orders[ORDER].told
    assert bool(told and told.trouble) is (stage in (Stage.REFUSED, Stage.UNKNOWN))


def test_the_line_says_to_whom_and_why() -> None:
    state = waiting(message(site=2))
    (event,) = take_off(state, settle(state.messages, notes(state, Stage.REFUSED, "550 nobody here"), {}))
    assert (event.order_id, event.after) == (ORDER, "ann@acme.example.com")
    assert "site 2" in event.why and "550 nobody here" in event.why


@pytest.mark.parametrize(
    ("kind", "status", "stage", "withdrawn"),
    [
        (Kind.CONFIRM, Status.CANCELLED, Stage.DECIDED, True),
        (Kind.CONFIRM, Status.CANCELLED, Stage.DRAFTED, False),
        (Kind.CONFIRM, Status.CANCELLED, Stage.SENDING, False),
        (Kind.CONFIRM, Status.OFFERED, Stage.DECIDED, False),
        (Kind.INVOICE, Status.CANCELLED, Stage.DECIDED, False),
        (Kind.CREDIT, Status.CANCELLED, Stage.DECIDED, False),
    ],
)
def test_nobody_is_told_of_a_visit_that_was_cancelled_first(
    kind: Kind, status: Status, stage: Stage, withdrawn: bool
) -> None:
    state = waiting(message(kind), status=status)
    events = say(state, [], [], BESIDE, notes(state, stage), DESK)
    assert [event.event for event in events] == (["not told"] if withdrawn else [])
    assert bool(to_deliver(state).messages) is not withdrawn
    assert say(state, [], [], BESIDE, notes(state, stage), DESK) == []


def test_nor_of_one_whose_row_is_gone() -> None:
    state = waiting(message(), deleted=True)
    (event,) = say(state, [], [], BESIDE, notes(state, Stage.DECIDED), DESK)
    assert to_deliver(state).messages == {} and "cancelled" not in event.why


def test_nor_of_one_that_was_invoiced_after_it_was_cancelled() -> None:
    state = waiting(message(Kind.CHANGED))
    state.orders[ORDER] = Memory(status=Status.INVOICED, before_cancel=Status.APPROVED)
    assert len(say(state, [], [], BESIDE, notes(state, Stage.DECIDED), DESK)) == 1
    assert to_deliver(state).messages == {}


def test_what_waited_is_told_once_the_order_goes_on() -> None:
    state = waiting(message(), status=Status.CANCELLED)
    when = notes(state, Stage.DECIDED)
    say(state, [], [], BESIDE, when, DESK)
    state.orders[ORDER] = Memory(status=Status.OFFERED)
    (event,) = say(state, [], [], BESIDE, when, DESK)
    assert event.event == "message" and to_deliver(state).messages.keys() == when.keys()


def test_what_is_told_of_an_order_that_is_not_agreed_is_decided_anew() -> None:
    state = waiting(message(Kind.AVAILABILITY), message(Kind.MISSING), status=Status.CANCELLED)
    told = Told(engineers=("eve",), asked="mark", times=2, entry="entry", sequence=3)
    state.orders[ORDER] = Memory(status=Status.CANCELLED, told=told)
    assert len(say(state, [], [], BESIDE, notes(state, Stage.DECIDED), DESK)) == 2 and state.messages == {}
    assert state.orders[ORDER].told == told.model_copy(update={"engineers": (), "asked": "", "times": 1})


def test_a_request_to_confirm_is_decided_anew_too() -> None:
    """It would name what the order was."""
    state = waiting(message(places=("confirm a",)), message(places=("confirm c",), site=2), status=Status.CANCELLED)
    told = Told(kinds=("confirm a", "confirm b", "contacts"))
    state.orders[ORDER] = Memory(status=Status.CANCELLED, told=told)
    say(state, [], [], BESIDE, notes(state, Stage.DECIDED), DESK)
    assert state.orders[ORDER].told == told.model_copy(update={"kinds": ("confirm b", "contacts")})
    assert [(one.places, one.held) for one in state.messages.values()] == [(("confirm c",), True)]


def test_engineers_that_the_client_was_told_of_before_are_remembered_again() -> None:
    """Of two sets that both wait, the one before the first."""
    first = message(Kind.AVAILABILITY, before=("ada",))
    second = message(Kind.AVAILABILITY, to="b@b.example", before=("eve",))
    state = waiting(first, second, status=Status.CANCELLED)
    state.orders[ORDER] = Memory(status=Status.CANCELLED, told=Told(engineers=("taro",)))
    say(state, [], [], BESIDE, notes(state, Stage.DECIDED), DESK)
    assert state.orders[ORDER].told == Told(engineers=("ada",))


def test_what_became_due_is_kept_for_the_desk_that_decided_on_it() -> None:
    state, due = State(), message()
    (event,) = remember(state, [due], BESIDE, DESK)
    assert event.event == "message" and state.messages == {due.key: due.model_copy(update={"desk": DESK})}
    remember(state, [due], BESIDE, DESK)
    assert len(state.messages) == 1 and state.register == ""


def test_whom_nobody_can_write_to_is_not_told() -> None:
    state = State()
    (event,) = remember(state, [message(to="")], BESIDE, DESK)
    assert (event.event, event.order_id, state.messages) == ("not told", ORDER, {})


def test_the_first_calendar_entry_gives_the_register_its_mark_for_good() -> None:
    state = State()
    remember(state, [message(sequence=0)], BESIDE, DESK)
    mark = state.register
    remember(state, [message(sequence=1)], office("2026-12-02 10:00"), DESK)
    assert mark and state.register == mark


@pytest.mark.parametrize(
    ("email", "to"), [(" bill@acme.example.com ", "bill@acme.example.com"), ("see notes", ""), ("", "")]
)
def test_an_invoice_goes_to_billing(email: str, to: str) -> None:
    found = for_invoice(invoice(billing_email=email, languages=(Language.JAPANESE,)), BESIDE)
    assert (found.kind, found.to, found.languages) == (Kind.INVOICE, to, (Language.JAPANESE,))
    assert (found.invoice, found.file, found.draft) == ("INV-2026-0001", "ab" * 32, False)


def test_one_of_a_first_run_is_left_as_a_draft() -> None:
    assert for_invoice(invoice(), office(first_run=True)).draft
    assert for_invoice(invoice(kind="credit"), BESIDE).kind is Kind.CREDIT


def test_drafts_that_were_written_are_forgotten_and_nothing_else() -> None:
    drafted, sent = message(), message(Kind.APPROVED)
    state = waiting(drafted, sent)
    when = at("2026-12-01 09:00")
    forget_drafted(state, {drafted.key: Note(Stage.DRAFTED, when), sent.key: Note(Stage.SENT, when)})
    assert list(state.messages) == [sent.key]


@pytest.mark.parametrize("stage", [Stage.REFUSED, Stage.UNKNOWN, Stage.ANEW, Stage.DRAFTED])
def test_contacts_that_a_person_has_to_share_are_no_evidence_later(stage: Stage) -> None:
    """Nor with those of a place that is added, and that go out."""
    state = waiting(message(Kind.CONTACTS), message(Kind.CONTACTS, site=1))
    first, second = state.messages
    found = notes(state, Stage.SENT) | {first: Note(stage, at("2026-12-01 09:00"))}
    take_off(state, settle(state.messages, found, {}))
    forget_drafted(state, found)
    state.messages.pop(second, None)
    assert state.messages == {} and unshared(state) == {ORDER: ("client",)}
    remember(state, [message(Kind.CONTACTS, site=2)], BESIDE, DESK)
    settled = settle(state.messages, notes(state, Stage.SENT), unshared(state))
    assert settled.gone.keys() == state.messages.keys() and settled.evidence == {ORDER: {}}


def test_contacts_are_shared_once_whoever_lacked_them_has_them() -> None:
    """As where the address of a place was corrected."""
    state = waiting(message(Kind.CONTACTS), to_site(1, "1F"), to_site(2, "2F"))
    sent, refused = Note(Stage.SENT, at("2026-12-01 09:00"), WITH_PHOTOS), Note(Stage.REFUSED, at("2026-12-01 09:00"))
    first = settle(state.messages, dict(zip(state.messages, (sent, refused, refused), strict=True)), {})
    take_off(state, first)
    assert first.evidence == {ORDER: {OrderRow.photo_id_sent_at: sent.at}}
    for place, filled in ((to_site(1, "2F"), False), (to_site(2, "1F"), True)):  # the rows were sorted
        remember(state, [place], BESIDE, DESK)
        settled = settle(state.messages, notes(state, Stage.SENT), unshared(state))
        take_off(state, settled)
        assert (OrderRow.contacts_shared_at in settled.evidence[ORDER]) is filled
    assert unshared(state) == {}


@pytest.mark.parametrize("name", ["Sam", "Sue"])
def test_who_shares_a_place_with_others_is_somebody_else(name: str) -> None:
    state = waiting(to_site(1, ""), to_site(2, "", name))
    stages = dict(zip(state.messages, (Stage.SENT, Stage.REFUSED), strict=True))
    settled = settle(state.messages, {key: Note(stage, BESIDE.now) for key, stage in stages.items()}, {})
    assert settled.evidence == {ORDER: {}} and len(settled.unshared[ORDER]) == 1


def test_contacts_that_an_earlier_version_left_to_a_person_stay_theirs() -> None:
    state = waiting(to_site(1, "1F"))
    told = Told.model_validate({"by_hand": True})
    state.orders[ORDER] = Memory(status=Status.SITE_CONFIRMED, told=told)
    settled = settle(state.messages, notes(state, Stage.SENT), unshared(state))
    take_off(state, settled)
    assert settled.evidence == {ORDER: {}} and unshared(state) == {ORDER: told.unshared}
    assert Told.model_validate_json(told.model_dump_json()) == told


def test_contacts_of_a_client_without_an_address_are_a_persons() -> None:
    state = waiting()
    remember(state, [message(Kind.CONTACTS, to="", site=1)], BESIDE, DESK)
    assert unshared(state) == {}
    remember(state, [message(Kind.CONTACTS, to="")], BESIDE, DESK)
    assert unshared(state) == {ORDER: ("client",)}


def test_everything_that_mail_met_with_is_said() -> None:
    state = waiting(message(Kind.CHANGED), message(Kind.CHANGED, site=1))
    take_off(state, settle(state.messages, notes(state, Stage.REFUSED), {}))
    remember(state, [message(Kind.APPROVED)], BESIDE, DESK)
    for _ in range(2):  # the same trouble once
        take_off(state, settle(state.messages, notes(state, Stage.UNKNOWN), {}))
    told = state.orders[ORDER].told
    assert told
    said = ("changed to the client", "changed to site 1", "approved to the client")
    assert [told.trouble.count(one) for one in said] == [1, 1, 1]
