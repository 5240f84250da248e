"""Makes the templates of invoices and work orders. Run it after changing it: `python -m templates.make_templates`.

A firm needs none of this: it opens a template in a spreadsheet program, restyles it and saves it. What matters to
the program are the defined names of the cells (`InvoiceNumber`, `Total`, `LineAmount` …), wherever they stand.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import absolute_coordinate, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from templates import invoice_layout, work_order_layout
from templates.invoice_layout import DATES, FONTS, LINE_DATES, Box, Look, Row

FOLDER = Path(__file__).resolve().parent
INK, SOFT, NAVY, RULE, TINT = "222222", "5F6B7A", "1F3A5F", "C3CBD6", "EEF2F7"
DAY = (2026, 1, 1, 0, 0, 0)
_SAVED = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>|<dc:creator[^>]*>[^<]*</dc:creator>")


@dataclass(frozen=True)
class Paper:
    """A kind of document: its layout, and the name in whose cell its number stands."""

    number: str
    titles: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    rows: Sequence[Row]
    widths: Sequence[float]
    logo: str


PAPERS = {
    name: Paper(number, layout.TITLES, layout.LABELS, layout.ROWS, layout.WIDTHS, layout.LOGO)
    for name, number, layout in (
        ("invoice", "InvoiceNumber", invoice_layout), ("work-order", "OrderID", work_order_layout),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """A look made of openpyxl's pieces."""

    font: Font
    alignment: Alignment
    border: Border
    fill: PatternFill | None
    number_format: str


def border(look: Look) -> Border:
    """The rules around a box."""
    if look.dotted:
        side = Side("dotted", RULE)
        return Border(left=side, right=side, top=side, bottom=side)
    return Border(top=rule(look.top), bottom=rule(look.bottom))


def rule(thick: bool | None) -> Side | None:
    """A line above or below a box."""
    if thick is None:
        return None
    return Side("medium", NAVY) if thick else Side("thin", RULE)


def style(look: Look, language: str) -> Style:
    """The look in this language's font and date format."""
    size = look.size - (0.5 if language == "both" and look.small else 0)
    colour = {"label": SOFT, "value": INK, "strong": NAVY, "faint": RULE}[look.tone]
    dates = LINE_DATES if look.numeric else DATES
    return Style(
        Font(name=FONTS[language], size=size, bold=look.bold, color=colour),
        Alignment(look.across, look.down, wrap_text=look.wrap, shrink_to_fit=look.shrink, indent=look.indent),
        border(look),
        PatternFill("solid", fgColor=TINT) if look.tint else None,
        dates[language] if look.date else "General",
    )


def place(book: Workbook, sheet: Worksheet, box: Box, row: int, language: str, label: str) -> None:
    """Puts a box of the layout into its row."""
    area = f"{box.first}{row}:{box.last}{row + box.rows - 1}"
    made = style(box.look, language)
    for line in sheet[area]:
        for cell in line:
            cell.font, cell.alignment, cell.border = made.font, made.alignment, made.border
            cell.number_format = made.number_format
            if made.fill:
                cell.fill = made.fill
    corner = sheet[f"{box.first}{row}"]
    if label:
        corner.value = label
    if box.name:
        reference = f"'{sheet.title}'!{absolute_coordinate(corner.coordinate)}"
        book.defined_names[box.name] = DefinedName(box.name, attr_text=reference)
    if box.first != box.last or box.rows > 1:
        sheet.merge_cells(area)


def set_page(sheet: Worksheet, paper: Paper) -> None:
    """A4 upright, one page wide, the heading of the lines again on every page, page n/N below."""
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.55
    margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.7, 0.3, 0.35
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:{get_column_letter(len(paper.widths))}{len(paper.rows)}"
    for number, row in enumerate(paper.rows, 1):
        if row.header:
            sheet.print_title_rows = f"{number}:{number}"
    sheet.oddFooter = HeaderFooterItem(
        left=HeaderFooterPart(f"{{{paper.number}}}", size=8), right=HeaderFooterPart("&P / &N", size=8)
    )
    sheet.sheet_view.showGridLines = False


def made(paper: Paper, language: str) -> bytes:
    """The template for `en`, `ja` or `both`."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet: Worksheet = book.create_sheet(paper.titles[language])
    normal = book._named_styles["Normal"].font  # type: ignore[attr-defined]
    normal.name, normal.size, normal.scheme = "Arial", 10, None
    for number, width in enumerate(paper.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(paper.rows, 1):
        sheet.row_dimensions[number].height = row.height_both if language == "both" else row.height
        for box in row.boxes:
            if language in box.languages:
                place(book, sheet, box, number, language, paper.labels[box.label][language] if box.label else "")
    book.defined_names["Logo"] = DefinedName("Logo", attr_text=f"'{sheet.title}'!{absolute_coordinate(paper.logo)}")
    set_page(sheet, paper)
    saved = BytesIO()
    book.save(saved)
    return settled(saved.getvalue())


def settled(data: bytes) -> bytes:
    """The same workbook without the times and the author that saving put into it."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _SAVED.sub(b"", content)
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(info, content)
    return made.getvalue()


def main() -> None:
    """Writes the templates beside this module."""
    for name, paper in PAPERS.items():
        for language in paper.titles:
            (FOLDER / f"{name}-{language}.xlsx").write_bytes(made(paper, language))


if __name__ == "__main__":
    main()
