"""Which invoices can be taken back, and what their orders show then."""

from __future__ import annotations

import pytest

from rules.billing import credit_note
from rules.catalogue import CATALOGUE
from rules.columns import OrderRow
from rules.crediting import _OF_INVOICE, credited_cells, note_for, of_credit
from rules.invoice import Invoice
from rules.memory import Memory
from rules.words import Status
from tests.rules.build import ENGINEER, invoice, office, row

BESIDE = office()
FIRST, SECOND = invoice(number="INV-2026-0001"), invoice(number="inv-2026-0002")
ISSUED = {one.number: one for one in (FIRST, SECOND)}


@pytest.mark.parametrize("wanted", ["INV-2026-0001", " inv-2026-0001 "])
def test_the_note_of_an_invoice(wanted: str) -> None:
    note = note_for(ISSUED, wanted, " wrong rate ", BESIDE)
    assert isinstance(note, Invoice)
    assert (note.kind, note.corrects, note.reason) == ("credit", FIRST.number, "wrong rate")
    assert (note.number, note.total, note.issued_on) == ("", -FIRST.total, BESIDE.today)


def test_a_prefix_in_small_letters_is_found() -> None:
    note = note_for(ISSUED, SECOND.number, "x", BESIDE)
    assert isinstance(note, Invoice) and note.corrects == SECOND.number


NOTE = credit_note(FIRST, "INV-2026-0003", BESIDE.today, "x")


@pytest.mark.parametrize(
    ("issued", "wanted", "reason", "named"),
    [
        ({}, "INV-2026-0001", "x", "INV-2026-0001"),
        (ISSUED, "INV-2026-0009", "x", "INV-2026-0009"),
        (ISSUED, "", "x", ""),
        ({NOTE.number: NOTE}, NOTE.number, "x", NOTE.number),
        ({**ISSUED, NOTE.number: NOTE}, FIRST.number, "x", FIRST.number),
        (ISSUED, FIRST.number, " \n", "--reason"),
        (ISSUED, FIRST.number, f"says {ENGINEER['Email']}", str(ENGINEER["Email"])),
    ],
    ids=["none issued", "unknown", "blank", "a note", "credited already", "no reason", "an engineer's address"],
)
def test_what_can_not_be_credited(issued: dict[str, Invoice], wanted: str, reason: str, named: str) -> None:
    refusal = note_for(issued, wanted, reason, BESIDE)
    assert isinstance(refusal, str) and named in refusal


def test_another_invoice_of_the_order_can_be_credited_still() -> None:
    assert isinstance(note_for({**ISSUED, NOTE.number: NOTE}, SECOND.number, "x", BESIDE), Invoice)


def test_flags_of_the_invoice_go_with_it() -> None:
    lines = [
        "WARN invoice-outdated: INV-2026-0001 is over JPY 19,800",
        "WARN payment-overdue: due 2026-11-01",
        "INFO payment-overdue: due 2026-11-01 (waived: they pay in December)",
        "WARN cancelled-late: not payment-overdue: an invoice-outdated",
    ]
    cells = credited_cells(row(OrderRow, {"Flags": "\n".join(lines)}), Memory(status=Status.COMPLETED), FIRST.number)
    assert (cells["status"], cells["flags"], cells["invoice_no"]) == ("Completed", lines[3], None)
    assert FIRST.number in str(cells["next_step"])
    assert CATALOGUE.keys() >= _OF_INVOICE


def test_an_order_without_other_flags_has_none() -> None:
    cells = credited_cells(row(OrderRow, {"Flags": None}), Memory(status=Status.NO_SHOW), FIRST.number)
    assert (cells["status"], cells["flags"]) == ("No-show", None)


def test_lines_of_the_log() -> None:
    note, status = of_credit(NOTE, Memory(status=Status.PAID), Memory(status=Status.COMPLETED))
    assert (note.event, note.order_id, note.before, note.after) == ("credit", NOTE.order_id, FIRST.number, NOTE.number)
    assert (status.event, status.before, status.after) == ("status", "Paid", "Completed")
