"""Item 1.2: the reserved hours."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, judge, office


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        (None, ["hours-defaulted"]),
        ("-", ["hours-defaulted"]),
        (2, []),
        (2.0, []),
        ("2h", []),
        ("２時間", []),
        ("2.5", []),
        (1.99, ["hours-below-minimum"]),
        ("0.1", ["hours-below-minimum"]),
        (0, ["hours-invalid"]),
        (-1, ["hours-invalid"]),
        ("0", ["hours-invalid"]),
        ("two", ["hours-invalid"]),
        ("1e9", ["hours-invalid"]),
        ("2-3", ["hours-invalid"]),
        (True, ["hours-invalid"]),
        (time(2, 0), ["hours-invalid"]),
        (timedelta(hours=2), ["hours-invalid"]),
    ],
)
def test_hours(hours: Raw, found: list[str]) -> None:
    verdict = judge({"Reserved hours": hours})
    assert codes(verdict) == found
    assert (verdict.status is Status.NEEDS_INFO) is (found == ["hours-invalid"])
    assert all(f.column == "Reserved hours" for f in verdict.flags)


def test_their_weight() -> None:
    assert flag(judge({"Reserved hours": None}), "hours-defaulted").severity is Severity.INFO
    assert flag(judge({"Reserved hours": 1}), "hours-below-minimum").severity is Severity.WARN
    assert flag(judge({"Reserved hours": 0}), "hours-invalid").holds is Status.READY


def test_the_minimum_is_a_setting() -> None:
    assert codes(judge({"Reserved hours": 3}, office(settings={"Minimum hours": 3}))) == []
    assert codes(judge({"Reserved hours": 3}, office(settings={"Minimum hours": "3.5"}))) == ["hours-below-minimum"]


def test_invalid_hours_cannot_be_waived() -> None:
    verdict = judge({"Reserved hours": 0, "Waived flags": "hours-invalid: whatever"})
    assert codes(verdict) == ["hours-invalid", "waiver-refused"]
