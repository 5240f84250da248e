"""Rows and columns that come, go and move, and everything that has to move with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.sheets_server.a1 import column_letters, column_number
from tests.sheets_server.book import Book, Row, Sheet
from tests.sheets_server.cells import Cell, inherited
from tests.sheets_server.errors import Obj, Refused

Shift = Callable[[int, int], tuple[int, int] | None]
"""Where the rows [start, end) are afterwards; None where they are gone."""

OPEN = 2**31
"""The end of a range that has none."""

REFERENCE = re.compile(
    r"""("(?:[^"]|"")*")|((?:'(?:[^']|'')+'|[\w.]+)!)?(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?![\w(])"""
    r"""(?::(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?![\w(]))?"""
)


def _inserted(at: int, count: int) -> Shift:
    def shift(start: int, end: int) -> tuple[int, int]:
        return (start + count if start >= at else start), (end + count if end > at else end)

    return shift


def _deleted(first: int, last: int) -> Shift:
    def place(index: int) -> int:
        return index if index <= first else max(first, index - (last - first))

    def shift(start: int, end: int) -> tuple[int, int] | None:
        return (place(start), place(end)) if place(start) < place(end) else None

    return shift


def _permuted(order: list[int]) -> Shift:
    """`order[new]` is the old index. Ranges that would be torn apart stay where they are."""
    place = {old: new for new, old in enumerate(order)}

    def shift(start: int, end: int) -> tuple[int, int]:
        places = [place[i] for i in range(start, min(end, len(order)))]
        first, last = min(places), max(places) + 1
        return (first, last) if last - first == end - start else (start, end)

    return shift


def insert(book: Book, sheet: Sheet, axis: str, at: int, count: int, from_before: bool | None) -> None:
    """`from_before`: whose looks the new ones take over, of the one before or after; None: of neither."""
    source = {True: at - 1, False: at, None: -1}[from_before]
    if axis == "ROWS":
        model = sheet.rows[source] if 0 <= source < sheet.row_count else {}
        fresh = {c: looks for c, cell in model.items() if (looks := inherited(cell))}
        sheet.rows[at:at] = [dict(fresh) for _ in range(count)]
        sheet.row_props[at:at] = [None] * count
        if at <= sheet.last_form_row:
            sheet.last_form_row += count
    else:
        sheet.rows = [_wider(row, at, count, source) for row in sheet.rows]
        sheet.column_props[at:at] = [None] * count
    _follow(book, sheet, axis, _inserted(at, count))
    sheet.count_changed()
    book.check_size()


def _wider(row: Row, at: int, count: int, source: int) -> Row:
    wide = {(c + count if c >= at else c): cell for c, cell in row.items()}
    looks = inherited(row.get(source))
    if looks:
        wide.update(dict.fromkeys(range(at, at + count), looks))
    return wide


def append(book: Book, sheet: Sheet, axis: str, count: int) -> None:
    if axis == "ROWS":
        sheet.rows.extend({} for _ in range(count))
        sheet.row_props.extend([None] * count)
    else:
        sheet.column_props.extend([None] * count)
    sheet.count_changed()
    book.check_size()


def delete(book: Book, sheet: Sheet, axis: str, first: int, last: int) -> None:
    """Removes [first, last). Raises Refused where nothing would be left."""
    size, name = (
        (sheet.row_count, "frozenRowCount") if axis == "ROWS" else (sheet.column_count, "frozenColumnCount")
    )
    if last - first >= size:
        raise Refused(f"You can't delete all the {axis.lower()} on the sheet.")
    frozen = sheet.properties["gridProperties"].get(name, 0)
    if first <= frozen and last >= size:
        raise Refused(f"Sorry, it is not possible to delete all non-frozen {axis.lower()}.")
    if axis == "ROWS":
        del sheet.rows[first:last], sheet.row_props[first:last]
        gone = max(0, min(last, sheet.last_form_row + 1) - first)
        sheet.last_form_row = max(0, sheet.last_form_row - gone)
    else:
        span = last - first
        sheet.rows = [
            {(c - span if c >= last else c): cell for c, cell in row.items() if not first <= c < last}
            for row in sheet.rows
        ]
        del sheet.column_props[first:last]
    if first < frozen:
        sheet.properties["gridProperties"][name] = frozen - (min(last, frozen) - first)
    _follow(book, sheet, axis, _deleted(first, last))
    sheet.count_changed()


