"""Reads .xlsx files in its own way, to judge what the program did to one: it shares no code with it.

`difference(before, after, written)` lists what changed beyond the cells that were to be written.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl.formula.translate import Translator

MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)


@dataclass(frozen=True)
class Cell:
    """A cell as the file has it: `value` is the stored one, `style` everything that its format says."""

    formula: str | None
    value: str | None
    type: str
    style: tuple[str, ...]

    @property
    def content(self) -> tuple[str | None, str | None, str]:
        return self.formula, self.value, self.type


@dataclass(frozen=True)
class Tab:
    part: str
    state: str
    cells: dict[str, Cell]  # by address, also empty ones that have a style
    rows: dict[int, dict[str, str]]  # attributes, but for the hint at columns in use
    rest: str  # everything outside of the rows, but for the hint at the area in use


@dataclass(frozen=True)
class Workbook:
    tabs: dict[str, Tab]
    parts: dict[str, bytes]
    order: list[str]
    about: str  # workbook.xml without its tabs and without whether to calculate on load
    styles: dict[str, list[str]]  # every table of styles.xml

    def hashes(self) -> dict[str, str]:
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.parts.items()}

    def value(self, title: str, address: str) -> str | None:
        cell = self.tabs[title].cells.get(address)
        return cell.value if cell else None


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def canonical(element: ET.Element) -> str:
    return ET.canonicalize(ET.tostring(element, encoding="unicode"))


def named(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for space in MAIN for element in root.iter(space + name)]


def first(root: ET.Element, name: str) -> ET.Element | None:
    return next(iter(named(root, name)), None)


def read(source: Path | bytes) -> Workbook:
    data = source if isinstance(source, bytes) else source.read_bytes()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        order = archive.namelist()
        assert len(order) == len(set(order)), "a part stands in the file twice"
        parts = {name: archive.read(name) for name in order}
    main = next(t for kind, t in relations(parts, "").values() if kind == "officeDocument")
    root = ET.fromstring(parts[main])
    links = relations(parts, main)
    by_kind = dict(links.values())
    styles = ET.fromstring(parts[by_kind["styles"]]) if "styles" in by_kind else ET.Element("none")
    strings = shared_strings(parts.get(by_kind.get("sharedStrings", ""), b"<sst/>"))
    looks = formats(styles)
    tabs = {}
    for sheet in named(root, "sheet"):
        id_ = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
        kind, part = links[id_]
        if kind == "worksheet":
            tabs[sheet.attrib["name"]] = tab(part, sheet.get("state", "visible"), parts[part], strings, looks)
    tables = {local(table): [canonical(entry) for entry in table] for table in styles}
    return Workbook(tabs, parts, order, about(root), tables)


def relations(parts: dict[str, bytes], of: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (the last piece of its type, the part)."""
    folder, name = posixpath.split(of)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    found = {}
    for relation in ET.fromstring(parts[rels]) if rels in parts else ():
        target = relation.attrib["Target"]
        part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.attrib["Id"]] = (relation.attrib["Type"].rpartition("/")[2], part)
    return found


def about(root: ET.Element) -> str:
    kept = ET.Element(root.tag)
    for child in root:
        if local(child) == "calcPr":
            child = ET.Element(child.tag, {k: v for k, v in child.attrib.items() if k != "fullCalcOnLoad"})
            if not child.attrib:
                continue
        if local(child) != "sheets":
            kept.append(child)
    return canonical(kept)


def shared_strings(data: bytes) -> list[str]:
    return [canonical(item) if list(item)[1:] else "".join(item.itertext()) for item in ET.fromstring(data)]


def formats(styles: ET.Element) -> list[tuple[str, ...]]:
    """What each cell format says, with everything that it names by number written out."""
    codes = {n.get("numFmtId", ""): n.get("formatCode", "") for n in named(styles, "numFmt")}
    tables = {local(table): [canonical(entry) for entry in table] for table in styles}

    def one(xf: ET.Element) -> tuple[str, ...]:
        def of(table: str, attribute: str) -> str:
            entries, number = tables.get(table, []), int(xf.get(attribute, "0"))
            return entries[number] if number < len(entries) else ""

        number = xf.get("numFmtId", "0")
        return (
            codes.get(number, f"built-in {number}"), of("fonts", "fontId"), of("fills", "fillId"),
            of("borders", "borderId"), of("cellStyleXfs", "xfId"), "".join(canonical(child) for child in xf),
            "inert" if xf.get("quotePrefix") in ("1", "true") else "",
        )  # fmt: skip

    table = first(styles, "cellXfs")
    return [one(xf) for xf in table] if table is not None else [()]


