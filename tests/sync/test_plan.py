"""A quiet register is not written to, whatever signs people pasted into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.desk import md5
from tests.sync.post_office import NOW, furnished, upto


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


def test_a_memory_full_of_signs_of_two_units_is_read_back(tmp_path: Path) -> None:
    """Such as emoji, or the 𠮷 of some names: one answer of the form must not make System unreadable."""
    post = furnished(tmp_path, orders=[{**upto("Completed"), "Work description": "\U00020bb7" * 16_000}])
    assert post.order()["Status"] == "Invoiced"
    post.run(NOW)
    assert post.run(NOW)["changes"] == []
