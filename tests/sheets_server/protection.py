"""Protected ranges that this program's account may not edit (put there by a test, or by people)."""

from __future__ import annotations

from tests.sheets_server.a1 import Box
from tests.sheets_server.book import Book
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
