"""Text, references, phone numbers and addresses: kept as typed, or in plain width."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.cells import CODE, EMAIL, NAME, PHONE, TEXT, Raw

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Kitsunebi\n", "Kitsunebi"),
        ("Ａ棟　３Ｆ\n裏口", "Ａ棟　３Ｆ\n裏口"),
        ("a  b", "a  b"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("-5 degrees", "-5 degrees"),
        (51, "51"),
        (51.5, "51.5"),
        (True, "TRUE"),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 9, 30), "2026-05-01 09:30"),
    ],
)
def test_text_is_kept_as_typed(raw: Raw, text: str) -> None:
    assert TEXT.read(raw, TOKYO).value == NAME.read(raw, TOKYO).value == text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("ＯＲＤ－２０２６－００１３ ", "ORD-2026-0013"),
        ("ord-2026-0009 ", "ord-2026-0009"),
        ("ＴＫ－Ｆ０５", "TK-F05"),
        ("00451002", "00451002"),
        (451002, "451002"),
        (451002.0, "451002"),
        (date(2026, 11, 24), "2026-11-24"),
        (datetime(2026, 11, 24), "2026-11-24"),
        ("L4-27", "L4-27"),
    ],
)
def test_codes(raw: Raw, code: str) -> None:
    assert CODE.read(raw, TOKYO).value == code


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("+81 3-1234-5678", "+81 3-1234-5678"),
        ("＋８１　３－１２３４－５６７８", "+81 3-1234-5678"),
        ("\u202a+81 3-1234-5678\u202c", "+81 3-1234-5678"),
        ("０９０１２３４５６７８", "09012345678"),
        ("+44 20 7946 0123 ext. 45", "+44 20 7946 0123 ext. 45"),
        (81312345678, "81312345678"),
        (81312345678.0, "81312345678"),
        (9012345678, "9012345678"),
        ("#", "#"),
    ],
)
def test_phones(raw: Raw, phone: str) -> None:
    cell = PHONE.read(raw, TOKYO)
    assert cell.value == phone
    assert type(cell.raw) is type(raw)


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        (" orders@quillfern.example.com\n", "orders@quillfern.example.com"),
        ("aya＠tsukimiso.example.jp", "aya@tsukimiso.example.jp"),
        ("Orders at quillfern", "Orders at quillfern"),
        ("a@b.example, c@d.example", "a@b.example, c@d.example"),
        (7, "7"),
    ],
)
def test_emails(raw: Raw, email: str) -> None:
    assert EMAIL.read(raw, TOKYO).value == email
