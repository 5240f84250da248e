"""Workbooks as programs other than Excel write them, and what Excel writes that is easily broken."""

import re
import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import BUILTIN_FORMATS
from python_calamine import CalamineWorkbook

from sync.errors import NotAWorkbook, Refused
from sync.xlsx import Book
from sync.xlsx.formulas import shifted
from sync.xlsx.package import Package
from sync.xlsx.styles import shows_date
from tests.independent import difference, read

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(rows: str, tail: str = "", p: str = "", main: str = MAIN, rels: str = RELS) -> dict[str, str | bytes]:
    """A workbook of one tab, Orders, with these rows; `p` is the prefix of every element (`x:`)."""
    space = f'xmlns{":" + p[:-1] if p else ""}="{main}"'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/calcChain.xml" ContentType="{TYPE}.calcChain+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {space} xmlns:r="{rels}"><{p}sheets><{p}sheet name="Orders" sheetId="1" '
        f'r:id="rId1"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{rels}/styles" '
        f'Target="/xl/styles.xml"/><Relationship Id="rId3" Type="{rels}/calcChain" Target="calcChain.xml"/>'
        f"</Relationships>",
        "xl/styles.xml": f'<{p}styleSheet {space}><{p}cellXfs><{p}xf/><{p}xf numFmtId="14"/></{p}cellXfs>'
        f"</{p}styleSheet>",
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/></calcChain>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><{p}worksheet {space}>{rows}{tail}</{p}worksheet>',
    }


def made(rows: str, **more: str) -> bytes:
    return zipped(parts(f"<sheetData>{rows}</sheetData>", **more))


