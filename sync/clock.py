"""The machine's clock, which every run asks that isn't as of a given moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sync.errors import Changed

LONGEST = timedelta(minutes=5)
"""From reading to writing: a run that took longer was paused, and what it decided may be out of date."""


def utc_now() -> datetime:
    """Aware, in UTC."""
    return datetime.now(UTC)


def check_fresh(read: datetime, seconds: float = 0.0) -> None:
    """Raises Changed where the register was read so long ago that this process, or its machine, must have slept since.

    `seconds` were counted since; a counter stands still while a machine sleeps, this clock doesn't.
    """
    if utc_now() - read > LONGEST or seconds > LONGEST.total_seconds():
        raise Changed("The register was read too long ago.")
