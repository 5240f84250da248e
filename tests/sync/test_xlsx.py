"""Cells put into workbooks: what was written can be read, and nothing else changed."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook

from sync.errors import Refused
from sync.xlsx import MAX_TEXT, Book, clean
from sync.xlsx.cells import column_letters, column_number, reference
from tests.independent import difference, read

SHEET = "xl/worksheets/sheet1.xml"


def blank() -> bytes:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


BLANK = blank()


def rows(data: bytes, title: str = "Sheet") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(title).to_python(skip_empty_area=False)


def written(*values: Any, data: bytes = BLANK) -> bytes:
    book = Book.open(data)
    for col, value in enumerate(values, start=1):
        book.set("Sheet", 1, col, value)
    return book.to_bytes()


def test_values_of_every_type_can_be_read_back() -> None:
    values = [
        "text", 5, 2.5, Decimal("10.25"), True, False, datetime(2026, 12, 1, 9, 30, 15), date(2026, 12, 1),
        time(9, 30), timedelta(hours=30), 10**9, -7,
    ]  # fmt: skip
    (row,) = rows(written(*values))
    assert row == [*values[:3], 10.25, *values[4:]]


def test_untouched_book_gives_the_bytes_it_was_opened_from() -> None:
    assert Book.open(BLANK).to_bytes() == BLANK


def test_the_same_changes_give_the_same_bytes() -> None:
    assert written("a", 1) == written("a", 1)


def test_stored_parts_do_not_depend_on_the_compressor() -> None:
    book = Book.open(BLANK)
    book.set("Sheet", 1, 1, "plain to see")
    assert b"plain to see" in book.to_bytes(stored=True)


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-1", "@x", "\t=1", " =1", "＝1+1", "=HYPERLINK(\"http://x\")"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    data = written(text)
    cell = read(data).tabs["Sheet"].cells["A1"]
    assert (cell.formula, cell.value, cell.type, cell.style[-1]) == (None, text, "text", "inert")


def test_plain_text_needs_no_style() -> None:
    assert "s=" not in read(written("plain")).parts[SHEET].decode().split("<c ")[1].split(">")[0]


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\x00b\x0b\x1fc", "abc"), ("a\r\nb\rc", "a\nb\nc"), ("\ud800x\ufffe", "x"), ("tab\there", "tab\there"),
        ("_x0041_ and _x000D_", "_x0041_ and _x000D_"), ("  outer  ", "  outer  "), ("]]>&<\"'", "]]>&<\"'"),
        ("x" * 40_000, "x" * MAX_TEXT), ("🚀" * 20_000, "🚀" * (MAX_TEXT // 2)), ("漢字\n改行", "漢字\n改行"),
    ],
)  # fmt: skip
def test_text_is_kept_as_far_as_a_cell_can(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept
    assert rows(written(given_text))[0][0] == kept


MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1)).map(lambda d: d.replace(minute=1, microsecond=0))
ANYTHING = st.one_of(
    st.text(max_size=50), st.integers(-(2**53), 2**53), st.booleans(), MOMENTS,
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@given(st.lists(ANYTHING, min_size=1, max_size=8))
def test_anything_comes_back_as_it_was_written(values: list[Any]) -> None:
    data = written(*values)
    read(data)
    (row,) = rows(data) or [[]]
    row += [""] * (len(values) - len(row))
    assert row == [clean(value) if isinstance(value, str) else value for value in values]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), datetime(2026, 1, 1).astimezone()])
def test_what_no_cell_can_hold_is_a_fault_of_the_caller(value: Any) -> None:
    with pytest.raises(ValueError):
        Book.open(BLANK).set("Sheet", 1, 1, value)


@pytest.mark.parametrize(("row", "col"), [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_cells_outside_of_the_sheet_are_refused(row: int, col: int) -> None:
    with pytest.raises(Refused):
        Book.open(BLANK).set("Sheet", row, col, 1)


def test_days_before_1900_are_text() -> None:
    assert rows(written(date(1868, 10, 23)))[0][0] == "1868-10-23"


def test_clearing_keeps_the_look_and_the_cells_beside_it(samples) -> None:
    before = samples.messy.read_bytes()
    old = read(before)
    book = Book.open(before)
    col = next(a for a, c in old.tabs["Orders"].cells.items() if a.endswith("2") and c.value and len(a) == 2)
    book.set("Orders", 2, column_number(col[0]), None)
    after = book.to_bytes()
    assert read(after).tabs["Orders"].cells[col].content == (None, None, "")
    assert read(after).tabs["Orders"].cells[col].style == old.tabs["Orders"].cells[col].style
    assert difference(before, after, {("Orders", col)}) == []


def test_clearing_a_cell_that_is_not_there_leaves_the_sheet_alone() -> None:
    data = written("a")
    book = Book.open(data)
    book.set("Sheet", 7, 7, None)
    assert read(book.to_bytes()).parts[SHEET] == read(data).parts[SHEET]


@pytest.mark.parametrize("name", ["messy", "small"])
def test_only_the_cells_written_change_in_a_register(samples, name: str) -> None:
    """New and old cells, new rows between and below, every type, over formulas too, in three tabs."""
    before: bytes = getattr(samples, name).read_bytes()
    values: list[Any] = ["=text", "plain", 7, Decimal("1.5"), True, date(2026, 12, 1), datetime(2026, 12, 1, 9), None]
    book = Book.open(before)
    done = set()
    for title in ("Orders", "Clients", "System"):
        for number in range(2, 200, 3):
            for col in range(1 + number % 5, 80, 7):
                book.set(title, number, col, values[(number + col) % len(values)])
                done.add((title, reference(number, col)))
    after = book.to_bytes()
    assert difference(before, after, done) == []
    grid = rows(after, "Orders")
    for number, col in ((2, 3), (5, 1), (197, 10)):
        assert grid[number - 1][col - 1] == (values[(number + col) % len(values)] or "")


def test_the_reader_of_differences_sees_them(samples) -> None:
    before = samples.messy.read_bytes()
    book = Book.open(before)
    book.set("Orders", 2, 1, "x")
    assert len(difference(before, book.to_bytes())) == 1


def test_programs_calculate_anew_after_a_change(samples) -> None:
    book = Book.open(samples.messy.read_bytes())
    book.set("Orders", 2, 1, "x")
    assert b'fullCalcOnLoad="1"' in read(book.to_bytes()).parts["xl/workbook.xml"]


def test_area_in_use_grows(samples) -> None:
    book = Book.open(samples.small.read_bytes())
    book.set("Orders", 500, 100, 1)
    assert b'<dimension ref="A1:CV500"/>' in read(book.to_bytes()).parts["xl/worksheets/sheet1.xml"]


def test_dates_keep_a_date_style_and_get_one_where_there_is_none(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made["Sheet"]
    sheet["A1"] = datetime(2020, 1, 1)
    sheet["A1"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["B1"] = 5
    sheet["B1"].font = Font(bold=True)
    sheet["C1"] = timedelta(hours=5)
    sheet["C1"].number_format = "[h]:mm"
    made.save(tmp_path / "a.xlsx")
    data = written(*[datetime(2026, 12, 1, 9)] * 3, data=(tmp_path / "a.xlsx").read_bytes())
    cells = read(data).tabs["Sheet"].cells
    assert [cells[a].style[0].replace("\\", "") for a in ("A1", "B1", "C1")] == [
        'yyyy"年"m"月"d"日"', "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip
    assert "<ns0:b" in cells["B1"].style[1]
    assert rows(data) == [[datetime(2026, 12, 1, 9)] * 3]


def test_numbers_do_not_show_as_dates() -> None:
    dated = written(date(2026, 12, 1))
    assert rows(written(30, data=dated)) == [[30.0]]


def test_new_cells_take_the_style_of_their_row_or_column(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made["Sheet"].column_dimensions["B"].number_format = "@"
    made["Sheet"].row_dimensions[3].number_format = "0.00"
    made.save(tmp_path / "a.xlsx")
    book = Book.open((tmp_path / "a.xlsx").read_bytes())
    for row, col in ((1, 2), (3, 2), (1, 3)):
        book.set("Sheet", row, col, "x")
    cells = read(book.to_bytes()).tabs["Sheet"].cells
    assert [cells[a].style[0] for a in ("B1", "B3", "C1")] == ["built-in 49", "built-in 2", "built-in 0"]


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    made.save(tmp_path / "a.xlsx")
    data = written(date(2026, 12, 1), datetime(1904, 1, 2, 12), data=(tmp_path / "a.xlsx").read_bytes())
    assert rows(data) == [[date(2026, 12, 1), datetime(1904, 1, 2, 12)]]


def test_a_tab_is_added_behind_the_others(samples) -> None:
    before = samples.messy.read_bytes()
    book = Book.open(before)
    book.add_sheet("Ken & Yuki's <tab>", [["a", 1], [], [None, True]], hidden=True)
    after = book.to_bytes()
    assert difference(before, after, added=["Ken & Yuki's <tab>"]) == []
    again = Book.open(after)
    assert again.titles[-1] == "Ken & Yuki's <tab>"
    assert again.hidden("Ken & Yuki's <tab>")
    assert rows(after, "Ken & Yuki's <tab>") == [["a", 1], ["", ""], ["", True]]


@pytest.mark.parametrize("title", ["", "x" * 32, "a/b", "'a", "orders", "a:b", "a]"])
def test_titles_that_no_tab_can_have(samples, title: str) -> None:
    with pytest.raises(ValueError):
        Book.open(samples.small.read_bytes()).add_sheet(title)


def test_unknown_tabs_are_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Book.open(BLANK).set("Nowhere", 1, 1, 1)


@given(st.integers(1, 16_384))
def test_column_letters(col: int) -> None:
    assert column_number(column_letters(col)) == col
