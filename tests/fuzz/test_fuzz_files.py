"""Files as they come: a damaged workbook, a download in any encoding. Each is read, or refused in a sentence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from rules.answers import Answer
from sync.errors import OnsiteError, UsageFault
from sync.intake import answers_in_csv
from sync.plan import Write
from sync.registers.workbook import WorkbookRegister
from tests.acceptance.desk import NOW, onsite
from tests.fuzz.odd import BITS, bounded, texts
from tests.independent import read

ZONE = ZoneInfo("Asia/Tokyo")
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A file is written for every example: making a failing one smaller takes minutes, and tells little."""
SAME_FILE = settings(
    max_examples=80, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WHOLE_RUN = settings(SAME_FILE, max_examples=8)
Act = tuple[str, float, bytes]
acts = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "double", "end"]), st.floats(0, 1), st.binary(min_size=1, max_size=8)
    ),
    min_size=1, max_size=4,
)  # fmt: skip
"""What may happen to bytes, each at a place given as a share of them."""


def damaged(data: bytes, found: list[Act]) -> bytes:
    for act, share, extra in found:
        at = int(share * max(len(data) - 1, 0))
        if act == "flip" and data:
            data = data[:at] + bytes([data[at] ^ extra[0]]) + data[at + 1 :]
        elif act == "cut":
            data = data[:at] + data[at + len(extra) * 16 :]
        elif act == "insert":
            data = data[:at] + extra + data[at:]
        elif act == "double":
            data = data[: at + 64] + data[at:]
        elif act == "end":
            data = data[:at]
    return data


