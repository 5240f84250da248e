"""From what was read to what shall be written: the whole of a run that touches nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from rules import events, outgoing
from rules.answers import Answer, new_answers, with_zones
from rules.columns import DashboardRow, LogRow, OrderRow, Row, SiteRow
from rules.events import Event
from rules.identity import identified
from rules.invoice import Invoice
from rules.register import beat_due, judge_register
from rules.remembering import recall_answers, remember_answers, remember_gone, remember_orders
from rules.settings import Settings
from rules.settling import Notes, settle
from rules.state import State
from rules.tabs import FLAGGED_TABS, judge_tab
from rules.verdict import Crash, Verdict, order_cells
from sync import dashboard, evidence
from sync.appending import Taken, take_in, write_rows
from sync.gather import Gathered, Tabs, gather, rows_of
from sync.history import KEPT, packed, record
from sync.issuing import Issued, issue
from sync.journal import write_log
from sync.ledger import write_ledger
from sync.plan import Plan, last_filled
from sync.restored import is_first_run
from sync.state import SCHEMA, plan_facts


@dataclass
class Decision:
    """All that a run decided: the plan, the verdicts behind it, and what is to be made after the commit."""

    run: str
    state: State
    gathered: Gathered
    verdicts: list[Verdict]
    crashes: list[Crash]
    issued: dict[str, Issued]
    taken: list[Taken]
    plan: Plan
    first_run: bool
    quiet: bool = False
    """Nothing changed; at most the heartbeat is written."""
    events: list[Event] = field(default_factory=list)
    said: frozenset[str] = frozenset()
    """Keys of the messages that this run decided on."""

    @property
    def invoices(self) -> list[Invoice]:
        """What this run issued."""
        return [done.invoice for done in self.issued.values()]

    @cached_property
    def appended(self) -> frozenset[int]:
        """Rows of Orders that this run makes for answers of the form; what they hold is planned whole."""
        return frozenset(taken.order.number for taken in self.taken)


@dataclass(frozen=True)
class Conditions:
    """What a run is told: the moment (aware, whole seconds), the host's name, templates, the longest text of a cell."""

    now: datetime
    host: str
    max_text: int
    templates: Path | None = None
    notes: Notes = field(default_factory=dict)
    """What became of messages that earlier runs decided on."""
    desk: str = ""
    after: str = ""
    """The run of which this is a further round."""
    kept: Collection[str] = ()
    """Files of long texts that stand there whole: System needn't hold these any longer."""


def decide(
    tabs: Tabs, state: State, settings: Settings, sources: Sequence[Sequence[Answer]], when: Conditions
) -> Decision:
    """Judge everything and plan what to write. `state` is left as it is; the decision has the next one."""
    old, state = state, state.copy()
    state.held = ""
    out = settle(state.messages, when.notes, outgoing.unshared(state))
    taken_off = outgoing.take_off(state, out)
    first_run = is_first_run(tabs, old, settings)
    zone = settings.time_zone
    state.answers = with_zones(state.answers, zone)
    if old.blank:
        from_form = [str(row.raw.get(OrderRow.source.key)) for row in rows_of(tabs, OrderRow, zone)]
        recall_answers(state, new_answers(sources, {}, zone), from_form, zone)
    answers = new_answers(sources, state.answers, zone)
    last_site = max(last_filled(tabs[SiteRow]), 1)
    taken = take_in(answers, tabs, _last_order(tabs, old, zone), last_site, zone, when.max_text)
    gathered = gather(tabs, state, settings, when.now, [(t.order, t.sites) for t in taken])
    proven = evidence.fill(gathered, out, tabs[OrderRow])
    judged = judge_register(gathered.orders, gathered.site_rows, gathered.office)
    gathered.orders, verdicts, crashes = judged
    issued = issue(verdicts, state, gathered.office, when.templates)
    decision = Decision(
        run=run_name(when.now, zone, old.revision + 1), state=state, gathered=gathered, verdicts=verdicts,
        crashes=crashes, issued=issued, taken=taken, plan=Plan(when.max_text), first_run=first_run,
        events=taken_off,
    )  # fmt: skip
    _remember(decision)
    _plan_cells(decision, tabs)
    decision.events += outgoing.say(state, verdicts, decision.invoices, gathered.office, when.notes, when.desk)
    decision.said = frozenset(state.messages.keys() - old.messages.keys())
    evidence.plan_evidence(decision.plan, tabs[OrderRow], proven)
    _close(decision, tabs, old, when)
    return decision


def run_name(now: datetime, zone: ZoneInfo, revision: int) -> str:
    """What a run is called: its time in the register's zone, and the revision that it makes."""
    return f"{now.astimezone(zone):%Y%m%d-%H%M%S}-{revision}"


