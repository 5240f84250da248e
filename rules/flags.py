"""What a rule finds, and how the rules are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.catalogue import CATALOGUE, POSITION, Rule
from rules.columns import Heading
from rules.sentences import quotable, sentence
from rules.words import Severity, Status

if TYPE_CHECKING:
    from rules.case import Case


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding: its code, weight, subject (site and column), the value as typed, and the sentence."""

    code: str
    severity: Severity
    holds: Status | None
    site: int | None
    column: str | None
    value: str | None
    message: str

    @property
    def line(self) -> str:
        """As it stands in the Flags cell."""
        return f"{self.severity} {self.code}: {self.message}"

    def waived(self, reason: str) -> Flag:
        """The same flag after a coordinator's waiver: INFO, holding nothing back."""
        message = f"{self.message} (waived: {quotable(reason, 400)})"
        return replace(self, severity=Severity.INFO, holds=None, message=message)


@dataclass(frozen=True, slots=True)
class Found:
    """What a check yields: the subject, and what its sentence needs. Weight comes from the catalogue."""

    column: Heading[object] | str | None = None
    value: str | None = None
    site: int | None = None
    severity: Severity | None = None
    holds: Status | None = None
    says: str = ""
    words: tuple[tuple[str, str], ...] = ()


def found(
    column: Heading[object] | str | None = None,
    value: str | None = None,
    site: int | None = None,
    *,
    severity: Severity | None = None,
    holds: Status | None = None,
    says: str = "",
    **words: object,
) -> Found:
    """A finding. `says` picks one of several sentences of the code; `words` fill its gaps."""
    return Found(column, value, site, severity, holds, says, tuple((k, str(v)) for k, v in words.items()))


Check = Callable[["Case"], Iterable[Found]]
CHECKS: dict[str, Check] = {}
"""The check of every code; filled by importing `rules.checks`."""

BY_STATUS: set[str] = set()
"""Codes whose check reads the status reached, so that it is asked anew at each."""


def check(code: str, *, by_status: bool = False) -> Callable[[Check], Check]:
    """Register a function as the check of a code of the catalogue."""
    if code not in CATALOGUE:
        raise KeyError(f"{code} is not in the catalogue")

    def register(function: Check) -> Check:
        CHECKS[code] = function
        if by_status:
            BY_STATUS.add(code)
        return function

    return register


def flags_of(rule: Rule, case: Case) -> Iterator[Flag]:
    """The flags that a rule raises for an order, unfiltered by when it speaks."""
    for item in CHECKS[rule.code](case):
        severity = item.severity or rule.severity
        header = item.column if isinstance(item.column, str) or item.column is None else item.column.header
        yield Flag(
            code=rule.code,
            severity=severity,
            holds=(item.holds or rule.holds) if severity is Severity.BLOCK else None,
            site=item.site,
            column=header,
            value=item.value,
            message=sentence(rule.code, item.says, header, item.value, item.site, dict(item.words)),
        )


def ordered(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Most severe first, then in the order of the contract; those of one code by step or site, as found."""
    return tuple(sorted(flags, key=lambda flag: (flag.severity.rank, POSITION[flag.code])))
