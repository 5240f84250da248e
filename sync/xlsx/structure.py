"""How the parts of a workbook hang together: which part is which tab, and how to add and drop parts."""

import itertools
import re
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath, relpath
from urllib.parse import unquote

from sync.errors import NotAWorkbook
from sync.xlsx import xml
from sync.xlsx.package import Package

TYPES = "[Content_Types].xml"
ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches",
    "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
MAX_TITLE = 31


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as workbook.xml lists it."""

    title: str
    part: str  # its name in the zip
    hidden: bool
    worksheet: bool  # else a sheet that is all chart, or a dialog


class Structure:
    """The workbook part, its relationships and the list of content types, each as they are to be written."""

    def __init__(self, package: Package) -> None:
        """Raises NotAWorkbook for a zip file that is something else."""
        self.package = package
        self.changed: dict[str, bytes | None] = {}
        self.main = self._main_part()
        self.rels = self._rels_of(self.main)
        self.workbook = package.xml(self.main)
        self.tabs = self._tabs()
        if any(part not in (None, *package.parts) for part in map(self.part_of_type, ("styles", "sharedStrings"))):
            raise NotAWorkbook("a part of the workbook is missing: restore an earlier version of the file")
        properties = next(xml.elements(self.workbook, "workbookPr"), {})
        self.from_1904 = properties.get("date1904") in ("1", "true")

    def part_of_type(self, kind: str) -> str | None:
        """The part that the workbook names as its `styles`, `calcChain` and so on, if any."""
        part = next((r.part for r in self._relations().values() if r.kind == kind), None)
        return None if kind == "calcChain" and part not in self.package.parts else part

    def current(self, name: str) -> bytes:
        """A part's XML as changed so far."""
        changed = self.changed.get(name)
        return self.package.xml(name) if changed is None else changed

    def drop(self, name: str) -> None:
        """Leaves out a part that the workbook names, with its relationship and content type."""
        types, rels = self.current(TYPES), self.current(self.rels)
        self.changed[TYPES] = _without(types, "Override", "PartName", "/" + name)
        for id_, relation in self._relations().items():
            if relation.part == name:
                rels = _without(rels, "Relationship", "Id", id_)
        self.changed[self.rels] = rels
        self.changed[name] = None

    def add(self, name: str, content: bytes, kind: str) -> str:
        """Adds a part that the workbook names as its `kind` (`worksheet`, `styles`); returns that name's id."""
        self._declare(name, f"{_MAIN}{kind}+xml")
        self.changed[name] = content
        return self.relate(self.main, kind, name)

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Adds a part beside the workbook's own, under a name like this one that is free; returns the name."""
        free = self.free_name(name)
        self._declare(free, content_type)
        self.changed[free] = content
        return free

    def relate(self, part: str, kind: str, target: str) -> str:
        """Lets a part name another as its `kind` (`worksheet`, `drawing`); returns that name's id."""
        name = self._rels_of(part)
        rels = self.changed.get(name) or (self.package.xml(name) if name in self.package.parts else _NO_RELATIONS)
        taken = {r.get("Id", "") for r in xml.elements(rels, "Relationship")}
        id_ = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        new = b'<%bRelationship Id="%b" Type="%b/%b" Target="%b"/>' % (
            xml.prefix(rels), id_.encode(), self._relation_types().encode(), kind.encode(),
            xml.escaped(relpath(target, dirname(part) or ".")),
        )  # fmt: skip
        self.changed[name] = xml.into_root(rels, name, new)
        return id_

    def free_name(self, name: str) -> str:
        """A name for a new part beside the workbook's own: `name` or, where that is taken, one with a number."""
        stem, dot, suffix = join(dirname(self.main), name).rpartition(".")
        names = (f"{stem}{number or ''}{dot}{suffix}" for number in itertools.count())
        return next(n for n in names if n not in self.changed and not self.package.find(n))

    def add_tab(self, title: str, content: bytes, hidden: bool) -> Tab:
        """A new worksheet behind the others. Raises ValueError for a title that is taken or can't be."""
        taken = {tab.title.casefold() for tab in self.tabs}
        if not title or len(title) > MAX_TITLE or _FORBIDDEN.search(title) or title.casefold() in taken:
            raise ValueError(f"no tab can be called {title!r} here")
        part = self.free_name(f"worksheets/sheet{len(self.tabs) + 1}.xml")
        id_ = self.add(part, content, "worksheet")
        ids = [s.get("sheetId", "") for s in xml.elements(self.workbook, "sheet")]
        number = max((int(id_) for id_ in ids if id_.isdigit()), default=0) + 1
        new = b'<%bsheet name="%b" sheetId="%d"%b xmlns:onsite="%b" onsite:id="%b"/>' % (
            xml.prefix(self.workbook), xml.escaped(title), number,
            b' state="hidden"' if hidden else b"", self._relation_types().encode(), id_.encode(),
        )  # fmt: skip
        self.workbook = xml.append(self.workbook, self.main, "sheets", ORDER, new, 0)
        self.changed[self.main] = self.workbook
        tab = Tab(title, part, hidden, worksheet=True)
        self.tabs = (*self.tabs, tab)
        return tab

    def calculate_on_load(self) -> None:
        """Makes spreadsheet programs calculate everything anew when they open the file."""
        calc = next((e for e in xml.content(self.workbook, self.main) if e.name == "calcPr"), None)
        if calc is None:
            new = b'<%bcalcPr fullCalcOnLoad="1"/>' % xml.prefix(self.workbook)
            self.workbook = xml.insert(self.workbook, self.main, "calcPr", ORDER, new)
        else:
            tag = xml.with_attribute(self.workbook[calc.start : calc.inner], "fullCalcOnLoad", "1")
            self.workbook = self.workbook[: calc.start] + tag + self.workbook[calc.inner :]
        self.changed[self.main] = self.workbook

    def _main_part(self) -> str:
        if self.package.find(TYPES) is None:
            raise NotAWorkbook("the file is no .xlsx workbook: save it as one in a spreadsheet program")
        there = self.package.find("_rels/.rels")
        for relation in _relations(self.package.xml(there) if there else _NO_RELATIONS, self.package, "").values():
            if relation.kind == "officeDocument":
                kinds = {
                    o.get("PartName", "").lstrip("/").casefold(): o.get("ContentType", "")
                    for o in xml.elements(self.package.xml(TYPES), "Override")
                }
                kind = kinds.get(relation.part.casefold(), "")
                if relation.part in self.package.parts and "sheet" in kind and "binary" not in kind:
                    return relation.part
        raise NotAWorkbook("the file is no .xlsx workbook: save it as one in a spreadsheet program")

    def _tabs(self) -> tuple[Tab, ...]:
        relations = self._relations()
        tabs = []
        for sheet in xml.elements(self.workbook, "sheet"):
            id_ = next((value for name, value in sheet.items() if name.endswith(":id")), "")
            relation = relations.get(id_)
            if relation is None or relation.part not in self.package.parts:
                raise NotAWorkbook(f"the tab {sheet.get('name')} is missing in the file: restore an earlier version")
            hidden = sheet.get("state", "visible") != "visible"
            tabs.append(Tab(sheet.get("name", ""), relation.part, hidden, relation.kind == "worksheet"))
        if not tabs:
            raise NotAWorkbook("the workbook has no tabs: restore an earlier version of the file")
        return tuple(tabs)

    def _rels_of(self, part: str) -> str:
        """The part that holds the relationships of another, as the zip spells it."""
        name = rels_of(part)
        return self.package.find(name) or name

    def _relations(self) -> dict[str, "_Relation"]:
        there = self.package.find(self.rels)
        rels = self.changed.get(self.rels) or (self.package.xml(there) if there else _NO_RELATIONS)
        return _relations(rels, self.package, dirname(self.main))

    def _relation_types(self) -> str:
        """The address that names relationships here: strict files have one of their own."""
        for sheet in _relation_uris(self.package.xml(self.package.find(self.rels) or self.main)):
            return sheet
        return _RELATIONS

    def _declare(self, name: str, kind: str) -> None:
        types = self.current(TYPES)
        p = xml.prefix(types)
        new = b'<%bOverride PartName="/%b" ContentType="%b"/>' % (p, xml.escaped(name), kind.encode())
        self.changed[TYPES] = xml.into_root(types, TYPES, new)


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str  # the last piece of its type: "worksheet", "styles"
    part: str


def rels_of(part: str) -> str:
    """The name of the part that holds the relationships of another."""
    return join(dirname(part), "_rels", basename(part) + ".rels")


def _relations(rels: bytes, package: Package, base: str) -> dict[str, _Relation]:
    found = {}
    for relation in xml.elements(rels, "Relationship"):
        if relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))
            part = package.find(path) or package.find(unquote(path)) or path
            found[relation.get("Id", "")] = _Relation(relation.get("Type", "").rpartition("/")[2], part)
    return found


def _relation_uris(rels: bytes) -> list[str]:
    types = (relation.get("Type", "") for relation in xml.elements(rels, "Relationship"))
    return [kind.rpartition("/")[0] for kind in types if kind.endswith(("/worksheet", "/styles"))]


def _without(part_xml: bytes, name: str, attribute: str, value: str) -> bytes:
    """The XML without this element, which has no content to speak of."""
    for element in xml.content(part_xml, name):
        tag = xml.attributes(part_xml[element.start : element.inner])
        if element.name == name and tag.get(attribute, "").casefold() == value.casefold():
            return part_xml[: element.start] + part_xml[element.end :]
    return part_xml
