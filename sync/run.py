"""One run: read once, decide, write once, then the documents (design: one way through)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rules.columns import DashboardRow, OrderRow, SystemRow
from rules.golive import go_live
from rules.identity import present
from rules.outgoing import to_deliver
from rules.register import run_after, shrunk
from rules.settings import Settings
from rules.state import State
from sync.dashboard import last_run
from sync.deciding import Conditions, Decision, decide
from sync.errors import Changed, Contended, OnsiteError, UsageFault
from sync.filing import file_invoices
from sync.gather import Tabs, rows_of, settings_of
from sync.intake import answers_in_csv, answers_in_tab
from sync.leaving import without
from sync.mail import announce, deliver_messages
from sync.outbox import Outbox
from sync.papers import MailServer, keep_long_texts, long_texts_kept
from sync.post import Post
from sync.registers.base import Register
from sync.rounds import together
from sync.snapshot import Reading
from sync.state import read_state
from sync.tabs import find_tab, find_tabs

Done = TypeVar("Done")
TRIES = 3
ROUNDS = 4


def unheard(_: str) -> None:
    """For runs that nobody listens to."""


@dataclass(frozen=True)
class Asked:
    """What a run was asked for. `now` is aware, or naive in the register's zone."""

    now: datetime
    post: Post
    form_csv: Path | None = None
    dry_run: bool = False
    force: bool = False
    looking: bool = False
    """Only looks, and never writes: as of any time."""
    scheduled: bool = False
    after: str = ""
    """The run of which this is a further round."""
    tell: Callable[[str], None] = unheard
    """Takes what a person should hear before anything is written."""
    clock: Callable[[], datetime] | None = None
    """Tells the time anew at every try; None where the run is as of `now`, whatever the time."""


@dataclass
class Papers:
    """The documents that were written after a commit, and those that could not be."""

    files: list[Path] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    server: MailServer = field(default_factory=MailServer)

    def after(self, first: Papers) -> Papers:
        """These and those of an earlier round, which wrote what it could."""
        files, told, notes = first.files + self.files, first.told + self.told, first.notes + self.notes
        return Papers(files, self.unwritten, told, notes, first.twice + self.twice, self.server)


@dataclass
class Outcome:
    """What a run did: its decision, and what became of the documents."""

    decision: Decision
    settings: Settings
    dry_run: bool
    papers: Papers = field(default_factory=Papers)
    mailed: bool = False
    """Something was sent, which the register should be told."""
    unstamped: tuple[str, ...] = ()
    """Answers of the form that could not be taken in, since their Timestamp can't be read: where they stand."""


def moment(now: datetime, settings: Settings) -> datetime:
    """The run's time: aware, in whole seconds; without an offset it is meant in the register's zone."""
    aware = now if now.tzinfo else now.replace(tzinfo=settings.time_zone)
    return aware.replace(microsecond=0)


def sync(register: Register, asked: Asked) -> Outcome:
    """One run of the job. Raises OnsiteError with the exit code of the contract; then nothing was written.

    Where mail was sent, the register is told at once, and orders go on with it as evidence.
    """
    outcome = _round(register, asked, MailServer())
    for _ in range(ROUNDS):
        if not outcome.mailed:
            break
        try:
            wrote = "" if outcome.decision.quiet else outcome.decision.run
            later = _round(register, replace(asked, after=wrote), outcome.papers.server)
        except OnsiteError as fault:
            outcome.papers.notes.append(f"mail was sent, and the next run will note it in the register: {fault}")
            break
        later.decision = together(outcome.decision, later.decision)
        later.papers = later.papers.after(outcome.papers)
        outcome = later
    return outcome


def until_written(register: Register, attempt: Callable[[], Done]) -> Done:
    """What came of the first try between whose reading and writing nobody else wrote. Raises Contended."""
    for _ in range(TRIES):
        try:
            return attempt()
        except Changed:
            continue
    raise Contended(
        f"{register.name} was changed by somebody else, or this machine took over five minutes, at each of {TRIES} "
        f"tries: nothing of this one was written, or only a first part, whole. Try again later."
    )