def grid(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("Orders").to_python(skip_empty_area=False)


def after(data: bytes, cells: dict[tuple[int, int], Any]) -> bytes:
    book = Book.open(data)
    for (row, col), value in cells.items():
        book.set("Orders", row, col, value)
    return book.to_bytes()


def sheet(data: bytes) -> bytes:
    return read(data).parts["xl/worksheets/sheet1.xml"]


WRITES = {(1, 1): "a", (2, 2): 5, (3, 1): "=x", (9, 3): True}


@pytest.mark.parametrize(
    "rows",
    [
        "", '<row r="1"/>', '<row r="1"></row><row r="3" spans="1:1"/>', '<row r="2" spans="2:2"><c r="B2"/></row>',
        '<row r="1" ><c r="A1" ></c></row>', "<row><c><v>1</v></c><c><v>2</v></c></row><row/>",
        '<row r="2"><c s="1" r="B2"><v>0</v></c></row>', "<row r='1'><c r='A1'><v>1</v></c></row>",
        '\n <row r="1">\n  <c r="A1"><v>1</v></c>\n </row>\n <row r="8">\n  <c r="H8"/>\n </row>\n',
        '<row r="1"><!-- <c r="B1"><v>1</v></c> --><c r="A1" t="inlineStr"><is><t><![CDATA[<row r="1">]]></t>'
        "</is></c></row>",
        '<row r="1"><c r="A1" t="inlineStr"><is><r><rPr><charset val="1"/><color rgb="FF0000FF"/></rPr><t>x</t></r>'
        '</is></c><c r="C1"><v>3</v></c></row>',
    ],
)  # fmt: skip
def test_rows_as_they_come(rows: str) -> None:
    before = made(rows)
    data = after(before, WRITES)
    seen = grid(data)
    assert [seen[row - 1][col - 1] for row, col in WRITES] == list(WRITES.values())
    assert difference(before, data, {("Orders", a) for a in ("A1", "B2", "A3", "C9")}) == []


@pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData></sheetData>", "<sheetData />"])
def test_empty_tabs(data: str) -> None:
    assert grid(after(zipped(parts(data)), {(2, 2): "x"})) == [["", ""], ["", "x"]]


@pytest.mark.parametrize(("main", "rels"), [(MAIN, RELS), (STRICT, STRICT_RELS)])
def test_elements_with_a_prefix(main: str, rels: str) -> None:
    row = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:f>A1</x:f><x:v>1</x:v></x:c></x:row>'
    before = zipped(parts(f"<x:sheetData>{row}</x:sheetData>", p="x:", main=main, rels=rels))
    book = Book.open(before)
    assert book.formulas("Orders") == {(1, 2)}
    book.set("Orders", 1, 3, "=x")
    book.set("Orders", 4, 1, 4)
    book.add_sheet("More", [["y"]])
    book.add_conditional("Orders", "A1", "TRUE", "FF0000")
    data = book.to_bytes()
    assert read(data).value("Orders", "C1") == "=x"
    assert read(data).value("More", "A1") == "y"
    assert read(data).value("Orders", "A4") == "4"


def test_a_workbook_without_styles_gets_some() -> None:
    bare = parts('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    del bare["xl/styles.xml"]
    rels = str(bare["xl/_rels/workbook.xml.rels"])
    bare["xl/_rels/workbook.xml.rels"] = re.sub(r'<Relationship Id="rId2".*?/>', "", rels)
    data = after(zipped(bare), {(1, 1): "=x"})
    assert read(data).tabs["Orders"].cells["A1"].style[-1] == "inert"
    book = Book.open(zipped(bare))
    book.set("Orders", 1, 1, "=x")
    assert book.to_bytes() == book.to_bytes() == data
    assert openpyxl.load_workbook(BytesIO(data))["Orders"]["A1"].quotePrefix


def test_parts_elsewhere_and_in_another_case() -> None:
    moved = {name.replace("xl/", "book/"): content for name, content in parts("<sheetData/>").items()}
    for name, content in moved.items():
        moved[name] = str(content).replace("/xl/", "/book/").replace('"xl/', '"book/')
    moved["BOOK/worksheets/Sheet1.xml"] = moved.pop("book/worksheets/sheet1.xml")
    book = Book.open(zipped(moved))
    book.set("Orders", 1, 1, "x")
    assert b">x<" in Package(book.to_bytes()).read("BOOK/worksheets/Sheet1.xml")


def test_zip_details_survive() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(parts("<sheetData/>").items()):
            info = zipfile.ZipInfo(name, (2020, 1, 1 + number, 3, 4, 6))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as part:
                part.write(str(content).encode())
        archive.writestr("xl/media/写真 é.png", b"picture")
    before = out.getvalue()
    data = after(before, {(1, 1): "x"})
    old, new = (zipfile.ZipFile(BytesIO(d)).infolist() for d in (before, data))
    assert [(i.filename, i.date_time) for i in old] == [(i.filename, i.date_time) for i in new]
    untouched = [i.filename for i in old if "sheet1" not in i.filename and "workbook.xml" not in i.filename]
    assert [Package(before).parts[n].raw for n in untouched] == [Package(data).parts[n].raw for n in untouched]


def test_zip_written_to_a_stream() -> None:
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts("<sheetData/>").items():
            archive.writestr(name, content)
    assert grid(after(out.getvalue(), {(1, 1): "x"})) == [["x"]]


FILLED = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$A$1&amp;"A1"</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><f t="shared" si="0"></f><v>3</v></c></row>'
)


@pytest.mark.parametrize(
    "written", [{(1, 2): "x"}, {(2, 2): None}, {(1, 2): 1, (3, 2): 1}, {(1, 2): 1, (2, 2): 1, (3, 2): 1}]
)
def test_a_formula_filled_down_lives_on_where_a_cell_of_it_is_written(written: dict[tuple[int, int], Any]) -> None:
    before = made(FILLED)
    data = after(before, written)
    assert difference(before, data, {("Orders", f"B{row}") for row, _ in written}) == []
    openpyxl.load_workbook(BytesIO(data))


BLOCK = (
    '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2*2</f><v>2</v></c><c r="B1"><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>4</v></c><c r="B2"><v>2</v></c>'
    '<c r="C2"><f t="array" ref="C2">SUM(B1:B2)</f><v>3</v></c></row>'
)


def test_formulas_are_known() -> None:
    book = Book.open(made(BLOCK))
    assert book.formulas("Orders") == {(1, 1), (2, 1), (2, 3)}


@pytest.mark.parametrize("cell", [(1, 1), (2, 1)])
def test_no_part_of_an_array_formula_is_written(cell: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        after(made(BLOCK), {cell: 1})


def test_a_whole_array_formula_can_be_written() -> None:
    assert grid(after(made(BLOCK), {(1, 1): 7, (2, 1): 8, (2, 3): 9})) == [[7, 1, ""], [8, 2, 9]]


def test_formulas_in_cells_that_do_not_say_where_they_are() -> None:
    formula = "<f>A1</f></c></row>"
    book = Book.open(made(f"<row><c><v>1</v></c><c>{formula}<row r='5'><c r='C5'><f>A1</f></c><c>{formula}"))
    assert book.formulas("Orders") == {(1, 2), (5, 3), (5, 4)}


def test_the_calculation_chain_goes_with_a_formula_that_stood_in_it() -> None:
    before = made('<row r="1"><c r="B1"><f>1+1</f><v>2</v></c></row>')
    assert "xl/calcChain.xml" in read(after(before, {(1, 1): 1})).parts
    gone = read(after(before, {(1, 2): 1}))
    assert "xl/calcChain.xml" not in gone.parts
    assert b"calcChain" not in gone.parts["[Content_Types].xml"] + gone.parts["xl/_rels/workbook.xml.rels"]


@pytest.mark.parametrize(
    "formula",
    [
        "A1+$B$2*C$3-$D4", 'IF(A1="A1",Sheet1!B2,\'It\'\'s A1\'!C3)', "SUM(A:A,$B:C,1:1,$2:3)", "LOG10(A1)+ATAN2(1,B2)",
        "Table1[[#This Row],[A1]]+[1]Sheet1!A1", "TaxRate+A1.B2+x_A1", "SUM(A1:B2)&\"B2:\"\"C3\"",
        "VLOOKUP(A1,'B2 C3'!$A:$B,2,0)", "あA1&A1", "SUM(Rates!A:A,'My tab'!$A:B,[1]Rates!B:C,Rates!1:$1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("rows", "cols"), [(0, 0), (5, 0), (3, 2)])
def test_formulas_are_shifted_as_spreadsheets_do(formula: str, rows: int, cols: int) -> None:
    wanted = Translator(f"={formula}", "A1").translate_formula(row_delta=rows, col_delta=cols)
    assert "=" + shifted(formula, rows, cols) == wanted


def test_an_area_that_a_function_ends_is_shifted_too() -> None:
    assert shifted("A1:INDEX(A:A,3)", 1, 1) == "B2:INDEX(B:B,3)"


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy-mm-dd", True), ('[$-411]ggge"年"m"月"', True), ("h:mm AM/PM", True), ("[$-F800]dddd", True),
        ("d\\-mmm", True), ("A/P", True),
        ("General", False), ("0.00", False), ('#,##0 "days"', False), ("[h]:mm", False), ("[Red]0", False),
        ("@", False), ("0\\h", False), ("_-* #,##0_d", False), ("[$SGD] 0", False), ('0;"d"', False),
    ],
)  # fmt: skip
def test_number_formats_that_show_dates(code: str, date: bool) -> None:
    assert shows_date(code) is date


@pytest.mark.parametrize("code", ["[h]:mm", '[hh]"h"mm', "[mm]:ss", "[s].00", "yyyy-mm-dd", "A/P", 46, 22])
def test_a_number_in_a_format_for_times_stays_a_number(code: str | int) -> None:
    made = openpyxl.Workbook()
    made["Sheet"]["A1"], made["Sheet"]["A2"] = 1, 1
    made["Sheet"]["A1"].number_format = BUILTIN_FORMATS[code] if isinstance(code, int) else code
    out = BytesIO()
    made.save(out)
    book = Book.open(out.getvalue())
    for row in (1, 2):
        book.set("Sheet", row, 1, 2)
    found = openpyxl.load_workbook(BytesIO(book.to_bytes()))["Sheet"]
    assert [(cell.value, cell.number_format) for cell in (found["A1"], found["A2"])] == [(2, "General")] * 2


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>', '<row r="1"/><row r="1"/>', '<row r="0"/>', '<row r="1048577"/>', '<row r="1">',
        "<c/>", '<row r="1"><c r="A1"></row', '<row r="1"></row></row>',
    ],
)  # fmt: skip
def test_rows_that_make_no_sense_are_not_written_to(rows: str) -> None:
    with pytest.raises(NotAWorkbook):
        after(made(rows), {(1, 1): 1})


def test_tabs_that_are_all_chart_are_passed_over() -> None:
    both = parts("<sheetData/>")
    chart = '<sheet name="Chart" sheetId="2" r:id="rId9"/></sheets>'
    relation = f'<Relationship Id="rId9" Type="{RELS}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'
    for name, end, new in (("xl/workbook.xml", "</sheets>", chart), ("xl/_rels/workbook.xml.rels", "</Rel", relation)):
        both[name] = str(both[name]).partition(end)[0] + new + ("</workbook>" if end == "</sheets>" else "")
    both["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{MAIN}"/>'
    book = Book.open(zipped(both))
    assert book.titles == ("Orders",)
    with pytest.raises(ValueError):
        book.add_sheet("chart")
