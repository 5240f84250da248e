"""Puts a drawing that another workbook has into a tab that has none: charts, as `init` needs them."""

from __future__ import annotations

import re
from posixpath import basename

from sync.xlsx import xml
from sync.xlsx.book import Book
from sync.xlsx.package import Package
from sync.xlsx.sheet import ORDER
from sync.xlsx.structure import rels_of

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def has_drawing(book: Book, title: str) -> bool:
    """Whether a tab has charts, pictures or shapes."""
    return any(element.name == "drawing" for element in xml.content(book.sheet(title).frame, title))


def add_drawing(book: Book, title: str, source: bytes) -> None:
    """Takes the first drawing of the workbook `source`, with its charts, over into a tab that has none."""
    package, structure = Package(source), book.structure
    names: dict[str, str] = {}
    for part in package.parts:
        if part.startswith("xl/charts/chart"):
            names[part] = structure.put(f"charts/{basename(part)}", package.read(part), _CHART)
    rels = package.read("xl/drawings/_rels/drawing1.xml.rels")
    for name, free in names.items():
        rels = re.sub(rb'"/?%b"' % re.escape(name.encode()), b'"/%b"' % free.encode(), rels)
    drawing = structure.put("drawings/drawing1.xml", package.read("xl/drawings/drawing1.xml"), DRAWING)
    structure.changed[rels_of(drawing)] = rels
    id_ = structure.relate(book.part(title), "drawing", drawing)
    frame = book.sheet(title).frame
    new = b'<%bdrawing xmlns:onsite="%b" onsite:id="%b"/>' % (xml.prefix(frame), RELATIONS.encode(), id_.encode())
    book.reframe(title, xml.insert(frame, title, "drawing", ORDER, new))

