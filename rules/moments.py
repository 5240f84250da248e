"""Moments for people: always with the zone that they are meant in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def local(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-12-01 09:00` in a zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
