"""A workbook full of what people put into theirs: none of it suffers when cells are written beside it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from sync.plan import Write
from sync.registers.workbook import WorkbookRegister
from sync.xlsx import Book, Validation, choices
from tests.independent import difference, read
from tests.sync.test_logo import png

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def values(sheet: Any, workbook: Any) -> None:
    bold = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True})
    dated = workbook.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    sheet.write_row("A1", ["Order ID", "Status", "Planned start", "Amount", "Doubled", "Notes"], bold)
    for row in range(1, 40):
        sheet.write(row, 1, f"Ready {row}")
        sheet.write(row, 2, 46000 + row / 4, dated)
        sheet.write_number(row, 3, row * 1.5)
        sheet.write_formula(row, 4, f"=D{row + 1}*2", None, row * 3)
        sheet.write_rich_string(row, 5, "plain ", bold, "bold", " & <plain>")
    sheet.write_array_formula("H2:H4", "{=D2:D4*2}", None, 3)
    sheet.write_dynamic_array_formula("I2", "=UNIQUE(B2:B9)")
    sheet.merge_range("J2:K3", "merged", bold)
    sheet.write_url("J5", "https://example.com/?a=1&b=2", string="link")


def features(sheet: Any, workbook: Any) -> None:
    sheet.write_comment("B2", "a note & more", {"author": "Ken"})
    sheet.insert_image("M2", "logo.png", {"image_data": BytesIO(png(8, 8))})
    sheet.insert_textbox("M8", "a text box", {"width": 200})
    sheet.insert_checkbox("L2", True)
    sheet.insert_button("M20", {"macro": "none", "caption": "Press"})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=Orders!$D$2:$D$9", "categories": "=Orders!$B$2:$B$9"})
    sheet.insert_chart("P2", chart)
    sheet.conditional_format("D2:D40", {"type": "data_bar", "bar_axis_position": "middle"})
    sheet.conditional_format("D2:D40", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("B2:B40", {"type": "duplicate", "format": workbook.add_format({"bg_color": "#FFC7CE"})})
    sheet.data_validation("B2:B40", {"validate": "list", "source": ["Ready", "Done"], "error_message": 'a > "b" & c'})
    sheet.add_sparkline("G2", {"range": "Orders!D2:D9"})
    sheet.set_column("C:C", 30)
    sheet.set_column("D:E", 12, None, {"level": 1, "hidden": True})
    sheet.set_row(5, 33, None, {"hidden": True})
    sheet.autofilter("A1:F40")
    sheet.filter_column("B", "x == Ready*")
    sheet.freeze_panes(1, 1)
    sheet.set_header("&C&G", {"image_center": "logo.png", "image_data_center": BytesIO(png(8, 8))})
    sheet.set_footer("&L&F &D")
    sheet.print_area("A1:F40")
    sheet.ignore_errors({"number_stored_as_text": "A1:A40"})
    sheet.set_background(BytesIO(png(8, 8)))
    sheet.protect("", {"sort": True})
    sheet.unprotect_range("B2:B40")


def rich(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Orders")
        values(sheet, workbook)
        features(sheet, workbook)
        other = workbook.add_worksheet("Ken's stats")
        other.write_formula("A1", "=SUM(Orders!D2:D40)", None, 1170)
        other.add_table("C1:D5", {"columns": [{"header": "x"}, {"header": "y"}]})
        pie = workbook.add_chart({"type": "pie"})
        pie.add_series({"values": "=Orders!$D$2:$D$9"})
        workbook.add_chartsheet("Chart").set_chart(pie)
        workbook.add_worksheet("Hidden").hide()
        workbook.define_name("OpenOrders", "=Orders!$B$2:$B$40")
        workbook.set_properties({"author": "Ken", "title": "Register"})
        workbook.set_custom_property("Office", "Osaka")
    return path


def plain(path: Path) -> Path:
    """As openpyxl writes one: shared strings without spaces kept, notes, a chart, groups, a filter, a print title."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("Orders")
    for row in range(1, 41):
        sheet.append([None, f"Ready {row}", row, f"=C{row}*2", " spaced "])
    sheet["B2"].comment = Comment("a note", "Ken")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=9))
    sheet.add_chart(chart, "H2")
    sheet.column_dimensions.group("F", "G", hidden=True)
    sheet.auto_filter.ref = "A1:E40"
    sheet.print_title_rows = "1:1"
    book.save(path)
    return path


