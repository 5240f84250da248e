"""XML as bytes: finding elements and attributes by where they stand, so that everything else stays as it was.

Works on parts of a workbook that are UTF-8 and free of document types; `checked` makes sure of both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape  # it parses nothing  # nosec B406

from sync.errors import NotAWorkbook

# Attribute values may hold ">", so quotes are followed. Possessive: damaged XML costs no more than a look.
TAG = re.compile(rb"""<(/?)([\w.:-]+)((?:[^<>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+)(/?)>""")
ATTRIBUTE = re.compile(rb"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_NOISE = re.compile(rb"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?(?!xml\s).*?\?>", re.S)
_LARGE = 1 << 20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element stands: from `start` to `end`, its start tag to `inner`, its end tag from `close`."""

    name: str  # without prefix
    start: int
    inner: int
    close: int
    end: int


def checked(xml: bytes, part: str) -> bytes:
    """The same XML without comments, CDATA and a byte order mark, which only make it harder to find things.

    Raises NotAWorkbook where it isn't UTF-8, isn't XML at all, or has a document type (with entities, that
    may open files or grow without end).
    """
    if xml.startswith(_BOM):
        xml = xml[len(_BOM) :]
    declared = _DECLARED.match(xml[:200])
    encoding = declared[1].lower() if declared else b"utf-8"
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or encoding not in (b"utf-8", b"us-ascii"):
        raise NotAWorkbook(f"{part} is in an unusual encoding: save the file anew in a spreadsheet program")
    if _has(xml, b"<!") or _has(xml, b"<?"):
        xml = _NOISE.sub(lambda found: _escape_bytes(found[1] or b""), xml)
        if b"<!" in xml:
            raise NotAWorkbook(f"{part} declares a document type, as no spreadsheet program does: not opened")
    if not _sound(xml):
        raise NotAWorkbook(f"{part} is damaged: restore an earlier version of the file")
    return xml


def _sound(xml: bytes) -> bool:
    """Whether this is XML. Large parts are sheets: whoever reads their cells notices, and here it takes too long."""
    if len(xml) > _LARGE:
        return xml.lstrip().startswith(b"<")
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError:
        return False
    return True


def _has(xml: bytes, mark: bytes) -> bool:
    """Whether these two signs stand behind the declaration; most sheets have not even the second."""
    start = xml.find(b">") + 1
    return xml.find(mark[1:], start) >= 0 and xml.find(mark, start) >= 0


def _escape_bytes(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def escaped(text: str) -> bytes:
    """Text as it stands in a quoted attribute."""
    return _escape(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}).encode()


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes of a start tag, by their names as written (`r:id` keeps its prefix)."""
    return {
        name.decode(): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in ATTRIBUTE.findall(tag)
    }


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with this attribute set; the others as they were."""
    new = name.encode() + b'="' + escaped(value) + b'"'
    found = re.search(rb"""(?<=\s)""" + re.escape(name.encode()) + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""", tag)
    if found:
        return tag[: found.start()] + new + tag[found.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + b" " + new + tag[end:]


def prefix(xml: bytes) -> bytes:
    """What the root element puts before its name: b"" or, say, b"x:"."""
    name = root(xml, "").group(2)
    return name[: name.rindex(b":") + 1] if b":" in name else b""


def root(xml: bytes, part: str) -> re.Match[bytes]:
    """The root element's start tag. Raises NotAWorkbook where there is none."""
    found = TAG.search(xml)
    if found is None or found[1]:
        raise NotAWorkbook(f"{part} is damaged: restore an earlier version of the file")
    return found


def children(xml: bytes, start: int, end: int) -> list[Element]:
    """The elements side by side from `start` to `end`. Raises NotAWorkbook where tags don't pair up."""
    found: list[Element] = []
    depth, name, began, inner = 0, "", 0, 0
    for tag in TAG.finditer(xml, start, end):
        if tag[1]:
            depth -= 1
            if depth == 0:
                found.append(Element(name, began, inner, tag.start(), tag.end()))
        else:
            if depth == 0:
                name, began, inner = tag[2].decode().rpartition(":")[2], tag.start(), tag.end()
            if not tag[4]:
                depth += 1
            elif depth == 0:
                found.append(Element(name, began, inner, inner, inner))
        if depth < 0:
            break
    if depth != 0:
        raise NotAWorkbook("the workbook's XML is damaged: restore an earlier version of the file")
    return found


def content(xml: bytes, part: str) -> list[Element]:
    """The children of the root element."""
    opened = root(xml, part)
    if opened[4]:
        return []
    closing = xml.rfind(b"</")
    if closing < opened.end():
        raise NotAWorkbook(f"{part} is damaged: restore an earlier version of the file")
    return children(xml, opened.end(), closing)


def elements(xml: bytes, name: str) -> Iterator[dict[str, str]]:
    """Attributes of every element of this name, at whatever depth."""
    for tag in TAG.finditer(xml):
        if not tag[1] and tag[2].rpartition(b":")[2] == name.encode():
            yield attributes(tag[3])


def opened(xml: bytes, part: str) -> bytes:
    """The same XML with a root element that has an end tag."""
    tag = root(xml, part)
    if not tag[4]:
        return xml
    return xml[: tag.end() - 2].rstrip() + b"></" + tag[2] + b">" + xml[tag.end() :]


def append(xml: bytes, part: str, name: str, order: Sequence[str], new: bytes, added: int) -> bytes:
    """Adds elements at the end of the root's child `name`, made in its place of `order` where missing.

    `added` elements more are counted in its attribute `count`, where it has one.
    """
    xml = opened(xml, part)
    there = content(xml, part)
    p = prefix(xml)
    for element in there:
        if element.name == name:
            tag = _counted(xml[element.start : element.inner], added)
            closing = xml[element.close : element.end]
            if element.inner == element.end:
                tag, closing = tag[:-2].rstrip() + b">", b"</" + p + name.encode() + b">"
            return (
                xml[: element.start] + tag + xml[element.inner : element.close] + new + closing
                + xml[element.end :]
            )
    table = b'<%b%b count="%d">%b</%b%b>' % (p, name.encode(), added, new, p, name.encode())
    return insert(xml, part, name, order, table)


def _counted(tag: bytes, added: int) -> bytes:
    count = attributes(tag).get("count", "")
    return with_attribute(tag, "count", str(int(count) + added)) if count.isdigit() else tag


def insert(xml: bytes, part: str, name: str, order: Sequence[str], new: bytes) -> bytes:
    """Puts a new child of the root where the schema's `order` of names wants it, after its own kind."""
    xml = opened(xml, part)
    before = set(order[: order.index(name) + 1])
    there = content(xml, part)
    place = max((e.end for e in there if e.name in before), default=root(xml, part).end())
    return xml[:place] + new + xml[place:]


def into_root(xml: bytes, part: str, new: bytes) -> bytes:
    """The same XML with one more child at the end of the root element."""
    xml = opened(xml, part)
    place = xml.rindex(b"</")
    return xml[:place] + new + xml[place:]
