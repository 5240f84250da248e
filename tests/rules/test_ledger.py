"""Whether the ledger still shows what was issued: every cell of it counts, and how it is sorted doesn't."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from rules.billing import credit_note
from rules.cells import Raw
from rules.columns import InvoiceLineRow, InvoiceRow, Row
from rules.invoice import InvoiceLine
from rules.ledger import TABS, as_raw, damage, ledger_rows
from tests.rules.build import TOKYO, invoice

Sheets = dict[type[Row], list[dict[str, Raw]]]
"""The cells of each tab by column key, from row 2 on."""
DAY = date(2026, 11, 24)
LINES = (
    InvoiceLine(
        number=1, service_date=DAY, description="On-site work\u2028ORD-2026-0001", quantity=Decimal(2), unit="h",
        unit_price=Decimal(6000), amount=Decimal(12000),
    ),
    InvoiceLine(
        number=2, service_date=DAY, description="Parking", quantity=Decimal(1), unit="", unit_price=Decimal("800.5"),
        amount=Decimal("800.5"),
    ),
)  # fmt: skip
FIRST = invoice(lines=LINES, subtotal=Decimal("12800.5"), tax=Decimal(1280), total=Decimal("14080.5"))
SECOND = FIRST.model_copy(update={"number": "INV-2026-0002", "order_id": "ORD-2026-0002"})
NOTE = credit_note(SECOND, "INV-2026-0003", DAY, "wrong rate")
ISSUED = (FIRST, SECOND, NOTE)


@pytest.fixture
def sheets() -> Sheets:
    """The ledger as it was written; a workbook gives days as midnights."""
    found: Sheets = {kind: [] for kind in TABS}
    for issued in ISSUED:
        for kind, rows in ledger_rows(issued).items():
            found[kind] += [{key: as_read(as_raw(value)) for key, value in cells.items()} for cells in rows]
    return found


def as_read(value: Raw) -> Raw:
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def damage_of(sheets: Sheets) -> str:
    return damage(
        {kind: [kind(number, cells, TOKYO) for number, cells in enumerate(rows, 2)] for kind, rows in sheets.items()},
        ISSUED,
    )


def test_as_it_was_written(sheets: Sheets) -> None:
    assert damage_of(sheets) == ""
    assert [len(sheets[kind]) for kind in TABS] == [3, 6]
    assert sheets[InvoiceRow][2]["total"] == -14080.5 and sheets[InvoiceRow][2]["due_on"] is None


def test_nothing_was_issued() -> None:
    assert damage({kind: [] for kind in TABS}, ()) == ""


EDITS = [
    (kind, column.key, other)
    for kind in TABS
    for column in kind.columns
    for other in ("something else", 7, date(2026, 1, 2), None)
    if column is not InvoiceRow.corrects or other is not None  # blank as it was
]


@pytest.mark.parametrize(("kind", "key", "other"), EDITS)
def test_a_cell_that_was_edited(sheets: Sheets, kind: type[Row], key: str, other: Raw) -> None:
    sheets[kind][0][key] = other
    told = damage_of(sheets)
    assert told.startswith(f"{kind.title}, ") and FIRST.number in told


@pytest.mark.parametrize("kind", TABS)
@pytest.mark.parametrize("at", [0, 1, -1])
def test_a_row_that_is_gone(sheets: Sheets, kind: type[Row], at: int) -> None:
    gone = sheets[kind].pop(at)
    told = damage_of(sheets)
    assert told.startswith(f"{kind.title}, ") and str(gone["invoice_no"]) in told


@pytest.mark.parametrize("kind", TABS)
def test_a_row_that_stands_twice(sheets: Sheets, kind: type[Row]) -> None:
    """Both places are named: a person has to find the copy."""
    sheets[kind].append({})
    sheets[kind].append(dict(sheets[kind][0]))
    told = damage_of(sheets)
    assert FIRST.number in told and f"2 and {len(sheets[kind]) + 1}" in told


def swapped(sheets: Sheets) -> None:
    """Two rows that exchanged their numbers: each is there, and neither is what was issued."""
    one, other = sheets[InvoiceRow][:2]
    one["invoice_no"], other["invoice_no"] = other["invoice_no"], one["invoice_no"]


def by_a_hair(sheets: Sheets) -> None:
    sheets[InvoiceRow][0]["total"] = 14080.49


@pytest.mark.parametrize("act", [swapped, by_a_hair])
def test_what_only_looks_right(sheets: Sheets, act: Callable[[Sheets], None]) -> None:
    act(sheets)
    assert FIRST.number in damage_of(sheets)


def sorted_down(sheets: Sheets) -> None:
    for rows in sheets.values():
        rows.reverse()


def with_rows_of_their_own(sheets: Sheets) -> None:
    sheets[InvoiceRow].insert(0, {"invoice_no": "OLD-77", "total": 5})
    sheets[InvoiceRow].insert(1, {})
    sheets[InvoiceLineRow].append({"description": "checked by Ann"})


def as_another_program_saves_it(sheets: Sheets) -> None:
    """Days as numbers, whole numbers with a point, blanks as empty text, and no sign that a cell doesn't hold."""
    for rows in sheets.values():
        for cells in rows:
            for key, value in cells.items():
                if isinstance(value, datetime):
                    cells[key] = float((value - datetime(1899, 12, 30)).days)
                elif isinstance(value, int):
                    cells[key] = float(value)
                elif isinstance(value, str):
                    cells[key] = value.replace("\u2028", "")
                else:
                    cells[key] = value if value is not None else ""


@pytest.mark.parametrize("act", [sorted_down, with_rows_of_their_own, as_another_program_saves_it])
def test_what_is_no_damage(sheets: Sheets, act: Callable[[Sheets], None]) -> None:
    act(sheets)
    assert damage_of(sheets) == ""


@pytest.mark.parametrize(("kept", "sound"), [(31_000, True), (29_000, False)])
def test_a_text_that_was_cut_to_what_a_cell_holds(sheets: Sheets, kept: int, sound: bool) -> None:
    line = LINES[0].model_copy(update={"description": "long " * 8000})
    issued = FIRST.model_copy(update={"lines": (line, LINES[1])})
    sheets[InvoiceLineRow][0]["description"] = line.description[:kept]
    rows = {kind: [kind(number, cells, TOKYO) for number, cells in enumerate(sheets[kind], 2)] for kind in TABS}
    assert (damage(rows, (issued, SECOND, NOTE)) == "") is sound
