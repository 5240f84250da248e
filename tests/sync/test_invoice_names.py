"""File names of invoices are safe on every file system, and say date, number, client and amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.documents.invoice import file_name
from tests.sync.invoice_samples import credit, invoice

BEFORE, AFTER = "20261201_INV-2026-0001_", "_19800.xlsx"


def named(client: str) -> str:
    """The piece of the file name that comes from the client."""
    name = file_name(invoice(client=client, total=Decimal(19800)))
    assert name.startswith(BEFORE)
    assert name.endswith(AFTER)
    return name.removeprefix(BEFORE).removesuffix(AFTER)


@pytest.mark.parametrize(
    ("client", "piece"),
    [
        ("Acme Ltd", "Acme Ltd"), ("株式会社丸の内", "株式会社丸の内"), ("㈱丸の内", "(株)丸の内"),
        ("ＡＣＭＥ", "ACME"),
        ("../../x", "x"), ("..\\..\\x", "x"), ("C:\\x", "Cx"), ("a/b:c*d?e\"f<g>h|i", "abcdefghi"), ("a／b＼c", "abc"),
        ("a\u200bb\u202ec\u2066d\ufeffe", "abcde"), ("a\nb\tc\x00d\x7fe", "a b cde"),
        (" . a . ", "a"), ("a...", "a"),
        ("CON", "CON-"), ("nul.txt", "nul.txt-"), ("com1", "com1-"), ("Console", "Console"),
        ("", "client"), ("///", "client"), ("...", "client"), ("\u3164\u2800", "client"), ("~", "~"),
    ],
)  # fmt: skip
def test_clients_become_harmless(client: str, piece: str) -> None:
    assert named(client) == piece


@pytest.mark.parametrize(
    ("currency", "total", "text"),
    [
        ("JPY", "19800", "19800"), ("JPY", "-19800", "-19800"), ("JPY", "1E+4", "10000"), ("USD", "1234.5", "1234.50"),
        ("KWD", "0.125", "0.125"), ("JPY", "0", "0"),
    ],
)  # fmt: skip
def test_totals_are_plain_numbers(currency: str, total: str, text: str) -> None:
    document = invoice(price="1").model_copy(update={"currency": currency, "total": Decimal(total)})
    assert file_name(document).endswith(f"_{text}.xlsx")


def test_credit_notes_have_their_own_date_number_and_sign() -> None:
    document = credit(invoice(client="x"))
    assert file_name(document) == f"20261205_INV-2026-0002_x_{document.total}.xlsx"
    assert document.total < 0


def test_dates_before_the_year_1000_sort_too() -> None:
    assert file_name(invoice(issued_on=date(999, 1, 2))).startswith("09990102_")


@given(st.text(max_size=400))
def test_no_name_is_dangerous(client: str) -> None:
    name = file_name(invoice(client=client, lines=0))
    assert len(name.encode()) <= 200
    assert len(name) <= 60 + len("20261201_INV-2026-0001__0.xlsx") + 1
    assert not set(name) & set('/\\:*?"<>|')
    assert name.isprintable()
    assert not name.startswith((".", " ", "-", "~"))
    assert "_." not in name
    assert file_name(invoice(client=client, lines=0)) == name


def test_long_names_end_between_letters() -> None:
    assert len(named("あ" * 500)) <= 60
    piece = named("e\u0323\u0307" * 200)  # letters with two accents, which NFKC can't make one of
    assert piece.startswith("ẹ\u0307")
    assert len(piece) % 2 == 0
