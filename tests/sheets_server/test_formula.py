from __future__ import annotations

import pytest

from tests.sheets_server import Formula, SheetsServer
from tests.sheets_server.cells import write
from tests.sheets_server.grids import cell_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=TRUE()", True),
        ("=A1", 2),
        ("=A1+B1*2", 8),
        ("=(A1+B1)*2", 10),
        ("=-A1^2", 4),
        ("=-A1", -2),
        ("=10%", 0.1),
        ("=B1/A1", 1.5),
        ('=C1&" and "&A1', "text and 2"),
        ("=A1<B1", True),
        ("=A1<>2", False),
        ('=C1="TEXT"', True),
        ("=SUM(A1:C1)", 5),
        ("=SUM(A:A)", 2),
        ("=COUNTA(A1:D1)", 3),
        ("=COUNT(A1:D1)", 2),
        ('=COUNTIF(A1:D1,"text")', 1),
        ("=MAX(A1:B1)-MIN(A1,B1)", 1),
        ('=IF(A1>1,"many","few")', "many"),
        ("=IF(A1>9,1)", False),
        ('=CONCATENATE(C1,"!",TRUE)', "text!TRUE"),
        ('=HYPERLINK("https://example.com","here")', "here"),
        ('=TRIM(" a  b ")', "a b"),
        ("=UPPER(C1)", "TEXT"),
        ("='My tab'!A1+Two!$A$1", 12),
        ("=D1", 0),
        ("=1/0", "#DIV/0!"),
        ("=C1*2", "#VALUE!"),
        ("=NOSUCH(1)", "#NAME?"),
        ("=nosuch", "#NAME?"),
        ("=Gone!A1", "#REF!"),
        ("=#REF!+1", "#REF!"),
        ("=E1", "#REF!"),
        ("=1+", "#ERROR!"),
        ("=(1", "#ERROR!"),
        ("=1 2", "#ERROR!"),
        ("=IF()", "#ERROR!"),
        ("={1}", "#ERROR!"),
        ("=?", "#ERROR!"),
    ],
)
def test_values(text: str, value: object) -> None:
    server = SheetsServer()
    server.create("F", {"T": [[2, 3, "text", None, Formula(text)]], "My tab": [[5]], "Two": [[7]]}, columns=5)
    assert server.grid("T")[0][4] == value
    assert server.grid("T", render="FORMULA")[0][4] == text


def test_a_formula_whose_value_is_given() -> None:
    server = SheetsServer()
    server.create("F", {"T": [[Formula("=NOW()", 46357.5), Formula("=A1*2"), cell_of(1.5)]]})
    assert server.grid("T") == [[46357.5, 92715, 1.5]]
    sheet = server.sheet("T")
    sheet.put(
        0,
        0,
        write(sheet.cell(0, 0), {"userEnteredValue": {"formulaValue": "=1+1"}}, {"userEnteredValue": {}}),
    )
    assert server.grid("T") == [[2, 4, 1.5]]
