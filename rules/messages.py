"""What is to be said now, to whom (contract, section 8): decided once, remembered in the order's memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules.case import Case
from rules.cells import fold
from rules.columns import OrderRow
from rules.confirmation import state_of
from rules.flags import Flag
from rules.letters import confirmed, due, recognised, together
from rules.lifecycle import at_least, place, was_removed
from rules.memory import Told
from rules.message import Kind, Message, digest
from rules.missing import asked_of
from rules.models import Site
from rules.news import Change, change_for, changed
from rules.visit import address, details_of, in_order, line, visit_of
from rules.words import Severity, Status


@dataclass(frozen=True, slots=True)
class News:
    """What an order has to say in this run, and what is remembered of it."""

    told: Told | None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """A message that goes out once, when its status is reached: to the client, to every site's contact, or both."""

    kind: Kind
    at: Collection[Status]
    due: Callable[[Case, Collection[str]], bool] = lambda case, blocks: True
    to_client: bool = True
    to_sites: bool = False
    entry: bool = False


_ENGINEERS = frozenset({"engineer-unknown", "engineers-too-few", "engineer-double-booked", "engineers-invalid"})
_VISIT = _ENGINEERS | {
    "planned-start-missing", "planned-start-unreadable", "planned-start-past", "hours-invalid", "address-missing",
    "client-missing", "client-unknown", "language-missing", "language-unsupported",
}  # fmt: skip
"""Flags with which a visit can't be told of: something of it is wrong or half typed."""


def staffed(case: Case, blocks: Collection[str]) -> bool:
    """Assigned engineers are in order."""
    return bool(case.known_engineers) and not _ENGINEERS & set(blocks)


def _unshared(case: Case, blocks: Collection[str]) -> bool:
    return staffed(case, blocks) and case.row.contacts_shared_at.blank


def _arrived(case: Case, blocks: Collection[str]) -> bool:
    """Also before On site: it is this message that fills in Arrival notified at, where the job sends it itself."""
    on_site = at_least(case.status, Status.ON_SITE)
    return on_site or (case.proven(OrderRow.arrived_at) is not None and case.row.arrival_notified_at.blank)


def _unreleased(case: Case, blocks: Collection[str]) -> bool:
    return "release-not-approved" in blocks and case.proven(OrderRow.completed_at) is not None


_BEFORE_RELEASE = frozenset(s for s in Status if place(Status.READY) <= place(s) < place(Status.COMPLETED))
_STEPS: tuple[_Step, ...] = (
    _Step(Kind.CONFIRM, (Status.OFFERED,), staffed, to_client=False, to_sites=True),
    _Step(Kind.CONTACTS, (Status.SITE_CONFIRMED,), _unshared, to_sites=True),
    _Step(Kind.APPROVED, (Status.APPROVED, Status.TRAVEL_BOOKED), entry=True),
    _Step(Kind.ARRIVAL, (Status.APPROVED, Status.TRAVEL_BOOKED, Status.ON_SITE, Status.WORKING), _arrived),
    _Step(Kind.RELEASE, _BEFORE_RELEASE, _unreleased),
)
_PROMISED = (Status.READY, Status.OFFERED)
_AGREED = frozenset(s for s in Status if place(Status.SITE_CONFIRMED) <= place(s) < place(Status.ON_SITE))


def news(case: Case, flags: Sequence[Flag], settled: bool) -> News:
    """What is due for an order where it ended in this run.

    Nothing for what was past when the job first saw the register, or first sent messages: that counts as told.
    """
    old = _moved_on(case)
    if case.status is Status.INVOICED and not settled and case.before_cancel is None:  # the visit is over
        return News(Told(trouble=old.trouble) if old and old.trouble else None)
    if settled or case.order.id_twice or case.status in (Status.INVOICED, Status.PAID, Status.CANCELLED):
        return News(old or (None if case.memory or case.office.first_run else Told()))
    silent = old is None and (case.memory is not None or case.office.first_run)
    found = _Finder(case, flags, old or Told())
    found.find()
    if not silent:
        return News(found.told, tuple(found.messages))
    if at_least(case.status, Status.APPROVED):
        found.first_time(str(Kind.APPROVED))  # also of an order that is further
    return News(found.told.model_copy(update={"asked": found.told.standing, "entry": "", "sequence": 0}))


def _moved_on(case: Case) -> Told | None:
    """What was told before; what mail met with is forgotten once the order is further."""
    told = case.memory.told if case.memory else None
    if told and case.memory and case.memory.status is not case.status:
        return told.model_copy(update={"trouble": ""})
    return told


