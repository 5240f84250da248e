"""What init adds to a workbook that people have: drop-downs, colours, looks of columns."""

from io import BytesIO
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from sync.xlsx import Book, Validation, choices
from tests.independent import difference, read

IN_ORDER = ["cols", "sheetData", "conditionalFormatting", "dataValidations", "pageMargins"]
WARNING = Validation("custom", "FALSE", "warning", "Written by the job", "Your text will be replaced")


def loaded(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def test_a_validation_joins_those_that_are_there(samples) -> None:
    before = samples.messy.read_bytes()
    book = Book.open(before)
    old = loaded(before)["Orders"].data_validations.dataValidation
    book.add_validation("Orders", "B2:B1000", Validation("list", choices(["Yes", 'say "no"', "はい"]), "warning"))
    new = loaded(book.to_bytes())["Orders"].data_validations.dataValidation
    assert [rule.sqref for rule in new[:-1]] == [rule.sqref for rule in old]
    assert (new[-1].formula1, str(new[-1].sqref)) == ('"Yes,say ""no"",はい"', "B2:B1000")
    assert difference(before, book.to_bytes()) == ["Orders: something beside the cells changed"]


def test_the_first_validation_and_format_of_a_tab_stand_in_the_right_order(samples) -> None:
    book = Book.open(samples.small.read_bytes())
    book.add_validation("System", "A1", WARNING)
    book.add_conditional("System", "A1:B9", "$A1>1", "FFC7CE")
    book.format_column("System", 3, code="@", fill_rgb="DDEBF7", width=20)
    book.set("System", 1, 3, "x")
    names = [element.tag.rpartition("}")[2] for element in tail(book.to_bytes(), "System")]
    ours = [name for name in names if name in IN_ORDER]
    assert ours == IN_ORDER


def tail(data: bytes, title: str) -> list:
    book = read(data)
    return list(ET.fromstring(book.parts[book.tabs[title].part]))


def test_validations_are_found_by_column(samples) -> None:
    book = Book.open(samples.messy.read_bytes())
    assert book.has_validation("Orders", 20)
    assert not book.has_validation("Orders", 90)
    book.add_validation("Orders", "CL2:CN9", WARNING)
    assert [book.has_validation("Orders", col) for col in (89, 90, 92, 93)] == [False, True, True, False]


def test_conditional_formats_come_after_the_peoples_own(samples) -> None:
    before = samples.messy.read_bytes()
    book = Book.open(before)
    book.add_conditional("Orders", "A2:A9", 'LEFT($A2,1)="<"', "FFC7CE")
    book.add_conditional("Orders", "B2:B9", "TRUE", "FFC7CE")
    rules = [rule for found in loaded(book.to_bytes())["Orders"].conditional_formatting for rule in found.rules]
    ours = [rule for rule in rules if rule.formula in (['LEFT($A2,1)="<"'], ["TRUE"])]
    assert sorted(rules, key=lambda rule: rule.priority)[-2:] == ours
    assert ours[0].dxfId == ours[1].dxfId
    assert len(read(book.to_bytes()).styles["dxfs"]) == len(read(before).styles["dxfs"]) + 1


def test_one_column_of_a_range_gets_a_look_and_its_neighbours_stay(samples) -> None:
    book = Book.open(samples.messy.read_bytes())
    old = loaded(samples.messy.read_bytes())["Orders"]
    book.format_column("Orders", 10, code="@", fill_rgb="DDEBF7", width=31.5)
    new = loaded(book.to_bytes())["Orders"]
    assert new.column_dimensions["J"].width == 31.5
    assert [new.column_dimensions[c].width for c in "ABCDEFGH"] == [old.column_dimensions[c].width for c in "ABCDEFGH"]
    book.set("Orders", 300, 10, "+81 3")
    cell = read(book.to_bytes()).tabs["Orders"].cells["J300"]
    assert cell.style[0] == "built-in 49"
    assert "FFDDEBF7" in cell.style[2]


def test_a_cell_can_take_the_look_of_another(samples) -> None:
    book = Book.open(samples.messy.read_bytes())
    book.set("Orders", 1, 90, "Header", style=book.style_at("Orders", 1, 1))
    cells = read(book.to_bytes()).tabs["Orders"].cells
    assert cells["CL1"].style == cells["A1"].style


def test_lists_that_no_cell_can_hold() -> None:
    with pytest.raises(ValueError):
        choices(["a,b"])
    with pytest.raises(ValueError):
        choices(["x" * 256])
