"""Whatever stands in a cell: a value, blank or unreadable, and never anything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import cells
from rules.cells import Kind, Raw, fold, fold_client, is_blank, shown, squash
from rules.columns import TABS, SettingRow
from rules.settings import Settings, SettingsFault, read_settings
from tests.fuzz.odd import bounded, endless, raws

KINDS = {name: kind for name in cells.__all__ if isinstance(kind := getattr(cells, name), Kind)}
ZONES = [ZoneInfo(name) for name in ("Asia/Tokyo", "America/St_Johns", "Pacific/Kiritimati", "Africa/Casablanca")]
FEW = settings(max_examples=40)
SETTINGS = [field.title or name for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@FEW
@given(raw=raws, zone=st.sampled_from(ZONES))
def test_every_reader(kind: Kind, raw: Raw, zone: ZoneInfo) -> None:
    cell = kind.read(raw, zone)
    assert [cell.blank, cell.unreadable, cell.value is not None].count(True) == 1
    assert cell.filled == (not cell.blank) and cell.problem != ""
    if isinstance(cell.value, datetime):
        assert cell.value.utcoffset() == timedelta(0)
    assert kind.read(raw, zone) == cell


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=15)
@given(raw=endless)
def test_every_reader_ends(kind: Kind, raw: str) -> None:
    with bounded():
        kind.read(raw, ZONES[0])


@given(raw=raws)
def test_the_keys_for_comparing(raw: Raw) -> None:
    text = shown(raw) if raw is not None else ""
    assert fold(fold(text)) == fold(text) and squash(squash(text)) == squash(text)
    fold_client(text)
    is_blank(raw)


@given(raw=raws, title=st.sampled_from([kind.title for kind in TABS]))
def test_every_row_of_every_tab(raw: Raw, title: str) -> None:
    (kind,) = (kind for kind in TABS if kind.title == title)
    row = kind(2, {column.key: raw for column in kind.columns}, ZONES[0])
    for column in kind.columns:
        cell = row.cell(column)
        assert [cell.blank, cell.unreadable, cell.value is not None].count(True) == 1 and row.cell(column) is cell


@given(found=st.lists(st.tuples(st.sampled_from(SETTINGS), raws | endless), min_size=1, max_size=6))
def test_settings_are_read_or_refused_by_name(found: list[tuple[str, Raw]]) -> None:
    rows = [
        SettingRow(number, {"setting": name, "value": raw}, ZONES[0]) for number, (name, raw) in enumerate(found, 2)
    ]
    with bounded():
        try:
            read_settings(rows)
        except SettingsFault as fault:
            assert any(name in str(fault) for name, _ in found)
