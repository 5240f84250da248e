"""Invoices: number, ledger, file. The file is rendered and hashed while planning, written after the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rules.crediting import note_for
from rules.invoice import Invoice
from rules.models import Office, id_order
from rules.state import State
from rules.verdict import Verdict
from sync.documents.invoice import file_name, guard, render, template_for
from sync.errors import UsageFault

FOLDER = "invoices"


@dataclass(frozen=True)
class Issued:
    """A document of the series as frozen, and the bytes of its file."""

    invoice: Invoice
    data: bytes


def _finished(invoice: Invoice, office: Office, templates: Path | None) -> Issued:
    template = template_for(invoice.languages, templates)
    for leak in _leaks(template, office.engineer_emails):
        raise UsageFault(f"The template of {invoice.kind}s holds an engineer's address ({leak}): take it out there.")
    data = render(invoice, template)
    facts = {
        "template": hashlib.sha256(template).hexdigest(),
        "file": f"{FOLDER}/{file_name(invoice)}",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return Issued(invoice.model_copy(update=facts), data)


@lru_cache(maxsize=16)
def _leaks(template: bytes, emails: tuple[str, ...]) -> list[str]:
    """Where a template would put an engineer's address on every invoice: found before a number is given."""
    return guard(template, "", emails)


def next_number(state: State, office: Office) -> str:
    """The next number of the series: by year of issue, from 0001, no gaps (contract, 5.7)."""
    year = office.today.year
    return f"{office.settings.invoice_prefix}-{year}-{state.give('invoice', year):04d}"


def issue(verdicts: Sequence[Verdict], state: State, office: Office, templates: Path | None) -> dict[str, Issued]:
    """Gives every drafted invoice its number, in the order of Order IDs; by Order ID. `state` is given them."""
    issued = {}
    for verdict in sorted(verdicts, key=lambda v: id_order(v.order.order_id)):
        if verdict.invoice is None:
            continue
        draft = verdict.invoice.model_copy(update={"number": next_number(state, office)})
        done = _finished(draft, office, templates)
        state.invoices[done.invoice.number] = done.invoice
        issued[verdict.order.order_id] = done
    return issued


def credit(state: State, office: Office, wanted: str, reason: str, templates: Path | None) -> Issued:
    """The credit note for an invoice. Raises UsageFault where there is none to credit."""
    note = note_for(state.invoices, wanted, reason, office)
    if isinstance(note, str):
        raise UsageFault(note)
    done = _finished(note.model_copy(update={"number": next_number(state, office)}), office, templates)
    state.invoices[done.invoice.number] = done.invoice
    return done