def move(book: Book, sheet: Sheet, axis: str, first: int, last: int, to: int) -> None:
    """Moves [first, last) in front of what stands at `to` before the move."""
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    rest = [i for i in range(size) if not first <= i < last]
    at = sum(1 for i in rest if i < to)
    order = rest[:at] + list(range(first, last)) + rest[at:]
    if axis == "ROWS":
        sheet.rows = [sheet.rows[i] for i in order]
        sheet.row_props = [sheet.row_props[i] for i in order]
        sheet.last_form_row = order.index(sheet.last_form_row)
    else:
        place = {old: new for new, old in enumerate(order)}
        sheet.rows = [{place[c]: cell for c, cell in row.items()} for row in sheet.rows]
        sheet.column_props = [sheet.column_props[i] for i in order]
    _follow(book, sheet, axis, _permuted(order))


def _follow(book: Book, sheet: Sheet, axis: str, shift: Shift) -> None:
    for name, kept in sheet.objects.items():
        sheet.objects[name] = [
            moved for one in kept if (moved := _moved(one, sheet.id, axis, shift)) is not None
        ]
    if sheet.basic_filter:
        sheet.basic_filter = _moved(sheet.basic_filter, sheet.id, axis, shift)
    named = [(one, _moved(one, sheet.id, axis, shift)) for one in book.named_ranges]
    book.named_ranges = [moved for _, moved in named if moved is not None]
    book.lost_names += [one["name"] for one, moved in named if moved is None]
    book.metadata = [
        moved for one in book.metadata if (moved := _moved(one, sheet.id, axis, shift)) is not None
    ]
    for other in book.sheets:
        _follow_formulas(other, sheet, axis, shift)


def _moved(value: Any, sheet_id: int, axis: str, shift: Shift) -> Any:
    """The object with its ranges shifted; None where a range of it is gone altogether."""
    if isinstance(value, list):
        return [moved for one in value if (moved := _moved(one, sheet_id, axis, shift)) is not None]
    if not isinstance(value, dict):
        return value
    names = _bounds(value, axis)
    if names and value.get("sheetId", 0) == sheet_id:
        span = shift(value.get(names[0], 0), value.get(names[1], OPEN))
        # a side that was left open stays open
        return {**value, **{n: at for n, at in zip(names, span, strict=True) if n in value}} if span else None
    result: Obj = {}
    for key, inner in value.items():
        moved = _moved(inner, sheet_id, axis, shift)
        if moved is None and inner is not None:
            return None
        result[key] = moved
    return None if value.get("ranges") and not result["ranges"] else result


def _bounds(value: Obj, axis: str) -> tuple[str, str] | None:
    kind = "Row" if axis == "ROWS" else "Column"
    names = (
        ("startIndex", "endIndex")
        if value.get("dimension") == axis
        else (f"start{kind}Index", f"end{kind}Index")
    )
    return names if names[0] in value or names[1] in value else None


def _follow_formulas(other: Sheet, changed: Sheet, axis: str, shift: Shift) -> None:
    for row in other.rows if other.has_formulas else ():
        for c, cell in row.items():
            if cell.entered and "formulaValue" in cell.entered:
                row[c] = _rewritten(cell, other, changed, axis, shift)


def _rewritten(cell: Cell, home: Sheet, changed: Sheet, axis: str, shift: Shift) -> Cell:
    def point(letters: str, digits: str) -> tuple[str, str] | None:
        index = int(digits) - 1 if axis == "ROWS" else column_number(letters)
        span = shift(index, index + 1)
        if span is None:
            return None
        return (letters, str(span[0] + 1)) if axis == "ROWS" else (column_letters(span[0]), digits)

    def each(hit: re.Match[str]) -> str:
        named = hit.group(2)
        title = named[:-1].strip("'").replace("''", "'") if named else home.title
        if hit.group(1) or title.casefold() != changed.title.casefold():
            return hit.group(0)
        spots = [point(hit.group(n + 1), hit.group(n + 3)) for n in (3, 7) if hit.group(n + 1)]
        if None in spots:
            return f"{named or ''}#REF!"
        marks = [(hit.group(n), hit.group(n + 2)) for n in (3, 7) if hit.group(n + 1)]
        parts = [f"{a}{spot[0]}{b}{spot[1]}" for (a, b), spot in zip(marks, spots, strict=True) if spot]
        return (named or "") + ":".join(parts)

    text = REFERENCE.sub(each, cell.formula or "")
    return cell if text == cell.formula else cell._replace(entered={"formulaValue": text})
