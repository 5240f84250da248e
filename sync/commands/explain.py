"""`onsite explain`: everything about one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.advance import Course
from rules.assess import survey, verdict_of
from rules.case import Case
from rules.cells import shown, squash
from rules.charges import Charges
from rules.charging import charges_of
from rules.columns import LogRow
from rules.moments import local
from rules.money import money_text, plain
from rules.trace import Trace, trace
from rules.verdict import Verdict
from sync.commands.syncing import Done
from sync.config import load
from sync.errors import UsageFault
from sync.gather import Tabs, rows_of, settings_of
from sync.opening import open_register, out_folder
from sync.post import Post
from sync.report import order_as_json
from sync.run import Asked, look
from sync.tabs import find_tabs


def run_explain(target: str, wanted: str, out: Path | None, now: datetime, config_file: Path | None) -> Done:
    """One order by its Order ID, row number or Client reference. Raises UsageFault where there is none."""
    config = load(config_file)
    register = open_register(target, config)
    reading = register.read()
    asked = Asked(now, Post(out_folder(target, out, config), config), dry_run=True, force=True)
    outcome = look(register, reading, asked)
    gathered = outcome.decision.gathered
    own = {invoice.number for invoice in outcome.decision.invoices}
    before = {number: invoice for number, invoice in gathered.office.issued.items() if number not in own}
    courses, crashes = survey(gathered.orders, replace(gathered.office, issued=before))
    for crash in crashes:
        if squash(crash.order.order_id) == squash(wanted):
            raise UsageFault(f"{crash}: a bug of ours; please report it.")
    course = _find(courses, wanted)
    tabs = find_tabs(reading)
    history = _history(tabs, course.case.order.order_id)
    verdict, traces = verdict_of(course), list(trace(course))
    return Done(lambda: _object(course, verdict, traces, history), lambda: _lines(course, verdict, traces, history))


def _find(courses: list[Course], wanted: str) -> Course:
    """A client's reference may be the number of another row: what tells an order for certain comes first."""
    key = squash(wanted)
    named: tuple[Callable[[Case], str], ...] = (
        lambda case: case.order.order_id,
        lambda case: str(case.row.number),
        lambda case: case.row.client_reference.value or "",
    )
    for name in named if key else ():
        for course in courses:
            if squash(name(course.case)) == key:
                return course
    raise UsageFault(f"There is no order {wanted}: give an Order ID, a row number or a Client reference.")


def _history(tabs: Tabs, order_id: str) -> list[str]:
    """What the Log says of the order."""
    zone = settings_of(tabs).time_zone
    found = []
    for row in rows_of(tabs, LogRow, zone):
        if (row.order_id.value or "") == order_id:
            way = " → ".join(cell.text for cell in (row.from_, row.to) if cell.filled)
            found.append(
                " ".join(part for part in (shown(row.raw.get("at")), row.event.text, way, row.why.text) if part)
            )
    return found


def _charge_lines(charges: Charges | None) -> list[str]:
    if charges is None:
        return []
    lines = [
        f"{line.kind.value}{f' ({line.label})' if line.label else ''}: {line.arithmetic}" for line in charges.lines
    ]
    total = f"{plain(charges.subtotal)} + {plain(charges.tax)} = {money_text(charges.total, charges.currency)}"
    return [*lines, *charges.arithmetic, total]


def _lines(course: Course, verdict: Verdict, traces: list[Trace], history: list[str]) -> Iterator[str]:
    case = course.case
    yield f"{verdict.order.order_id}, row {case.row.number}, {case.row.client.text}"
    yield f"Status: {verdict.status}. Next step: {verdict.next_step}"
    if verdict.sla_due:
        yield f"SLA due: {local(verdict.sla_due, case.office.zone)}"
    yield "How the status came about:"
    yield from (f"  {line}" for line in history)
    yield from (f"  now: {move.before} → {move.after}: {move.why}" for move in verdict.moves)
    yield "Rules:"
    for entry in traces:
        seen = "; ".join(f'{name} "{text}"' if text != "blank" else f"{name} blank" for name, text in entry.inputs)
        yield f"  {entry.verdict:8} {entry.rule.code} [{entry.rule.item}] {entry.rule.weight}: {seen or 'no cells'}"
        yield from (f"           {flag.line}" for flag in entry.speaking)
    charged = _charge_lines(charges_of(case))
    yield "Charges:" if charged else "Charges: none yet"
    yield from (f"  {line}" for line in charged)


def _object(course: Course, verdict: Verdict, traces: list[Trace], history: list[str]) -> dict[str, Any]:
    rules = [
        {"code": t.rule.code, "verdict": t.verdict, "inputs": dict(t.inputs), "messages": [f.line for f in t.speaking]}
        for t in traces
    ]
    moves = [{"from": str(m.before), "to": str(m.after), "why": m.why} for m in verdict.moves]
    found = order_as_json(verdict, course.case.office.zone)
    charges = _charge_lines(charges_of(course.case))
    return found | {"rules": rules, "moves": moves, "history": history, "charges": charges}
