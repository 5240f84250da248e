"""All orders of a register together, with the places that are theirs once it is known which orders are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rules.assess import assess
from rules.belonging import belongs
from rules.board import month_later
from rules.columns import SiteRow
from rules.memory import Memory
from rules.models import Office, Order, Site
from rules.settings import Settings
from rules.verdict import Crash, Verdict
from rules.words import Status

_ROUNDS = 3
_FEW = 4


def judge_register(
    orders: Sequence[Order], site_rows: Sequence[SiteRow], office: Office
) -> tuple[list[Order], list[Verdict], list[Crash]]:
    """The orders with their places, and `assess` of them.

    A place that names a shared Client reference belongs to an open order. Where an order ends in this very run, its
    place goes to the next one, and all are judged again: else the next run would find other flags than this one.
    Places in `orders` that are none of `site_rows` (of answers taken in by this run) stay where they are.
    """
    known: dict[str, Memory | None] = {order.order_id: order.memory for order in orders}
    judged = _with_places(orders, site_rows, known, office)
    verdicts, crashes = assess(judged, office)
    for _ in range(_ROUNDS - 1):
        known |= {verdict.order.order_id: verdict.memory for verdict in verdicts}
        again = _with_places(judged, site_rows, known, office)
        if [order.sites for order in again] == [order.sites for order in judged]:
            break
        judged = again
        verdicts, crashes = assess(judged, office)
    return judged, verdicts, crashes


def still_open(memory: Memory | None, office: Office) -> bool:
    """Whether an order is open by what is remembered of it; a new one is (contract, section 4)."""
    if memory is None:
        return True
    if memory.before_cancel is not None:  # charged after Cancelled, or Cancelled still
        return False
    if memory.status is Status.INVOICED and memory.invoiced_on:
        return office.today <= month_later(memory.invoiced_on)
    return memory.status not in (Status.PAID, Status.CANCELLED)


def shrunk(found: int, seen: int, settings: Settings) -> bool:
    """Whether there are far fewer orders than the last run saw (contract, section 7: from 4 orders on)."""
    return seen >= _FEW and found < settings.shrink_limit * seen


def run_after(now: datetime, *times: datetime | None) -> datetime | None:
    """Of the times that tell of the last run the latest, where it is after now: a run then would undo what time has
    shown (contract, section 7). All aware; None is no time.
    """
    latest = max((time for time in times if time), default=now)
    return latest if now + timedelta(seconds=1) <= latest else None


def beat_due(now: datetime, beat: datetime | None, settings: Settings) -> bool:
    """Whether a run that changes nothing writes its heartbeat; `beat` is the last one (contract, section 7)."""
    return beat is None or not timedelta(0) <= now - beat <= timedelta(minutes=float(settings.heartbeat_min))


def _with_places(
    orders: Sequence[Order], site_rows: Sequence[SiteRow], known: Mapping[str, Memory | None], office: Office
) -> list[Order]:
    named = [(order.order_id, order.row, still_open(known[order.order_id], office)) for order in orders]
    owned = belongs(site_rows, named)
    listed = {site.number for site in site_rows}
    found = []
    for order in orders:
        kept = [site.row for site in order.sites[1:] if site.row.number not in listed]
        places = [*owned.get(order.order_id, ()), *kept]
        sites = (order.sites[0], *(Site(number, place) for number, place in enumerate(places, 2)))
        found.append(replace(order, sites=sites))
    return found
