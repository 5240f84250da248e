"""One cell as read, and the kinds of value that a column can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from rules.reading.text import Raw, is_blank, shown

T_co = TypeVar("T_co", covariant=True)


class Unreadable(ValueError):
    """Raised by readers; `problem` says what a person should write instead."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Cell(Generic[T_co]):
    """A cell and what was understood of it: blank, unreadable (then `problem` says why), or a value."""

    raw: Raw
    value: T_co | None
    problem: str | None = None

    @property
    def blank(self) -> bool:
        """Nothing stands there, or a word for nothing."""
        return self.value is None and self.problem is None

    @property
    def filled(self) -> bool:
        """Something stands there, readable or not."""
        return self.value is not None or self.problem is not None

    @property
    def unreadable(self) -> bool:
        """Something stands there that can't be read."""
        return self.problem is not None

    @property
    def text(self) -> str:
        """The cell as a person sees it, for quoting in a message."""
        return shown(self.raw)


_NOTHING: Cell[Any] = Cell(None, None)

Reader = Callable[[Raw, ZoneInfo], T_co | None]
"""Turns a cell that is not blank into a value; None where nothing is left of it; raises Unreadable."""


@dataclass(frozen=True)
class Kind(Generic[T_co]):
    """What a column holds. `zone` is where its local times are; kinds without times ignore it."""

    name: str
    reader: Reader[T_co]
    remembers: int = 1 << 17  # distinct cells; long texts seldom repeat, and would only take room
    _remembered: Callable[[Raw, ZoneInfo], Cell[T_co]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # typed: 1, 1.0 and TRUE are equal in Python, but not the same cell
        object.__setattr__(self, "_remembered", lru_cache(self.remembers, typed=True)(self._read))

    def read(self, raw: Raw, zone: ZoneInfo) -> Cell[T_co]:
        """The cell as understood; never raises, and equal cells give the same object."""
        if raw is None:
            return _NOTHING
        if isinstance(raw, float) and raw == 0:
            raw = 0.0  # no spreadsheet knows another zero, and -0.0 equals it, but would be shown as -0
        return self._remembered(raw, zone)

    def _read(self, raw: Raw, zone: ZoneInfo) -> Cell[T_co]:
        if is_blank(raw):
            return Cell(raw, None)
        try:
            return Cell(raw, self.reader(raw, zone))
        except Unreadable as fault:
            return Cell(raw, None, fault.problem)