def _round(register: Register, asked: Asked, server: MailServer) -> Outcome:
    return until_written(register, lambda: _attempt(register, asked, server))


def _attempt(register: Register, asked: Asked, server: MailServer) -> Outcome:
    if asked.clock:
        asked = replace(asked, now=asked.clock())
    reading = register.read()
    outcome = look(register, reading, asked)
    outcome.papers.server = server
    if asked.dry_run:
        return outcome
    if outcome.decision.first_run:
        asked.tell(go_live(outcome.decision.invoices, "is about to issue"))
    announce(outcome.decision.state, outcome.decision.said, asked.post, outcome.papers)
    left_out = register.commit(reading, outcome.decision.plan.writes(), outcome.decision.quiet)
    outcome.decision = without(outcome.decision, left_out)
    _deliver(outcome, asked)
    return outcome


def _deliver(outcome: Outcome, asked: Asked) -> None:
    decision = outcome.decision
    emails = decision.gathered.office.engineer_emails
    file_invoices(decision.state, decision.issued.values(), emails, asked.post, outcome.papers)
    keep_long_texts(decision.state.texts, asked.post.out, outcome.papers)
    outcome.papers.unwritten += [f"the invoice of {v.order.order_id}" for v in decision.verdicts if v.withheld]
    outcome.mailed = deliver_messages(to_deliver(decision.state), decision.gathered.office, asked.post, outcome.papers)


def look(register: Register, reading: Reading, asked: Asked) -> Outcome:
    """Everything of a run but the writing: used by `sync`, `--dry-run`, `check` and `explain`."""
    tabs = find_tabs(reading)
    settings = settings_of(tabs)
    state = read_state(tabs[SystemRow])
    now = moment(asked.now, settings)
    if asked.scheduled and state.held:
        raise UsageFault(f"Scheduled runs wait: {state.held}. Look at the register, then run `onsite sync` yourself.")
    if not asked.force and not asked.looking:
        check_clock(tabs, state, settings, now)
    if not asked.force:
        check_shrink(tabs, state, settings)
    sources = [answers_in_tab(find_tab(reading, settings.form_tab), settings.time_zone)]
    if asked.form_csv:
        sources.append(answers_in_csv(asked.form_csv, settings.time_zone))
    out, templates = asked.post.out, asked.post.config.templates
    notes, kept = Outbox(out).notes(state.messages), long_texts_kept(state.texts, out)
    host, desk = socket.gethostname(), asked.post.desk
    when = Conditions(now, host, register.max_text, templates, notes, desk, asked.after, kept)
    decision = decide(tabs, state, settings, [source.answers for source in sources], when)
    unstamped = tuple(place for source in sources for place in source.unstamped)
    return Outcome(decision, settings, asked.dry_run, unstamped=unstamped)


def check_clock(tabs: Tabs, state: State, settings: Settings, now: datetime) -> None:
    """A run whose clock is before the last run's would undo what time has shown."""
    if latest := run_after(now, state.at, last_run(tabs[DashboardRow], settings.time_zone)):
        raise UsageFault(
            f"The clock says {now.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S}, but the last run was at "
            f"{latest.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S}. Set this machine's clock; "
            "`onsite sync --force` runs in spite of it."
        )


def check_shrink(tabs: Tabs, state: State, settings: Settings) -> None:
    """Far fewer orders than the last time: somebody deleted or filtered the register away, or cleared the IDs."""
    found = present(rows_of(tabs, OrderRow, settings.time_zone), state)
    if shrunk(found, state.seen_orders, settings):
        raise UsageFault(
            f"Only {found} orders are there with their {OrderRow.order_id.header}, where the last run saw "
            f"{state.seen_orders}: somebody may have deleted or filtered them away, or cleared the IDs. Put them back, "
            "or run `onsite sync --force` if that is meant."
        )
