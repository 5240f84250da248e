"""Item 1.4: communication language."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from rules.words import Language, Status
from tests.rules.build import codes, flag, judge, office, order


@pytest.mark.parametrize(
    ("typed", "languages"),
    [
        ("English", "E"),
        ("ＥＮＧＬＩＳＨ ", "E"),
        ("EN", "E"),
        ("英語", "E"),
        ("Japanese", "J"),
        ("JP", "J"),
        ("ja", "J"),
        ("日本語", "J"),
        ("both", "EJ"),
        ("日英", "EJ"),
        ("English and Japanese", "EJ"),
        ("English/Japanese", "EJ"),
        ("English;Japanese", "EJ"),
        ("JP/EN", "EJ"),
        ("英語、日本語", "EJ"),
        ("English\nJapanese", "EJ"),
    ],
)
def test_languages(typed: str, languages: str) -> None:
    beside = office(engineers=[{"Languages": "both"}])
    wanted = frozenset(language for language in Language if language.value[0] in languages)
    assert order({"Language": typed}).row.language.value == wanted
    assert codes(judge({"Language": typed}, beside)) == []


@pytest.mark.parametrize("typed", ["Chinese", "English, French", "yes", "E", 1, "English?no idea"])
def test_anything_else_is_unsupported(typed: Raw) -> None:
    verdict = judge({"Language": typed})
    assert (codes(verdict), verdict.status) == (["language-unsupported"], Status.NEEDS_INFO)
    assert flag(verdict, "language-unsupported").column == "Language"


def test_no_language() -> None:
    verdict = judge({"Language": "N/A"})
    assert (codes(verdict), verdict.status) == (["language-missing"], Status.NEEDS_INFO)


@pytest.mark.parametrize("code", ["language-missing", "language-unsupported"])
def test_cannot_be_waived(code: str) -> None:
    verdict = judge({"Language": None if code == "language-missing" else "Latin", "Waived flags": f"{code}: fine"})
    assert codes(verdict) == [code, "waiver-refused"]
