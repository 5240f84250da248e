"""Why an order is judged as it is: every rule's verdict with the cells that it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from rules.advance import Course
from rules.case import Case
from rules.catalogue import CATALOGUE, Rule
from rules.columns import Row
from rules.flags import Flag, flags_of
from rules.models import Site
from rules.speaking import Speaker

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule: the flags that it would raise, those that speak now, and its inputs as (cell, text)."""

    rule: Rule
    raised: tuple[Flag, ...]
    speaking: tuple[Flag, ...]
    inputs: tuple[tuple[str, str], ...]

    @property
    def verdict(self) -> str:
        """`raised`, `silent` (it would speak at another status) or `in order`."""
        if self.speaking:
            return "raised"
        return "silent" if self.raised else "in order"


def trace(course: Course) -> Iterator[Trace]:
    """Every rule of the catalogue, asked anew on fresh rows, so that what it reads can be told."""
    speaking = Speaker(course.settled).flags(course.case)
    for rule in CATALOGUE.values():
        case = _fresh(course.case)
        raised = tuple(flags_of(rule, case))
        now = tuple(flag for flag in speaking if flag.code == rule.code)
        yield Trace(rule, raised, now, tuple(_inputs(case)))


def _fresh(case: Case) -> Case:
    """The same case with rows that were not read yet, and nothing derived."""
    own = _unread(case.row)
    sites = tuple(Site(s.number, own if s.row is case.row else _unread(s.row)) for s in case.order.sites)
    order = replace(case.order, row=own, sites=sites)
    return Case(order, case.office, case.board, case.status, case.before_cancel)


def _unread(row: R) -> R:
    return type(row)(row.number, row.raw, row.zone)


def _inputs(case: Case) -> Iterator[tuple[str, str]]:
    for site in case.order.sites:
        names = {column.key: column.header for column in type(site.row).columns}
        for key, cell in site.row.cells.items():
            where = names.get(key, key) + (f" (site {site.number})" if site.number > 1 else "")
            yield where, cell.text if cell.filled else "blank"
