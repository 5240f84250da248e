"""Item 0: only clients with terms agreed are served urgently, and the SLA needs a retainer.

Source: the instructions' two opening sentences, and item 1 for the e-mail that the order comes by.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Found, check, found


@check("client-missing")
def client_missing(case: Case) -> Iterator[Found]:
    """Without a client there is nobody to bill and nothing agreed."""
    if case.row.client.blank:
        yield found(OrderRow.client)


@check("client-unknown")
def client_unknown(case: Case) -> Iterator[Found]:
    """The name has to stand in Clients, where terms and billing are."""
    if case.row.client.filled and case.client is None:
        yield found(OrderRow.client, case.row.client.text)


@check("terms-not-agreed")
def terms_not_agreed(case: Case) -> Iterator[Found]:
    """Urgent services are only for clients with terms agreed previously: by the day of receipt."""
    if not case.urgent or case.client is None or case.received_day is None:
        return
    agreed = case.client.terms_agreed_on.value
    if agreed is None or agreed > case.received_day:
        says, day = ("late" if agreed else ""), case.received_day
        yield found(OrderRow.client, case.row.client.text, says=says, agreed=agreed, day=day)


@check("sla-not-assured")
def sla_not_assured(case: Case) -> Iterator[Found]:
    """An SLA is assured only to clients with a retainer contract."""
    if case.urgent and case.client is not None and not case.retained:
        yield found(OrderRow.client, case.row.client.text, day=case.received_day)


@check("order-contact-missing")
def order_contact_missing(case: Case) -> Iterator[Found]:
    """Item 1: the order comes by e-mail; every answer goes back there."""
    if case.row.order_email.blank:
        yield found(OrderRow.order_email)
