"""The firm's logo: a file beside its templates, on every paper; and what it is told where that is no picture."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rules.words import Language
from sync.documents.invoice import render, template_for
from sync.errors import UsageFault
from sync.xlsx.package import Package
from tests.acceptance.desk import onsite
from tests.sync.invoice_samples import EN, JA, SETS, Finished, credit, invoice
from tests.sync.post_office import LATER, NOW, PostOffice, upto
from tests.sync.test_invoice_templates import PNG as TORN
from tests.sync.test_invoice_templates import with_picture


def png(width: int, height: int) -> bytes:
    """A whole picture, all black."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">2H", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xd9"


def folder_with(tmp_path: Path, name: str, data: bytes) -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize(("name", "make"), [("logo.png", png), ("logo.jpg", jpeg)])
def test_it_is_on_invoices_and_credit_notes(languages: tuple[Language, ...], name: str, make, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, name, make(240, 80))
    for document in (invoice(languages, lines=12), credit(invoice(languages))):
        data = render(document, template_for(languages, folder))
        assert render(document, template_for(languages, folder)) == data
        parts = Finished(data).parts()
        (media,) = [part for part in parts if part.startswith("xl/media/")]
        assert parts[media] == make(240, 80)
        drawing = parts["xl/drawings/drawing1.xml"]
        assert b'cx="' in drawing and b"<xdr:row>0</xdr:row>" in drawing


def test_its_proportions_stay(tmp_path: Path) -> None:
    for width, height in ((900, 10), (10, 900)):
        folder = folder_with(tmp_path, "logo.png", png(width, height))
        package = Package(template_for((JA,), folder))
        ext = package.read("xl/drawings/drawing1.xml").partition(b'<xdr:ext cx="')[2].partition(b"/>")[0]
        wide, high = (int(number) for number in ext.replace(b'"', b"").split(b" cy="))
        assert wide / high == pytest.approx(width / height, rel=0.001)
        assert wide <= 210 * 12_700 and high <= 51 * 12_700


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"not a picture", TORN, b"\xff\xd8\xff\xe0", png(0, 5), b"<svg/>"])
def test_what_is_no_picture_is_refused_by_name(data: bytes, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "logo.png", data)
    with pytest.raises(UsageFault) as fault:
        template_for((JA,), folder)
    assert "logo.png" in str(fault.value)
    assert fault.value.exit_code == 2


def test_a_template_with_pictures_of_its_own_keeps_them(tmp_path: Path) -> None:
    own = with_picture(template_for((EN,)))
    (tmp_path / "invoice-en.xlsx").write_bytes(own)
    assert template_for((EN,), folder_with(tmp_path, "logo.png", png(5, 5))) == own


def test_a_template_without_a_place_for_it_says_so(tmp_path: Path) -> None:
    book = load_workbook(Path(str(__import__("templates").__path__[0])) / "invoice-en.xlsx")
    del book.defined_names["Logo"]
    book.save(tmp_path / "invoice-en.xlsx")
    with pytest.raises(UsageFault) as fault:
        template_for((EN,), folder_with(tmp_path, "logo.png", png(5, 5)))
    assert "Logo" in str(fault.value)


def test_a_bad_logo_stops_the_run_before_anything_is_written(post: PostOffice, tmp_path: Path) -> None:
    templates = tmp_path / "ours"
    templates.mkdir()
    (templates / "logo.png").write_bytes(b"no picture")
    post.config.write_text(f'templates = "{templates.as_posix()}"')
    post.ordered(upto("Completed"))
    before = post.path.read_bytes()
    done = onsite("sync", post.path, "--now", NOW, "--config", post.config)
    assert (done.code, post.path.read_bytes()) == (2, before)
    assert "logo.png" in done.err


def test_an_invoice_keeps_the_logo_that_it_was_issued_with(post: PostOffice, tmp_path: Path) -> None:
    templates = tmp_path / "ours"
    templates.mkdir()
    (templates / "logo.png").write_bytes(png(240, 80))
    post.config.write_text(f'templates = "{templates.as_posix()}"')
    post.ordered(upto("Completed"))
    post.run(NOW)
    (path,) = (post.folder / "invoices").glob("*.xlsx")
    data = path.read_bytes()
    path.unlink()
    (templates / "logo.png").write_bytes(b"no picture any more")
    post.run(LATER)
    assert path.read_bytes() == data
