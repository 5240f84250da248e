"""Data validations of a sheet: drop-downs, and warnings about cells that aren't for typing into."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sync.xlsx import cells, xml
from sync.xlsx.sheet import ORDER

_BLOCK = re.compile(rb"<(?:[\w.-]+:)?dataValidation[\s>].*?</(?:[\w.-]+:)?dataValidation>", re.S)
_EXTENDED = re.compile(rb":sqref>([^<]*)<")
MAX_LIST, MAX_TITLE, MAX_MESSAGE = 255, 32, 255  # characters; with more, Excel repairs the file


@dataclass(frozen=True, slots=True)
class Validation:
    """What a cell shall hold, and what happens when somebody types something else.

    `formula` is as in a cell, without the equals sign; for a list see `choices`.
    """

    kind: Literal["list", "custom", "date", "decimal", "whole", "textLength"]
    formula: str
    style: Literal["stop", "warning", "information"] = "stop"
    error_title: str = ""
    error: str = ""
    prompt_title: str = ""
    prompt: str = ""
    operator: str = ""
    formula2: str = ""


def choices(values: Sequence[str]) -> str:
    """The formula of a list of fixed choices. Raises ValueError for what such a list can't hold."""
    text = ",".join(values)
    if len(text) > MAX_LIST or len(",".join(v.replace(",", "") for v in values)) != len(text):
        raise ValueError("a list of choices holds 255 characters and no commas: refer to cells instead")
    return '"' + text.replace('"', '""') + '"'


def added(frame: bytes, part: str, area: str, validation: Validation) -> bytes:
    """The sheet's XML around its rows with one validation more."""
    p = xml.prefix(frame)
    attributes = {
        "type": validation.kind, "errorStyle": validation.style, "operator": validation.operator,
        "allowBlank": "1", "showInputMessage": "1", "showErrorMessage": "1",
        "errorTitle": cells.clean(validation.error_title)[:MAX_TITLE],
        "error": cells.clean(validation.error)[:MAX_MESSAGE],
        "promptTitle": cells.clean(validation.prompt_title)[:MAX_TITLE],
        "prompt": cells.clean(validation.prompt)[:MAX_MESSAGE], "sqref": area,
    }  # fmt: skip
    written = b"".join(b' %b="%b"' % (k.encode(), xml.escaped(v)) for k, v in attributes.items() if v)
    formulas = b"".join(
        b"<%b%b>%b</%b%b>" % (p, name, xml.escaped(text), p, name)
        for name, text in ((b"formula1", validation.formula), (b"formula2", validation.formula2))
        if text
    )
    new = b"<%bdataValidation%b>%b</%bdataValidation>" % (p, written, formulas, p)
    return xml.append(frame, part, "dataValidations", ORDER, new, 1)


def covers(frame: bytes, col: int) -> bool:
    """Whether any cell of this column has a validation, also one in the extension for other sheets' lists."""
    areas = [found.get("sqref", "") for found in xml.elements(frame, "dataValidation")]
    for block in _BLOCK.findall(frame):
        areas += [text.decode() for text in _EXTENDED.findall(block)]
    return any(reaches(area, col) for text in areas for area in text.split())


def reaches(area: str, col: int) -> bool:
    """Whether an area such as "B2:B9", "B:C" or "2:5" has cells in this column."""
    first, _, last = re.sub(r"[$\d]", "", area).partition(":")
    if not first:  # whole rows
        return True
    return cells.column_number(first) <= col <= cells.column_number(last or first)
