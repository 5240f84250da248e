"""Pictures of the demo for the README: `make pictures` (LibreOffice and pdftoppm)."""

from __future__ import annotations

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from rules.columns import OrderRow, Owner
from sync.commands.demo import run_demo
from sync.documents.pdf import printed, program

HERE = Path(__file__).resolve().parent
WIDTH, REGISTER_WIDTH, REGISTER_HEIGHT = 620, 1600, 790
SHOWN = (OrderRow.client, OrderRow.client_reference, OrderRow.planned_start, OrderRow.assigned_engineers)
"""The people's columns that the picture of the register has room for."""


def picture(pdf: bytes, path: Path, width: int, height: int | None = None) -> None:
    """The first page of a PDF as a PNG of so many pixels; `height` cuts it off below."""
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(width), "-scale-to-y", "-1"]
    command += ["-W", str(width), "-H", str(height)] if height else []
    subprocess.run([*command, "-", str(path.with_suffix(""))], input=pdf, check=True)  # noqa: S603


def orders(register: Path) -> bytes:
    """The tab Orders alone, with the job's columns and a few of the people's on one page."""
    book = load_workbook(register)
    sheet = book[OrderRow.title]
    for other in book.worksheets:
        other.sheet_state = "visible" if other is sheet else "hidden"
    shown = {c.header for c in OrderRow.columns if c.owner is Owner.JOB or c in SHOWN} - {OrderRow.source.header}
    for col, cell in enumerate(sheet[1], 1):
        sheet.column_dimensions[get_column_letter(col)].hidden = cell.value not in shown
    sheet.print_area = f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 8, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = sheet.page_margins.top = sheet.page_margins.bottom = 0.1
    sheet.page_margins.header = sheet.page_margins.footer = 0
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def main() -> None:
    """Writes register.png, invoice.png and work-order.png beside this file."""
    office = program()
    if office is None:
        raise SystemExit("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as name:
        list(run_demo(Path(name)))
        found = {
            "invoice": max((Path(name) / "invoices").glob("*_INV-*.xlsx")),
            "work-order": max((Path(name) / "outbox").rglob("*_work-order_*.xlsx")),
        }
        books = {key: path.read_bytes() for key, path in found.items()}
        pdfs = printed({**books, "register": orders(Path(name) / "register.xlsx")}, office)
    picture(pdfs.pop("register"), HERE / "register.png", REGISTER_WIDTH, REGISTER_HEIGHT)
    for key, pdf in pdfs.items():
        picture(pdf, HERE / f"{key}.png", WIDTH)


if __name__ == "__main__":
    main()
