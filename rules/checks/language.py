"""Item 1.4: communication language, English and/or Japanese."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Case
from rules.columns import OrderRow
from rules.flags import Found, check, found


@check("language-missing")
def language_missing(case: Case) -> Iterator[Found]:
    if case.row.language.blank:
        yield found(OrderRow.language)


@check("language-unsupported")
def language_unsupported(case: Case) -> Iterator[Found]:
    if case.row.language.unreadable:
        yield found(OrderRow.language, case.row.language.text)
