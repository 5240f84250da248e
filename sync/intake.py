"""Reads the answers of the form, in its tab or in a download (contract, section 2, "Form responses")."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.cells import Raw
from rules.columns import FORM_TIMESTAMP
from rules.form import Source, answers_of, stamp_places
from sync.errors import UsageFault
from sync.snapshot import Grid
from sync.tabs import headers
from sync.xlsx import held

_KANA = re.compile("[ぁ-んァ-ヶ]{2}")
MAX_CSV = 64 * 1024 * 1024
_TWICE = "is there twice: rename or delete one of them"


def _clean(row: Sequence[Raw]) -> list[Raw]:
    """A row from outside: without control characters that no spreadsheet holds; blanks are nothing."""
    texts = (held(raw) if isinstance(raw, str) else raw for raw in row)
    return [None if isinstance(raw, str) and not raw.strip() else raw for raw in texts]


def form_fault(grid: Grid) -> str | None:
    """Why no answer of the form tab can be told from the others; None where all is well, or it has no titles yet."""
    titles = headers(grid)
    stamps = stamp_places(titles)
    if len(stamps) == 1 or not any(titles):
        return None
    fault = _TWICE if stamps else "is missing: give its column this name again"
    return f'Tab {grid.title}: the header "{FORM_TIMESTAMP}" {fault}.'


def answers_in_tab(grid: Grid | None, zone: ZoneInfo) -> Source:
    """The answers in the form tab; none where the register has no such tab. Raises UsageFault as `form_fault` says."""
    if grid is None:
        return Source()
    if fault := form_fault(grid):
        raise UsageFault(fault)
    return answers_of(grid.title, headers(grid), map(_clean, grid.rows[1:]), zone)


def _decoded(data: bytes) -> str:
    """A download as text: UTF-8, or as spreadsheet programs save it again. Raises UnicodeDecodeError.

    Shift_JIS is believed only where it comes to kana: nearly any bytes are some text in it.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp932", "replace")
        if "\ufffd" in text or not _KANA.search(text):
            raise
        return text


def answers_in_csv(path: Path, zone: ZoneInfo) -> Source:
    """The answers of a download. Raises UsageFault where the file can't be read or has not one Timestamp."""
    try:
        if path.stat().st_size > MAX_CSV:
            raise UsageFault(f"{path.name} is larger than any form's answers: choose the download of the form.")
        text = _decoded(path.read_bytes())
    except UnicodeDecodeError as fault:
        raise UsageFault(f"{path.name} is not UTF-8 text: download the answers of the form as CSV anew.") from fault
    except OSError as fault:
        raise UsageFault(f"{path} can't be read: {fault.strerror}.") from fault
    csv.field_size_limit(MAX_CSV)
    try:
        rows: list[list[str]] = list(csv.reader(StringIO(text.replace("\x00", ""), newline=""), strict=True))
    except csv.Error as fault:
        raise UsageFault(f"{path.name} is not a whole CSV file ({fault}): download the answers anew.") from fault
    stamps = stamp_places(rows[0]) if rows else []
    if not stamps:
        raise UsageFault(f'{path.name} has no column "{FORM_TIMESTAMP}": choose the download of the form\'s answers.')
    if len(stamps) > 1:
        raise UsageFault(f'{path.name}: the header "{FORM_TIMESTAMP}" {_TWICE}.')
    return answers_of(path.name, rows[0], map(_clean, rows[1:]), zone)
