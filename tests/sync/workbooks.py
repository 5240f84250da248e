"""What tests of `onsite init` ask of workbooks, read without any of the program's own code."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl.worksheet.worksheet import Worksheet

from tests.independent import Workbook, canonical, difference, letters, local

CHARTS = re.compile(r"part xl/(charts/chart|drawings/(_rels/)?drawing|worksheets/_rels/)[^/]+ is new")
"""What comes with the Dashboard's charts."""


def validation_of(sheet: Worksheet, col: int) -> Any:
    """The validation of a column's first cell below the header; None where there is none."""
    address = f"{letters(col)}2"
    return next((rule for rule in sheet.data_validations.dataValidation if address in rule.sqref), None)


def filled(old: Workbook, new: Workbook) -> set[tuple[str, str]]:
    """Cells (tab, address) that were not there and now are."""
    return {
        (title, address)
        for title, tab in new.tabs.items()
        for address in tab.cells
        if title in old.tabs and address not in old.tabs[title].cells
    }


def taken_away(old: Workbook, new: Workbook) -> list[str]:
    """What of the people's is not as it was; nothing where things were only added.

    A filter may reach further to the right, in the tab and in its hidden name; blank cells of columns may get looks.
    """
    added = [title for title in new.tabs if title not in old.tabs]
    found = []
    for line in difference(old, new, filled(old, new), added):
        title = line.removesuffix(": something beside the cells changed")
        if title != line:
            found += [f"{title}: {what}" for what in _lost(old.tabs[title].rest, new.tabs[title].rest)]
        elif line == "workbook.xml changed":
            found += _lost_about(old.about, new.about)
        elif not CHARTS.fullmatch(line):
            found.append(line)
    return found


def _lost(old: str, new: str) -> list[str]:
    """Elements around the rows of a tab that are gone or changed."""
    pieces = {piece for child in ET.fromstring(new) for piece in _pieces(child)}
    return [piece for child in ET.fromstring(old) for piece in _pieces(child) if piece not in pieces]


def _pieces(child: ET.Element) -> list[str]:
    if local(child) == "dataValidations":
        return [canonical(rule) for rule in child]
    if local(child) == "cols":
        return [
            f"{n} {_looks(col)}"
            for col in child
            for n in range(int(col.attrib["min"]), min(int(col.attrib["max"]), 300) + 1)  # none of ours are beyond
        ]
    if local(child) == "autoFilter":
        left, _, _ = child.attrib["ref"].partition(":")
        return [left, *(canonical(condition) for condition in child)]
    return [canonical(child)]


def _looks(col: ET.Element) -> dict[str, str]:
    return {k: v for k, v in sorted(col.attrib.items()) if k not in ("min", "max", "style")}


def _lost_about(old: str, new: str) -> list[str]:
    before, after = _names(old), _names(new)
    return [name for name in before if name not in after and "_FilterDatabase" not in name]


def _names(about: str) -> list[str]:
    return [
        canonical(piece)
        for child in ET.fromstring(about)
        for piece in (child if local(child) == "definedNames" else [child])
    ]
