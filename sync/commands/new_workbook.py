"""A new register as a workbook: its tabs with headers, looks and notes. What they expect of people comes later."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rules.cells import Kind
from rules.columns import TABS, DashboardRow, InvoiceRow, OrderRow, Owner, Row, SiteRow, SystemRow
from sync.commands import layout
from sync.snapshot import Grid, Reading

_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFFFF")
_HEADER_ALIGNMENT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_LINE = Side("thin", color="FFD9D9D6")
_TINTED_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
"""Where a cell has a ground, programs no longer show the lines of the grid."""
_HEADER_HEIGHT = 34
_ROW_HEIGHT = 48
"""Of orders and places, in points: three lines. They would else be as high as their longest text."""
_FILTERED_ROWS = 10_000
_NOTE_AUTHOR = "onsite"


def skeleton(form_tab: str) -> bytes:
    """The file: every tab of the contract and the form's, System hidden, without any rows below the headers."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for kind in TABS:
        _tab(book.create_sheet(kind.title), kind)
    _form(book.create_sheet(form_tab, index=TABS.index(InvoiceRow)))
    book.active = 0
    # A workbook is sent around: nobody's name is in it.
    book.properties.creator = None
    book.properties.title = "Order register"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def skeleton_reading(form_tab: str) -> Reading:
    """What a reader of that file would find, but for the items."""
    texts = {kind.title: [column.header for column in kind.columns] for kind in TABS}
    texts[form_tab] = [question for question, _ in layout.form_columns()]
    return Reading({title: Grid(title, [line], frozenset()) for title, line in texts.items()}, None)


def _tab(sheet: Worksheet, kind: type[Row]) -> None:
    for number, column in enumerate(kind.columns, 1):
        _header(sheet, number, column.header, layout.header_colour(column), layout.note(column))
        tint = layout.JOB_TINT if layout.by_job(column) else None
        _column(sheet, number, column.kind, layout.width(column), tint, layout.wrapped(kind, column.kind))
    _view(sheet, len(kind.columns), kind in (OrderRow, SiteRow))
    all_by_job = all(column.owner is Owner.JOB for column in kind.columns)
    sheet.sheet_properties.tabColor = layout.HEADER_COLOURS["job" if all_by_job else "order"]
    if kind is SystemRow:
        sheet.sheet_state = "hidden"
    if kind is DashboardRow:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # one sheet to pin up


def _form(sheet: Worksheet) -> None:
    questions = list(layout.form_columns())
    for number, (question, kind) in enumerate(questions, 1):
        _header(sheet, number, question, layout.HEADER_COLOURS["contacts"])
        _column(sheet, number, kind, layout.width_of(kind), None, wrap=False)
    _view(sheet, len(questions), few_lines=False)
    sheet.sheet_properties.tabColor = layout.HEADER_COLOURS["contacts"]


def _header(sheet: Worksheet, number: int, text: str, colour: str, note: str = "") -> None:
    cell = sheet.cell(1, number, text)
    cell.font, cell.alignment = _HEADER_FONT, _HEADER_ALIGNMENT
    cell.fill = PatternFill("solid", fgColor=f"FF{colour}")
    if note:
        lines = sum(1 + len(line) // 40 for line in note.split("\n"))
        cell.comment = Comment(note, _NOTE_AUTHOR, height=26 + 18 * lines, width=260)


def _column(sheet: Worksheet, number: int, kind: Kind[Any], width: float, tint: str | None, wrap: bool) -> None:
    """Looks that cells get when something is written into them: one entry a column, however many rows there are."""
    column = sheet.column_dimensions[get_column_letter(number)]
    column.width = width
    column.alignment = Alignment("right" if kind in layout.FIGURES else "left", "top", wrap_text=wrap or None)
    column.number_format = layout.number_format(kind) or "General"
    if tint:
        column.fill, column.border = PatternFill("solid", fgColor=f"FF{tint}"), _TINTED_BORDER


def _view(sheet: Worksheet, columns: int, few_lines: bool) -> None:
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{_FILTERED_ROWS}"
    sheet.row_dimensions[1].height = _HEADER_HEIGHT
    if few_lines:
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW_HEIGHT, True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_title_rows = "1:1"
