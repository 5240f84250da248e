"""Adds what is missing to a register that is a workbook, and nothing else: no cell that is filled is touched."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from itertools import count
from typing import Any

from rules.cells import squash
from rules.columns import FREE_TABS, TABS, DashboardRow, Row, SettingRow, SystemRow
from rules.settings import Settings
from sync.commands import guards, layout
from sync.commands.charting import add_charts
from sync.commands.places import Place, below, cells_of, find_places, form_title, header_style
from sync.errors import UsageFault
from sync.snapshot import Grid, Reading
from sync.tabs import find_tab, headers
from sync.xlsx import Book, Validation, Value
from sync.xlsx.additions import freeze_header, has_colours, hide, is_sorted_apart, unhide_column, widen_filter
from sync.xlsx.drawing import has_drawing

Places = dict[type[Row], Place]


def complete(book: Book, reading: Reading) -> list[str]:
    """Puts everything that is missing into the book; a line for each thing. Raises UsageFault, having done nothing."""
    places = find_places(reading)
    form_tab = form_title(places, reading)
    done = [line for kind in TABS for line in _tab(book, places, kind)]
    done += _form(book, reading, form_tab)
    for place in places.values():
        done += _headers(book, places, place, reading)
    done += _settings(book, places[SettingRow], reading)
    for place in places.values():
        done += [*_grounds(book, place), *_guards(book, places, place), *_colours(book, place)]
    return [*done, *_charts(book, places[DashboardRow])]


def _charts(book: Book, place: Place) -> Iterator[str]:
    """Charts for a Dashboard that has none: of the columns that it has, or that the next run makes."""
    if has_drawing(book, place.title):
        return
    there = {column.key: col for column, col in place.columns.items()}
    absent = [column.key for column in place.missing]
    add_charts(book, place.title, there | dict(zip(absent, count(place.last_col + 1), strict=False)))
    if not place.new_tab:
        yield f"{place.title}: charts"


def _tab(book: Book, places: Places, kind: type[Row]) -> Iterator[str]:
    if kind in places:
        title = places[kind].title
        if kind is SystemRow and not book.hidden(title) and hide(book, title):
            yield f"{title}: hidden"
        return
    _add_sheet(book, kind.title, f"There is a sheet {kind.title} that has no cells: rename it.", kind is SystemRow)
    places[kind] = Place(kind, kind.title, {}, 0, 0, new_tab=True)
    yield f"{kind.title}: new tab"


def _form(book: Book, reading: Reading, title: str) -> Iterator[str]:
    """The form's own tab; in one that is there the form is at home, and nothing is added."""
    if find_tab(reading, title) is not None:
        return
    _add_sheet(book, title, f'Setting Form tab is "{title}", which no tab can be called here: write another name.')
    ground = book.styles.filled(0, layout.HEADER_TINT)
    for col, (question, kind) in enumerate(layout.form_columns(), 1):
        book.format_column(title, col, code=layout.number_format(kind), width=layout.width_of(kind))
        book.set(title, 1, col, question, ground)
    yield f"{title}: new tab"


def _add_sheet(book: Book, title: str, refusal: str, hidden: bool = False) -> None:
    try:
        book.add_sheet(title, hidden=hidden)
    except ValueError as fault:
        raise UsageFault(refusal) from fault
    freeze_header(book, title)


def _headers(book: Book, places: Places, place: Place, reading: Reading) -> Iterator[str]:
    """Missing headers, right of everything: a column without a header may be somebody's."""
    for column, col in place.unnamed.items():
        book.set(place.title, 1, col, column.header)
    missing = place.missing
    if not missing or (place.kind in FREE_TABS and not place.blank):
        yield from place.told
        return
    styles = [header_style(book, places, place, column) for column in missing]
    before = place.last_col
    for col, (column, style) in enumerate(zip(missing, styles, strict=True), before + 1):
        ground = layout.JOB_TINT if layout.by_job(column) else None
        code = layout.number_format(column.kind)
        book.format_column(place.title, col, code=code, fill_rgb=ground, width=layout.width(column))
        unhide_column(book, place.title, col)
        style = book.styles.filled(0, ground or layout.HEADER_TINT) if style is None else style
        book.set(place.title, 1, col, column.header, style)
        place.columns[column] = col
        place.new_columns.append(column)
    place.last_row, place.last_col = max(place.last_row, 1), before + len(missing)
    if place.new_tab:
        return
    yield from place.told
    yield from _doubts(reading.grids[place.title], place)
    yield from _sorted_along(book, place, before)


