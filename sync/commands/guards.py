"""What a column expects of people who type into it: drop-downs and warnings, none of which ever stops anybody.

People may write many things in their own way (contract, section 3), so everything can be kept with one click.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules import cells as kinds
from rules.cells import Kind
from rules.columns import OrderRow, RateRow
from rules.words import Level, Status, TaxClass
from sync.commands.layout import FLAG_COLOURS, STATUS_COLOURS, AnyColumn, by_job
from sync.xlsx import Validation, choices

_FIRST_DAY = "36526"  # 2000-01-01
_CURRENCIES = ("JPY", "USD", "EUR", "GBP", "SGD", "HKD", "CNY", "KRW", "TWD", "THB", "INR", "AUD")
_ZONES = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Bangkok",
    "Asia/Kolkata", "Australia/Sydney", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles",
)  # fmt: skip


def _list(formula: str, says: str) -> Validation:
    return Validation("list", formula, "information", "Another way to write it", f"{says} OK keeps what you typed.")


def _check(kind: Any, operator: str, formula: str, says: str) -> Validation:
    return Validation(kind, formula, "warning", "Please look again", f"{says} Yes keeps it.", operator=operator)


JOB = Validation(
    "custom", "FALSE", "warning", "The job writes this column",
    "What is typed here is written over by the next run. To change it, change what it follows from (see the header).",
)  # fmt: skip
_MOMENT = _check(
    "date", "greaterThanOrEqual", _FIRST_DAY,
    "This is not a date and time. Write one such as 2026-12-01 09:00; as text in this form it is read too.",
)  # fmt: skip
_DAY = _check("date", "greaterThanOrEqual", _FIRST_DAY, "This is not a date. Write one such as 2026-12-01.")

_BY_KIND: Mapping[Kind[Any], Validation] = {
    kinds.MOMENT: _MOMENT,
    kinds.START: _MOMENT,
    kinds.DAY: _DAY,
    kinds.NUMBER: _check("decimal", "greaterThanOrEqual", "0", "This is not a number. 2h or 1,940.50 are read too."),
    kinds.WHOLE: _check("whole", "greaterThanOrEqual", "1", "This is not a whole number from 1 on."),
    kinds.LEVEL: _list(choices(list(Level)), "The levels are Entry, Senior and Specialist."),
    kinds.LANGUAGES: _list(choices(["English", "Japanese", "both"]), "English, Japanese or both, in any spelling."),
    kinds.TAX: _list(choices(list(TaxClass)), "The classes are standard, export-exempt and out-of-scope."),
    kinds.YESNO: _list(choices(["yes", "no"]), "yes or no; also TRUE and FALSE, or ○ and ×."),
    kinds.CURRENCY: _list(choices(_CURRENCIES), "Any currency of three letters will do."),
    kinds.ZONE: _list(choices(_ZONES), "Any IANA name will do."),
}

_NAMES: Mapping[AnyColumn, str] = {OrderRow.client: "Clients", RateRow.client: "Clients"}
"""Columns that choose among the names of another tab."""


def name_source(column: AnyColumn) -> str | None:
    """The tab whose first column is offered in this one."""
    return _NAMES.get(column)


def guard(column: AnyColumn, names: str | None = None) -> Validation | None:
    """What the cells of a column get; `names` are the cells that hold the names to choose from."""
    if by_job(column):
        return JOB
    if column in _NAMES:
        return _list(names, f"The tab {_NAMES[column]} has no such name.") if names else None
    return _BY_KIND.get(column.kind)


def colours(column: AnyColumn, cell: str) -> Sequence[tuple[str, str]]:
    """Formulas about a column's first `cell` with the ground (RRGGBB) where they are true."""
    if column is OrderRow.status:
        return [(_one_of(cell, [s for s in Status if STATUS_COLOURS[s] == rgb]), rgb)
                for rgb in dict.fromkeys(STATUS_COLOURS.values())]  # fmt: skip
    if column is OrderRow.flags:
        return [(f'LEFT({cell},{len(word) + 1})="{word} "', rgb) for word, rgb in FLAG_COLOURS.items()]
    return []


def _one_of(cell: str, words: Sequence[str]) -> str:
    tests = [f'{cell}="{word}"' for word in words]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
