"""Item 1.3: contacts with country code and a second channel, of every site and of the ordering company."""

from __future__ import annotations

from collections.abc import Iterator

from rules.addresses import chat_channels, is_email, phone_fault
from rules.case import Case
from rules.cells import Cell
from rules.columns import Heading, OrderRow
from rules.flags import Found, check, found
from rules.words import Level

Subject = tuple[Heading[str], int | None, Cell[str]]
"""Column, site (None for what belongs to the order as a whole) and the cell."""


def _cells(case: Case, own: tuple[Heading[str], ...], of_site: Heading[str]) -> Iterator[Subject]:
    """Cells of the order, then the same of every site."""
    yield from ((column, None, case.row.cell(column)) for column in own)
    yield from ((of_site, site.number, site.row.cell(of_site)) for site in case.order.sites)


@check("site-contact-missing")
def site_contact_missing(case: Case) -> Iterator[Found]:
    """1.3.1: the end customer, at all the places to visit."""
    for site in case.order.sites:
        for column in (OrderRow.site_contact, OrderRow.site_phone):
            if site.row.cell(column).blank:
                yield found(column, None, site.number)
                break


def _phones_with(case: Case, code: str) -> Iterator[Found]:
    for column, site, cell in _cells(case, (OrderRow.order_phone, OrderRow.pm_phone), OrderRow.site_phone):
        fault = phone_fault(cell.value, cell.raw, case.zone.key) if cell.value else None
        if fault and fault.code == code:
            yield found(column, cell.text, site, says="hint" if fault.hint else "", hint=fault.hint)


@check("phone-country-code")
def phone_country_code(case: Case) -> Iterator[Found]:
    """An engineer abroad can't dial a national number."""
    yield from _phones_with(case, "phone-country-code")


@check("phone-invalid")
def phone_invalid(case: Case) -> Iterator[Found]:
    yield from _phones_with(case, "phone-invalid")


@check("email-invalid")
def email_invalid(case: Case) -> Iterator[Found]:
    for column, site, cell in _cells(case, (OrderRow.order_email, OrderRow.pm_email), OrderRow.site_email):
        if cell.value and not is_email(cell.value):
            yield found(column, cell.text, site)


@check("second-channel-missing")
def second_channel_missing(case: Case) -> Iterator[Found]:
    for site in case.order.sites:
        row = site.row
        if (row.site_contact.filled or row.site_phone.filled) and row.site_email.blank and row.site_chat.blank:
            yield found(OrderRow.site_email, None, site.number)


@check("chat-unreadable")
def chat_unreadable(case: Case) -> Iterator[Found]:
    for column, site, cell in _cells(case, (OrderRow.pm_chat,), OrderRow.site_chat):
        if cell.value and not chat_channels(cell.value):
            yield found(column, cell.text, site)


def _unassisted(case: Case) -> bool:
    """1.3.2: assistance is always required for entry class engineers, unless instructions are written."""
    row = case.row
    no_pm = row.pm_contact.blank or row.pm_phone.blank
    return no_pm and case.level is Level.ENTRY and row.instruction_documents.blank


@check("pm-contact-missing")
def pm_contact_missing(case: Case) -> Iterator[Found]:
    for column in (OrderRow.pm_contact, OrderRow.pm_phone):
        if case.row.cell(column).blank and not _unassisted(case):
            yield found(column)
            break


@check("assistance-missing")
def assistance_missing(case: Case) -> Iterator[Found]:
    if _unassisted(case):
        yield found(OrderRow.pm_contact if case.row.pm_contact.blank else OrderRow.pm_phone)
