"""Item 1.6: items to bring. Only standard equipment can be brought without asking."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.cells import fold
from rules.columns import OrderRow
from rules.flags import Found, check, found


@check("items-missing")
def items_missing(case: Case) -> Iterator[Found]:
    if case.row.items_to_bring.blank:
        yield found(OrderRow.items_to_bring)


@check("items-not-standard")
def items_not_standard(case: Case) -> Iterator[Found]:
    """An empty list of standard items checks nothing."""
    standard = case.office.item_keys
    strange = [item for item in case.row.items_to_bring.value or () if standard and fold(item) not in standard]
    if strange:
        yield found(OrderRow.items_to_bring, ", ".join(strange))