def tab(part: str, state: str, data: bytes, strings: list[str], looks: list[tuple[str, ...]]) -> Tab:
    root = ET.fromstring(data)
    rows: dict[int, dict[str, str]] = {}
    found: dict[str, Cell] = {}
    masters: dict[str, tuple[str, str]] = {}
    sheet_data = first(root, "sheetData")
    assert sheet_data is not None
    number = 0
    for row in sheet_data:
        number = int(row.get("r", number + 1))
        assert number not in rows and number >= max(rows, default=0), f"row {number} is out of order in {part}"
        rows[number] = {k: v for k, v in row.attrib.items() if k not in ("spans", "r")}
        col = 0
        for element in (child for child in row if local(child) == "c"):
            address = element.get("r") or f"{letters(col + 1)}{number}"
            assert address.endswith(str(number)) and address not in found, f"{address} stands in row {number}"
            before, col = col, number_of(address)
            assert col > before, f"{address} is out of order in {part}"
            found[address] = cell(element, address, strings, looks, masters)
    rest = ET.Element(root.tag, root.attrib)
    rest.extend(child for child in root if local(child) not in ("sheetData", "dimension"))
    return Tab(part, state, found, rows, canonical(rest))


def cell(
    element: ET.Element, address: str, strings: list[str], looks: list[tuple[str, ...]],
    masters: dict[str, tuple[str, str]],
) -> Cell:  # fmt: skip
    kind = element.get("t", "n")
    value: str | None = None
    formula = None
    for child in element:
        if local(child) == "f":
            formula = formula_text(child, address, masters)
        elif local(child) == "v":
            value = child.text or ""
        elif local(child) == "is":
            value = canonical(child) if first(child, "r") is not None else "".join(child.itertext())
    if kind == "s" and value is not None:
        value = strings[int(value)]
    if value is not None:
        kind = {"s": "text", "inlineStr": "text", "str": "text"}.get(kind, kind)
    style = int(element.get("s", "0"))
    return Cell(formula, value, kind if value is not None else "", looks[style] if style < len(looks) else ())


def formula_text(element: ET.Element, address: str, masters: dict[str, tuple[str, str]]) -> str:
    text, kind = element.text or "", element.get("t", "normal")
    if kind == "shared":
        if text:
            masters[element.attrib["si"]] = (text, address)
        origin, start = masters[element.attrib["si"]]
        return str(Translator(f"={origin}", start).translate_formula(address))[1:]
    return text if kind == "normal" else f"{kind} {element.get('ref')} {text}"


def letters(col: int) -> str:
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of(address: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", address):
        number = number * 26 + ord(letter) - 64
    return number


# Parts that writing cells may touch; what in them may change is looked at one by one.
TOUCHED = re.compile(r"xl/worksheets/[^/]+\.xml|xl/workbook\.xml|xl/styles\.xml|\[Content_Types\]\.xml"
                     r"|xl/_rels/workbook\.xml\.rels|xl/calcChain\.xml")  # fmt: skip


def difference(
    before: Path | bytes | Workbook,
    after: Path | bytes | Workbook,
    written: Collection[tuple[str, str]] = (),
    added: Collection[str] = (),
) -> list[str]:
    """What of the people's changed: in cells other than `written` (tab, address), in tabs other than `added`.

    Of written cells the style may change its number format and whether text is inert, and nothing else.
    """
    old = before if isinstance(before, Workbook) else read(before)
    new = after if isinstance(after, Workbook) else read(after)
    found = list(parts_changed(old, new, added))
    if list(old.tabs) != [title for title in new.tabs if title not in added]:
        found.append(f"tabs: {list(old.tabs)} became {list(new.tabs)}")
    if old.about != new.about:
        found.append("workbook.xml changed")
    for name, entries in old.styles.items():
        if new.styles.get(name, [])[: len(entries)] != entries:
            found.append(f"styles: {name} changed")
    for title, tab_before in old.tabs.items():
        if title in new.tabs:
            found += tab_changed(title, tab_before, new.tabs[title], {a for t, a in written if t == title})
    return found


def parts_changed(old: Workbook, new: Workbook, added: Collection[str]) -> Iterable[str]:
    fine = {new.tabs[title].part for title in added if title in new.tabs}
    yield from (f"part {n} is new" for n in new.parts if n not in old.parts and n not in fine and n != "xl/styles.xml")
    yield from (f"part {n} is gone" for n in old.parts if n not in new.parts and n != "xl/calcChain.xml")
    for name in old.parts.keys() & new.parts.keys():
        if old.parts[name] != new.parts[name] and not TOUCHED.fullmatch(name):
            yield f"part {name} changed"
    if [n for n in old.order if n in new.parts] != [n for n in new.order if n in old.parts]:
        yield "parts stand in another order"


def tab_changed(title: str, old: Tab, new: Tab, written: set[str]) -> Iterable[str]:
    if old.state != new.state:
        yield f"{title}: {old.state} became {new.state}"
    if old.rest != new.rest:
        yield f"{title}: something beside the cells changed"
    for number, attributes in old.rows.items():
        if new.rows.get(number) != attributes:
            yield f"{title}: row {number} changed"
    fresh = {int(re.sub(r"\D", "", address)) for address in written}
    yield from (f"{title}: row {n} is new" for n in new.rows if n not in old.rows and n not in fresh)
    for address in old.cells.keys() | new.cells.keys():
        was: Any = old.cells.get(address)
        now: Any = new.cells.get(address)
        if address not in written and was != now:
            yield f"{title}!{address}: {was.content if was else None} became {now.content if now else None}"
        elif was and now and was.style[1:-1] != now.style[1:-1]:
            yield f"{title}!{address}: the look changed"
