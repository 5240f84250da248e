"""`onsite init` where there is no file: what people find in a new register."""

from __future__ import annotations

import csv
import errno
import re
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rules.cells import squash
from rules.columns import TABS, EngineerRow, LogRow, OrderRow, Owner, SettingRow, SystemRow
from rules.form import answers_of
from rules.settings import Settings, read_settings
from rules.words import Status
from sync.commands.layout import FORM_QUESTIONS, form_columns
from sync.commands.setup import create, init_workbook
from sync.errors import Changed, Unreachable, UsageFault
from sync.registers.workbook import WorkbookRegister
from sync.tabs import find_tabs
from sync.xlsx import Book
from tests.conftest import Samples
from tests.sync.workbooks import validation_of

FORM = "Form responses 1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new register; not to be written to."""
    path = tmp_path_factory.mktemp("new") / "register.xlsx"
    assert init_workbook(path)
    return path


@pytest.fixture(scope="module")
def book(made: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made)


def column(sheet: Worksheet, header: str) -> str:
    return next(cell.column_letter for cell in sheet[1] if cell.value == header)


def test_it_has_every_tab_and_header_in_order(book: openpyxl.Workbook) -> None:
    assert [title for title in book.sheetnames if title != FORM] == [kind.title for kind in TABS]
    for kind in TABS:
        assert [cell.value for cell in book[kind.title][1]] == [c.header for c in kind.columns]
    assert {sheet.title for sheet in book if sheet.sheet_state != "visible"} == {SystemRow.title}


def test_nothing_of_the_firms_is_invented(book: openpyxl.Workbook) -> None:
    """An empty list of standard items checks nothing; a list that nobody wrote would warn about every order."""
    filled = {title for title in (kind.title for kind in TABS) if book[title]["A2"].value is not None}
    assert filled == {SettingRow.title}


def test_the_job_can_work_on_it_at_once(made: Path) -> None:
    tabs = find_tabs(WorkbookRegister(made).read())
    settings = read_settings(row for row in tabs[SettingRow].rows(Settings().time_zone) if isinstance(row, SettingRow))
    assert settings == Settings()


def test_a_second_init_does_nothing(made: Path) -> None:
    before, moment = made.read_bytes(), made.stat().st_mtime_ns
    assert init_workbook(made) == []
    assert (made.read_bytes(), made.stat().st_mtime_ns) == (before, moment)


def test_the_form_tab_asks_what_the_job_reads(book: openpyxl.Workbook) -> None:
    titles = [str(cell.value) for cell in book[FORM][1]]
    assert titles == [header for header, _ in form_columns()]
    answers = ["2026/11/24 9:00:00", *("x" * len(titles[1:]))]
    (answer,) = answers_of("answers.csv", titles, [answers], Settings().time_zone).answers
    assert answer.order.keys() == {c.key for c in FORM_QUESTIONS}
    assert [len(cells) for cells in answer.sites.values()] == [8, 8]
    assert all(c.owner is Owner.HUMAN for c in FORM_QUESTIONS)


def test_it_asks_for_all_that_clients_answered_so_far(book: openpyxl.Workbook, samples: Samples) -> None:
    titles = {squash(str(cell.value)) for cell in book[FORM][1]}
    with samples.form.open(encoding="utf-8", newline="") as file:
        answered = next(csv.reader(file))
    assert {squash(title) for title in answered} | {squash("Billing reference")} == titles


def test_settings_stand_with_default_and_meaning(book: openpyxl.Workbook) -> None:
    rows = {row[0].value: (row[1].value, row[2].value) for row in book["Settings"].iter_rows(min_row=2)}
    assert rows.keys() == {field.title for field in Settings.model_fields.values()}
    assert all(meaning for _, meaning in rows.values())
    names = ("Company name", "Time zone", "Tax rate", "Invoice needs OK", "Urgent below (h)")
    assert [rows[name][0] for name in names] == [None, "Asia/Tokyo", 0.1, "no", 24]


