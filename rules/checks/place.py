"""Item 1.5: where to go: address checked on Google Maps, floor, how to enter the room."""

from __future__ import annotations

from collections.abc import Iterator

from rules.addresses import is_map_link
from rules.case import Case
from rules.columns import Heading, OrderRow
from rules.flags import Found, check, found


def _blank(case: Case, column: Heading[str]) -> Iterator[Found]:
    for site in case.order.sites:
        if site.row.cell(column).blank:
            yield found(column, None, site.number)


@check("address-missing")
def address_missing(case: Case) -> Iterator[Found]:
    yield from _blank(case, OrderRow.site_address)


@check("map-link-missing")
def map_link_missing(case: Case) -> Iterator[Found]:
    """Often the spelling of a location's name is wrong: the link is not."""
    yield from _blank(case, OrderRow.map_link)


@check("map-link-invalid")
def map_link_invalid(case: Case) -> Iterator[Found]:
    for site in case.order.sites:
        link = site.row.map_link
        if link.value and not is_map_link(link.value):
            yield found(OrderRow.map_link, link.text, site.number)


@check("floor-missing")
def floor_missing(case: Case) -> Iterator[Found]:
    yield from _blank(case, OrderRow.floor)


@check("entry-instructions-missing")
def entry_instructions_missing(case: Case) -> Iterator[Found]:
    yield from _blank(case, OrderRow.entry_instructions)
