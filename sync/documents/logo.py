"""The firm's logo on its papers: a picture file beside the templates, put into the cells named `Logo`."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sync.documents.looks import Looks
from sync.documents.template import Area, Template
from sync.errors import UsageFault
from sync.xlsx import Book, xml
from sync.xlsx.drawing import DRAWING, RELATIONS, has_drawing
from sync.xlsx.sheet import ORDER

NAME = "Logo"
FILES = ("logo.png", "logo.jpg", "logo.jpeg")
_EMU = 12_700  # of the drawings' unit, in a point
_LARGEST = 2 << 20
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ANCHOR = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{relations}">'
    "<xdr:oneCellAnchor><xdr:from><xdr:col>{col}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
    '<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="{width}" cy="{height}"/><xdr:pic><xdr:nvPicPr>'
    '<xdr:cNvPr id="1" name="Logo"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>'
    '<xdr:blipFill><a:blip r:embed="{id}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
    '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>'
    "</xdr:oneCellAnchor></xdr:wsDr>"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file: its kind (`png`, `jpeg`) and its size in pixels."""

    data: bytes
    kind: str
    width: int
    height: int


def logo_in(folder: Path | None) -> Picture | None:
    """The firm's logo, where its folder of templates has one. Raises UsageFault for a file that is no picture."""
    found = next((folder / name for name in FILES if (folder / name).is_file()), None) if folder else None
    return None if found is None else _picture(found)


def _picture(path: Path) -> Picture:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageFault(f"the logo {path} can't be read: {fault.strerror}") from fault
    if len(data) > _LARGEST:
        raise UsageFault(f"the logo {path} is larger than 2 MB: save it smaller")
    kind, size = ("png", _png_size(data)) if data.startswith(_PNG) else ("jpeg", _jpeg_size(data))
    if size is None or not all(size):
        raise UsageFault(f"the logo {path} is no PNG or JPEG picture: save it as one, or take it away")
    return Picture(data, kind, *size)


def _png_size(data: bytes) -> tuple[int, int] | None:
    whole = data[12:16] == b"IHDR" and b"IDAT" in data and data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82")
    return struct.unpack(">2I", data[16:24]) if whole else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the frame's header; None for what isn't a whole JPEG."""
    at = 2
    while data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data and at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">2H", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


@lru_cache(maxsize=16)
def with_logo(template: bytes, logo: Picture) -> bytes:
    """The template with the logo as large as the cells named `Logo` take it; one with pictures of its own as it is.

    Raises UsageFault where it has neither, and NotAWorkbook.
    """
    book = Book.open(template)
    if any(has_drawing(book, title) for title in book.titles):
        return template
    form = Template(template, (NAME,))
    _put(book, form.title, form.areas[NAME][1], _room(form), logo)
    return book.to_bytes(stored=True)


def _room(form: Template) -> tuple[float, float]:
    """Width and height of the cells for the logo, in points."""
    looks, (top, left, bottom, right) = Looks(form), form.areas[NAME][1]
    return sum(map(looks.column, range(left, right + 1))), sum(map(looks.height, range(top, bottom + 1)))


def _put(book: Book, title: str, area: Area, room: tuple[float, float], logo: Picture) -> None:
    structure = book.structure
    media = structure.put(f"media/logo.{logo.kind}", logo.data, f"image/{logo.kind}")
    drawing = structure.put("drawings/drawing1.xml", b"", DRAWING)
    scale = min(room[0] / logo.width, room[1] / logo.height)
    width, height = (round(side * scale * _EMU) for side in (logo.width, logo.height))
    id_ = structure.relate(drawing, "image", media)
    made = _ANCHOR.format(relations=RELATIONS, col=area[1] - 1, row=area[0] - 1, width=width, height=height, id=id_)
    structure.changed[drawing] = made.encode()
    id_ = structure.relate(book.part(title), "drawing", drawing)
    frame = book.sheet(title).frame
    new = f'<drawing xmlns:onsite="{RELATIONS}" onsite:id="{id_}"/>'.encode()
    book.reframe(title, xml.insert(frame, title, "drawing", ORDER, new))
