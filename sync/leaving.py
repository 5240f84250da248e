"""What a run comes to where people changed rows in its last moment: their orders are left as they were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rules.columns import OrderRow
from rules.verdict import Verdict
from rules.words import Status
from sync.deciding import Decision
from sync.plan import Write


def without(decision: Decision, left_out: Collection[Write]) -> Decision:
    """The decision without the orders whose writes a commit left out. Nothing is said of them now, nor what waited
    from before: the next run, which sees what people changed, decides anew.
    """
    if not left_out:
        return decision
    plan, state, left = decision.plan, decision.state, set(left_out)
    rows = {change.row for change in plan.of(OrderRow) if change.write in left}
    ids = {verdict.order.order_id for verdict in decision.verdicts if verdict.order.row.number in rows}
    messages = {key: message for key, message in state.messages.items() if message.order_id not in ids}
    return replace(
        decision,
        state=replace(state, messages=messages),
        verdicts=[_as_it_was(one) if one.order.order_id in ids else one for one in decision.verdicts],
        plan=replace(plan, changes=[change for change in plan.changes if change.write not in left]),
        events=[event for event in decision.events if event.order_id not in ids],
        said=decision.said & messages.keys(),
    )


def _as_it_was(verdict: Verdict) -> Verdict:
    """The order as its row still shows it. One that was never seen before is where every order begins."""
    shown = str(verdict.order.row.raw.get("next_step") or "")
    return replace(verdict, status=verdict.status_from or Status.NEEDS_INFO, moves=(), next_step=shown, messages=())
