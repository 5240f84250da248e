"""What an order costs (contract, section 5): lines and totals, each with its arithmetic as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from rules.cells import fold_client
from rules.columns import ClientRow, OrderRow, RateRow
from rules.models import Office
from rules.money import in_hours, plain, round_line, round_tax, round_up_to
from rules.settings import Settings
from rules.words import Level, TaxClass


class Outcome(Enum):
    """What an order is charged for."""

    COMPLETED = "completed"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"


class LineKind(Enum):
    """What a line is for; the words on the document are made from it."""

    WORK = "work"
    NO_SHOW = "no-show"
    OVERTIME = "overtime"
    TRAVEL = "travel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Terms:
    """The hours that an order is charged by: reserved (at least the minimum), grace, engineers."""

    reserved: Decimal
    grace: Decimal
    engineers: int


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line: quantity × unit price = amount, rounded half up; `label` is what a person typed."""

    kind: LineKind
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    arithmetic: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Charges:
    """All that an invoice charges. `home_tax` only where tax is charged in a foreign currency."""

    currency: str
    tax_class: TaxClass
    tax_rate: Decimal
    service_date: date
    lines: tuple[ChargeLine, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    exchange_rate: Decimal | None
    home_tax: Decimal | None
    arithmetic: tuple[str, ...]

    @property
    def substance(self) -> tuple[object, ...]:
        """What is charged, to be compared with an invoice's."""
        lines = tuple((line.quantity, line.unit_price, line.amount) for line in self.lines)
        return (self.currency, self.tax_class, self.tax_rate, self.subtotal, self.tax, self.total, lines)


def hours_of(row: OrderRow, settings: Settings) -> tuple[Decimal, Decimal] | None:
    """Hours reserved and hours of grace (contract, 5.1); None where Reserved hours can't be read.

    The minimum is for hours that somebody asked for; where nobody did, the setting Default hours is what counts.
    """
    hours = row.reserved_hours
    if hours.unreadable or (hours.value is not None and hours.value <= 0):
        return None
    if hours.value is None:
        return settings.default_hours, settings.grace_hours
    return max(hours.value, settings.minimum_hours), Decimal(0)


def terms_of(row: OrderRow, settings: Settings) -> Terms | None:
    """Hours reserved, grace and engineers; None where a cell can't be read."""
    hours, engineers = hours_of(row, settings), row.engineers_needed
    return None if hours is None or engineers.unreadable else Terms(*hours, engineers.value or 1)


def overtime_minutes(elapsed_s: Decimal, terms: Terms, settings: Settings) -> Decimal:
    """Minutes over, rounded up to the increment; 0 where none (contract, 5.3). `elapsed_s` is real seconds."""
    over = elapsed_s / 60 - (terms.reserved + terms.grace) * 60
    return round_up_to(over, settings.overtime_increment_min) if over > 0 else Decimal(0)


def currency_of(row: OrderRow, client: ClientRow | None) -> str | None:
    """The order's Currency, else the client's."""
    return row.currency.value if row.currency.filled else (client.currency.value if client else None)


def tax_class_of(row: OrderRow, client: ClientRow | None) -> TaxClass | None:
    """The order's Tax, else the client's; None where blank or none of the three."""
    return row.tax.value if row.tax.filled else (client.tax.value if client else None)


def rate_for(office: Office, client: str, level: Level, currency: str, day: date) -> RateRow | None:
    """The rate row (contract, 5.5): the client's own first, then the latest Valid from, then the lower row.

    `client` is folded; `day` is the planned day at the site. Only rows with both rates and a day count. None too where
    that row has one below 0: it is a slip, and what was right before may not be any more.
    """
    for whose in dict.fromkeys((client, "")):
        rows = office.rates_by_key.get((whose, level, currency), [])
        valid = [
            (row.valid_from.value, row.number, row)
            for row in rows
            if row.valid_from.value and row.valid_from.value <= day
        ]
        if valid:
            best = max(valid, key=lambda entry: entry[:2])[2]
            return best if min(best.hourly_rate.value or 0, best.overtime_rate.value or 0) >= 0 else None
    return None


def exchange_rate_for(office: Office, currency: str, day: date) -> Decimal | None:
    """Home currency per unit, by the latest row valid on `day`; of two alike, the lower."""
    rows = [
        row
        for row in office.exchange_rates
        if row.currency.value == currency
        and (row.home_per_unit.value or 0) > 0
        and row.valid_from.value
        and row.valid_from.value <= day
    ]
    best = max(rows, key=lambda row: (row.valid_from.value or day, row.number), default=None)
    return best.home_per_unit.value if best else None


def _line(kind: LineKind, amount: Decimal, currency: str, why: str, label: str = "") -> ChargeLine:
    """A line of one piece at a price."""
    rounded = round_line(amount, currency)
    return ChargeLine(kind, Decimal(1), "", amount, rounded, f"{why} = {plain(rounded)}", label)


def _hours(kind: LineKind, minutes: Decimal, people: int, price: Decimal, currency: str, what: str) -> ChargeLine:
    """A line of hours × engineers × rate; the amount is that of the exact minutes."""
    amount = round_line(minutes * people * price / 60, currency)
    why = f"{plain(in_hours(minutes))} {what} × {people} × {plain(price)} = {plain(amount)}"
    return ChargeLine(kind, in_hours(minutes * people), "h", price, amount, why)


def work_lines(rate: RateRow, terms: Terms, over: Decimal, outcome: Outcome, currency: str) -> Iterator[ChargeLine]:
    """Reserved hours in full, then overtime (`over`, minutes; contract, 5.2 to 5.4)."""
    hourly, extra = rate.hourly_rate.value or Decimal(0), rate.overtime_rate.value or Decimal(0)
    kind = LineKind.NO_SHOW if outcome is Outcome.NO_SHOW else LineKind.WORK
    yield _hours(kind, terms.reserved * 60, terms.engineers, hourly, currency, "h")
    if over and outcome is Outcome.COMPLETED:
        yield _hours(LineKind.OVERTIME, over, terms.engineers, extra, currency, "h over")


def travel_line(row: OrderRow, tax_class: TaxClass, rate: Decimal, currency: str) -> Iterator[ChargeLine]:
    """Travel at cost; where the cost includes tax and tax is charged, first without it (contract, 5.6)."""
    cost = row.travel_cost.value
    if not cost:
        return
    net, why = cost, f"travel {plain(cost)}"
    if tax_class is TaxClass.STANDARD and row.travel_cost_includes_tax.value is not False:
        net, why = round_line(cost / (1 + rate), currency), f"travel {plain(cost)} / {plain(1 + rate)}"
    yield _line(LineKind.TRAVEL, net, currency, why)


def other_lines(row: OrderRow, currency: str) -> Iterator[ChargeLine]:
    """Other charges, before tax, as typed."""
    for charge in row.other_charges.value or ():
        yield _line(LineKind.OTHER, charge.amount, currency, charge.label, charge.label)


def total_up(
    lines: tuple[ChargeLine, ...],
    currency: str,
    tax_class: TaxClass,
    service_date: date,
    settings: Settings,
    exchange: Decimal | None,
) -> Charges:
    """Totals: tax once on the subtotal, never per line (contract, 5.6)."""
    standard = tax_class is TaxClass.STANDARD
    rate = settings.tax_rate if standard else Decimal(0)
    subtotal = round_line(sum((line.amount for line in lines), Decimal(0)), currency)
    tax = round_tax(subtotal * rate, currency, settings.tax_rounding)
    why = [f"{tax_class}: tax {plain(subtotal)} × {plain(rate)}, rounded {settings.tax_rounding} = {plain(tax)}"]
    home_tax = None
    foreign = standard and currency != settings.home_currency
    if foreign and exchange is not None:
        home_tax = round_tax(tax * exchange, settings.home_currency, settings.tax_rounding)
        why.append(f"tax in {settings.home_currency}: {plain(tax)} × {plain(exchange)} = {plain(home_tax)}")
    return Charges(
        currency, tax_class, rate, service_date, lines, subtotal, tax, subtotal + tax,
        exchange if foreign else None, home_tax, tuple(why),
    )  # fmt: skip


def own_key(client: ClientRow | None) -> str:
    """The client's key in Rates."""
    return fold_client(client.client.value or "") if client else ""
