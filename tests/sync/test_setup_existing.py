"""`onsite init` where people have a workbook already: it only ever adds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table

from rules.cells import squash
from rules.columns import FREE_TABS, TABS, OrderRow, Owner, SettingRow
from rules.settings import Settings
from sync.commands.setup import init_workbook
from sync.errors import InUse, NotAWorkbook, UsageFault
from sync.registers.workbook import WorkbookRegister
from sync.tabs import find_tabs
from sync.xlsx import Book
from sync.xlsx.additions import has_colours
from tests import independent
from tests.conftest import Samples
from tests.sync.workbooks import filled, taken_away, validation_of


@pytest.fixture(params=["messy", "small"])
def register(request: pytest.FixtureRequest, samples: Samples, tmp_path: Path) -> Path:
    return Path(shutil.copy(getattr(samples, request.param), tmp_path / "register.xlsx"))


@pytest.fixture
def messy(samples: Samples, tmp_path: Path) -> Path:
    return Path(shutil.copy(samples.messy, tmp_path / "register.xlsx"))


@pytest.fixture
def changed(samples: Samples, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the small register after something was done to it."""

    def made(change: Callable[[openpyxl.Workbook], Any]) -> Path:
        book = openpyxl.load_workbook(samples.small)
        change(book)
        path = tmp_path / "changed.xlsx"
        book.save(path)
        return path

    return made


def texts(path: Path, tab: str) -> list[Any]:
    return [cell.value for cell in openpyxl.load_workbook(path)[tab][1]]


def test_it_only_adds(register: Path) -> None:
    before = independent.read(register)
    assert init_workbook(register)
    after = independent.read(register)
    assert taken_away(before, after) == []
    assert {address[-1] for title, address in filled(before, after) if title != "Settings"} == {"1"}


def _columns(path: Path, tab: str = "Orders") -> dict[str, Any]:
    """How the blank cells of each column look, by its header."""
    sheet = openpyxl.load_workbook(path)[tab]
    spans = [(entry.min, entry.max, entry) for entry in sheet.column_dimensions.values()]
    return {
        str(cell.value): next((entry for first, last, entry in spans if first <= cell.column <= last), None)
        for cell in sheet[1]
    }


