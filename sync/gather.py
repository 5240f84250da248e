"""From cells to orders: which rows count, which ID each has or gets, which sites belong to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from rules.cells import YESNO, Raw
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
from rules.message import digest
from rules.models import Office, Order, Site, id_order
from rules.settings import Settings, SettingsFault, read_settings
from sync.errors import UsageFault
from sync.state import State
from sync.tabs import Tab

R = TypeVar("R", bound=Row)
_ID = re.compile(r"ORD-\d{4}-\d{4,}")
_COUNTS = tuple(c for c in OrderRow.columns if c.owner is Owner.HUMAN and c.kind is not YESNO)
_KNOWN_BY = (
    OrderRow.client, OrderRow.client_reference, OrderRow.planned_start, OrderRow.site_address,
    OrderRow.work_description,
)  # fmt: skip

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


def known_id(row: OrderRow, known: Mapping[str, object], first_run: bool) -> str | None:
    """The row's Order ID, where the job gave it (or, on the first run, where it has the form of one)."""
    order_id = (row.order_id.value or "").upper()
    if order_id in known or (first_run and _ID.fullmatch(order_id)):
        return order_id
    return None


def counts(row: OrderRow, order_id: str | None) -> bool:
    """A row counts once it has an Order ID, or any H cell but a yes/no one."""
    return order_id is not None or any(row.cell(column).filled for column in _COUNTS)


def row_key(row: OrderRow) -> str:
    """By what a row is known that an undo took its number off."""
    raw = (row.raw.get(column.key) for column in _KNOWN_BY)
    return digest("\n".join("" if value is None else str(value) for value in raw))


def gather(
    tabs: Tabs, state: State, settings: Settings, now: datetime, added: Sequence[tuple[OrderRow, Sequence[SiteRow]]]
) -> Gathered:
    """Orders as the rules see them. `added` are rows that this run appends. New ones get their ID here.

    `state` is given the new numbers.
    """
    zone, first_run = settings.time_zone, state.first
    ids: dict[str, list[OrderRow]] = {}
    rows: list[tuple[OrderRow, str | None]] = []
    for row in rows_of(tabs, OrderRow, zone):
        order_id = known_id(row, state.orders, first_run)
        if first_run and order_id in ids:
            order_id = None  # of one that stands twice, the upper
        if counts(row, order_id):
            rows.append((row, order_id))
            if order_id:
                ids.setdefault(order_id, []).append(row)
    rows = [(row, order_id or _invoiced_as(row, ids, state)) for row, order_id in rows]
    rows += [(row, None) for row, _ in added]
    for order_id in ids:
        _note_taken_over(order_id, state)
    site_rows = [row for row in rows_of(tabs, SiteRow, zone) if _any_human(row)]
    return _with_sites(tabs, state, settings, now, rows, ids, site_rows, {r.number: s for r, s in added})


def _invoiced_as(row: OrderRow, ids: dict[str, list[OrderRow]], state: State) -> str | None:
    """The order of a row whose ID was cleared or typed over, where its Invoice no. still tells: else it would be
    taken for a new one, and invoiced again. Not where that order stands in a row of its own. Noted in `ids`.
    """
    invoice = state.invoices.get(row.invoice_no.value or "")
    if invoice is None or invoice.order_id in ids or invoice.order_id not in state.orders:
        return None
    ids[invoice.order_id] = [row]
    return invoice.order_id


def _note_taken_over(order_id: str, state: State) -> None:
    year, number = id_order(order_id)
    highest = state.numbers.setdefault("order", {})
    highest[str(year)] = max(highest.get(str(year), 0), number)


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