def _last_order(tabs: Tabs, state: State, zone: ZoneInfo) -> int:
    """The last row of Orders that counts (1, the header, where none does)."""
    rows = identified(rows_of(tabs, OrderRow, zone), state)
    return rows[-1][0].number if rows else 1


def _remember(decision: Decision) -> None:
    state, gathered = decision.state, decision.gathered
    issued = {order_id: done.invoice for order_id, done in decision.issued.items()}
    remember_orders(state, decision.verdicts, issued)
    decision.events += remember_gone(state, gathered.missing)
    remember_answers(state, (taken.answer for taken in decision.taken), gathered.office.zone)
    state.seen_orders, state.anew = len(gathered.orders), False


def _plan_cells(decision: Decision, tabs: Tabs) -> None:
    plan, ids = decision.plan, {order.row.number: order.order_id for order in decision.gathered.orders}
    for taken in decision.taken:
        order_id = ids[taken.order.number]
        write_rows(plan, tabs, taken, order_id)
        decision.events.append(Event("form", order_id, "", "", str(taken.order.raw["source"])))
        decision.events += [Event("cut", order_id, "", "", f"{cut.column}: kept whole in a file") for cut in taken.cuts]
        decision.state.texts |= {cut.file(order_id): cut.text for cut in taken.cuts}
    for verdict in decision.verdicts:
        _plan_order(decision, tabs, verdict)
    for kind in FLAGGED_TABS:
        _plan_flags(decision, tabs, kind)
    for done in decision.issued.values():
        write_ledger(plan, tabs, done.invoice)
        decision.events.append(events.of_invoice(done.invoice))
    state, office = decision.state, decision.gathered.office
    dashboard.write_figures(plan, tabs[DashboardRow], decision.verdicts, state.orders.values(), office)


def _plan_flags(decision: Decision, tabs: Tabs, kind: type[Row]) -> None:
    """The Flags of one of the other tabs; the places that this run appends have theirs at once."""
    rows: dict[int, Row] = {row.number: row for row in rows_of(tabs, kind, decision.gathered.office.zone)}
    if kind is SiteRow:
        rows |= {site.number: site for taken in decision.taken for site in taken.sites}
    flags = judge_tab(list(rows.values()), decision.gathered.orders)
    for place in rows:
        text = "\n".join(flag.line for flag in flags.get(place, ()))
        decision.plan.put(tabs[kind], place, kind.named("Flags"), text or None)


def _plan_order(decision: Decision, tabs: Tabs, verdict: Verdict) -> None:
    tab, plan, row = tabs[OrderRow], decision.plan, verdict.order.row
    memory = decision.state.orders[verdict.order.order_id]
    for key, value in order_cells(verdict, memory, decision.gathered.office.zone).items():
        plan.put(tab, row.number, getattr(OrderRow, key), value)
    if row.number not in decision.appended and (row.number, tab.columns["received_at"]) not in tab.grid.formulas:
        plan.put(tab, row.number, OrderRow.received_at, row.raw["received_at"])
    decision.events += events.of_order(verdict, tab.raw(row.number, OrderRow.status))


def _close(decision: Decision, tabs: Tabs, old: State, when: Conditions) -> None:
    """System, Log and heartbeat: all of them where anything changed; else the heartbeat where it is due."""
    plan, settings, board = decision.plan, decision.gathered.office.settings, tabs[DashboardRow]
    plan_facts(plan, tabs, decision.state)
    ahead = old.at is not None and old.at > when.now  # forced: else every run would be refused until then
    if not plan.changes and not ahead:
        decision.quiet = True
        beat = dashboard.last_run(board, settings.time_zone)
        if beat_due(when.now, beat, settings):
            dashboard.write_heartbeat(plan, board, when.now.astimezone(settings.time_zone))
        return
    decision.state.schema, decision.state.run, decision.state.at = SCHEMA, decision.run, when.now
    decision.state.revision = old.revision + 1
    outgoing.forget_drafted(decision.state, when.notes)
    for name in when.kept:
        decision.state.texts.pop(name, None)
    _keep_history(decision, old, when.after)
    plan_facts(plan, tabs, decision.state)
    write_log(plan, tabs[LogRow], decision.events, when.now, settings.time_zone, decision.run)
    dashboard.write_heartbeat(plan, board, when.now.astimezone(settings.time_zone))
    dashboard.write_host(plan, board, when.host)


def _keep_history(decision: Decision, old: State, after: str) -> None:
    """Remember what this run writes over; of the last runs only."""
    zone, ids = decision.gathered.office.zone, {order.row.number: order.order_id for order in decision.gathered.orders}
    answers = [(t.answer.stamp(zone), t.answer.fingerprint(zone), ids[t.order.number]) for t in decision.taken]
    journal = decision.state.journal
    found = record(decision.plan.changes, ids, old.orders, decision.state.orders, answers, decision.first_run, after)
    journal[decision.run] = packed(found)
    for run in list(journal)[:-KEPT]:
        del journal[run]