def test_nothing_is_protected_and_nobody_is_stopped(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert not sheet.protection.sheet
        assert {rule.errorStyle for rule in sheet.data_validations.dataValidation} <= {"warning", "information"}


def test_every_column_of_the_job_warns_and_looks_like_its_own(book: openpyxl.Workbook) -> None:
    for kind in TABS:
        sheet = book[kind.title]
        for number, there in enumerate(kind.columns, 1):
            rule, tinted = (
                validation_of(sheet, number),
                sheet.column_dimensions[get_column_letter(number)].fill.fill_type,
            )
            by_job = there.owner is Owner.JOB
            assert ((rule is not None and rule.formula1 == "FALSE"), tinted == "solid") == (by_job, by_job), there
            assert rule is None or not by_job or (rule.type, rule.errorStyle) == ("custom", "warning")


@pytest.mark.parametrize(
    ("tab", "header", "kind", "formula"),
    [
        ("Orders", "Language", "list", '"English,Japanese,both"'),
        ("Orders", "Skill level", "list", '"Entry,Senior,Specialist"'),
        ("Orders", "Tax", "list", '"standard,export-exempt,out-of-scope"'),
        ("Orders", "Travel needed", "list", '"yes,no"'),
        ("Orders", "Client", "list", "'Clients'!$A$2:$A$5000"),
        ("Clients", "Document language", "list", '"English,Japanese,both"'),
        ("Engineers", "Active", "list", '"yes,no"'),
        ("Orders", "Planned start", "date", "36526"),
        ("Rates", "Valid from", "date", "36526"),
        ("Orders", "Reserved hours", "decimal", "0"),
        ("Orders", "Engineers needed", "whole", "1"),
    ],
)
def test_what_columns_expect(book: openpyxl.Workbook, tab: str, header: str, kind: str, formula: str) -> None:
    sheet = book[tab]
    rule = validation_of(sheet, sheet[f"{column(sheet, header)}1"].column)
    assert rule is not None
    assert (rule.type, rule.formula1) == (kind, formula)


@pytest.mark.parametrize(
    ("tab", "header", "code"),
    [
        ("Orders", "Order phone", "@"),
        ("Orders", "Site phone", "@"),
        ("Orders", "Floor", "@"),
        ("Orders", "Client reference", "@"),
        ("Orders", "Order ID", "@"),
        ("Other sites", "Floor", "@"),
        ("Engineers", "Phone", "@"),
        ("Engineers", "Unavailable", "@"),
        (FORM, "Site 2 phone", "@"),
        ("Orders", "Planned start", "yyyy\\-mm\\-dd\\ hh:mm"),
        ("Log", "At", "yyyy\\-mm\\-dd\\ hh:mm"),
        ("Invoices", "Due on", "yyyy\\-mm\\-dd"),
        ("Clients", "Terms agreed on", "yyyy\\-mm\\-dd"),
        ("Orders", "Travel cost", "General"),
    ],
)
def test_how_blank_cells_take_what_is_typed(book: openpyxl.Workbook, tab: str, header: str, code: str) -> None:
    sheet = book[tab]
    assert sheet.column_dimensions[column(sheet, header)].number_format == code


def test_every_status_and_severity_has_its_colour(book: openpyxl.Workbook) -> None:
    formulas: dict[str, str] = {}
    for area in book["Orders"].conditional_formatting:
        formulas[str(area.sqref)[0]] = " ".join(rule.formula[0] for rule in area.rules)
        assert all(rule.dxf.fill.bgColor.rgb for rule in area.rules)
    status, flags = (column(book["Orders"], c.header) for c in (OrderRow.status, OrderRow.flags))
    assert set(re.findall(r'"(.+?)"', formulas[status])) == {str(s) for s in Status}
    assert set(re.findall(r'"(.+?)"', formulas[flags])) == {"BLOCK ", "WARN "}
    assert len(book["Engineers"].conditional_formatting) == 1


def test_headers_stay_in_sight_and_say_what_they_mean(book: openpyxl.Workbook) -> None:
    for kind in TABS:
        sheet = book[kind.title]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        for cell, there in zip(sheet[1], kind.columns, strict=True):
            assert cell.font.b and cell.fill.fill_type == "solid"
            assert there.note in (cell.comment.text if cell.comment else "")
    assert (
        book["Engineers"][f"{column(book['Engineers'], 'Unavailable')}1"].comment.text == EngineerRow.unavailable.note
    )


def test_nobodys_name_is_in_it(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert "creator" not in core and "lastModifiedBy" not in core


def test_what_is_written_into_new_rows_takes_the_looks_of_its_column(made: Path) -> None:
    before = Book.open(made.read_bytes())
    before.set("Log", 2, 1, "x")
    before.set("Orders", 2, 9, "INV-2026-0001")
    after = Book.open(before.to_bytes())
    for tab, col in (("Log", 1), ("Orders", 9)):
        assert after.style_at(tab, 2, col) == before.style_at(tab, 50, col) != 0
    assert LogRow.columns[0].header == "At"


def test_it_stays_small(made: Path) -> None:
    assert made.stat().st_size < 60_000


def test_colleagues_may_open_it(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    path = tmp_path / "register.xlsx"
    init_workbook(path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert {p.name for p in tmp_path.iterdir()} == {"plain", "register.xlsx"}


def test_a_new_register_needs_a_name_and_a_folder(tmp_path: Path) -> None:
    for name in ("register.ods", "register", "register.xlsm"):
        with pytest.raises(UsageFault):
            init_workbook(tmp_path / name)
    with pytest.raises(Unreachable):
        init_workbook(tmp_path / "nowhere" / "register.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_the_disk_refuses(tmp_path: Path) -> None:
    for path in (tmp_path / f"{'x' * 300}.xlsx", tmp_path / ("x" * 300) / "register.xlsx"):
        with pytest.raises(Unreachable):
            init_workbook(path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_what_is_away_stays(tmp_path: Path) -> None:
    """Say to a share that dropped out: the register there must not be taken for one that never was."""
    path, away = tmp_path / "register.xlsx", tmp_path / "share" / "register.xlsx"
    path.symlink_to(away)
    with pytest.raises(UsageFault):
        init_workbook(path)
    with pytest.raises(UsageFault):
        away.parent.mkdir()
        init_workbook(path)
    assert path.is_symlink() and list(away.parent.iterdir()) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_link_that_came_meanwhile_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "register.xlsx"
    path.symlink_to(tmp_path / "nowhere.xlsx")
    with pytest.raises(Changed):
        create(path, b"ours")
    assert [p.name for p in tmp_path.iterdir()] == ["register.xlsx"] and path.is_symlink()


def test_a_file_that_came_meanwhile_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(b"somebody's")
    with pytest.raises(Changed):
        create(path, b"ours")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"somebody's"]


def test_libreoffice_shows_it(made: Path, convert: Callable[[Path, str], Path]) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", convert(made, "pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Order ID" in text and "Urgent below (h)" in text
    again = openpyxl.load_workbook(convert(made, "xlsx"))
    assert again.sheetnames == openpyxl.load_workbook(made).sheetnames
    assert validation_of(again["Orders"], 1).type == "custom"
    assert len(again["Orders"].conditional_formatting) == 2
