"""Cells that may not be changed: protected by people, or answers of a form."""

from __future__ import annotations

from tests.sheets_server.a1 import Box
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import Refused

ROBOT = "robot@example.iam.gserviceaccount.com"
"""The account that every request comes from."""


def check_writable(book: Book, box: Box) -> None:
    """Raises Refused where the box meets a range that is closed to ROBOT."""
    for one in book.sheet(box.sheet_id).objects["protectedRanges"]:
        if one.get("warningOnly") or one.get("requestingUserCanEdit", True):
            continue
        if book.box(one["range"]).meets(box):
            raise Refused(
                "You are trying to edit a protected cell or object. "
                "Please contact the spreadsheet owner to remove protection if you need to edit."
            )


def check_form(sheet: Sheet, box: Box) -> None:
    """Raises Refused where cells of a form's answers would be moved away."""
    if sheet.last_form_row and box.top <= sheet.last_form_row:
        raise Refused("Cannot cut from form data. Use copy instead.")
