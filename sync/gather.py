"""From cells to orders: which rows count, which ID each has or gets, which sites belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from rules.cells import Raw
from rules.columns import (
    ClientRow,
    EngineerRow,
    ExchangeRow,
    ItemRow,
    OrderRow,
    Owner,
    RateRow,
    Row,
    SettingRow,
    SiteRow,
)
from rules.identity import identified, row_key
from rules.models import Office, Order, Site
from rules.settings import Settings, SettingsFault, read_settings
from rules.state import State
from sync.errors import UsageFault
from sync.ledger import ledger_damage
from sync.tabs import Tab

R = TypeVar("R", bound=Row)
Tabs = Mapping[type[Row], Tab]


@dataclass
class Gathered:
    """What a run works on: the office, its orders, the rows of further sites, and orders whose row is gone."""

    office: Office
    orders: list[Order]
    site_rows: list[SiteRow]
    missing: list[str] = field(default_factory=list)
    """IDs of orders that the last run saw and this one doesn't find."""


def rows_of(tabs: Tabs, kind: type[R], zone: ZoneInfo) -> list[R]:
    """The rows of a tab, as the class that was asked for."""
    return cast("list[R]", tabs[kind].rows(zone))


def settings_of(tabs: Tabs) -> Settings:
    """The settings. Raises UsageFault naming one that can't be read."""
    zone = Settings().time_zone
    try:
        return read_settings(rows_of(tabs, SettingRow, zone))
    except SettingsFault as fault:
        raise UsageFault(f"{fault}. Nothing was written.") from fault


def gather(
    tabs: Tabs, state: State, settings: Settings, now: datetime, added: Sequence[tuple[OrderRow, Sequence[SiteRow]]]
) -> Gathered:
    """Orders as the rules see them. `added` are rows that this run appends. New ones get their ID here.

    `state` is given the new numbers.
    """
    zone = settings.time_zone
    rows = identified(rows_of(tabs, OrderRow, zone), state.orders, state.invoices, state.first)
    ids: dict[str, list[OrderRow]] = {}
    for row, order_id in rows:
        if order_id:
            ids.setdefault(order_id, []).append(row)
    rows += [(row, None) for row, _ in added]
    state.note("order", ids)
    site_rows = [row for row in rows_of(tabs, SiteRow, zone) if _any_human(row)]
    return _with_sites(tabs, state, settings, now, rows, ids, site_rows, {r.number: s for r, s in added})


def _any_human(row: SiteRow) -> bool:
    return any(row.cell(column).filled for column in SiteRow.columns if column.owner is Owner.HUMAN)


def _with_sites(
    tabs: Tabs, state: State, settings: Settings, now: datetime, rows: Sequence[tuple[OrderRow, str | None]],
    ids: Mapping[str, Sequence[OrderRow]], site_rows: list[SiteRow], added: Mapping[int, Sequence[SiteRow]],
) -> Gathered:  # fmt: skip
    zone = settings.time_zone
    office = Office(
        now=now, settings=settings, clients=rows_of(tabs, ClientRow, zone), engineers=rows_of(tabs, EngineerRow, zone),
        rates=rows_of(tabs, RateRow, zone), exchange_rates=rows_of(tabs, ExchangeRow, zone),
        standard_items=rows_of(tabs, ItemRow, zone), issued=state.invoices, first_run=state.first,
        ledger_damage=ledger_damage(tabs, state.invoices, zone),
    )  # fmt: skip
    named = [_identified(row, order_id, state, office, tabs[OrderRow]) for row, order_id in rows]
    orders = []
    for row, order_id, received in named:
        sites = (Site(1, row), *(Site(number, other) for number, other in enumerate(added.get(row.number, ()), 2)))
        twins = tuple(other.number for other in ids.get(order_id, ()) if other.number != row.number)
        orders.append(Order(row, order_id, sites, received, state.orders.get(order_id), twins))
    gone = [key for key, memory in state.orders.items() if key not in ids and not memory.deleted]
    return Gathered(office, orders, site_rows, gone)


def _identified(
    row: OrderRow, order_id: str | None, state: State, office: Office, tab: Tab
) -> tuple[OrderRow, str, datetime | None]:
    """The row with its Received at, its ID (given here where it has none), and when it was received (UTC)."""
    memory = state.orders.get(order_id) if order_id else None
    received = row.received_at.value
    if row.received_at.blank:
        received = memory.first_seen if memory and memory.first_seen else office.now
        local: Raw = received.astimezone(office.zone).replace(tzinfo=None)
        row = OrderRow(row.number, {**row.raw, "received_at": local}, office.zone)
    if order_id is None and state.returned:
        order_id = state.take_back(row_key(row))
    if order_id is None:
        year = (received or office.now).astimezone(office.zone).year
        order_id = f"ORD-{year}-{state.give('order', year):04d}"
    return row, order_id, received
