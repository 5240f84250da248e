"""One order in its register, at one time: what the checks, the lifecycle and the charges look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rules import charges as costs
from rules.cells import Cell, fold
from rules.charges import Outcome, Terms
from rules.columns import ClientRow, Heading, OrderRow, RateRow
from rules.memory import Memory
from rules.models import Engineer, Office, Order
from rules.moments import shifted, span
from rules.money import in_hours
from rules.once import once
from rules.waivers import Waiver, read_waivers
from rules.words import Language, Level, Status

if TYPE_CHECKING:
    from rules.board import Board


@dataclass(frozen=True, slots=True)
class Window:
    """A visit as planned: from `start` until `end`, both UTC; windows that touch don't overlap."""

    start: datetime
    end: datetime

    def overlaps(self, other: Window) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Sla:
    """The clock from approval to arrival; times are UTC."""

    since: datetime
    due: datetime


@dataclass
class Case:
    """An order under judgement. `status` and `before_cancel` move while the lifecycle advances it.

    `corrected`: a waived evidence-removed took it back to where its evidence gets it, so nothing counts as removed.
    """

    order: Order
    office: Office
    board: Board
    status: Status
    before_cancel: Status | None = None
    corrected: bool = False

    @property
    def row(self) -> OrderRow:
        return self.order.row

    @property
    def now(self) -> datetime:
        return self.office.now

    @property
    def memory(self) -> Memory | None:
        return self.order.memory

    @once
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return self.row.time_zone.value or self.office.zone

    def proven(self, column: Heading[datetime]) -> datetime | None:
        """When it happened (UTC); None where blank, unreadable or after now: then it proves nothing."""
        at = self.row.cell(column).value
        return at if at is not None and at <= self.now else None

    def known(self, cell: Cell[datetime]) -> datetime | None:
        """As `proven`, for a cell of another site's row."""
        return cell.value if cell.value is not None and cell.value <= self.now else None

    # --- terms (item 0) and lead time (1.1)

    @once
    def client(self) -> ClientRow | None:
        """The client's row; None where the client is missing or unknown, which silences all that reads it."""
        return self.office.client_by_key.get(self.order.client_key) if self.order.client_key else None

    @once
    def received(self) -> datetime | None:
        """When the order came in (UTC): Received at, or what the job fills in where it is blank."""
        return self.row.received_at.value or self.order.received

    @once
    def received_day(self) -> date | None:
        return self.received.astimezone(self.office.zone).date() if self.received else None

    @once
    def lead_time(self) -> timedelta | None:
        """Planned start minus received, in real elapsed time."""
        start = self.row.planned_start.value
        return start - self.received if start and self.received else None

    @once
    def urgent(self) -> bool:
        """0 < lead time < Urgent below (h)."""
        lead = self.lead_time
        return lead is not None and timedelta(0) < lead < span(self.office.settings.urgent_below_h)

    @once
    def retained(self) -> bool:
        """A retainer with an SLA response covers the day of receipt (both days count)."""
        client, day = self.client, self.received_day
        if client is None or day is None or client.retainer_from.value is None:
            return False
        response, until = client.sla_response_h.value, client.retainer_until.value
        assured = response is not None and response >= 0
        return assured and client.retainer_from.value <= day and (until is None or day <= until)

    @once
    def sla(self) -> Sla | None:
        """Approved at + response, round the clock, but never before Planned start; None where none is assured."""
        since, client = self.proven(OrderRow.approved_at), self.client
        if since is None or client is None or not self.retained:
            return None
        due = shifted(since, client.sla_response_h.value or Decimal(0))
        start = self.row.planned_start.value
        return Sla(since, max(due, start) if start else due)

    # --- hours, people (1.2, 1.9, 3)

    @once
    def terms(self) -> Terms | None:
        return costs.terms_of(self.row, self.office.settings)

    @once
    def window(self) -> Window | None:
        """[planned start, + hours reserved (+ grace)); None where a cell can't be read."""
        start, hours = self.row.planned_start.value, costs.hours_of(self.row, self.office.settings)
        return None if start is None or hours is None else Window(start, shifted(start, sum(hours, Decimal(0))))

    @once
    def level(self) -> Level | None:
        """The level asked for: Entry where blank, None where unknown."""
        return None if self.row.skill_level.unreadable else self.row.skill_level.value or Level.ENTRY

    @once
    def languages(self) -> frozenset[Language]:
        return self.row.language.value or frozenset()

    @once
    def assigned(self) -> tuple[str, ...]:
        """Names of the assigned engineers as typed, each once."""
        return tuple({fold(name): name for name in self.row.assigned_engineers.value or ()}.values())

    @once
    def known_engineers(self) -> tuple[Engineer, ...]:
        """The assigned engineers that are in Engineers and active."""
        found = (self.office.engineer_by_key.get(fold(name)) for name in self.assigned)
        return tuple(engineer for engineer in found if engineer and engineer.active)

    # --- waivers

    @once
    def waivers(self) -> tuple[Waiver, ...]:
        return read_waivers(self.row.waived_flags.value or "")

    @once
    def waived(self) -> dict[str, str]:
        """Reason by code, for the waivers that hold."""
        return {waiver.code: waiver.reason for waiver in self.waivers if waiver.valid}

    # --- charges (item 12)

    @once
    def currency(self) -> str | None:
        return costs.currency_of(self.row, self.client)

    @once
    def rate(self) -> RateRow | None:
        """The rate that applies on the planned day at the site; None where there is none."""
        start = self.row.planned_start.value
        if start is None or self.level is None or self.currency is None:
            return None
        day = start.astimezone(self.zone).date()
        return costs.rate_for(self.office, costs.own_key(self.client), self.level, self.currency, day)

    @property
    def outcome(self) -> Outcome | None:
        """What is charged for: Completed before No-show; Cancelled where the order went that way."""
        return Outcome.CANCELLED if self.before_cancel is not None else self.visited

    @once
    def visited(self) -> Outcome | None:
        """How the visit ended, whether or not the order was cancelled."""
        if self.proven(OrderRow.completed_at):
            return Outcome.COMPLETED
        return Outcome.NO_SHOW if self.proven(OrderRow.no_show_at) else None

    @property
    def service_date(self) -> date | None:
        """The day of Arrived at (No-show at, Cancelled at), in the register's zone (contract, 5.4)."""
        return self.day_of(self.outcome)

    def day_of(self, outcome: Outcome | None) -> date | None:
        """The service date if that is what is charged for."""
        columns = {
            Outcome.COMPLETED: (OrderRow.arrived_at, OrderRow.completed_at),
            Outcome.NO_SHOW: (OrderRow.no_show_at,),
            Outcome.CANCELLED: (OrderRow.cancelled_at,),
        }
        times = (self.proven(column) for column in columns[outcome]) if outcome else iter(())
        at = next((at for at in times if at), None)
        return at.astimezone(self.office.zone).date() if at else None

    @once
    def overtime(self) -> Decimal:
        """Minutes over the reserved hours and the grace, per engineer, rounded up to the increment."""
        arrived, completed = self.proven(OrderRow.arrived_at), self.proven(OrderRow.completed_at)
        if not arrived or not completed or not self.terms:
            return Decimal(0)
        elapsed = completed - arrived
        seconds = Decimal(elapsed.days * 86400 + elapsed.seconds)
        return costs.overtime_minutes(seconds, self.terms, self.office.settings)

    @property
    def billable(self) -> Decimal | None:
        """Hours × engineers that are charged; None where there is nothing to charge them for."""
        outcome, terms = self.outcome, self.terms
        if outcome in (None, Outcome.CANCELLED) or terms is None:
            return None
        over = self.overtime if outcome is Outcome.COMPLETED else Decimal(0)
        return in_hours((terms.reserved * 60 + over) * terms.engineers)

    def reached(self, status: Status, before_cancel: Status | None, corrected: bool | None = None) -> Case:
        """The same case at another status; what was derived is kept."""
        put_right = self.corrected if corrected is None else corrected
        case = replace(self, status=status, before_cancel=before_cancel, corrected=put_right)
        case.__dict__.update({key: value for key, value in self.__dict__.items() if key not in _FIELDS})
        return case


_FIELDS = ("order", "office", "board", "status", "before_cancel", "corrected")
