"""Reads and writes the ledger of invoices: tabs Invoices and Invoice lines."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from rules.columns import Row
from rules.invoice import Invoice
from rules.ledger import TABS, as_raw, damage, ledger_rows
from sync.plan import Plan
from sync.tabs import Tab


def write_ledger(plan: Plan, tabs: Mapping[type[Row], Tab], invoice: Invoice) -> None:
    """Plan the rows of Invoices and Invoice lines."""
    for kind, rows in ledger_rows(invoice).items():
        for cells in rows:
            plan.append(tabs[kind], {key: as_raw(value) for key, value in cells.items()})


def ledger_damage(tabs: Mapping[type[Row], Tab], issued: Mapping[str, Invoice], zone: ZoneInfo) -> str:
    """What people changed in the ledger; blank where it shows what was issued."""
    return damage({kind: tabs[kind].rows(zone) for kind in TABS}, issued.values()) if issued else ""
