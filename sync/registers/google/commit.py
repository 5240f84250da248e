"""Writes a run's cells: under a token, beside the right rows, and never twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sync import clock
from sync.errors import Changed, Unreachable
from sync.plan import Write
from sync.registers.google.batch import Packer, build
from sync.registers.google.faults import Garbled, Lost, NoAccess, Rejected, Uncertain, closed, understood
from sync.registers.google.layout import Role, layout_of
from sync.registers.google.looking import READ_BACK, look
from sync.registers.google.model import Model
from sync.registers.google.placing import Placed, place
from sync.registers.google.reading import Overview, overview
from sync.registers.google.repair import verify
from sync.registers.google.requests import forget_tokens, token
from sync.registers.google.transport import Json, Transport
from sync.registers.google.units import Group, Unit, groups_of, tabs_of, units_of
from sync.snapshot import Reading

MOST_TOKENS, KEPT_TOKENS = 40, 24


class Commit:
    """One commit. `left_out` are the groups whose rows people changed meanwhile; nothing of them is written."""

    def __init__(self, transport: Transport, seen: Overview, reading: Reading, taken: float, day: datetime) -> None:
        """`taken` and `day` are when it was read, on the pace's and the machine's clock."""
        self.transport, self.reading, self._taken, self._day = transport, reading, taken, day
        self._sheets, self._old_tokens = seen.sheets, sorted(seen.tokens)
        self.token = seen.next_token
        self.left_out: set[str] = set()
        self._run = uuid.uuid4().hex[:16]
        self._tries: dict[str, dict[str, Model]] = {}
        self._models: dict[str, Model] = {}
        self._placed: dict[str, Placed] = {}
        self.patience = transport.patience()
        self._written, self._sent = 0, 0
        self.overtaken = False
        """Another run has written since, which knew of this one's cells: only what people wrote is put right then, and
        what was not written yet is decided anew."""

    def run(self, writes: Sequence[Write]) -> None:
        """All of it or nothing, but for what is over 2 MB: then whole orders, one batch after the other.

        Raises Changed, NoAccess, Unreachable, which say what was written.
        """
        try:
            with understood():
                self._run_through(writes)
        except Uncertain:
            raise
        except Garbled as fault:
            raise Uncertain(f"{fault} Whether something was written is not known; the next run looks.") from fault
        except NoAccess as fault:
            raise NoAccess(f"{fault} {self._so_far()}", fault.reason) from fault
        except Unreachable as fault:
            raise Unreachable(f"{fault} {self._so_far()}") from fault

    def _run_through(self, writes: Sequence[Write]) -> None:
        groups = groups_of(self.reading, units_of(self.reading, writes))
        groups, packer = self._look(groups), Packer()
        while groups:
            count = packer.fill(self._models, self._placed, groups)
            batch, rest = groups[:count], groups[count:]
            reply, batch = self._write(batch, rest)
            if batch:
                self._written += 1
                verify(self, self._models, reply)
                self._tries = {}
            groups = [group for group in rest if group.name not in self.left_out]
            if groups and self.overtaken:
                raise Changed("Another run got in between two parts of this one.")

    def _look(self, groups: Sequence[Group]) -> list[Group]:
        """Look at the tabs again, find every row, and leave out the groups whose rows aren't as they were."""
        units = [unit for group in groups for unit in group.units]
        grids = self.reading.grids
        self._models = look(self.transport, grids, self._sheets, tabs_of(units), self.patience, self._written > 0)
        by_tab: dict[str, list[Unit]] = {title: [] for title in self._models}
        for unit in units:
            by_tab[unit.tab].append(unit)
        self._placed = {
            title: place(
                grids[title], layout_of(title, grids[title].rows[0] if grids[title].rows else ()), model, by_tab[title]
            )
            for title, model in self._models.items()
        }
        return self._unchanged(groups)

    def _unchanged(self, groups: Iterable[Group]) -> list[Group]:
        changed = {unit.group: unit for placed in self._placed.values() for unit in placed.changed}
        kept = []
        for group in groups:
            unit = changed.get(group.name)
            if unit is None:
                kept.append(group)
            elif (
                group.ledger or group.numbered or not group.name or self._models[unit.tab].layout.role is not Role.HUMAN
            ):
                raise Changed(f"Row {unit.row} of {unit.tab} was changed while this run was at work.")
            else:
                self.left_out.add(group.name)
        return kept

    def _write(self, groups: list[Group], rest: Sequence[Group]) -> tuple[Json | None, list[Group]]:
        """One batch. Its reply (None where it was lost) and the groups that it wrote. `rest` is what comes after it: a
        new look is one at all of it.
        """
        refusals = 0
        while groups:
            self._check_age()
            models = {title: model.copy() for title, model in self._models.items()}
            requests = build(models, self._placed, groups)
            if not requests:
                return None, []
            try:
                reply: Json | None = self.post(requests, models)
            except (Lost, Rejected) as problem:
                owner = self.owner(problem)
                if owner is None:
                    refusals += isinstance(problem, Rejected)
                    self._may_try_again(problem, refusals)
                    names = {group.name for group in groups}
                    groups = [group for group in self._look([*groups, *rest]) if group.name in names]
                    continue
                if owner not in self._tries:
                    raise Changed("Another run got in first.") from problem
                models, reply = self._tries[owner], None
            self.token += 1
            self._models = models
            return reply, groups
        return None, []

    def post(self, requests: Sequence[Json], models: Mapping[str, Model]) -> Json:
        """Send a batch under the next token. Raises Lost, Rejected, Unreachable."""
        value = f"{self._run}.{self._sent}"
        self._sent += 1
        self._tries[value] = dict(models)
        ranges = [name for model in models.values() if model.layout.role is not Role.FREE for name in model.ranges()]
        body: Json = {"requests": [token(self.token, value), *self._clean_up(), *requests]}
        params: Json = {"fields": "spreadsheetId"}
        if ranges:
            body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True, "responseRanges": ranges}
            params = {"fields": f"spreadsheetId,{READ_BACK}"}
        reply = self.transport.write(params, body, self.patience)
        self._old_tokens = []
        return reply

    def _clean_up(self) -> list[Json]:
        """Old tokens go, a few dozen stay, so that a slow run can't take one again."""
        old = self._old_tokens
        return list(forget_tokens(old[:-KEPT_TOKENS])) if len(old) > MOST_TOKENS else []

    def owner(self, problem: Exception) -> str | None:
        """Whose batch took the token; None where none did (yet). Raises Unreachable."""
        try:
            seen = overview(self.transport, self.patience)
        except Unreachable as fault:
            raise Uncertain(
                f"{fault} The reply to the last change was lost ({problem}): it isn't known whether it arrived; "
                "the next run sees what is there."
            ) from fault
        self._sheets = seen.sheets
        found = seen.tokens.get(self.token)
        if found not in self._tries and seen.next_token > self.token:
            return found or "somebody"
        return found

    def is_ours(self, owner: str | None) -> bool:
        """Whether the batch that took the token was this one's."""
        return owner in self._tries

    def taken_by_another(self) -> None:
        """Repair under the first token that is free, and only that: the rest of the plan is out of date."""
        self.overtaken = True
        self.token = overview(self.transport, self.patience).next_token

    def _may_try_again(self, problem: Exception, refusals: int) -> None:
        if isinstance(problem, Lost):
            if not self.patience.again():
                raise Unreachable(f"Google Sheets gives no reply ({problem}).") from problem
        elif what := closed(str(problem)):
            raise NoAccess(what, "protected") from problem
        elif refusals > 1:
            raise Unreachable(str(problem)) from problem

    def _check_age(self) -> None:
        """A slow run could take a token that was deleted meanwhile."""
        if not self._written:
            clock.check_fresh(self._day, self.transport.pace.now() - self._taken)

    def _so_far(self) -> str:
        if self._written:
            return (
                f"Written are the first {self._written} parts of the changes, each whole; the next run writes the rest."
            )
        return "Nothing was written."
