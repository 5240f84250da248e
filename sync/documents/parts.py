"""The finished file, part by part: what is on paper, and nothing about who made it, where, or with what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from posixpath import basename, dirname, join, normpath
from xml.sax.saxutils import escape  # it parses nothing  # nosec B406

from sync.documents.reflow import Reflow
from sync.xlsx import xml
from sync.xlsx.package import Package
from sync.xlsx.structure import TYPES, Structure

_CORE, _APP, _ROOT = "docProps/core.xml", "docProps/app.xml", "_rels/.rels"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# What shows on paper. Everything else that a workbook can hold stays behind: comments and who wrote them, printer
# settings, custom properties, links to other files, calculation chains.
_KINDS = frozenset({"worksheet", "styles", "theme", "drawing", "vmlDrawing", "image", "chart", "hyperlink"})
_UNNAMED = frozenset({"worksheet", "styles", "theme"})  # needed though no id names them
_WORKBOOK = frozenset({"workbookPr", "bookViews", "sheets", "definedNames"})
_PATH = re.compile(rb'\s(?:descr|title)="[^"]*[\\/][^"]*"')


def finish(data: bytes, title: str, creator: str, day: date) -> bytes:
    """The file with these properties only: its title, the firm that made it, the day of issue."""
    package = Package(data)
    structure = Structure(package)
    kept = set(_reachable(package, structure.main))
    changes: dict[str, bytes | None] = {name: None for name in package.parts if name not in kept}
    for name in kept - {_ROOT}:
        if name.endswith(".rels"):
            changes[name] = _paper_only(package, name)
        elif dirname(name).endswith("drawings"):
            changes[name] = _PATH.sub(b"", package.xml(name))
    changes[structure.main] = _bare(package.xml(structure.main))
    changes[_ROOT] = _root_relations(structure.main)
    changes[_CORE] = _core(title, creator, day)
    changes[_APP] = _DECLARATION + b'<Properties xmlns="%b/extended-properties"/>' % _OFFICE.encode()
    there = {*kept, _CORE, _APP}
    changes[TYPES] = _types(package.xml(TYPES), there)
    return package.build(changes, stored=True)


def moved_names(workbook: bytes, title: str, reflow: Reflow, single: tuple[str, ...]) -> bytes:
    """The workbook part with names that stand for the same cells as before; those in `single` for one cell each."""
    table = next((e for e in xml.content(workbook, "workbook.xml") if e.name == "definedNames"), None)
    if table is None:
        return workbook
    quoted = "'" + title.replace("'", "''") + "'"
    made = []
    for element in xml.children(workbook, table.inner, table.close):
        tag, text = workbook[element.start : element.inner], unescape(workbook[element.inner : element.close].decode())
        sheet, mark, cells = text.rpartition("!")
        if sheet in (quoted, title) and "," not in text:
            name = xml.attributes(tag).get("name", "")
            cells = cells.partition(":")[0] if name in single else cells
            new = reflow.named(cells)
            text = sheet + mark + (new.partition(":")[0] if name in single else new)
        made += [tag, escape(text).encode(), workbook[element.close : element.end]]
    return workbook[: table.inner] + b"".join(made) + workbook[table.close :]


def _reachable(package: Package, main: str) -> Iterator[str]:
    """The workbook, what belongs to it on paper, and the lists of links between them."""
    waiting, seen = [main], {TYPES, _ROOT}
    yield from seen
    while waiting:
        part = waiting.pop()
        if part in seen or part not in package.parts:
            continue
        seen.add(part)
        yield part
        rels = join(dirname(part), "_rels", basename(part) + ".rels")
        if rels in package.parts:
            yield rels
            for link in xml.elements(package.xml(rels), "Relationship"):
                if _on_paper(link, package.read(part)) and link.get("TargetMode") != "External":
                    target = link.get("Target", "")
                    waiting.append(target[1:] if target.startswith("/") else normpath(join(dirname(part), target)))


def _on_paper(link: dict[str, str], owner: bytes) -> bool:
    """Whether the part that has this link still needs it, now that its own XML holds only what shows on paper."""
    kind = link.get("Type", "").rpartition("/")[2]
    return kind in _UNNAMED or (kind in _KINDS and f'"{link.get("Id")}"'.encode() in owner)


def _paper_only(package: Package, name: str) -> bytes:
    """A list of links without those that lead to nothing that shows on paper."""
    rels = package.xml(name)
    owner = package.read(join(dirname(dirname(name)), basename(name).removesuffix(".rels")))
    links = (e for e in xml.content(rels, name) if _on_paper(xml.attributes(rels[e.start : e.inner]), owner))
    made = b"".join(rels[e.start : e.end] for e in links)
    return _DECLARATION + b'<Relationships xmlns="%b/relationships">%b</Relationships>' % (_PACKAGE.encode(), made)


def _bare(workbook: bytes) -> bytes:
    """The workbook part without its path, its history and the wish to be calculated anew."""
    opened = xml.root(workbook, "workbook")
    kept = [e for e in xml.content(workbook, "workbook") if e.name in _WORKBOOK]
    closing = workbook[workbook.rindex(b"</") :]
    return workbook[: opened.end()] + b"".join(workbook[e.start : e.end] for e in kept) + closing


def _types(types: bytes, there: set[str]) -> bytes:
    """The list of content types for the parts that are there, and the properties."""
    endings = {name.rpartition(".")[2].casefold() for name in there}
    kept = []
    for element in xml.content(types, TYPES):
        tag = xml.attributes(types[element.start : element.inner])
        part, ending = tag.get("PartName", "").lstrip("/"), tag.get("Extension", "").casefold()
        if ending in endings or (part in there and part not in (_CORE, _APP)):
            kept.append(types[element.start : element.end])
    for part, kind in ((_CORE, "package.core-properties"), (_APP, "officedocument.extended-properties")):
        kind = f"application/vnd.openxmlformats-{kind}+xml"
        kept.append(f'<Override PartName="/{part}" ContentType="{kind}"/>'.encode())
    return _DECLARATION + b'<Types xmlns="%b/content-types">%b</Types>' % (_PACKAGE.encode(), b"".join(kept))


def _root_relations(main: str) -> bytes:
    links = [
        (f"{_OFFICE}/relationships/officeDocument", main),
        (f"{_PACKAGE}/relationships/metadata/core-properties", _CORE),
        (f"{_OFFICE}/relationships/extended-properties", _APP),
    ]
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{part}"/>'
        for number, (kind, part) in enumerate(links, 1)
    )
    return _DECLARATION + f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'.encode()


def _core(title: str, creator: str, day: date) -> bytes:
    return _DECLARATION + (
        b'<cp:coreProperties xmlns:cp="%b/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        b"<dc:title>%b</dc:title><dc:creator>%b</dc:creator>"
        b'<dcterms:created xsi:type="dcterms:W3CDTF">%bT00:00:00Z</dcterms:created>'
        b'<dcterms:modified xsi:type="dcterms:W3CDTF">%bT00:00:00Z</dcterms:modified></cp:coreProperties>'
    ) % (_PACKAGE.encode(), xml.escaped(title), xml.escaped(creator), *(day.isoformat().encode(),) * 2)
