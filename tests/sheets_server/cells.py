"""One cell, and CellData: how the API writes and shows it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import Mask, updated

MAX_TEXT = 50_000
"""Characters that a cell holds."""


class Cell(NamedTuple):
    """Never changed in place, so that a copy of a sheet may share its cells."""

    entered: Obj | None = None
    """ExtendedValue as a person or a program wrote it; None where blank."""
    format: Obj | None = None
    note: str | None = None
    validation: Obj | None = None
    stored: Obj | None = None
    """The value of a formula, given by a test; None: it is worked out."""
    extra: Obj | None = None
    """CellData that the server keeps but does not understand (textFormatRuns, pivotTable…)."""

    @property
    def filled(self) -> bool:
        return self.entered is not None

    @property
    def formula(self) -> str | None:
        return self.entered.get("formulaValue") if self.entered else None

    @property
    def plain_text(self) -> bool:
        """Whether its number format is Plain text: nothing that is typed into it is converted."""
        return bool(((self.format or {}).get("numberFormat") or {}).get("type") == "TEXT")


BLANK = Cell()
_FIELDS = {
    "userEnteredValue": "entered",
    "userEnteredFormat": "format",
    "note": "note",
    "dataValidation": "validation",
}
_EXTRA = ("textFormatRuns", "pivotTable", "chipRuns", "dataSourceTable")
READ_ONLY = ("effectiveValue", "effectiveFormat", "formattedValue", "hyperlink")


def text_value(text: str) -> Obj:
    if len(text) > MAX_TEXT:
        raise Refused(f"Your input contains more than the maximum of {MAX_TEXT} characters in a single cell.")
    return {"stringValue": text}


def value_of(raw: Any) -> Obj | None:
    """The ExtendedValue of a Python or JSON value that is taken as it is; "" and None are blank."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return {"boolValue": raw}
    if isinstance(raw, (int, float)):
        return {"numberValue": raw}
    return text_value(str(raw))


def _accepted(value: Obj | None) -> Obj | None:
    if not value:
        return None
    if "errorValue" in value:
        raise Refused("Cannot set an error value.")
    if "stringValue" in value:
        return text_value(value["stringValue"]) if value["stringValue"] else None
    formula = value.get("formulaValue")
    if formula is not None and not formula.startswith("="):
        raise Refused(f"Invalid formula: {formula}")
    return value


def _without_runs(extra: Obj | None) -> Obj | None:
    """A new value ends what was said about parts of the old text."""
    return {name: one for name, one in (extra or {}).items() if not name.endswith("Runs")} or None


def write(cell: Cell, data: Obj, mask: Mask) -> Cell:
    """The cell after an update with CellData under a mask: masked fields that the data lacks are cleared."""
    changes: dict[str, Any] = {}
    for name, below in sorted(mask.items(), key=lambda item: item[0] != "userEnteredValue"):
        if name == "userEnteredValue":
            changes["entered"] = _accepted(data.get(name))
            changes["stored"] = None
            changes["extra"] = _without_runs(cell.extra)
        elif name == "userEnteredFormat" and below:
            changes["format"] = updated(cell.format or {}, data.get(name) or {}, below) or None
        elif name in _FIELDS:
            changes[_FIELDS[name]] = data.get(name) or None
        elif name in _EXTRA:
            changes["extra"] = updated(changes.get("extra", cell.extra) or {}, data, {name: {}}) or None
    return cell._replace(**changes)


def enter(cell: Cell, value: Obj | None, number_format: Obj | None = None) -> Cell:
    """The cell after a value was put in; a format comes along where the cell has none of its own."""
    shape = cell.format
    if number_format and not (shape or {}).get("numberFormat"):
        shape = {**(shape or {}), "numberFormat": number_format}
    return cell._replace(entered=value, stored=None, format=shape, extra=_without_runs(cell.extra))


def inherited(cell: Cell | None) -> Cell | None:
    """What a row or column inserted beside the cell takes over: looks and rules, no content."""
    if cell is None or (cell.format is None and cell.validation is None):
        return None
    return Cell(format=cell.format, validation=cell.validation)
