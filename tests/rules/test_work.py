"""Items 1.8 and 1.9: what is to be done, by how many of which level."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, judge, office


@pytest.mark.parametrize("blank", [None, "-", "N/A", "\n"])
def test_what_is_to_be_done(blank: Raw) -> None:
    verdict = judge({"Work description": blank, "Target hardware": blank})
    assert (codes(verdict), verdict.status) == (["work-description-missing", "hardware-missing"], Status.NEEDS_INFO)
    assert flag(verdict, "hardware-missing").severity is Severity.WARN


@pytest.mark.parametrize(
    "level", ["Entry", "Junior", "ジュニア", " ｓｅｎｉｏｒ", "シニア", "SPECIALIST", "スペシャリスト"]
)
def test_levels(level: str) -> None:
    assert codes(judge({"Skill level": level}, office(engineers=[{"Skill level": "Specialist"}]))) == []


@pytest.mark.parametrize("level", ["L2", "Senior or Specialist", 3, "expert"])
def test_unknown_levels(level: Raw) -> None:
    verdict = judge({"Skill level": level})
    assert (codes(verdict), verdict.status, verdict.candidates) == (["skill-unknown"], Status.NEEDS_INFO, ())


def test_no_level_is_entry() -> None:
    verdict = judge({"Skill level": "-"})
    assert (codes(verdict), verdict.status) == (["skill-defaulted"], Status.READY)
    assert flag(verdict, "skill-defaulted").severity is Severity.INFO
    assert verdict.candidates == ("Eve Entry",)


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (None, ["engineers-defaulted"]), ("なし",
        ["engineers-defaulted"]), (1, []), (1.0, []), ("２名", []), ("3人", []), (99, []),
        (0, ["engineers-invalid"]), (-3, ["engineers-invalid"]), (1.5, ["engineers-invalid"]),
        ("two", ["engineers-invalid"]),
        ("1e1", ["engineers-invalid"]), (True, ["engineers-invalid"]), ("1-2", ["engineers-invalid"]),
    ],
)  # fmt: skip
def test_how_many(count: Raw, found: list[str]) -> None:
    verdict = judge({"Engineers needed": count})
    assert codes(verdict) == found
    assert (verdict.status is Status.NEEDS_INFO) is (found == ["engineers-invalid"])
    assert all(f.column == "Engineers needed" for f in verdict.flags)


@pytest.mark.parametrize(
    ("header", "code"), [("Skill level", "skill-unknown"), ("Engineers needed", "engineers-invalid")]
)
def test_what_leaves_nothing_to_compute_with_cannot_be_waived(header: str, code: str) -> None:
    verdict = judge({header: "many", "Waived flags": f"{code}: fine"})
    assert (codes(verdict), verdict.status) == ([code, "waiver-refused"], Status.NEEDS_INFO)
