"""Cells that hold one of a few known words."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rules.cells import CURRENCY, DOCLANG, LANGUAGES, LEVEL, TAX, YESNO, Raw
from rules.words import Language, Level, TaxClass

TOKYO = ZoneInfo("Asia/Tokyo")
NO_WORDS: list[Raw] = [
    2,
    0.5,
    "?",
    "tbc",
    "...",
    date(2026, 12, 1),
    datetime(2026, 12, 1, 9),
    time(9, 0),
    "yes no",
]

YES: list[Raw] = [
    "yes",
    "Yes ",
    "YES",
    "ｙｅｓ",
    "y",
    "Y",
    "TRUE",
    "true",
    "1",
    "１",
    1,
    1.0,
    True,
    "はい",
    *"○◯〇⭕",
]
NO: list[Raw] = [
    "no",
    "No",
    "ｎｏ",
    "n",
    "N",
    "FALSE",
    "false",
    "0",
    "０",
    0,
    0.0,
    -0.0,
    False,
    "いいえ",
    *"×✕✖❌",
    "✖\ufe0f",
]


@pytest.mark.parametrize("raw", YES, ids=repr)
def test_yes(raw: Raw) -> None:
    assert YESNO.read(raw, TOKYO).value is True


@pytest.mark.parametrize("raw", NO, ids=repr)
def test_no(raw: Raw) -> None:
    assert YESNO.read(raw, TOKYO).value is False


# An x is a cross for some and a tick for others.
@pytest.mark.parametrize("raw", [*NO_WORDS, "x", "X", "ok", "maybe", "済", -1, 0.1, 10, "yess", "はいはい"], ids=repr)
def test_neither_yes_nor_no(raw: Raw) -> None:
    assert YESNO.read(raw, TOKYO).unreadable


@pytest.mark.parametrize(
    ("raw", "level"),
    [
        *(("Entry", Level.ENTRY), ("entry ", Level.ENTRY), ("エントリー", Level.ENTRY)),
        *(("Junior", Level.ENTRY), ("JUNIOR", Level.ENTRY), ("ジュニア", Level.ENTRY), ("ｼﾞｭﾆｱ", Level.ENTRY)),
        *(
            ("Senior", Level.SENIOR),
            ("senior ", Level.SENIOR),
            ("シニア", Level.SENIOR),
            ("ｼﾆｱ", Level.SENIOR),
        ),
        *(("Specialist", Level.SPECIALIST), ("ＳＰＥＣＩＡＬＩＳＴ", Level.SPECIALIST)),
        ("スペシャリスト", Level.SPECIALIST),
    ],
)
def test_levels(raw: Raw, level: Level) -> None:
    assert LEVEL.read(raw, TOKYO).value is level


@pytest.mark.parametrize("raw", [*NO_WORDS, "L2", 1, True, "Senior Specialist", "Expert", "Sr", "シニアー"], ids=repr)
def test_no_levels(raw: Raw) -> None:
    assert LEVEL.read(raw, TOKYO).unreadable


EN, JA = frozenset({Language.ENGLISH}), frozenset({Language.JAPANESE})
ENGLISH = [
    "English",
    "english ",
    "Ｅｎｇｌｉｓｈ",
    "EN",
    "en",
    "Eng",
    "英語",
    "English, English",
    "(English)",
]
JAPANESE = ["Japanese", "日本語", "JP", "JA", "ja ", "ＪＰ", "日本語。"]
BOTH = [
    *("both", "Both ", "日英", "英日", "日・英", "英/日", "JP/EN", "EN/JP", "English;Japanese", "English, Japanese"),
    *(
        "English and Japanese",
        "English & Japanese",
        "English or Japanese",
        "Japanese+English",
        "en\nja",
        "EN - JP",
    ),
    *(
        "英語、日本語",
        "英語と日本語",
        "日本語および英語",
        "日本語及び英語",
        "日本語・英語",
        "英語日本語",
        "日本語ー英語",
    ),
    *(
        "日本語(English)",
        "English 日本語",
        "English日本語",
        "both (EN/JP)",
        "EN_JP",
        "ＥＮ／ＪＰ",
        "日英両方",
    ),
]


@pytest.mark.parametrize(
    ("raw", "languages"),
    [*((raw, EN) for raw in ENGLISH), *((raw, JA) for raw in JAPANESE), *((raw, EN | JA) for raw in BOTH)],
)
def test_languages(raw: str, languages: frozenset[Language]) -> None:
    assert LANGUAGES.read(raw, TOKYO).value == languages
    assert DOCLANG.read(raw, TOKYO).value == languages


NO_LANGUAGES: list[Raw] = [
    *NO_WORDS,
    *(
        "Chinese",
        "中国語",
        "English, Chinese",
        "日本語、中国語",
        "L2",
        "EN2",
        "not English",
        "English only",
        "Englisch",
    ),
    *("ENJP", "EN-US", "and", "と", "・", "/", "日本", "英会話", "日本語可", "Jap", "E/J", 1, True),
]


@pytest.mark.parametrize("raw", NO_LANGUAGES, ids=repr)
def test_no_languages(raw: Raw) -> None:
    assert LANGUAGES.read(raw, TOKYO).unreadable
    assert DOCLANG.read(raw, TOKYO).unreadable


@pytest.mark.parametrize(("raw", "code"), [("JPY", "JPY"), ("jpy", "JPY"), (" Usd\n", "USD"), ("ｅｕｒ", "EUR")])
def test_currencies(raw: str, code: str) -> None:
    assert CURRENCY.read(raw, TOKYO).value == code


@pytest.mark.parametrize(
    "raw",
    [
        2,
        0.5,
        True,
        "?",
        "...",
        date(2026, 12, 1),
        "JP",
        "JPYX",
        "円",
        "$",
        "¥",
        "U$D",
        "J P Y",
        "日本円",
        "ÄÖÜ",
        "ſſſſ",
        392,
        "Yen",
        "ＲＭＢ",
    ],
)
def test_no_currencies(raw: Raw) -> None:
    assert CURRENCY.read(raw, TOKYO).unreadable


@pytest.mark.parametrize(
    ("raw", "tax"),
    [
        *(
            ("standard", TaxClass.STANDARD),
            ("Standard ", TaxClass.STANDARD),
            ("ＳＴＡＮＤＡＲＤ", TaxClass.STANDARD),
        ),
        *(("export-exempt", TaxClass.EXPORT_EXEMPT), ("Export exempt", TaxClass.EXPORT_EXEMPT)),
        *(("export_exempt", TaxClass.EXPORT_EXEMPT), ("ｅｘｐｏｒｔ－ｅｘｅｍｐｔ", TaxClass.EXPORT_EXEMPT)),
        *(("out-of-scope", TaxClass.OUT_OF_SCOPE), ("Out of Scope", TaxClass.OUT_OF_SCOPE)),
        ("out of-scope\n", TaxClass.OUT_OF_SCOPE),
    ],
)
def test_taxes(raw: str, tax: TaxClass) -> None:
    assert TAX.read(raw, TOKYO).value is tax


@pytest.mark.parametrize("raw", [*NO_WORDS, "exempt", "export", "10%", 0.1, "課税", "non-taxable", "standard, 10 %"])
def test_no_taxes(raw: Raw) -> None:
    assert TAX.read(raw, TOKYO).unreadable
