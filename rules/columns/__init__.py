"""Every tab and column of the register, once (contract, section 2)."""

from __future__ import annotations

from typing import Any

from rules.columns.ledger import DashboardRow, InvoiceLineRow, InvoiceRow, LogRow, SystemRow
from rules.columns.lists import ClientRow, EngineerRow, ExchangeRow, ItemRow, RateRow, SettingRow
from rules.columns.orders import OrderRow, SiteRow
from rules.columns.table import Column, Heading, Owner, Row

__all__ = [
    "FORM_TIMESTAMP",
    "FORM_TIMESTAMPS",
    "FREE_TABS",
    "SITE_COLUMNS",
    "TABS",
    "ClientRow",
    "Column",
    "DashboardRow",
    "EngineerRow",
    "ExchangeRow",
    "Heading",
    "InvoiceLineRow",
    "InvoiceRow",
    "ItemRow",
    "LogRow",
    "OrderRow",
    "Owner",
    "RateRow",
    "Row",
    "SettingRow",
    "SiteRow",
    "SystemRow",
]  # fmt: skip

TABS: tuple[type[Row], ...] = (
    OrderRow, SiteRow, ClientRow, EngineerRow, RateRow, ExchangeRow, ItemRow, SettingRow,
    InvoiceRow, InvoiceLineRow, LogRow, DashboardRow, SystemRow,
)  # fmt: skip
"""Every tab that a register must have, in the order in which `init` makes them."""

FREE_TABS: tuple[type[Row], ...] = (DashboardRow, SystemRow)
"""Tabs whose form is the job's own: their headers are written by it, not asked for."""

FORM_TIMESTAMP = "Timestamp"
FORM_TIMESTAMPS = (FORM_TIMESTAMP, "タイムスタンプ")
"""What Google calls it, by the language of the account that links the form."""

SITE_COLUMNS: tuple[Column[Any], ...] = SiteRow.columns[1:9]
"""The eight columns of a place, the same in Orders and Other sites."""
