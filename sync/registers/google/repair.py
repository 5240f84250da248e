"""Makes sure that what was written stands beside its own row, and puts it there in the same run where rows moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sync.errors import Changed, Unreachable
from sync.registers.google.faults import Lost, Rejected, Uncertain
from sync.registers.google.layout import Role
from sync.registers.google.looking import read_again, read_back
from sync.registers.google.model import Model
from sync.registers.google.settle import NotEnoughSeen, settle
from sync.registers.google.transport import Json

if TYPE_CHECKING:
    from sync.registers.google.commit import Commit

ROUNDS = 6


def verify(commit: Commit, models: Mapping[str, Model], reply: Json | None) -> None:
    """Compare what the reply shows with what should stand there, and repair it until it does.

    Raises Changed where people move rows at every try, Unreachable where a repair can't be sent.
    """
    checked = [model for model in models.values() if model.layout.role is not Role.FREE and model.wanted]
    for _ in range(ROUNDS):
        if not checked:
            return
        fixes = _fixes(commit, checked, reply)
        if not fixes:
            return
        reply = _send(commit, models, fixes)
    raise Changed("Rows were moved again and again while this run wrote beside them.")


def _fixes(commit: Commit, models: Sequence[Model], reply: Json | None) -> list[Json]:
    """The requests of a repair; none where everything stands where it should."""
    seen = read_back(reply, models) if reply is not None else None
    certain = seen is not None
    if seen is None:
        seen = read_again(commit.transport, models, commit.reading.grids, commit.patience)
    requests: list[Json] = []
    for model in models:
        try:
            if model.blanks and not seen[model.title].whole:
                raise NotEnoughSeen
            cells = settle(model, seen[model.title], certain, commit.overtaken)
        except NotEnoughSeen:
            whole = read_again(commit.transport, [model], commit.reading.grids, commit.patience)
            cells = settle(model, whole[model.title], False, commit.overtaken)
        if cells:
            requests += model.fix(cells)
    return requests


def _send(commit: Commit, models: Mapping[str, Model], requests: Sequence[Json]) -> Json | None:
    """The repair's reply; None where it was lost or refused: then it has to be looked at again."""
    try:
        reply = commit.post(requests, models)
        commit.token += 1
        return reply
    except (Lost, Rejected) as problem:
        owner = commit.owner(problem)
        if commit.is_ours(owner):
            commit.token += 1
        elif owner is not None:
            commit.taken_by_another()
        elif not commit.patience.again():
            raise _unrepaired(problem) from problem
        return None
    except Unreachable as problem:
        raise _unrepaired(problem) from problem


def _unrepaired(problem: Exception) -> Uncertain:
    return Uncertain(
        f"The changes are written, but rows were moved meanwhile and Google takes no repair ({problem}): "
        "the next run puts right what stands beside the wrong row, but for Order IDs just given: look at those."
    )
