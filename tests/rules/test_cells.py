"""Cells as such: what is blank, how a cell is quoted, how names compare, and that reading never fails."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import cells
from rules.cells import Cell, Kind, Raw, fold, fold_client, squash
from tests.fuzz.odd import bounded

TOKYO = ZoneInfo("Asia/Tokyo")
KINDS: list[Kind[Any]] = [kind for kind in vars(cells).values() if isinstance(kind, Kind)]
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

BLANK: list[Raw] = [
    *(None, "", " ", "\t\r\n", "\u3000", "\u00a0 \u2003", "\ufeff", "\u200b\u200d", "\u2060 \u200e"),
    *("N/A", "n/a", " N/A\n", "Ｎ／Ａ", "n/\u200ba", "none", "None", "NONE", "ｎｏｎｅ", "なし", "　なし "),
    *"-‐‑‒–—−ー－ｰ",
    *(
        "#N/A",
        "#n/a",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#ERROR!",
        "#SPILL!",
        "#CALC!",
    ),
]
NOT_BLANK: list[Raw] = [
    *(
        "0",
        0,
        0.0,
        False,
        ".",
        "?",
        "n.a.",
        "NA",
        "nothing",
        "特になし",
        "なし。",
        "--",
        "- -",
        "#1",
        "N/A yet",
    ),
    *("#N/A!", "none of these " * 9, "無", "_", "/", timedelta(0), time(0, 0), date(2026, 12, 1)),
]


@EACH
@pytest.mark.parametrize("raw", BLANK, ids=repr)
def test_blank(kind: Kind[Any], raw: Raw) -> None:
    cell = kind.read(raw, TOKYO)
    assert (cell.blank, cell.filled, cell.unreadable, cell.value, cell.problem) == (
        True,
        False,
        False,
        None,
        None,
    )


@EACH
@pytest.mark.parametrize("raw", NOT_BLANK, ids=repr)
def test_not_blank(kind: Kind[Any], raw: Raw) -> None:
    cell = kind.read(raw, TOKYO)
    assert cell.filled and not cell.blank
    assert cell.unreadable is (cell.value is None) is (cell.problem is not None)


def test_false_and_zero_are_values() -> None:
    assert cells.YESNO.read("no", TOKYO).filled
    assert cells.NUMBER.read(0, TOKYO).filled


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        (" 03-1234-5678\n", "03-1234-5678"),
        ("ＴＫ－８８", "ＴＫ－８８"),
        (51, "51"),
        (51.0, "51"),
        (81312345678.0, "81312345678"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (float("inf"), "inf"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1, 9), "2026-12-01 09:00"),
        (datetime(2026, 12, 1, 9, 0, 5), "2026-12-01 09:00:05"),
        (datetime(2026, 12, 1, 8, 59, 59, 999_996), "2026-12-01 09:00"),
        (datetime(2026, 11, 30, 23, 59, 59, 999_996), "2026-12-01"),
        (time(9, 30), "09:30"),
        (timedelta(hours=26, minutes=5), "26:05"),
        (timedelta(seconds=59), "0:00:59"),
    ],
)
def test_a_cell_is_quoted_as_people_see_it(raw: Raw, text: str) -> None:
    assert cells.TEXT.read(raw, TOKYO).text == text


def test_equal_values_of_different_types_are_different_cells() -> None:
    raws: list[Raw] = [1, True, 1.0, "1"]
    assert [cells.YESNO.read(raw, TOKYO).raw is raw for raw in raws] == [True] * 4
    assert [cells.NUMBER.read(raw, TOKYO).unreadable for raw in raws] == [False, True, False, False]


def test_the_same_cell_is_read_once() -> None:
    assert cells.START.read("2026-12-01 09:00", TOKYO) is cells.START.read("2026-12-01 09:00", TOKYO)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kitsunebi Project Services K.K.", " kitsunebi  project\nservices k.k. "),
        ("高橋　蓮", "高橋 蓮"),
        ("Ｑｕｉｌｌｆｅｒｎ", "QUILLFERN"),
        ("ｼﾆｱ", "シニア"),
        ("Straße", "STRASSE"),
        ("a\u200bb", "ab"),
        ("ＯＲＤ－２０２６－００１３", "ord-2026-0013"),
    ],
)
def test_names_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Ken Sato", "KenSato"), ("Müller", "Muller"), ("はは", "ばば")])
def test_names_not_alike(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("㈱れんこん情報サービス", "株式会社れんこん情報サービス"),
        ("（株）れんこん情報サービス", "株式会社 れんこん情報サービス"),
        ("つきみそう管理(株)", "つきみそう管理株式会社"),
        ("つきみそう管理 ( 株 )", "つきみそう管理　株式会社"),
        ("㈲やまぶき電算", "有限会社やまぶき電算"),
        ("(有) やまぶき電算", "有限会社やまぶき電算"),
    ],
)
def test_company_names_alike(one: str, other: str) -> None:
    assert fold_client(one) == fold_client(other)
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社れんこん", "れんこん株式会社"),
        ("株式会社れんこん", "有限会社れんこん"),
        ("れんこん", "(株)れんこん"),
    ],
)
def test_company_names_not_alike(one: str, other: str) -> None:
    assert fold_client(one) != fold_client(other)


@pytest.mark.parametrize("header", ["PM phone", "ＰＭ phone", "pm\nphone ", "PMphone", " P M　Phone"])
def test_headers_alike(header: str) -> None:
    assert squash(header) == "pmphone"


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Pd", "Po", "Ps", "Pe", "So", "Zs"])))
def test_folding_twice_changes_nothing(text: str) -> None:
    for key in (fold, fold_client, squash):
        assert key(key(text)) == key(text)


# Characters of which dates, numbers and lists are made, so that the patterns are reached.
NEARLY = st.text(
    alphabet="0123456789２-/:：.,、;年月日時分秒午前後 \n\u3000\u200bTapmGMT+−▲$¥円h名~〜englishjp日英と#",
    max_size=40,
)
RAWS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), NEARLY),
    *(st.datetimes(), st.dates(), st.times(), st.timedeltas()),
)


@EACH
@given(raw=RAWS, zone=st.sampled_from(["Asia/Tokyo", "Europe/London", "America/New_York", "Pacific/Apia"]))
def test_reading_never_fails(kind: Kind[Any], raw: Raw, zone: str) -> None:
    cell = kind.read(raw, ZoneInfo(zone))
    assert isinstance(cell, Cell)
    assert cell.raw is raw or cell.raw == raw or raw != raw
    assert cell.blank + cell.unreadable + (cell.value is not None) == 1
    assert isinstance(cell.text, str)


@EACH
@given(raw=NEARLY)
def test_outer_blanks_and_width_make_no_difference(kind: Kind[Any], raw: str) -> None:
    plain, padded = kind.read(raw, TOKYO), kind.read(f"\u3000{raw} \n", TOKYO)
    assert (plain.value, plain.problem) == (padded.value, padded.problem)
    if kind.name not in ("text", "name", "names", "items", "waivers", "charges"):  # those keep what was typed
        wide = kind.read("".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in raw), TOKYO)
        assert (wide.value, wide.problem) == (plain.value, plain.problem)


LONGEST = 32_767  # characters that a cell of a workbook holds


@EACH
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "9",
            "２",
            " ",
            "\u200b",
            "a:",
            "、",
            "1:1\n",
            "english ",
            "..~",
            "( ",
            "株 ",
            "2026-12-01 ",
            "午後",
            "-",
        ),
        *("1,", "$ ", "\u3000x", "2026-12-01..", "9 時 ", "▲", "."),
    ],
    ids=repr,
)
def test_a_full_cell_is_read_at_once(kind: Kind[Any], piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    with bounded():  # usually under 0.1 s: only a runaway pattern takes seconds
        for raw in (text, text[:-1] + "x", "x" + text[1:]):
            kind.read(raw, TOKYO)
