"""What is wrong with the rows of Other sites, Clients, Engineers, Rates and Exchange rates themselves.

All of it is WARN: an order that needs such a cell is held back by its own rules, as if the cell were
blank (contract, section 2, after the tables).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rules.addresses import is_email, phone_fault
from rules.cells import Cell, fold, fold_client
from rules.columns import ClientRow, EngineerRow, ExchangeRow, Heading, OrderRow, Owner, RateRow, Row, SiteRow
from rules.flags import Flag
from rules.models import Order
from rules.sentences import sentence
from rules.words import Severity

FLAGGED_TABS: tuple[type[Row], ...] = (SiteRow, ClientRow, EngineerRow, RateRow, ExchangeRow)
"""The tabs whose last column is Flags."""

_NEVER_NEGATIVE = {ClientRow.sla_response_h.key, RateRow.hourly_rate.key, RateRow.overtime_rate.key}
_NAMED: Mapping[type[Row], tuple[Heading[str], Callable[[str], str]]] = {
    ClientRow: (ClientRow.client, fold_client),
    EngineerRow: (EngineerRow.engineer, fold),
}
_PHONES: Mapping[type[Row], Heading[str]] = {SiteRow: OrderRow.site_phone, EngineerRow: EngineerRow.phone}
_EMAILS: Mapping[type[Row], Heading[str]] = {
    SiteRow: OrderRow.site_email,
    ClientRow: ClientRow.billing_email,
    EngineerRow: EngineerRow.email,
}


def judge_tab(rows: Sequence[Row], orders: Sequence[Order]) -> dict[int, tuple[Flag, ...]]:
    """The flags of every row of one tab, by row number: for its Flags cell. Rows without any are left out.

    `orders` are all orders of the register with the sites that they got (only Other sites needs them).
    """
    zones = {site.row.number: order.row for order in orders for site in order.sites if site.number > 1}
    doubles = _doubles(rows)
    found: dict[int, tuple[Flag, ...]] = {}
    for row in rows:
        flags: list[Flag] = [*_unreadable(row), *_orphan(row, zones), *_double(row, doubles)]
        flags += [*_phone(row, zones.get(row.number)), *_email(row)]
        if flags:
            found[row.number] = tuple(flags)
    return found


def _flag(code: str, column: Heading[object], cell: Cell[object], says: str = "", **words: str) -> Flag:
    value = cell.text if cell.filled else None
    message = sentence(code, says, column.header, value, None, words)
    return Flag(code, Severity.WARN, None, None, column.header, value, message)


def _unreadable(row: Row) -> Iterator[Flag]:
    for column in row.columns:
        cell = row.cell(column)
        problem = cell.problem if cell.unreadable else _senseless(column, cell)
        if column.owner is Owner.HUMAN and problem:
            yield _flag("cell-unreadable", column, cell, hint=problem)


def _senseless(column: Heading[object], cell: Cell[Any]) -> str | None:
    """What to write instead of a number that nobody can mean; such a number counts as blank."""
    if cell.value is None:
        return None
    if column.key == ClientRow.payment_days.key:
        days = cell.value
        return None if days == int(days) and 0 <= days <= 3650 else "write whole days such as 30"
    if column.key in _NEVER_NEGATIVE and cell.value < 0:
        return "write a number that is not below 0"
    if column.key == ExchangeRow.home_per_unit.key and cell.value <= 0:
        return "write a rate above 0 such as 152.5"
    return None


def _orphan(row: Row, owned: Mapping[int, OrderRow]) -> Iterator[Flag]:
    """A place that belongs to no order would silently be visited by nobody."""
    if not isinstance(row, SiteRow) or row.number in owned:
        return
    if any(row.cell(column).filled for column in row.columns if column.owner is Owner.HUMAN):
        yield _flag("site-orphan", SiteRow.order_id, row.order_id)


def _doubles(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Row numbers by folded name; blank names are nobody's."""
    found: dict[str, list[int]] = {}
    for row in rows:
        key = _name_key(row)
        if key:
            found.setdefault(key, []).append(row.number)
    return found


def _name_key(row: Row) -> str:
    named = _NAMED.get(type(row))
    return named[1](row.cell(named[0]).value or "") if named else ""


def _double(row: Row, doubles: Mapping[str, list[int]]) -> Iterator[Flag]:
    others = [number for number in doubles.get(_name_key(row), ()) if number != row.number]
    if others:
        column = _NAMED[type(row)][0]
        yield _flag("name-duplicate", column, row.cell(column), rows=", ".join(map(str, others)))


def _phone(row: Row, order: OrderRow | None) -> Iterator[Flag]:
    column = _PHONES.get(type(row))
    cell = row.cell(column) if column else None
    if column and cell and cell.value:
        zone = (order.time_zone.value if order else None) or row.zone
        fault = phone_fault(cell.value, cell.raw, zone.key)
        if fault:
            yield _flag(fault.code, column, cell, "hint" if fault.hint else "", hint=fault.hint)


def _email(row: Row) -> Iterator[Flag]:
    column = _EMAILS.get(type(row))
    cell = row.cell(column) if column else None
    if column and cell and cell.value and not is_email(cell.value):
        yield _flag("email-invalid", column, cell)
