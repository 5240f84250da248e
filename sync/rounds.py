"""What two rounds of one run did together: after mail was sent, the register is told, and orders may move on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.verdict import Verdict
from sync.deciding import Decision


def together(first: Decision, second: Decision) -> Decision:
    """The second decision, with what the first one changed, issued and took in before it."""
    plan = replace(second.plan, changes=[*first.plan.changes, *second.plan.changes])
    return replace(
        second,
        run=first.run if second.quiet else second.run,
        verdicts=_verdicts(first.verdicts, second.verdicts),
        issued={**first.issued, **second.issued},
        taken=[*first.taken, *second.taken],
        crashes=list({str(crash): crash for crash in (*first.crashes, *second.crashes)}.values()),
        plan=plan,
        first_run=first.first_run,
        quiet=first.quiet and second.quiet,
        events=[*first.events, *second.events],
    )


def _verdicts(first: Sequence[Verdict], second: Sequence[Verdict]) -> list[Verdict]:
    before = {verdict.order.order_id: verdict for verdict in first}
    return [
        replace(verdict, status_from=old.status_from, moves=(*old.moves, *verdict.moves))
        if (old := before.get(verdict.order.order_id))
        else verdict
        for verdict in second
    ]
