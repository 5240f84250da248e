"""Odd values, and a guard against work without end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from types import FrameType
from typing import NoReturn

from hypothesis import strategies as st

LONGEST = 32_767
"""Characters that a workbook's cell holds; a Google Sheet's holds 50,000."""
BITS = (
    "1", "0", "-", "+", "＋", "(", ")", "[", "]", ".", ",", "、", ";", ":", "：", "/", "@", " ", "\u3000", "\n", "\t",
    "\x00", "a", "é", "e\u0301", "あ", "ア", "東", "年", "月", "日", "時", "分", "午後", "AM", "PM", "GMT+9", "2026",
    "12", "..", "yes", "はい", "○", "×", "N/A", "なし", "none", "=", "'", '"', "$", "¥", "%", "1e9", "h", "時間", "名",
    "LINE:", "Skype:", "https://maps.app.goo.gl/", "ORD-2026-0001", "English", "both", "JPY", "Asia/Tokyo", "../",
    "{{ 7*7 }}", "\u202e", "\ufeff", "\ufdfa", "\ud800", "😀", "👩\u200d👩\u200d👧", "\u0660", "½", "①", "T", "Z",
    "x" * 64,
)  # fmt: skip
"""What cells are made of, and what they should not be made of."""

texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(BITS), max_size=12).map("".join))
raws = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-10, 80_000), st.floats(), st.floats(0, 80_000),
    st.datetimes(), st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)), st.dates(), st.times(),
    st.timedeltas(), st.sampled_from([10**400, -0.0, 1e308, datetime.min, datetime.max, date.max, time.max]),
    st.sampled_from([timedelta.max, timedelta.min]), texts,
)  # fmt: skip
endless = st.one_of(st.sampled_from(BITS), st.tuples(st.sampled_from(BITS), st.sampled_from(BITS)).map("".join)).map(
    lambda bit: (bit * (LONGEST // len(bit) + 1))[:LONGEST]
)
"""As long as a cell can be, and all of one thing: what a careless pattern works on for hours."""


@contextmanager
def bounded(seconds: float = 20.0) -> Iterator[None]:
    """Fails what does not end, rather than hanging; it says nothing about speed."""

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