class _Finder:
    """Goes through the table for one order."""

    def __init__(self, case: Case, flags: Sequence[Flag], told: Told) -> None:
        self.case, self.flags, self.told = case, flags, told
        self.blocks = {flag.code for flag in flags if flag.severity is Severity.BLOCK}
        self.messages: list[Message] = []
        self.asked: set[int] = set()
        """Sites that are asked to confirm."""
        self.met: set[int] = set()
        """Sites that are told of the visit for the first time, as it is now."""

    def find(self) -> None:
        self._missing()
        self._promise()
        for step in _STEPS:
            if self.case.status in step.at and step.due(self.case, self.blocks):
                self._step(step)
        self._changes()

    def _remember(self, **facts: Any) -> None:
        self.told = self.told.model_copy(update=facts)

    def _missing(self) -> None:
        """The set of missing things changed, and has stood for Message delay."""
        case, now = self.case, self.case.now
        asked = asked_of(self.flags, case.zone.key) if case.status is Status.NEEDS_INFO else ()
        mark = digest("\n".join(sorted(f"{a.code} {a.column} {a.value}" for a in asked))) if asked else ""
        if mark != self.told.standing:
            self._remember(standing=mark, since=now if mark else None)
        since, delay = self.told.since, timedelta(minutes=float(case.office.settings.message_delay_min))
        if mark and mark != self.told.asked and since and now - since >= delay:
            self._to_client(Kind.MISSING, asked=asked, times=self.told.times)
            self._remember(asked=mark, times=self.told.times + 1)

    def _promise(self) -> None:
        """Assigned engineers are in order: once for each set of them, until the site has confirmed."""
        case = self.case
        names = _names(case)
        if case.status not in _PROMISED or not staffed(case, self.blocks) or names == self.told.engineers:
            return
        before = self.told.engineers
        self._remember(engineers=names)
        if before or case.row.availability_sent_at.blank:  # else told by hand
            self._to_client(Kind.AVAILABILITY, entry=True, before=before)

    def _step(self, step: _Step) -> None:
        if step.to_client and self.first_time(str(step.kind)):
            self._to_client(step.kind, entry=step.entry)
        if step.to_sites:
            self._to_sites(step.kind)

    def _to_sites(self, kind: Kind, only: Container[int] | None = None) -> None:
        """What every place is told once; `only` some of them."""
        known = recognised(kind, self.case, self.told.kinds)
        new = due(kind, self.case, known)
        new = {key: site for key, site in new.items() if only is None or site.number in only}
        self._remember(kinds=(*known, *new))
        for sites in together(new.values()):
            places = tuple(key for key, site in new.items() if site in sites) if kind is Kind.CONFIRM else ()
            self._to_contact(kind, sites, places=places)
        self.met |= {site.number for site in new.values()}
        self.asked |= {site.number for site in new.values() if kind is Kind.CONFIRM}

    def first_time(self, key: str) -> bool:
        if key in self.told.kinds:
            return False
        self._remember(kinds=(*self.told.kinds, key))
        return True

    def _changes(self) -> None:
        """Start, site or engineers are no longer what both sides know."""
        case, old = self.case, self.told.visit
        if case.status not in _AGREED or self.blocks & _VISIT:
            return
        change = changed(old, state_of(case, old.at if old else case.now))
        if old is None or change:
            self._remember(visit=change.now if change else state_of(case, case.now))
        if change:
            self._remember(engineers=_names(case))
            self._to_client(Kind.CHANGED, entry=True, altered=change.altered)
        if "step-skipped" not in case.waived:
            self._ask_new()
        if change:
            self._tell_sites(change)

    def _ask_new(self) -> None:
        """A place that came late and is not confirmed is asked to; one in another's stead is told of the change."""
        sites = (site.number for site in self.case.order.sites)
        self._to_sites(Kind.CONFIRM, {n for n in sites if not was_removed(self.case, OrderRow.site_confirmed_at, n)})

    def _tell_sites(self, change: Change) -> None:
        """Who is asked to confirm it now, or is new and has its contacts now, hears nothing of what it was before."""
        met = self.asked | self.met & change.came.keys()
        for sites in together(site for site in self.case.order.sites if site.number not in met):
            altered = dict.fromkeys(one for site in sites for one in change_for(change, site.number))
            if altered:
                self._to_contact(Kind.CHANGED, sites, entry=True, altered=tuple(altered))

    def _to_client(self, kind: Kind, *, entry: bool = False, **facts: Any) -> None:
        case, row = self.case, self.case.row
        with_work = kind is Kind.APPROVED or (kind is Kind.CHANGED and at_least(case.status, Status.APPROVED))
        if kind is Kind.CONTACTS and row.photo_id_needed.value and row.photo_id_sent_at.blank:
            files = (engineer.row.photo_id_file.value for engineer in case.known_engineers)
            facts["photo_ids"] = tuple(file for file in files if file)
        if kind is Kind.APPROVED:
            facts["sla_due"] = case.sla.due if case.sla else None
        if kind in (Kind.ARRIVAL, Kind.RELEASE):
            facts |= {"arrived": case.proven(OrderRow.arrived_at), "completed": case.proven(OrderRow.completed_at)}
        self._add(kind, address(row.order_email), (), entry, details=details_of(case) if with_work else None, **facts)

    def _to_contact(self, kind: Kind, sites: Sequence[Site], *, entry: bool = False, **facts: Any) -> None:
        self._add(kind, address(sites[0].row.site_email), sites, entry, **facts)

    def _add(self, kind: Kind, to: str, sites: Sequence[Site], entry: bool, **facts: Any) -> None:
        case, site = self.case, sites[0] if sites else None
        message = Message(
            kind=kind, order_id=case.order.order_id, to=to, languages=in_order(case.languages), at=case.now,
            addressee=line(site.row.site_contact if site else case.row.ordered_by),
            site=site.number if site else None, visit=visit_of(case, sites),
            sequence=self._sequence() if entry else None,
            whole=all(address(one.row.site_email) for one in case.order.sites)
            and (kind is not Kind.CONTACTS or all(map(confirmed, case.order.sites))),
            **facts,
        )  # fmt: skip
        self.messages.append(message)

    def _sequence(self) -> int:
        """The number of the calendar entry's version: the next one only where something in it changed."""
        mark = visit_of(self.case).mark
        if mark != self.told.entry:
            self._remember(entry=mark, sequence=self.told.sequence + 1 if self.told.entry else 0)
        return self.told.sequence


def _names(case: Case) -> tuple[str, ...]:
    return tuple(sorted(fold(engineer.name) for engineer in case.known_engineers))
