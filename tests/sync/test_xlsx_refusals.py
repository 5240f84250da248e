"""Files that are not opened: each is refused as what it is, and before it can do harm."""

import struct
import tracemalloc
import zipfile
import zlib
from io import BytesIO

import pytest

from sync.errors import NotAWorkbook
from sync.xlsx import Book
from sync.xlsx.package import MAX_PARTS, Package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'
SHEET = "xl/worksheets/sheet1.xml"


def refused(data: bytes) -> str:
    with pytest.raises(NotAWorkbook) as refusal:
        book = Book.open(data)
        book.verify()
        for title in book.titles:
            book.set(title, 1, 1, "x")
        book.to_bytes()
    assert refusal.value.exit_code == 3
    return str(refusal.value)


def repacked(data: bytes, changed: dict[str, bytes | None]) -> bytes:
    return Package(data).build(changed)


@pytest.fixture
def small(samples) -> bytes:
    return samples.small.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"a,b,c\n1,2,3\n", b"\x00" * 600, b"PK", b"PK\x03\x04" + b"\x00" * 80, b"<html>",
        b"PK\x05\x06" + b"\x00" * 18, OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"),
        OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
    ],
)  # fmt: skip
def test_what_is_no_workbook(data: bytes) -> None:
    refused(data)


def test_old_format_and_password_are_told_apart() -> None:
    old = refused(OLE + "Workbook".encode("utf-16-le"))
    assert old != refused(OLE + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize("kind", ["word/document.xml", "content.xml", "xl/workbook.bin"])
def test_zip_files_that_are_something_else(kind: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", '<Types><Override PartName="/xl/workbook.bin" ContentType='
                         '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>')  # fmt: skip
        relation = f'<Relationship Id="r" Type="x/officeDocument" Target="{kind}"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr(kind, "x")
    refused(out.getvalue())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_files_cut_short(small: bytes, share: float) -> None:
    refused(small[: int(len(small) * share)])


def test_a_byte_that_fell_over(small: bytes) -> None:
    start = small.index(b"xl/worksheets/sheet1.xml") + 500
    refused(small[:start] + bytes([small[start] ^ 0xFF]) + small[start + 1 :])


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET]
)
@pytest.mark.parametrize("content", [None, b"", b"no xml", b"<a><b></a>", ENTITIES + b"<x>&b;</x>"])
def test_parts_that_are_missing_or_damaged(small: bytes, part: str, content: bytes | None) -> None:
    refused(repacked(small, {part: content}))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", SHEET])
def test_entities_are_refused_in_every_part_that_is_read(small: bytes, part: str) -> None:
    xml = Package(small).read(part)
    refused(repacked(small, {part: ENTITIES + xml.partition(b"?>")[2]}))


def test_text_in_two_byte_letters_is_refused(small: bytes) -> None:
    refused(repacked(small, {SHEET: Package(small).read(SHEET).decode().encode("utf-16")}))


def test_bomb_that_says_how_large_it_is(small: bytes) -> None:
    refused(repacked(small, {"xl/media/big.bin": bytes(64 << 20)}))


@pytest.mark.scenario(21)
def test_bomb_that_lies_about_its_size(small: bytes) -> None:
    """The directory promises 1,000 bytes; not many more are ever unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packer.compress(bytes(50 << 20)) + packer.flush()
    lie = bytearray(repacked(small, {"xl/media/a.xml": b"x" * 1000}))
    packed = Package(bytes(lie)).parts["xl/media/a.xml"]
    begin = bytes(lie).index(b"xl/media/a.xml") + len("xl/media/a.xml")
    central = bytes(lie).rindex(b"PK\x01\x02")
    length = packed.info.compress_size
    data = bytes(lie[:begin]) + raw + bytes(lie[begin + length :])
    grown = len(raw) - length
    fixed = bytearray(data)
    struct.pack_into("<L", fixed, central + grown + 20, len(raw))
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", fixed, end + 16, struct.unpack_from("<L", fixed, end + 16)[0] + grown)
    tracemalloc.start()
    refused(bytes(fixed))
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


def test_too_many_parts(small: bytes) -> None:
    out = BytesIO(small)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(MAX_PARTS):
            archive.writestr(f"xl/media/{number}.bin", b"")
    refused(out.getvalue())


def test_a_part_that_stands_twice(small: bytes) -> None:
    out = BytesIO(small)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning):
        archive.writestr(SHEET, b"<worksheet/>")
    refused(out.getvalue())


def test_parts_behind_a_password(small: bytes) -> None:
    at = small.rindex(b"PK\x01\x02") + 8
    refused(small[:at] + b"\x01\x08" + small[at + 2 :])
