"""When flags speak (contract, section 3), and what a waiver makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rules import checks as checks  # registers every check
from rules.case import Case
from rules.catalogue import CATALOGUE, Rule, Window
from rules.columns import OrderRow
from rules.flags import BY_STATUS, Flag, flags_of
from rules.lifecycle import BEFORE_VISIT, DONE, UNBILLED, by_no_show
from rules.words import Severity, Status

_STATUSES: dict[Window, frozenset[Status]] = {
    Window.PLANNING: BEFORE_VISIT,
    Window.BILLING: UNBILLED - {Status.NEEDS_INFO},
    Window.DONE: DONE,
    Window.UNBILLED: UNBILLED,
    Window.OPEN: frozenset(Status) - {Status.PAID, Status.CANCELLED},
    Window.EVER: frozenset(Status),
}


def _rules(speaks: Callable[[Rule], bool]) -> tuple[Rule, ...]:
    return tuple(rule for rule in CATALOGUE.values() if speaks(rule))


def _for_cancelled_with_charges(rule: Rule) -> bool:
    held = rule.holds is Status.INVOICED and rule.code not in ("rate-missing", "travel-cost-missing")
    return held or rule.window is Window.EVER or rule.code == "cell-unreadable"


def _at(status: Status) -> tuple[Rule, ...]:
    return _rules(lambda rule: status in _STATUSES[rule.window])


_AT = {status: _at(status) for status in Status}
_OF_PAID = _AT[Status.PAID]
_CANCELLED_WITH_CHARGES = _rules(_for_cancelled_with_charges)
_CHARGED_AFTER_CANCELLED = _rules(lambda rule: rule.window is Window.EVER or rule.code == "payment-overdue")
_MAY_BLOCK = {rule.code for rule in CATALOGUE.values() if rule.severity is Severity.BLOCK} | {"duplicate-order"}


def rules_for(case: Case, settled: bool) -> tuple[Rule, ...]:
    """The rules that speak where an order stands, in the order of the contract."""
    if settled:
        return _OF_PAID
    if case.status is Status.CANCELLED and case.row.other_charges.filled:
        return _CANCELLED_WITH_CHARGES
    if case.status is Status.INVOICED and case.before_cancel is not None:
        return _CHARGED_AFTER_CANCELLED
    return _AT[case.status]


class Speaker:
    """The flags of one order at any status: each check is asked once, those that read the status anew."""

    def __init__(self, settled: bool) -> None:
        self.settled = settled
        self._found: dict[str, tuple[Flag, ...]] = {}

    def flags(self, case: Case) -> tuple[Flag, ...]:
        """All flags that speak at the case's status, waivers applied, in the order of the contract."""
        return tuple(flag for rule in rules_for(case, self.settled) for flag in self._of(rule, case))

    def blocks(self, case: Case) -> Iterator[tuple[Flag, Status]]:
        """Those of them that hold the order back, with the status that they name."""
        for rule in rules_for(case, self.settled):
            if rule.code in _MAY_BLOCK and rule.code not in case.waived:
                yield from ((flag, flag.holds) for flag in self._of(rule, case) if flag.holds is not None)

    def _of(self, rule: Rule, case: Case) -> Iterator[Flag]:
        reason = case.waived.get(rule.code)
        for flag in self._raised(rule, case):
            if not _silenced(flag, case) and not _other_than_charges(flag, case):
                yield flag if reason is None else flag.waived(reason)

    def _raised(self, rule: Rule, case: Case) -> tuple[Flag, ...]:
        if rule.code in BY_STATUS:
            return tuple(flags_of(rule, case))
        if rule.code not in self._found:
            self._found[rule.code] = tuple(flags_of(rule, case))
        return self._found[rule.code]


def _silenced(flag: Flag, case: Case) -> bool:
    """From No-show on, what holds back On site is silent."""
    return flag.holds is Status.ON_SITE and by_no_show(case)


def _other_than_charges(flag: Flag, case: Case) -> bool:
    """A cancelled order cares for unreadable cells only in Other charges."""
    return (
        case.status is Status.CANCELLED
        and flag.code == "cell-unreadable"
        and flag.column != OrderRow.other_charges.header
    )