MAKERS = [rich, plain]
WRITES = [
    Write("Orders", 2, 1, "ORD-2026-0001"), Write("Orders", 6, 1, "=in a hidden row"), Write("Orders", 7, 2, "Done"),
    Write("Orders", 8, 6, "instead of rich text"), Write("Orders", 41, 1, "below"), Write("Orders", 60, 30, 5),
    Write("Orders", 3, 5, 12), Write("Orders", 9, 12, True),
]  # fmt: skip
ADDRESSES = {("Orders", a) for a in ("A2", "A6", "B7", "F8", "A41", "AD60", "E3", "L9")}


@pytest.mark.parametrize("maker", MAKERS)
def test_nothing_of_the_peoples_changes(maker: Any, tmp_path: Path) -> None:
    path = maker(tmp_path / "register.xlsx")
    before = path.read_bytes()
    register = WorkbookRegister(path)
    register.commit(register.read(), WRITES)
    assert difference(before, path, ADDRESSES) == []
    parts = read(path).parts
    same = [name for name, content in read(before).parts.items() if parts.get(name) == content]
    kept = {"drawing", "chart", "media", "vml", "comments", "printer", "table", "theme", "docProps"}
    assert all(name in same for name in read(before).parts if any(word in name for word in kept))


def test_the_reader_of_differences_sees_what_other_ways_of_writing_lose(tmp_path: Path) -> None:
    path = rich(tmp_path / "register.xlsx")
    before = path.read_bytes()
    openpyxl.load_workbook(path).save(path)
    found = difference(before, path)
    for lost in ("xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml", "something beside the cells", "Orders!E3"):
        assert any(lost in line for line in found), lost


@pytest.mark.parametrize("maker", MAKERS)
def test_what_init_adds_disturbs_nothing(maker: Any, tmp_path: Path) -> None:
    before = maker(tmp_path / "register.xlsx").read_bytes()
    book = Book.open(before)
    book.add_validation("Orders", "Z2:Z99", Validation("list", choices(["Yes", "No"])))
    book.add_conditional("Orders", "Z2:Z99", '$Z2="No"', "FFC7CE")
    book.format_column("Orders", 26, code="@")
    book.add_sheet("Log", [["Run", "At"]])
    after = book.to_bytes()
    assert difference(before, after, added=["Log"]) == ["Orders: something beside the cells changed"]
    made = openpyxl.load_workbook(BytesIO(after))["Orders"]
    assert [str(rule.sqref) for rule in made.data_validations.dataValidation][-1] == "Z2:Z99"
    assert made.column_dimensions["Z"].number_format == "@"


@pytest.mark.parametrize("maker", MAKERS)
def test_libreoffice_shows_the_same(maker: Any, tmp_path: Path, convert: Any) -> None:
    path = maker(tmp_path / "register.xlsx")
    before = WorkbookRegister(convert(path, "xlsx")).read().grids["Orders"]
    register = WorkbookRegister(path)
    register.commit(register.read(), WRITES)
    after = WorkbookRegister(convert(path, "xlsx")).read().grids["Orders"]
    assert [after.rows[w.row - 1][w.col - 1] for w in WRITES] == [w.value for w in WRITES]
    written = {(w.row, w.col) for w in WRITES}
    for number, row in enumerate(before.rows, start=1):
        for col, value in enumerate(row, start=1):
            if (number, col) not in written | {(3, 9), (3, 5)} and (number, col) not in before.formulas:
                assert after.rows[number - 1][col - 1] == value, (number, col)