def _sorted_along(book: Book, place: Place, before: int) -> Iterator[str]:
    """Sorting by a filter or a table moves what is within: columns beside it would come to stand at other rows."""
    if widen_filter(book, place.title, before, place.last_col):
        yield f"{place.title}: the filter reaches over the new columns, so that sorting by it takes them along"
    elif is_sorted_apart(book, place.title):
        yield f"{place.title}: let your filter or table reach over the new columns before you sort by it"


def _doubts(grid: Grid, place: Place) -> Iterator[str]:
    """Headers that somebody may have renamed."""
    known = {squash(column.header) for column in place.kind.columns}
    strange = [text for text in headers(grid) if text and squash(text) not in known]
    for column in place.new_columns:
        for guess in get_close_matches(column.header, strange, n=1, cutoff=0.8):
            yield f'{place.title}: if "{guess}" is what {column.header} should be, delete the new column and rename it'


def _settings(book: Book, place: Place, reading: Reading) -> Iterator[str]:
    """Missing settings with their default and meaning, below the last row."""
    setting, value, meaning = (place.columns[c] for c in SettingRow.columns)
    grid = reading.grids.get(place.title)
    rows = grid.rows[1:] if grid else ()
    there = {squash(str(line[setting - 1] or "")) for line in rows if len(line) >= setting}
    missing = [field for field in Settings.model_fields.values() if squash(field.title or "") not in there]
    looks = {col: book.style_at(place.title, place.last_row, col) for col in (setting, meaning) if place.last_row > 1}
    texts_stay = book.styles.formatted(book.column_style(place.title, value), layout.TEXT_FORMAT)
    for row, field in enumerate(missing, place.last_row + 1):
        texts = {setting: field.title, value: _shown(field.default), meaning: field.description}
        styles = {**looks, value: texts_stay} if field.annotation is str else looks
        for col, text in texts.items():
            if text not in (None, "") or col in styles:
                book.set(place.title, row, col, text or None, styles.get(col))
    if missing:
        yield f"{place.title}: new settings: {', '.join(field.title or '' for field in missing)}"


def _shown(default: Any) -> Value:
    """A default as people would type it."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return default if default is None or isinstance(default, int | Decimal) else str(default)


def _grounds(book: Book, place: Place) -> Iterator[str]:
    """Text format and the job's ground for the blank cells of columns that were there, and have no looks of their own.

    Without it a phone's plus and a reference's zeros would be eaten in the next row that somebody types, and of several
    flags a low row would show the last, least severe ones.
    """
    if place.new_tab or place.kind in FREE_TABS:
        return
    old = {column: col for column, col in place.columns.items() if column not in place.new_columns}
    styles = {column: book.column_style(place.title, col) for column, col in old.items()}
    texts = [c for c in old if layout.eats_signs(c) and book.styles.is_general(styles[c])]
    jobs = [c for c in old if layout.by_job(c) and not book.styles.has_ground(styles[c])]
    for column in texts:
        book.format_column(place.title, old[column], code=layout.TEXT_FORMAT)
    for column in jobs:
        book.format_column(place.title, old[column], fill_rgb=layout.JOB_TINT, top=True)
    if texts:
        yield f"{place.title}: text format for {len(texts)} columns"
    if jobs:
        yield f"{place.title}: a ground for the {len(jobs)} columns that the job writes"


def _guards(book: Book, places: Places, place: Place) -> Iterator[str]:
    """Drop-downs and warnings for columns that have none of any kind."""
    wanted: dict[Validation, list[int]] = {}
    for column, col in place.columns.items():
        source = next((p for p in places.values() if p.kind.title == guards.name_source(column)), None)
        rule = guards.guard(column, cells_of(source, source.kind.columns[0]) if source else None)
        if rule is not None and not book.has_validation(place.title, col):
            wanted.setdefault(rule, []).append(col)
    for rule, cols in wanted.items():
        book.add_validation(place.title, below(cols), rule)
    if wanted and not place.new_tab:
        yield f"{place.title}: drop-downs and warnings for {sum(map(len, wanted.values()))} columns"


def _colours(book: Book, place: Place) -> Iterator[str]:
    """Conditional colours for columns that have none of any kind."""
    for column, col in place.columns.items():
        area = below([col])
        rules = guards.colours(column, area.partition(":")[0])
        if not rules or has_colours(book, place.title, col):
            continue
        for formula, rgb in rules:
            book.add_conditional(place.title, area, formula, rgb)
        if not place.new_tab:
            yield f"{place.title}: colours for {column.header}"
