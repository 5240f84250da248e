"""The list of scenarios is whole, and its table is up to date."""

from __future__ import annotations

from tests.scenarios.listing import README, SCENARIOS, filled, marked


def test_every_scenario_is_held_by_a_test() -> None:
    assert list(SCENARIOS) == list(range(1, 26))
    assert sorted(marked()) == list(SCENARIOS)


def test_the_table_is_made_from_the_markers() -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text