def test_a_companys_phone_keeps_its_plus(tmp_path: Path) -> None:
    init_workbook(tmp_path / "new.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "new.xlsx")["Settings"].iter_rows(min_row=2)
    formats = {row[0].value: row[1].number_format for row in rows}
    assert (formats["Company phone"], formats["Bank details"], formats["Tax rate"]) == ("@", "@", "General")


def test_pluses_and_zeros_are_kept_in_rows_to_come(register: Path) -> None:
    were = _columns(register)
    init_workbook(register)
    columns = _columns(register)
    texts = {squash(header) for header, column in columns.items() if column.number_format == "@"}
    wanted = {"Order ID", "Invoice no.", "Client reference", "Billing reference", "Order phone", "PM phone",
              "Site phone", "Map link", "Floor"}  # fmt: skip
    assert texts == {squash(header) for header in wanted}
    assert all(columns[header].width == column.width for header, column in were.items())
    grey = {header for header, column in columns.items() if column.fill.fill_type}
    assert grey == {column.header for column in OrderRow.columns if column.owner is Owner.JOB}
    assert columns["Flags"].alignment.vertical == "top"
    assert _columns(register, "Engineers")["Phone"].number_format == "@"


def test_looks_of_peoples_own_columns_stay(changed: Callable[..., Path]) -> None:
    def dress(book: openpyxl.Workbook) -> None:
        phone, status = book["Orders"].column_dimensions["P"], book["Orders"].column_dimensions["B"]
        phone.number_format = "0.00"
        status.fill = PatternFill("solid", fgColor="FFFFEEEE")

    path = changed(dress)
    init_workbook(path)
    columns = _columns(path)
    assert columns["Order phone"].number_format == "0.00"
    assert columns["Status"].fill.fgColor.rgb == "FFFFEEEE"


def test_then_the_job_can_work_on_it(register: Path) -> None:
    with pytest.raises(UsageFault):
        find_tabs(WorkbookRegister(register).read())
    init_workbook(register)
    tabs = find_tabs(WorkbookRegister(register).read())
    assert all(tab.columns.keys() == {column.key for column in tab.kind.columns} for tab in tabs.values())


def test_a_second_init_does_nothing(register: Path) -> None:
    init_workbook(register)
    before, moment = register.read_bytes(), register.stat().st_mtime_ns
    assert init_workbook(register) == []
    assert (register.read_bytes(), register.stat().st_mtime_ns) == (before, moment)


def test_headers_that_are_there_in_another_spelling_are_not_added_again(messy: Path) -> None:
    init_workbook(messy)
    book = openpyxl.load_workbook(messy)
    for kind in TABS:
        squashed = [squash(str(cell.value)) for cell in book[kind.title][1] if cell.value is not None]
        assert all(squashed.count(squash(column.header)) == 1 for column in kind.columns)
    assert {"ＰＭ phone", "Memo (Ken)"} <= {cell.value for cell in book["Orders"][1]}


def test_new_headers_stand_at_the_far_right_and_look_like_their_neighbours(messy: Path) -> None:
    width = len(texts(messy, "Orders"))
    init_workbook(messy)
    sheet: Any = openpyxl.load_workbook(messy)["Orders"]
    new = [cell for cell in sheet[1] if cell.column > width]
    assert new and all(cell.value for cell in new)
    neighbour = next(cell for cell in reversed(sheet[1]) if cell.value == "Waived flags")
    assert {cell.style_id for cell in new} == {neighbour.style_id}
    kinds = {cell.value: sheet.column_dimensions[cell.column_letter].number_format for cell in new}
    assert (kinds["Billing reference"], kinds["Coordinator"]) == ("@", "General")


def test_a_filter_takes_the_new_columns_along(messy: Path) -> None:
    init_workbook(messy)
    book = openpyxl.load_workbook(messy)
    last = book["Orders"].max_column
    assert book["Orders"].auto_filter.ref == f"A1:{independent.letters(last)}93"
    assert [c.colId for c in book["Orders"].auto_filter.filterColumn] == [61]
    about = independent.read(messy).about
    assert f"Orders!$A$1:${independent.letters(last)}$93" in about


def test_a_filter_over_some_columns_stays_as_people_made_it(changed: Callable[..., Path]) -> None:
    def narrow(book: openpyxl.Workbook) -> None:
        book["Orders"].auto_filter.ref = "A1:D13"

    path = changed(narrow)
    init_workbook(path)
    assert openpyxl.load_workbook(path)["Orders"].auto_filter.ref == "A1:D13"


def test_peoples_own_drop_downs_and_colours_stay_the_only_ones(messy: Path) -> None:
    before = openpyxl.load_workbook(messy)["Orders"]
    own = {str(rule.sqref) for rule in before.data_validations.dataValidation}
    init_workbook(messy)
    after: Any = openpyxl.load_workbook(messy)["Orders"]
    for cell in after[1]:
        rules = [r for r in after.data_validations.dataValidation if f"{cell.column_letter}2" in r.sqref]
        assert len(rules) <= 1
    assert own <= {str(rule.sqref) for rule in after.data_validations.dataValidation}
    assert validation_of(after, 1).formula1 == "FALSE"


def test_a_colour_of_ones_own_for_status_is_enough(changed: Callable[..., Path]) -> None:
    def colour(book: openpyxl.Workbook) -> None:
        rule = FormulaRule(formula=['B2="Paid"'], fill=PatternFill("solid", bgColor="FF00FF00"))
        book["Orders"].conditional_formatting.add("B5:B9", rule)

    path = changed(colour)
    init_workbook(path)
    areas = [str(area.sqref) for area in openpyxl.load_workbook(path)["Orders"].conditional_formatting]
    assert areas == ["B5:B9", "D2:D1048576"]


def test_colours_of_the_newer_kind_count_too(samples: Samples) -> None:
    book = Book.open(samples.small.read_bytes())
    assert not has_colours(book, "Orders", 2)
    newer = (
        b'<extLst><ext xmlns:x14="x" uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings>'
        b'<x14:conditionalFormatting xmlns:xm="y"><x14:cfRule type="iconSet"/><xm:sqref>B2:B9</xm:sqref>'
        b"</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    book.reframe("Orders", book.sheet("Orders").frame.replace(b"</worksheet>", newer + b"</worksheet>"))
    assert [has_colours(book, "Orders", col) for col in (1, 2, 3)] == [False, True, False]


def test_a_header_that_was_perhaps_renamed_is_named(changed: Callable[..., Path]) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        header = next(cell for cell in book["Orders"][1] if cell.value == "Planned start")
        header.value = "Planed start"

    lines = init_workbook(changed(rename))
    assert any('"Planed start"' in line and "Planned start" in line for line in lines)


def test_missing_settings_come_below_the_last(register: Path) -> None:
    before = openpyxl.load_workbook(register)["Settings"].max_row
    init_workbook(register)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(register)["Settings"].iter_rows(min_row=2)]
    names = [str(row[0]) for row in rows]
    assert sorted(names) == sorted(field.title or "" for field in Settings.model_fields.values())
    assert ["Longest visit (h)", 16, Settings.model_fields["longest_visit_h"].description] in rows[before - 1 :]


def test_missing_tabs_come_behind_the_others(changed: Callable[..., Path]) -> None:
    def remove(book: openpyxl.Workbook) -> None:
        for title in ("Rates", "System", "Settings", "Form responses 1", "Standard items"):
            del book[title]

    path = changed(remove)
    before = independent.read(path)
    init_workbook(path)
    assert taken_away(before, independent.read(path)) == []
    book = openpyxl.load_workbook(path)
    added = ["Rates", "Standard items", "Settings", "System", "Form responses 1"]
    assert book.sheetnames == [*before.tabs, *added]
    assert [book[title].sheet_state for title in added] == ["visible", "visible", "visible", "hidden", "visible"]
    assert book["Settings"].max_row == len(Settings.model_fields) + 1
    assert book["Standard items"].max_row == 1  # what a firm's engineers carry is for the firm to say
    assert book["Rates"].freeze_panes == "B2"
    assert book["Rates"]["A1"].style_id == book["Orders"]["BM1"].style_id
    find_tabs(WorkbookRegister(path).read())
    assert init_workbook(path) == []


def test_the_form_tab_has_the_name_that_settings_give(changed: Callable[..., Path]) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        row = next(row for row in book["Settings"].iter_rows() if row[0].value == "Form tab")
        row[1].value = "回答 1"
        book["Form responses 1"].title = "Old answers"

    path = changed(rename)
    init_workbook(path)
    assert "回答 1" in openpyxl.load_workbook(path).sheetnames
    assert "Form responses 1" not in openpyxl.load_workbook(path).sheetnames


def test_a_blank_workbook_becomes_a_register(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    openpyxl.Workbook().save(path)
    init_workbook(path)
    tabs = find_tabs(WorkbookRegister(path).read())
    assert tabs[SettingRow].height == len(Settings.model_fields) + 1
    assert openpyxl.load_workbook(path)["Orders"]["A1"].fill.fill_type == "solid"
    assert init_workbook(path) == []


def test_system_is_hidden_and_something_else_is_in_view(changed: Callable[..., Path]) -> None:
    def show(book: openpyxl.Workbook) -> None:
        book["System"].sheet_state = "visible"
        book.active = book.sheetnames.index("System")

    path = changed(show)
    init_workbook(path)
    book: Any = openpyxl.load_workbook(path)
    assert book["System"].sheet_state == "hidden"
    assert book.active.sheet_state == "visible"


def test_columns_without_header_are_somebodys(changed: Callable[..., Path]) -> None:
    def scribble(book: openpyxl.Workbook) -> None:
        book["Rates"]["G3"] = "ask Ken"
        book["Rates"]["H4"] = "=1+1"

    path = changed(scribble)
    init_workbook(path)
    assert texts(path, "Rates")[6:] == [None, None, "Flags"]


def test_new_columns_are_in_sight_where_people_hid_the_rest(changed: Callable[..., Path]) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        rest = book["Rates"].column_dimensions["G"]
        rest.min, rest.max, rest.hidden = 7, 16384, True

    path = changed(hide)
    init_workbook(path)
    columns = openpyxl.load_workbook(path)["Rates"].column_dimensions
    assert not columns["G"].hidden and columns["H"].hidden


def test_free_tabs_with_content_are_left_alone(changed: Callable[..., Path]) -> None:
    path = changed(lambda book: book["Dashboard"].cell(3, 2, "Ken's own"))
    init_workbook(path)
    assert texts(path, "Dashboard") == [None, None]
    assert {kind.title for kind in FREE_TABS} == {"Dashboard", "System"}


def test_a_table_is_not_sorted_without_its_new_columns_unwarned(changed: Callable[..., Path]) -> None:
    def tabulate(book: openpyxl.Workbook) -> None:
        book["Rates"].add_table(Table(displayName="Rates_", ref="A1:F11"))

    path = changed(tabulate)
    before = independent.read(path)
    lines = init_workbook(path)
    assert len([line for line in lines if line.startswith("Rates:")]) > len(
        [line for line in lines if line.startswith("Exchange rates:")]
    )
    assert taken_away(before, independent.read(path)) == []


@pytest.mark.parametrize(
    "twice",
    [
        lambda book: book.create_sheet("ｏｒｄｅｒｓ"),
        lambda book: book["Orders"].cell(1, 70, "order\nid"),
        lambda book: book["Settings"].append(["Form tab", "no [brackets]"]) or book["Settings"].delete_rows(18),
    ],
)
def test_what_a_person_must_decide_is_refused(changed: Callable[..., Path], twice: Callable[[Any], Any]) -> None:
    path = changed(twice)
    before = path.read_bytes()
    with pytest.raises(UsageFault):
        init_workbook(path)
    assert path.read_bytes() == before


def test_a_sheet_that_is_all_chart_cannot_be_a_tab(changed: Callable[..., Path]) -> None:
    def chart(book: openpyxl.Workbook) -> None:
        del book["Dashboard"]
        book.create_chartsheet("Dashboard")

    path = changed(chart)
    with pytest.raises(UsageFault):
        init_workbook(path)


@pytest.mark.parametrize("lock", ["~$register.xlsx", ".~lock.register.xlsx#"])
def test_an_open_file_is_left_alone(messy: Path, lock: str) -> None:
    before = messy.read_bytes()
    (messy.parent / lock).write_bytes(b"\x03Ken")
    with pytest.raises(InUse):
        init_workbook(messy)
    assert messy.read_bytes() == before


def test_the_version_before_is_kept(messy: Path, tmp_path: Path) -> None:
    before = messy.read_bytes()
    init_workbook(messy, tmp_path / "kept")
    assert [path.read_bytes() for path in (tmp_path / "kept").iterdir()] == [before]


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(b"")
    with pytest.raises(NotAWorkbook):
        init_workbook(path)
    assert path.read_bytes() == b""


def test_libreoffice_opens_it_and_what_it_saves_is_complete(
    register: Path, convert: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    titles = openpyxl.load_workbook(register).sheetnames
    init_workbook(register)
    openpyxl.load_workbook(BytesIO(register.read_bytes()))
    saved = Path(shutil.copy(convert(register, "xlsx"), tmp_path / "saved.xlsx"))
    seen = openpyxl.load_workbook(saved)
    assert seen.sheetnames == titles
    assert {"Billing reference", "Coordinator"} <= {cell.value for cell in seen["Orders"][1]}
    assert init_workbook(saved) == []
