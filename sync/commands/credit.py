"""`onsite credit`: a credit note, after which the order is back where it was before Invoiced (contract, 5.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rules.columns import EngineerRow, OrderRow
from rules.crediting import credited_cells, of_credit
from rules.events import Event
from rules.lifecycle import credited
from rules.models import Office
from rules.money import money_text
from rules.outgoing import for_invoice, remember, to_deliver
from rules.state import State
from sync.commands.own_run import OwnRun, begin
from sync.commands.syncing import Done
from sync.config import load
from sync.errors import UsageFault
from sync.filing import file_invoices
from sync.gather import rows_of
from sync.issuing import Issued, credit
from sync.ledger import ledger_damage, write_ledger
from sync.mail import announce, deliver_messages
from sync.opening import open_register, out_folder
from sync.plan import Plan
from sync.post import Post
from sync.registers.base import Register
from sync.report import of_papers
from sync.run import Papers, until_written


def run_credit(
    target: str, number: str, reason: str, out: Path | None, now: datetime, config_file: Path | None
) -> Done:
    """As `credit_invoice`, of the register that a person names."""
    config = load(config_file)
    post = Post(out_folder(target, out, config), config)
    return credit_invoice(open_register(target, config), number, reason, now, post)


def credit_invoice(register: Register, number: str, reason: str, now: datetime, post: Post) -> Done:
    """Issue the note, write its file and take it to the client. Raises UsageFault where it can't be credited."""
    papers = Papers()
    done, state, office = until_written(register, lambda: _attempt(register, number, reason, now, post, papers))
    file_invoices(state, [done], office.engineer_emails, post, papers)
    deliver_messages(to_deliver(state), office, post, papers)
    note = done.invoice
    lines = [f"{note.number} credits {note.corrects}: {money_text(note.total, note.currency)} ({post.out / note.file})"]
    lines += of_papers(papers)
    found = {"number": note.number, "corrects": note.corrects, "order_id": note.order_id, "currency": note.currency}
    found |= {"subtotal": f"{note.subtotal:f}", "tax": f"{note.tax:f}", "total": f"{note.total:f}"}
    found["file"] = str((post.out / note.file).absolute())
    return Done(lambda: found, lambda: lines, 5 if papers.unwritten else 0)


def _attempt(
    register: Register, number: str, reason: str, now: datetime, post: Post, papers: Papers
) -> tuple[Issued, State, Office]:
    own = begin(register, now)
    state = own.state
    if damaged := ledger_damage(own.tabs, state.invoices, own.zone):
        raise UsageFault(f"No number is given while the ledger is not as it was written: {damaged}.")
    office = Office(now=own.at, settings=own.settings, engineers=rows_of(own.tabs, EngineerRow, own.zone))
    done = credit(state, office, number, reason, post.config.templates)
    before = set(state.messages)
    said = remember(state, [for_invoice(done.invoice, office)], office, post.desk)
    plan = _plan(own, done, said)
    announce(state, state.messages.keys() - before, post, papers)
    own.commit(plan)
    return done, state, office


def _plan(own: OwnRun, done: Issued, said: Sequence[Event]) -> Plan:
    plan, note = Plan(own.register.max_text), done.invoice
    memory = own.state.orders.get(note.order_id)
    if memory is None:
        raise UsageFault(f"The order {note.order_id} of {note.corrects} is unknown: ask `onsite doctor`.")
    own.state.orders[note.order_id] = back = credited(memory, note.corrects)
    tab = own.tabs[OrderRow]
    for row in rows_of(own.tabs, OrderRow, own.zone):
        if (row.order_id.value or "").upper() == note.order_id:
            for key, value in credited_cells(row, back, note.corrects).items():
                plan.put(tab, row.number, getattr(OrderRow, key), value)
    write_ledger(plan, own.tabs, note)
    own.close(plan, [*of_credit(note, memory, back), *said])
    return plan
