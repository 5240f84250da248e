"""The list of what is to go out: what comes onto it, and what is taken off."""

from __future__ import annotations

import pytest

from rules.memory import Memory, Told
from rules.message import Kind, Message
from rules.outgoing import for_invoice, forget_drafted, remember, say, shared_by_hand, take_off, to_deliver
from rules.settling import Note, Notes, Stage, settle
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
    events = take_off(state, settle(state.messages, notes(state, stage)))
    assert [event.event for event in events] == ([f"mail {stage}"] if gone else [])
    assert bool(state.messages) is not gone
    told = state.orders[ORDER].told
    assert bool(told and told.trouble) is (stage in (Stage.REFUSED, Stage.UNKNOWN))


def test_the_line_says_to_whom_and_why() -> None:
    state = waiting(message(site=2))
    (event,) = take_off(state, settle(state.messages, notes(state, Stage.REFUSED, "550 nobody here")))
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
    take_off(state, settle(state.messages, found))
    forget_drafted(state, found)
    state.messages.pop(second, None)
    assert state.messages == {} and shared_by_hand(state) == {ORDER}
    remember(state, [message(Kind.CONTACTS, site=2)], BESIDE, DESK)
    settled = settle(state.messages, notes(state, Stage.SENT), shared_by_hand(state))
    assert settled.gone.keys() == state.messages.keys() and settled.evidence == {ORDER: {}}


def test_contacts_of_a_client_without_an_address_are_a_persons() -> None:
    state = waiting()
    remember(state, [message(Kind.CONTACTS, to="", site=1)], BESIDE, DESK)
    assert shared_by_hand(state) == frozenset()
    remember(state, [message(Kind.CONTACTS, to="")], BESIDE, DESK)
    assert shared_by_hand(state) == {ORDER}


def test_everything_that_mail_met_with_is_said() -> None:
    state = waiting(message(Kind.CHANGED), message(Kind.CHANGED, site=1))
    take_off(state, settle(state.messages, notes(state, Stage.REFUSED)))
    remember(state, [message(Kind.APPROVED)], BESIDE, DESK)
    for _ in range(2):  # the same trouble once
        take_off(state, settle(state.messages, notes(state, Stage.UNKNOWN)))
    told = state.orders[ORDER].told
    assert told
    said = ("changed to the client", "changed to site 1", "approved to the client")
    assert [told.trouble.count(one) for one in said] == [1, 1, 1]
