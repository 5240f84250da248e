"""Why an order is judged as it is: every rule's verdict with the cells and settings that it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from rules.advance import Course
from rules.case import Case
from rules.catalogue import CATALOGUE, Rule
from rules.cells import fold
from rules.columns import ClientRow, EngineerRow, Heading, Row
from rules.flags import Flag, flags_of
from rules.models import Site
from rules.settings import Settings
from rules.speaking import Speaker

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule: the flags that it would raise, those that speak now, and its inputs as (cell or setting, text)."""

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
        settings = _Asked(course.case.office.settings)
        case = _fresh(course.case, settings)
        raised = tuple(flags_of(rule, case))
        now = tuple(flag for flag in speaking if flag.code == rule.code)
        yield Trace(rule, raised, now, (*_inputs(case), *settings.asked.items()))


class _Asked:
    """Settings that know which of them were asked for, with their values as text."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.asked: dict[str, str] = {}

    def __getattr__(self, name: str) -> object:
        value: object = getattr(self._settings, name)
        field = Settings.model_fields.get(name)
        if field is not None:
            self.asked[f"{field.title} (Settings)"] = _shown(value)
        return value


def _shown(value: object) -> str:
    """A setting's value as people type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else _BLANK


def _fresh(case: Case, settings: _Asked) -> Case:
    """The same case with rows that were not read yet, and nothing derived: its own, its client's, its engineers'."""
    own = _unread(case.row)
    sites = tuple(Site(s.number, own if s.row is case.row else _unread(s.row)) for s in case.order.sites)
    order = replace(case.order, row=own, sites=sites)
    named = {fold(name) for name in case.assigned}
    office = replace(
        case.office,
        settings=cast(Settings, settings),
        clients=[_unread(case.client)] if case.client else [],
        engineers=[_unread(row) if fold(row.engineer.text) in named else row for row in case.office.engineers],
    )
    return Case(order, office, case.board, case.status, case.before_cancel)


def _unread(row: R) -> R:
    return type(row)(row.number, row.raw, row.zone)


def _inputs(case: Case) -> Iterator[tuple[str, str]]:
    """The cells that were read, with the site, the tab or the engineer that they belong to."""
    for site in case.order.sites:
        yield from _cells(site.row, f" (site {site.number})" if site.number > 1 else "")
    for client in case.office.clients:
        yield from _cells(client, f" ({ClientRow.title})", but=ClientRow.client)
    named = {fold(name): name for name in case.assigned}
    for engineer in case.office.engineers:
        name = named.get(fold(engineer.engineer.text))
        if name:
            yield from _cells(engineer, f" ({name})", but=EngineerRow.engineer)


def _cells(row: Row, where: str, but: Heading[object] | None = None) -> Iterator[tuple[str, str]]:
    names = {column.key: column.header for column in type(row).columns}
    for key, cell in row.cells.items():
        if but is None or key != but.key:
            yield names.get(key, key) + where, cell.text if cell.filled else _BLANK


_BLANK = "blank"
