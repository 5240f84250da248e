"""The checks, one page per item of the instructions; importing this registers them all."""

from rules.checks import (
    billing,
    contacts,
    equipment,
    hours,
    language,
    place,
    progress,
    register,
    sequence,
    staffing,
    start,
    terms,
    work,
)

__all__ = [
    "billing", "contacts", "equipment", "hours", "language", "place", "progress", "register",
    "sequence", "staffing", "start", "terms", "work",
]  # fmt: skip