@pytest.fixture(scope="module")
def ready(book: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """After `onsite init`."""
    path = tmp_path_factory.mktemp("ready") / "orders.xlsx"
    path.write_bytes(book)
    assert onsite("init", path).code == 0
    return Bytes(path.read_bytes())


def opened(path: Path) -> bool:
    """Whether a register can be read and a cell of it written; otherwise it was refused, and is as it was."""
    before = path.read_bytes()
    with bounded():
        try:
            register = WorkbookRegister(path)
            reading = register.read()
            register.commit(reading, [Write(next(iter(reading.grids)), 3, 3, "x")])
        except OnsiteError as fault:
            assert fault.exit_code in (2, 3, 4) and str(fault)
            assert path.read_bytes() == before
            return False
    return True


class Bytes(bytes):
    """A file's content, which no report of a failure shows."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture(scope="module")
def book(samples) -> bytes:
    return Bytes(samples.small.read_bytes())


@SAME_FILE
@given(found=acts)
def test_a_damaged_workbook(book: bytes, tmp_path: Path, found: list[Act]) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(damaged(book, found))
    opened(path)


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed; the zip around it is sound."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = old.read(item)
            new.writestr(item.filename, change(text) if item.filename == name else text)
    return out.getvalue()


PARTS = [
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml", "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet8.xml",
]  # fmt: skip


@SAME_FILE
@given(name=st.sampled_from(PARTS), found=acts)
def test_a_workbook_with_a_damaged_part(book: bytes, tmp_path: Path, name: str, found: list[Act]) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(with_part(book, name, lambda text: damaged(text, found)))
    opened(path)


ATTRIBUTE = re.compile(rb'"[^"<>]*"')


@SAME_FILE
@given(name=st.sampled_from(PARTS), share=st.floats(0, 1), value=st.sampled_from(
    [
        b"", b"-1", b"0", b"99999999999", b"NaN", b"A0", b"XFE1", b"A1048577", b"A1:B", b"rId99", b"../../x", b"1e9",
        b"&#0;",
    ]
))  # fmt: skip
def test_a_workbook_with_a_wrong_attribute(book: bytes, tmp_path: Path, name: str, share: float, value: bytes) -> None:
    def change(text: bytes) -> bytes:
        places = list(ATTRIBUTE.finditer(text))
        place = places[int(share * (len(places) - 1))]
        return text[: place.start()] + b'"' + value + b'"' + text[place.end() :]

    path = tmp_path / "orders.xlsx"
    path.write_bytes(with_part(book, name, change))
    opened(path)


@WHOLE_RUN
@given(name=st.sampled_from(PARTS), found=acts)
def test_a_whole_run_on_a_damaged_workbook(book: bytes, tmp_path: Path, name: str, found: list[Act]) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(with_part(book, name, lambda text: damaged(text, found)))
    with bounded(60):
        done = onsite("sync", path, "--now", NOW, "--dry-run", "--out", tmp_path / "out")
    assert done.code in (0, 2, 3) and "bug of ours" not in done.err and "Traceback" not in done.err


def answers(path: Path, data: bytes) -> list[Answer] | None:
    """What a download holds; None where it is refused."""
    path.write_bytes(data)
    with bounded():
        try:
            found = list(answers_in_csv(path, ZONE).answers)
        except UsageFault as fault:
            assert path.name in str(fault)
            return None
    assert all(answer.at.tzinfo is UTC or answer.at.utcoffset() is not None for answer in found)
    return found


FORM = (
    "Timestamp,Client,Client reference,Site contact,Work description\r\n"
    '2026/11/24 9:58:00,Acmé 株式会社,A-1,佐藤 はるか,"Replace ""core"" switch\r\nテスト作業"\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
def test_a_download_that_a_spreadsheet_program_saved_again(tmp_path: Path, encoding: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    text = FORM.replace("é", "e") if encoding == "cp932" else FORM
    (found,) = answers(tmp_path / "form.csv", marks.get(encoding, b"") + text.encode(encoding)) or [None]
    assert found is not None
    assert found.at == datetime(2026, 11, 24, 0, 58, tzinfo=UTC)
    assert found.order["site_contact"] == "佐藤 はるか"
    assert found.order["work_description"] == 'Replace "core" switch\nテスト作業'


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "euc-jp", "utf-32"])
def test_a_download_in_another_encoding_is_refused_or_read_right(tmp_path: Path, encoding: str) -> None:
    client = "株式会社" if encoding == "euc-jp" else "Café Zürich"
    text = f"Timestamp,Client\n2026/11/24 9:58:00,{client}\n"
    found = answers(tmp_path / "form.csv", text.encode(encoding))
    assert found is None or [answer.order["client"] for answer in found] == [client]


@SAME_FILE
@given(found=acts, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932"]))
def test_a_damaged_download(tmp_path: Path, found: list[Act], encoding: str) -> None:
    answers(tmp_path / "form.csv", damaged(FORM.encode(encoding, "replace"), found))


@SAME_FILE
@given(data=st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(BITS), max_size=30).map(
    lambda bits: ("Timestamp,Client\n2026/1/1 9:00," + "".join(bits)).encode("utf-8", "surrogatepass")
)))  # fmt: skip
@example(data=b"Timestamp\n" + b'"' * 99_999)
@example(data=b"Timestamp," * 20_000)
@example(data=b"\x00" * 10_000)
@example(data=b"Timestamp,Client\n2026/1/1 9:00,\"a\nb")
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    answers(tmp_path / "form.csv", data)


def formulas(path: Path) -> int:
    tabs = read(path).tabs.values()
    return sum(cell.formula is not None for tab in tabs for cell in tab.cells.values())


@WHOLE_RUN
@example(cells=["=1+1", "＋1", "@SUM(A1)", "-2", "x\n=1"])
@given(cells=st.lists(texts, min_size=1, max_size=5))
def test_a_run_that_takes_in_odd_answers(ready: bytes, tmp_path: Path, cells: list[str]) -> None:
    """They are orders, cell by cell; no text becomes a formula, and the next run finds all as it should be."""
    path, form = tmp_path / "orders.xlsx", tmp_path / "form.csv"
    path.write_bytes(ready)
    quoted = ",".join('"{}"'.format(cell.replace('"', '""')) for cell in cells)
    titles = ["Client", "Site address", "Planned start", "Work description", "Site phone"][: len(cells)]
    form.write_bytes(f"Timestamp,{','.join(titles)}\n2026/11/24 9:00:00,{quoted}\n".encode("utf-8", "surrogatepass"))
    with bounded(60):
        done = onsite("sync", path, "--now", NOW, "--json", "--form-csv", form)
        if done.code == 2:
            return
        assert done.code == 0, done.err
        assert len(done.object["orders"]) == 13 and formulas(path) == 0
        again, quiet = (onsite("sync", path, "--now", NOW, "--json", "--form-csv", form).object for _ in range(2))
    assert {change["tab"] for change in again["changes"]} <= {"System", "Dashboard"}  # what was drafted is noted
    assert quiet["changes"] == []
