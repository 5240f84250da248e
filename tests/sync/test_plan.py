"""Whether a cell already shows what shall be written: a quiet register is not written to."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from sync.plan import same
from tests.acceptance.desk import md5
from tests.sync.post_office import NOW, furnished, upto

MOMENT = datetime(2026, 11, 24, 12, 40)


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        (46350.52777777778, MOMENT, True),  # as Google keeps it in a column in which not only dates stand
        (46350.52777778, MOMENT, True),
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
def test_what_a_cell_already_shows(old: object, new: object, equal: bool) -> None:
    assert same(old, new) == equal


@pytest.mark.parametrize("status", ["Approved", "Completed"])
@pytest.mark.parametrize("sign", ["_x000B_", "a_x000D_b", "\x7f", "\x85"])
def test_signs_that_no_cell_holds_are_not_written_by_every_run(tmp_path: Path, sign: str, status: str) -> None:
    """Soft line breaks come along when people paste names from other programs."""
    name, place = f"Acme {sign} Ltd", f"1-1 {sign} Otemachi, Tokyo"
    order = {"Client": name, "Site address": place, **upto(status)}
    post = furnished(tmp_path, orders=[order], client={"Client": name})
    assert post.order()["Status"] == {"Completed": "Invoiced"}.get(status, status)
    post.run(NOW)
    before = md5(post.path)
    assert post.run(NOW)["changes"] == []
    assert md5(post.path) == before and "changed-after" not in str(post.order()["Flags"])
