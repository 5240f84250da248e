"""Time for a register on the web: clock and sleep, how often calls may be made, and how long to go on trying."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 61.0
"""Seconds that a call counts: a minute, and one for clocks that differ."""

BRIEF = 30.0
"""Seconds that are spent on a server that can't even be connected to: people wait, or the next run is near."""


@dataclass(frozen=True)
class Pace:
    """The clock (seconds, never going back), how to wait, and a random share between 0 and 1."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    share: Callable[[], float] = random.random


class Limiter:
    """Keeps the calls of a whole process below Google's quota of 60 reads and 60 writes a minute."""

    def __init__(self, pace: Pace | None = None, most: int = 48) -> None:
        self._pace = pace or Pace()
        self._most = most
        self._made: dict[str, deque[float]] = {"read": deque(), "write": deque()}
        self._lock = threading.Lock()

    def wait(self, kind: str) -> None:
        """Returns when a call of this kind ("read" or "write") may be made; it counts from then on."""
        while (pause := self._claim(kind)) > 0:
            self._pace.sleep(pause)

    def _claim(self, kind: str) -> float:
        with self._lock:
            now, made = self._pace.now(), self._made[kind]
            while made and now - made[0] >= WINDOW:
                made.popleft()
            if len(made) < self._most:
                made.append(now)
                return 0.0
            return WINDOW - (now - made[0])


SHARED = Limiter()
"""Of this process, over all registers."""


class Patience:
    """How often and how long one step of a run is tried again: back-off with full jitter within a budget.

    The budget (seconds) counts from the first failure; Google's quota window is a minute.
    """

    def __init__(self, pace: Pace, budget: float = 160.0, longest: float = 32.0) -> None:
        self._pace, self._budget, self._longest = pace, budget, longest
        self._began: float | None = None
        self._away: float | None = None
        """Since when nothing but brief failures came."""
        self._failures = 0

    @property
    def spent(self) -> float:
        """Seconds since the first failure."""
        return 0.0 if self._began is None else self._pace.now() - self._began

    def again(self, at_least: float = 0.0, brief: bool = False) -> bool:
        """Waits, and says whether to try again. `at_least` is what the server asked for, in seconds.

        `brief`: waiting for long rarely helps, as where there is no network.
        """
        now = self._pace.now()
        self._began = now if self._began is None else self._began
        self._away = (now if self._away is None else self._away) if brief else None
        left = self._budget - self.spent
        if self._away is not None:
            left = min(left, self._away + BRIEF - now)
        pause = at_least + self._pace.share() * min(self._longest, 2.0**self._failures)
        self._failures += 1
        if left <= 0 or at_least > left:
            return False
        self._pace.sleep(min(pause, left))
        return True
