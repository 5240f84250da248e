"""Whether a cell already shows what shall be written: a quiet register is not written to."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rules.cells import Raw, same

MOMENT = datetime(2026, 11, 24, 12, 40)


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        (46350.52777777778, MOMENT, True),  # as Google keeps it in a column in which not only dates stand
        (46350.52777777778, MOMENT, True),
        (46350.52777777778, datetime(2026, 11, 24, 12, 40, 1), False),
        (46350, date(2026, 11, 24), True),
        (46351, date(2026, 11, 24), False),
        (True, datetime(1899, 12, 31), False),
        ("2026-11-24 12:40:00", MOMENT, False),
        (MOMENT, 46350.52777777778, False),
        (date(2026, 11, 24), datetime(2026, 11, 24), True),
        (None, MOMENT, False),
        (0.1 + 0.2, 0.3, True),
        (1, True, False),
        ("", None, True),
    ],
)
def test_what_a_cell_already_shows(old: Raw, new: Raw, equal: bool) -> None:
    assert same(old, new) == equal
