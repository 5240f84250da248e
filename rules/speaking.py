"""When flags speak (contract, section 3), and what a waiver makes of them."""

from __future__ import annotations

from collections.abc import Iterator

from rules import checks as checks  # registers every check
from rules.case import Case
from rules.catalogue import CATALOGUE, Rule, Window
from rules.charges import Outcome
from rules.columns import OrderRow
from rules.flags import BY_STATUS, Flag, flags_of
from rules.lifecycle import BEFORE_VISIT, DONE, UNBILLED, place
from rules.words import Status

_STATUSES: dict[Window, frozenset[Status]] = {
    Window.PLANNING: BEFORE_VISIT,
    Window.BILLING: UNBILLED - {Status.NEEDS_INFO},
    Window.DONE: DONE,
    Window.UNBILLED: UNBILLED,
    Window.OPEN: frozenset(Status) - {Status.PAID, Status.CANCELLED},
    Window.EVER: frozenset(Status),
}
_NOT_FOR_CANCELLED = {"rate-missing", "travel-cost-missing"}


class Speaker:
    """The flags of one order at any status: each check is asked once, those that read the status anew."""

    def __init__(self, settled: bool) -> None:
        self.settled = settled
        self._found: dict[str, tuple[Flag, ...]] = {}

    def flags(self, case: Case) -> tuple[Flag, ...]:
        """All flags that speak at the case's status, waivers applied, in the order of the contract."""
        return tuple(flag for rule in CATALOGUE.values() for flag in self._of(rule, case))

    def _of(self, rule: Rule, case: Case) -> Iterator[Flag]:
        if not self._may_speak(rule, case):
            return
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

    def _may_speak(self, rule: Rule, case: Case) -> bool:
        if self.settled:
            return rule.window is Window.EVER
        if case.status is Status.CANCELLED and case.row.other_charges.filled:
            held = rule.holds is Status.INVOICED and rule.code not in _NOT_FOR_CANCELLED
            return held or rule.window is Window.EVER or rule.code == "cell-unreadable"
        if case.before_cancel is not None and case.status is Status.INVOICED:
            return rule.window is Window.EVER or rule.code == "payment-overdue"
        return case.status in _STATUSES[rule.window]


def _silenced(flag: Flag, case: Case) -> bool:
    """From No-show on, what holds back On site is silent."""
    from_no_show_on = case.outcome is Outcome.NO_SHOW and place(case.status) >= place(Status.NO_SHOW)
    return from_no_show_on and flag.holds is Status.ON_SITE


def _other_than_charges(flag: Flag, case: Case) -> bool:
    """A cancelled order cares for unreadable cells only in Other charges."""
    return (
        case.status is Status.CANCELLED
        and flag.code == "cell-unreadable"
        and flag.column != OrderRow.other_charges.header
    )
