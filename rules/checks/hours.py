"""Item 1.2: the reserved hours. Charged in full; at least the minimum; a default where not given."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Found, check, found
from rules.money import plain


@check("hours-defaulted")
def hours_defaulted(case: Case) -> Iterator[Found]:
    settings = case.office.settings
    if case.row.reserved_hours.blank:
        yield found(OrderRow.reserved_hours, hours=plain(settings.default_hours), grace=plain(settings.grace_hours))


@check("hours-below-minimum")
def hours_below_minimum(case: Case) -> Iterator[Found]:
    hours, minimum = case.row.reserved_hours, case.office.settings.minimum_hours
    if hours.value is not None and 0 < hours.value < minimum:
        yield found(OrderRow.reserved_hours, hours.text, minimum=plain(minimum))


@check("hours-invalid")
def hours_invalid(case: Case) -> Iterator[Found]:
    hours = case.row.reserved_hours
    if hours.unreadable or (hours.value is not None and hours.value <= 0):
        yield found(OrderRow.reserved_hours, hours.text)
