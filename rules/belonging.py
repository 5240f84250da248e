"""Which rows of Other sites are whose (contract, section 2 and the end of section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from rules.cells import squash
from rules.columns import OrderRow, SiteRow
from rules.models import id_order


def belongs(site_rows: Sequence[SiteRow], orders: Sequence[tuple[str, OrderRow, bool]]) -> dict[str, list[SiteRow]]:
    """The further places of every order that has some, in the order of the tab, by Order ID as given.

    `orders` are Order ID, row and whether the order is open. A place names an Order ID, or else a Client
    reference; one that several orders share is the open one's with the lowest Order ID (where none is
    open, the lowest's). Width, case and blanks don't matter. Rows that belong to nobody are left out.
    """
    owners: dict[str, str] = {}
    by_age = sorted(orders, key=lambda order: id_order(order[0]))
    for order_id, row, _ in sorted(by_age, key=lambda order: not order[2]):
        reference = squash(row.client_reference.value or "")
        if reference:
            owners.setdefault(reference, order_id)
    owners |= {squash(order_id): order_id for order_id, _, _ in by_age}
    found: dict[str, list[SiteRow]] = {}
    for site in site_rows:
        owner = owners.get(squash(site.order_id.value or ""))
        if owner is not None:
            found.setdefault(owner, []).append(site)
    return found
