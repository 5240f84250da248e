"""The fixed words and their order."""

from __future__ import annotations

import pytest

from rules.words import Language, Level, Severity, Status, TaxClass


def test_levels_compare_by_what_they_can_do() -> None:
    assert Level.ENTRY < Level.SENIOR < Level.SPECIALIST
    assert Level.SPECIALIST >= Level.SENIOR >= Level.SENIOR
    assert not Level.ENTRY > Level.SENIOR
    assert max(Level.SENIOR, Level.ENTRY) is Level.SENIOR
    assert [level.rank for level in Level] == [0, 1, 2]


def test_severities_sort_most_severe_first() -> None:
    assert sorted([Severity.INFO, Severity.WARN, Severity.BLOCK]) == [
        Severity.BLOCK,
        Severity.WARN,
        Severity.INFO,
    ]


def test_levels_and_severities_have_no_common_order() -> None:
    with pytest.raises(TypeError):
        _ = Level.ENTRY < Severity.INFO


def test_words_are_the_registers() -> None:
    assert [*Level] == ["Entry", "Senior", "Specialist"]
    assert [*Language] == ["English", "Japanese"]
    assert [*TaxClass] == ["standard", "export-exempt", "out-of-scope"]
    assert [*Severity] == ["BLOCK", "WARN", "INFO"]
    assert f"{Severity.BLOCK} {Status.NO_SHOW}" == "BLOCK No-show"


def test_statuses_stand_in_the_order_of_the_contract() -> None:
    assert ", ".join(Status) == (
        "Needs info, Ready, Offered, Site confirmed, Contacts shared, Approved, Travel booked, On site, "
        "Working, Completed, Invoiced, Paid, No-show, Cancelled"
    )
