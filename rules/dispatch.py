"""Who could go, and who is booked twice (contract, sections 3 and 4; instructions, item 3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.case import Case, Window
from rules.cells import Absence, fold
from rules.models import Engineer

_MOMENT = timedelta(microseconds=1)


def absence_hits(absence: Absence, window: Window, site: ZoneInfo, register: ZoneInfo) -> bool:
    """Whether an absence falls into a window: days are days at the site, hours are in the register's zone."""
    begin, end = absence.begin, absence.end
    if begin is None or end is None:
        first = window.start.astimezone(site).date()
        last = (window.end - _MOMENT).astimezone(site).date()
        return absence.first <= last and first <= absence.last
    return Window(_at(absence.first, begin, register), _at(absence.last, end, register)).overlaps(window)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(ZoneInfo("UTC"))


def absent(engineer: Engineer, case: Case, window: Window) -> Absence | None:
    """The absence that falls into the window, if there is one."""
    absences = engineer.row.unavailable.value or ()
    return next((a for a in absences if absence_hits(a, window, case.zone, case.office.zone)), None)


def candidates(case: Case) -> tuple[str, ...] | None:
    """Who could go, best first: nearest level, then fewest open orders, then name. None where nobody can tell."""
    window, level = case.window, case.level
    if window is None or level is None or not case.languages:
        return None
    ranked = []
    for engineer in case.office.engineer_by_key.values():
        if not engineer.active or engineer.level is None or engineer.level < level:
            continue
        if not case.languages <= engineer.languages or absent(engineer, case, window):
            continue
        if next(case.board.clashes(engineer.name, window, case), None) is None:
            booked = case.board.open_orders_of(engineer.name, case)
            ranked.append((engineer.level.rank, booked, fold(engineer.name), engineer.name))
    return tuple(name for *_, name in sorted(ranked))
