"""Where one page of an invoice ends and the next begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sync.xlsx import xml

_POINTS = 72.0
# Width and height in points, by the number that spreadsheet files have for a size of paper: Letter, A4.
_SIZES = {"1": (612.0, 792.0), "9": (595.3, 841.9)}
_A4 = _SIZES["9"]
_DEFAULT_MARGINS = {"left": 0.7, "right": 0.7, "top": 0.75, "bottom": 0.75}


@dataclass(frozen=True, slots=True)
class Paper:
    """The room on a page within the margins, in points."""

    width: float
    height: float

    @classmethod
    def of(cls, sheet: bytes) -> Self:
        """The paper that a sheet is set up for; A4 where that isn't said."""
        setup = next(xml.elements(sheet, "pageSetup"), {})
        width, height = _SIZES.get(setup.get("paperSize", "9"), _A4)
        if setup.get("orientation") == "landscape":
            width, height = height, width
        given = next(xml.elements(sheet, "pageMargins"), {})
        margin = {side: float(given.get(side, inches)) * _POINTS for side, inches in _DEFAULT_MARGINS.items()}
        return cls(width - margin["left"] - margin["right"], height - margin["top"] - margin["bottom"])


def breaks(heights: Mapping[int, float], room: float, block: int, repeated: float) -> list[int]:
    """Rows that begin a new page. The rows from `block` on, and the one above, stay together where a page holds them.

    `room` is a page's height; every page but the first begins with `repeated` points of heading.
    """
    together = block - 1
    whole = sum(height for row, height in heights.items() if row >= together)
    found: list[int] = []
    left = room
    for row, height in sorted(heights.items()):
        need = whole if row == together and whole <= room - repeated else height
        if need > left and row > 1:
            found.append(row)
            left = room - repeated
        left -= height
    return found
