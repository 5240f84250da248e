"""A register in a workbook file: what is read, what is written, what is refused."""

import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils import get_column_letter

from sync import files
from sync.backups import BACKUPS
from sync.errors import Changed, Contended, InUse, NotAWorkbook, OnsiteError, Unreachable, UsageFault
from sync.plan import Write
from sync.registers.base import Register
from sync.registers.workbook import WorkbookRegister
from sync.snapshot import Reading
from tests.independent import difference, read

MESSY_ROWS, MESSY_COLUMNS = 105, 67


@pytest.fixture
def messy(samples, tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    path.write_bytes(samples.messy.read_bytes())
    return path


@pytest.fixture
def register(messy: Path) -> WorkbookRegister:
    return WorkbookRegister(messy)


def made(path: Path, *cells: dict[str, Any], **options: Any) -> Path:
    with xlsxwriter.Workbook(path, options) as workbook:
        sheet = workbook.add_worksheet("Orders")
        for col, cell in enumerate(cells):
            form = workbook.add_format({"num_format": cell["format"]}) if "format" in cell else None
            sheet.write(0, col, cell["value"], form)
    return path


def test_a_register_is_read_whole(register: Register) -> None:
    reading = register.read()
    assert next(iter(reading.grids)) == "Orders"
    assert "System" in reading.grids  # hidden
    assert all(grid.title == title for title, grid in reading.grids.items())
    orders = reading.grids["Orders"]
    assert len(orders.rows) == MESSY_ROWS
    assert max(map(len, orders.rows)) == MESSY_COLUMNS
    assert orders.rows[0][0] == "Order ID"


def test_cells_are_read_as_an_independent_reader_does(register: Register, messy: Path) -> None:
    """Texts, numbers and ticks of every tab; dates by openpyxl, to the second."""
    book = openpyxl.load_workbook(messy, data_only=True)
    for title, grid in register.read().grids.items():
        sheet = book[title]
        for number, row in enumerate(grid.rows, start=1):
            for col, value in enumerate(row, start=1):
                cell = sheet.cell(number, col)
                wanted = None if cell.data_type == "e" or cell.value == "" else cell.value
                if isinstance(wanted, datetime):
                    wanted = (wanted + timedelta(milliseconds=500)).replace(microsecond=0)
                    wanted = wanted.date() if wanted.time() == time() else wanted
                if isinstance(wanted, str):
                    wanted = wanted.replace("\r\n", "\n")
                    value = str(value).replace("\r\n", "\n")
                assert value == wanted, (title, cell.coordinate)


def test_formulas_are_where_an_independent_reader_sees_them(register: Register, messy: Path) -> None:
    seen = read(messy)
    for title, grid in register.read().grids.items():
        there = {address for address, cell in seen.tabs[title].cells.items() if cell.formula is not None}
        assert {get_column_letter(col) + str(row) for row, col in grid.formulas} == there


@pytest.mark.parametrize(
    ("value", "form", "arrives"),
    [
        (46351, "General", 46351), (2.5, "0", 2.5), ("00451002", "@", "00451002"), (451002, "@", 451002),
        (46351, "yyyy-mm-dd", date(2026, 11, 25)), (46351.375, "yyyy-mm-dd", datetime(2026, 11, 25, 9)),
        (46351.37499999, "m/d/yy h:mm", datetime(2026, 11, 25, 9)), (46350.999999, "m/d/yy", datetime(2026, 11, 25)),
        (0.5, "h:mm", time(12)), (1.25, "[h]:mm", timedelta(hours=30)), (True, "General", True),
        (46351, '[$-411]ggge"年"m"月"d"日"', date(2026, 11, 25)), (" x\ny ", "General", " x\ny "),
    ],
)  # fmt: skip
def test_values_arrive_as_what_they_are(tmp_path: Path, value: Any, form: str, arrives: Any) -> None:
    path = made(tmp_path / "a.xlsx", {"value": value, "format": form}, strings_to_numbers=False)
    got = WorkbookRegister(path).read().grids["Orders"].rows[0][0]
    assert (got, type(got)) == (arrives, type(arrives))


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", {"value": datetime(2026, 11, 25, 9), "format": "yyyy-mm-dd hh:mm"}, date_1904=True)
    register = WorkbookRegister(path)
    assert register.read().grids["Orders"].rows[0][0] == datetime(2026, 11, 25, 9)
    register.commit(register.read(), [Write("Orders", 1, 1, datetime(2026, 12, 1, 9, 30))])
    assert register.read().grids["Orders"].rows[0][0] == datetime(2026, 12, 1, 9, 30)


def test_formulas_that_say_true_errors_and_merged_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet = workbook.add_worksheet("Orders")
        sheet.write_formula("C3", "=TRUE()", None, True)
        sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("E3", '="x"', None, "x")
        sheet.merge_range("C4:D5", "merged")
        sheet.write_rich_string("E4", "plain ", workbook.add_format({"bold": True}), "bold")
        workbook.add_worksheet("Empty")
    reading = WorkbookRegister(tmp_path / "a.xlsx").read()
    blank = [None] * 5
    assert [list(row) for row in reading.grids["Orders"].rows] == [
        blank, blank, [None, None, True, None, "x"], [None, None, "merged", None, "plain bold"],
    ]  # fmt: skip
    assert reading.grids["Orders"].formulas == {(3, 3), (3, 4), (3, 5)}
    assert list(reading.grids["Empty"].rows) == []


@pytest.mark.parametrize(
    "error",
    ["#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#CONNECT!", "#BLOCKED!", "Err:502", "#N/A"],
)
def test_errors_of_every_age_are_blank(tmp_path: Path, error: str) -> None:
    cells = {"value": "x"}, {"value": 7}, {"value": 1.25, "format": "[h]:mm"}, {"value": "y"}
    path = made(tmp_path / "a.xlsx", *cells)
    texts = f'<c r="B1" t="e"><f>CUBEVALUE("x")</f><v>{error}</v></c>'.encode()
    rewritten(path, SHEET, lambda xml: xml.replace(b'<c r="B1"><v>7</v></c>', texts))
    register = WorkbookRegister(path)
    assert list(register.read().grids["Orders"].rows[0]) == ["x", None, timedelta(hours=30), "y"]
    before = path.read_bytes()
    register.commit(register.read(), [Write("Orders", 1, 4, "z")])
    assert difference(before, path, {("Orders", "D1")}) == []


@pytest.mark.parametrize("number", [9012345678, 819012345678, -9012345678.5, 1e300])
def test_a_number_too_large_for_a_length_of_time_is_a_number(tmp_path: Path, number: float) -> None:
    """Say a telephone number in a column that somebody formatted."""
    cells = [{"value": value, "format": form} for value, form in ((number, "[h]:mm"), (1.25, "[h]:mm"), (number, "0"))]
    rows = WorkbookRegister(made(tmp_path / "a.xlsx", *cells)).read().grids["Orders"].rows
    assert list(rows[0]) == [number, timedelta(hours=30), number]


def test_the_last_moment_that_there_is(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", {"value": 2958465.99999999, "format": "yyyy-mm-dd hh:mm"})
    assert WorkbookRegister(path).read().grids["Orders"].rows[0][0] == datetime(9999, 12, 31, 23, 59, 59)


@pytest.mark.parametrize("length", [0, 2, 0.5])
def test_half_a_workbook_is_not_called_damaged_while_it_is_open(messy: Path, length: float) -> None:
    """Some programs save in place: what is there is half of it, or nothing yet."""
    data = messy.read_bytes()
    messy.write_bytes(data[: length if isinstance(length, int) else len(data) // 2])
    lock = messy.with_name(f".~lock.{messy.name}#")
    lock.write_text(",ken,otherhost,01.12.2026 10:00,file:///x;")
    assert isinstance(refused(messy), InUse)
    lock.unlink()
    assert isinstance(refused(messy), NotAWorkbook)


def test_half_a_workbook_that_is_whole_a_moment_later(messy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = messy.read_bytes()
    messy.write_bytes(data[: len(data) // 2])
    monkeypatch.setattr(files, "check_free", lambda path: path.write_bytes(data))
    assert isinstance(refused(messy), Changed)


WRITES = [
    Write("Orders", 2, 1, "ORD-2026-0001"), Write("Orders", 2, 2, '=HYPERLINK("http://x")'),
    Write("Orders", 300, 5, 7), Write("Orders", 50, 60, datetime(2026, 11, 24, 10)), Write("Log", 2, 1, "first"),
    Write("System", 1, 1, True),
]  # fmt: skip


def test_writes_arrive_and_nothing_else_changes(register: WorkbookRegister, messy: Path) -> None:
    before = messy.read_bytes()
    register.commit(register.read(), WRITES)
    reading = register.read()
    assert [reading.grids[w.tab].rows[w.row - 1][w.col - 1] for w in WRITES] == [w.value for w in WRITES]
    addresses = {(w.tab, f"{get_column_letter(w.col)}{w.row}") for w in WRITES}
    assert difference(before, messy, addresses) == []
    (backup,) = (messy.parent / BACKUPS).iterdir()
    assert backup.read_bytes() == before


def test_no_writes_touch_nothing(register: WorkbookRegister, messy: Path) -> None:
    before = messy.stat()
    register.commit(register.read(), [])
    assert (messy.stat().st_mtime_ns, messy.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_reading_can_be_committed_once(register: WorkbookRegister) -> None:
    reading = register.read()
    register.commit(reading, WRITES[:1])
    with pytest.raises(Changed):
        register.commit(reading, WRITES[1:])


def test_a_commit_that_failed_leaves_nothing_for_the_next(register: WorkbookRegister, messy: Path) -> None:
    reading = register.read()
    lock = messy.with_name("~$register.xlsx")
    lock.write_bytes(b"\x03Ken")
    with pytest.raises(InUse):
        register.commit(reading, WRITES[:1])
    lock.unlink()
    register.commit(reading, WRITES[1:2])
    assert register.read().grids["Orders"].rows[1][0] == reading.grids["Orders"].rows[1][0]


def test_a_save_in_between_stops_the_write(register: WorkbookRegister, messy: Path) -> None:
    reading = register.read()
    book = openpyxl.load_workbook(messy)
    book.save(messy)
    theirs = messy.read_bytes()
    with pytest.raises(Changed):
        register.commit(reading, WRITES)
    assert messy.read_bytes() == theirs


def test_a_register_that_is_open_can_be_read(register: WorkbookRegister, messy: Path) -> None:
    messy.with_name("~$register.xlsx").write_bytes(b"\x03Ken")
    assert register.read().grids


def test_another_run_at_work(register: WorkbookRegister, messy: Path) -> None:
    other = WorkbookRegister(messy, wait=0)
    with files.locked(messy), pytest.raises(Contended):
        other.commit(register.read(), WRITES)


def test_readings_of_other_registers_are_a_fault_of_the_caller(register: WorkbookRegister) -> None:
    with pytest.raises(TypeError):
        register.commit(Reading({}, "stamp"), WRITES)


def refused(path: Path) -> OnsiteError:
    with pytest.raises(OnsiteError) as refusal:
        WorkbookRegister(path).read()
    return refusal.value


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[: len(xml) // 2], lambda xml: xml.replace(b"</row>", b"", 1), lambda xml: b"",
        lambda xml: xml.replace(b'<c r="B1"', b'<c r="B1', 1), lambda xml: xml.replace(b"<v>0</v>", b"<v>99999</v>", 1),
        lambda xml: b'<!DOCTYPE x [<!ENTITY e "x">]>' + xml, lambda xml: xml.replace(b'r="F2"', b'r="2F"'),
        lambda xml: xml.replace(b"<v>", b"<v>&nothing;", 1),
    ],
)  # fmt: skip
def test_damaged_tabs(messy: Path, change: Callable[[bytes], bytes]) -> None:
    assert isinstance(refused(rewritten(messy, SHEET, change)), NotAWorkbook)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_damaged_parts(messy: Path, part: str) -> None:
    assert isinstance(refused(rewritten(messy, part, lambda xml: xml[:300])), NotAWorkbook)


def test_entities_in_the_shared_texts(messy: Path) -> None:
    bomb = b'<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    rewritten(messy, "xl/sharedStrings.xml", lambda xml: bomb + xml.replace(b"<si>", b"<si><t>&b;</t></si><si>", 1))
    assert isinstance(refused(messy), NotAWorkbook)


def test_a_value_in_the_last_cell_is_refused_before_it_fills_the_memory(messy: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    fault = refused(rewritten(messy, SHEET, lambda xml: xml.replace(b"</sheetData>", far)))
    assert isinstance(fault, UsageFault)
    assert "XFD1048576" in str(fault)


def test_cells_that_only_have_a_style_may_be_anywhere(messy: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    rewritten(messy, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert len(WorkbookRegister(messy).read().grids["Orders"].rows) == MESSY_ROWS


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        assert isinstance(refused(path), Unreachable)
    (tmp_path / "a.xlsx").write_bytes(b"Order ID,Status\n")
    assert isinstance(refused(tmp_path / "a.xlsx"), NotAWorkbook)


def test_full_disk_leaves_the_register_whole(messy: Path) -> None:
    """A process that may write no more than 20 kB to a file stands for the disk."""
    program = (
        "import resource, sys; from pathlib import Path; from sync.registers.workbook import *\n"
        "register = WorkbookRegister(Path(sys.argv[1])); reading = register.read()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: register.commit(reading, [Write('Orders', 2, 1, 'x')])\n"
        "except Exception as fault: sys.exit(fault.exit_code)"
    )
    before = messy.read_bytes()
    root = Path(files.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", program, messy], cwd=root, check=False).returncode == 3
    assert messy.read_bytes() == before
    assert not list(messy.parent.glob(".onsite-*.tmp"))


def test_a_folder_that_cannot_be_written_to(messy: Path) -> None:
    """As a user without rights, also where the tests run as root."""
    program = (
        "import os, sys; from pathlib import Path; from sync.registers.workbook import *\n"
        "register = WorkbookRegister(Path('register.xlsx')); reading = register.read()\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: register.commit(reading, [Write('Orders', 2, 1, 'x')])\n"
        "except Unreachable as fault: sys.exit(fault.exit_code)"
    ).replace("import *", "import *; from sync.errors import Unreachable", 1)
    messy.chmod(0o666)
    folder = messy.parent
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    root = Path(files.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, check=False, env={**os.environ, "PYTHONPATH": str(root)}
    )
    folder.chmod(0o755)
    assert done.returncode == 3


def test_libreoffice_shows_what_was_written(register: WorkbookRegister, messy: Path, convert: Any) -> None:
    """It opens the patched file, and what it saves has the values; other cells show what they showed before."""
    register.commit(register.read(), WRITES)
    again = WorkbookRegister(convert(messy, "xlsx")).read()
    mine = register.read()
    assert [again.grids[w.tab].rows[w.row - 1][w.col - 1] for w in WRITES] == [w.value for w in WRITES]
    for title, grid in mine.grids.items():
        for number, row in enumerate(grid.rows, start=1):
            for col, value in enumerate(row, start=1):
                if (number, col) not in grid.formulas and value is not None:
                    assert again.grids[title].rows[number - 1][col - 1] == value, (title, number, col)
