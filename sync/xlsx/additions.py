"""What `init` adds around the cells of a tab that exists: a frozen header, a wider filter, hiding a tab."""

from __future__ import annotations

import re

from sync.xlsx import cells, columns, xml
from sync.xlsx.book import Book
from sync.xlsx.sheet import ORDER
from sync.xlsx.validation import reaches

_FILTER_NAME = "_xlnm._FilterDatabase"
_EXTENDED_COLOURS = re.compile(rb":conditionalFormatting[\s>](?:(?!:conditionalFormatting>).)*?:sqref>([^<]*)<", re.S)
_LAST_COLUMN = re.compile(rb"(\$?)([A-Z]{1,3})(\$?\d+)\s*$")


def freeze_header(book: Book, title: str) -> None:
    """Keeps the first row and column of a tab that has no view yet in sight."""
    frame = book.sheet(title).frame
    p = xml.prefix(frame)
    new = (
        b'<%bsheetViews><%bsheetView workbookViewId="0"><%bpane xSplit="1" ySplit="1" topLeftCell="B2" '
        b'activePane="bottomRight" state="frozen"/></%bsheetView></%bsheetViews>'
    ) % (p, p, p, p, p)
    book.reframe(title, xml.insert(frame, title, "sheetViews", ORDER, new))


def has_colours(book: Book, title: str, col: int) -> bool:
    """Whether any cell of the column has a conditional format, also one of the newer kinds."""
    frame = book.sheet(title).frame
    areas = [found.get("sqref", "") for found in xml.elements(frame, "conditionalFormatting")]
    areas += [text.decode() for text in _EXTENDED_COLOURS.findall(frame)]
    return any(reaches(area, col) for text in areas for area in text.split())


def unhide_column(book: Book, title: str, col: int) -> None:
    """Shows a column that was hidden, as people hide all that they don't use."""
    frame = book.sheet(title).frame
    for found in xml.elements(frame, "col"):
        if int(found["min"]) <= col <= int(found["max"]) and found.get("hidden") in ("1", "true"):
            book.reframe(title, columns.changed(frame, title, col, hidden="0"))
            return


def is_sorted_apart(book: Book, title: str) -> bool:
    """Whether the tab has a filter or a table, which move cells only within their own area."""
    names = {element.name for element in xml.content(book.sheet(title).frame, title)}
    return bool(names & {"autoFilter", "tableParts"})


def widen_filter(book: Book, title: str, last: int, new_last: int) -> bool:
    """Lets a filter that begins in row 1 and ends in column `last` reach to `new_last`; False where there is none.

    Sorting by a filter moves only the cells within it: what stands beside it would end up in another row.
    """
    frame = book.sheet(title).frame
    for element in xml.content(frame, title):
        if element.name != "autoFilter":
            continue
        tag = frame[element.start : element.inner]
        try:
            top, left, bottom, right = cells.area(xml.attributes(tag).get("ref", ""))
        except ValueError:
            return False
        if top != 1 or right != last:
            return False
        ref = f"{cells.reference(top, left)}:{cells.reference(bottom, new_last)}"
        book.reframe(title, frame[: element.start] + xml.with_attribute(tag, "ref", ref) + frame[element.inner :])
        _widen_name(book, title, last, new_last)
        return True
    return False


def hide(book: Book, title: str) -> bool:
    """Hides a tab; False where no other would be left to look at, or it is hidden already."""
    structure = book.structure
    titles = [tab.title for tab in structure.tabs]
    visible = [number for number, tab in enumerate(structure.tabs) if not tab.hidden and tab.title != title]
    if book.hidden(title) or not visible:
        return False
    workbook = structure.workbook
    for tag in reversed(list(xml.TAG.finditer(workbook))):
        name, found = tag[2].rpartition(b":")[2], xml.attributes(tag[3])
        if name == b"sheet" and found.get("name") == title:
            new = xml.with_attribute(tag[0], "state", "hidden")
        elif name == b"workbookView" and found.get("activeTab", "0") == str(titles.index(title)):
            new = xml.with_attribute(tag[0], "activeTab", str(visible[0]))
        else:
            continue
        workbook = workbook[: tag.start()] + new + workbook[tag.end() :]
    structure.workbook = structure.changed[structure.main] = workbook
    return True


def _widen_name(book: Book, title: str, last: int, new_last: int) -> None:
    """Filters also have a hidden name, which has to say the same."""
    structure = book.structure
    number = str([tab.title for tab in structure.tabs].index(title))
    workbook = structure.workbook
    for names in xml.content(workbook, structure.main):
        if names.name != "definedNames":
            continue
        for name in reversed(xml.children(workbook, names.inner, names.close)):
            tag = xml.attributes(workbook[name.start : name.inner])
            text = workbook[name.inner : name.close]
            end = _LAST_COLUMN.search(text)
            if (tag.get("name"), tag.get("localSheetId")) != (_FILTER_NAME, number) or end is None:
                continue
            if cells.column_number(end[2].decode()) == last:
                text = text[: end.start(2)] + cells.column_letters(new_last).encode() + text[end.end(2) :]
                workbook = workbook[: name.inner] + text + workbook[name.close :]
    structure.workbook = structure.changed[structure.main] = workbook
