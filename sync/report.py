"""What a run says: the JSON object of the contract's section 7, and lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rules.cells import Raw, number
from rules.flags import Flag
from rules.golive import go_live
from rules.message import about
from rules.money import money_text
from rules.outgoing import NOT_TOLD
from rules.verdict import Verdict
from rules.words import Severity
from sync.plan import Change
from sync.run import Outcome, Papers
from sync.runlog import place_of


def as_json(outcome: Outcome, register: str, out: Path, reads: int, writes: int) -> dict[str, Any]:
    """The object that `--json` prints. Amounts are decimal strings, times ISO 8601 with offset."""
    decision, zone = outcome.decision, outcome.settings.time_zone
    return {
        "register": register,
        "run": decision.run,
        "revision": decision.state.revision,
        "dry_run": outcome.dry_run,
        "orders": [order_as_json(verdict, zone) for verdict in decision.verdicts],
        "invoices": [
            {
                "number": done.invoice.number,
                "order_id": done.invoice.order_id,
                "currency": done.invoice.currency,
                "subtotal": f"{done.invoice.subtotal:f}",
                "tax": f"{done.invoice.tax:f}",
                "total": f"{done.invoice.total:f}",
                "file": str((out / done.invoice.file).absolute()),
            }
            for done in decision.issued.values()
        ],
        "changes": [_change(change) for change in decision.plan.changes],
        "requests": {"reads": reads, "writes": writes},
    }


def order_as_json(verdict: Verdict, zone: ZoneInfo) -> dict[str, Any]:
    """One order of the object."""
    return {
        "row": verdict.order.row.number,
        "order_id": verdict.order.order_id,
        "status_from": str(verdict.status_from) if verdict.status_from else None,
        "status_to": str(verdict.status),
        "next_step": verdict.next_step,
        "flags": [_flag(flag) for flag in verdict.flags],
        "lead_time_h": number(verdict.lead_time_h),
        "sla_due": verdict.sla_due.astimezone(zone).isoformat() if verdict.sla_due else None,
        "candidates": list(verdict.candidates),
        "billable_h": number(verdict.billable_h),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "code": flag.code,
        "severity": str(flag.severity),
        "holds": str(flag.holds) if flag.holds else None,
        "site": flag.site,
        "column": flag.column,
        "value": flag.value,
        "message": flag.message,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "tab": change.tab,
        "row": change.row,
        "column": change.column,
        "old": _raw(change.old),
        "new": _raw(change.new),
    }


def _raw(raw: Raw) -> Any:
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    return (
        raw.isoformat() if isinstance(raw, date) else (raw if isinstance(raw, str | int | float | None) else str(raw))
    )


def changes_as_text(outcome: Outcome) -> Iterator[str]:
    """Every cell that a dry run would change, old → new."""
    for change in outcome.decision.plan.changes:
        yield f"{change.tab} row {change.row}, {change.column}: {_short(change.old)} → {_short(change.new)}"


def _short(raw: Raw) -> str:
    text = "(blank)" if raw in (None, "") else " ⏎ ".join(str(_raw(raw)).splitlines())
    return text if len(text) <= 160 else f"{text[:159]}…"


def summary(outcome: Outcome, out: Path) -> Iterator[str]:
    """What a run did, for a person."""
    decision = outcome.decision
    said = "would change" if outcome.dry_run else "changed"
    if decision.first_run:
        yield go_live(decision.invoices, "would issue" if outcome.dry_run else "issued")
    flags = Counter(flag.severity for verdict in decision.verdicts for flag in verdict.flags)
    counts = ", ".join(f"{flags[severity]} {severity}" for severity in Severity)
    yield f"{len(decision.verdicts)} orders; flags: {counts}; {len(decision.plan.changes)} cells {said}."
    for verdict in decision.verdicts:
        if verdict.moves:
            way = " → ".join([str(verdict.moves[0].before), *(str(move.after) for move in verdict.moves)])
            yield f"  {verdict.order.order_id}: {way}"
    for done in decision.issued.values():
        total = money_text(done.invoice.total, done.invoice.currency)
        yield f"  {done.invoice.number} for {done.invoice.order_id}: {total} ({out / done.invoice.file})"
    messages = (decision.state.messages[key] for key in sorted(decision.said))
    due = [f"{message.order_id}, {about(message)}: would be told" for message in messages]
    for line in due if outcome.dry_run else outcome.papers.told:
        yield f"  {line}"
    yield from (f"  {fault}" for fault in faults(outcome))


def faults(outcome: Outcome) -> Iterator[str]:
    """What went wrong without stopping the run: bugs of ours, who could not be told, what could not be written."""
    for crash in outcome.decision.crashes:
        yield f"ERROR {crash}: a bug of ours; this order was left as it was, please report it."
    if damaged := outcome.decision.gathered.office.ledger_damage:
        yield f"LEDGER {damaged}. No invoice is issued before."
    for event in outcome.decision.events:
        if event.event == NOT_TOLD:
            yield f"NOT TOLD {event.order_id}, {event.after} {event.why}."
    for place in outcome.unstamped:
        yield f"NOT TAKEN IN {place}: its Timestamp can't be read; write it such as 2026-12-01 09:00:00."
    yield from of_papers(outcome.papers)


def of_papers(papers: Papers) -> Iterator[str]:
    """What a person has to know of the documents and messages."""
    for line in papers.notes:
        yield f"NOTE {line}."
    for line in papers.twice:
        yield (
            f"GIVEN TWICE {line} is there too: if the register was put back as it was before, credit what was issued "
            "now; registers that share a folder need an Invoice prefix each."
        )
    for line in papers.unwritten:
        yield f"NOT WRITTEN {line}; the next run tries again."


def in_short(outcome: Outcome) -> str:
    """What a run did, in one line of a log."""
    decision, found = outcome.decision, figures(outcome)
    parts = [f"{found['orders']} orders", f"{found['blocked']} held back", f"{found['changes']} cells changed"]
    if decision.first_run:
        parts.append(go_live(decision.invoices, "issued").rstrip("."))
    elif decision.issued:
        parts.append(f"issued {', '.join(found['invoices'])}")
    if found["changes"] and not decision.quiet:
        parts.append(f"run {decision.run}")
    crashed = [f"{crash.order.order_id} met a bug of ours ({place_of(crash.cause)})" for crash in decision.crashes]
    notes = [f"NOTE {line.partition(':')[0]}" for line in outcome.papers.notes]
    twice = [f"GIVEN TWICE {line.partition(':')[0]}" for line in outcome.papers.twice]
    unwritten = [f"NOT WRITTEN {line}" for line in outcome.papers.unwritten]
    unstamped = [f"NOT TAKEN IN {place}: its Timestamp can't be read" for place in outcome.unstamped]
    return "; ".join([", ".join(parts), *crashed, *unstamped, *notes, *twice, *unwritten])


def figures(outcome: Outcome) -> dict[str, Any]:
    """What a run did, in numbers and names that tell of nobody."""
    decision = outcome.decision
    return {
        "run": None if decision.quiet else decision.run,
        "orders": len(decision.verdicts),
        "blocked": sum(any(f.severity is Severity.BLOCK for f in verdict.flags) for verdict in decision.verdicts),
        "changes": len(decision.plan.changes),
        "invoices": [done.invoice.number for done in decision.issued.values()],
    }
