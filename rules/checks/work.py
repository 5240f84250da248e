"""Items 1.8 and 1.9: what is to be done, on what, by how many of which level."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Found, check, found


@check("work-description-missing")
def work_description_missing(case: Case) -> Iterator[Found]:
    if case.row.work_description.blank:
        yield found(OrderRow.work_description)


@check("hardware-missing")
def hardware_missing(case: Case) -> Iterator[Found]:
    if case.row.target_hardware.blank:
        yield found(OrderRow.target_hardware)


@check("skill-defaulted")
def skill_defaulted(case: Case) -> Iterator[Found]:
    """If not specified, an entry level engineer is sent."""
    if case.row.skill_level.blank:
        yield found(OrderRow.skill_level)


@check("skill-unknown")
def skill_unknown(case: Case) -> Iterator[Found]:
    if case.row.skill_level.unreadable:
        yield found(OrderRow.skill_level, case.row.skill_level.text)


@check("engineers-defaulted")
def engineers_defaulted(case: Case) -> Iterator[Found]:
    if case.row.engineers_needed.blank:
        yield found(OrderRow.engineers_needed)


@check("engineers-invalid")
def engineers_invalid(case: Case) -> Iterator[Found]:
    if case.row.engineers_needed.unreadable:
        yield found(OrderRow.engineers_needed, case.row.engineers_needed.text)
