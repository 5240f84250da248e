"""From tabs to what the rules judge: the office, its orders, the rows of further places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from rules.columns import (
    ClientRow,
    EngineerRow,
    ExchangeRow,
    ItemRow,
    OrderRow,
    RateRow,
    Row,
    SettingRow,
    SiteRow,
)
from rules.identity import counts, entered, identified
from rules.models import Office, Order
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
    """Orders as the rules see them. `added` are rows that this run appends. `state` is given the new numbers."""
    zone = settings.time_zone
    office = Office(
        now=now, settings=settings, clients=rows_of(tabs, ClientRow, zone), engineers=rows_of(tabs, EngineerRow, zone),
        rates=rows_of(tabs, RateRow, zone), exchange_rates=rows_of(tabs, ExchangeRow, zone),
        standard_items=rows_of(tabs, ItemRow, zone), issued=state.invoices, first_run=state.first,
        ledger_damage=ledger_damage(tabs, state.invoices, zone),
    )  # fmt: skip
    rows = identified(rows_of(tabs, OrderRow, zone), state)
    orders, missing = entered(rows, added, state, office)
    return Gathered(office, orders, [row for row in rows_of(tabs, SiteRow, zone) if counts(row)], missing)
