"""People at a simulated register: what they do to it, drawn by dice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.simulation import register
from tests.simulation.world import World

NONSENSE: tuple[Any, ...] = (
    "asap", "03/04/2026 9:00", "?", "=1+1", "＋８１３", -3, 1e9, "N/A", "a" * 300, "[x](y)", 46000,
)  # fmt: skip
TYPED = (
    "Reserved hours", "Site phone", "Site address", "Floor", "Notes", "Language", "Skill level", "Planned start",
    "Map link", "Engineers needed", "Other charges", "Paperwork", "Time zone", "Order email", "Travel cost",
)  # fmt: skip


class People:
    """They sort, filter, insert, delete, copy, move rows, type sense and nonsense, answer the form, rename headers."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.references = 100
        self.did: Counter[str] = Counter()

    def anything(self) -> Callable[[], object]:
        """Something that a person does, at a moment that the caller chooses: also in the middle of a run. What it
        returns, if anything, the person does next.
        """
        act = self.dice.choice(self.acts())
        self.did[act.__name__] += 1
        return act

    def acts(self) -> list[Callable[[], object]]:
        return [
            self.sort, self.insert, self.step, self.step, self.nonsense, self.nonsense, self.over_ours, self.copy,
            self.delete, self.move, self.filter, self.answer, self.edit_answer, self.correct_answer, self.header,
        ]  # fmt: skip

    def _rows(self) -> list[int]:
        """Rows that have a reference, as people see them."""
        rows = self.world.desk.rows("Orders")
        at = rows[0].index(register.TAG)
        return [n for n, row in enumerate(rows[1:], 2) if at < len(row) and row[at]]

    def _row(self) -> int | None:
        rows = self._rows()
        return self.dice.choice(rows) if rows else None

    def sort(self) -> None:
        column = self.dice.choice(("Planned start", "Client reference", "Status", "Site address", register.TAG))
        if column in self.world.desk.rows("Orders")[0]:
            self.world.desk.sort("Orders", column, self.dice.random() < 0.5)

    def filter(self) -> None:
        row = self._row()
        if row is not None:
            self.world.desk.hide("Orders", row)

    def insert(self) -> Callable[[], object] | None:
        """A new order between the others, or below them."""
        self.references += 1
        reference = f"R-{self.references}"
        start = self.world.local + timedelta(hours=self.dice.choice((5, 30, 90)))
        cells = register.complete(reference, start) | {register.TAG: f"n{self.references}"}
        if self.dice.random() < 0.3:
            cells.pop(self.dice.choice(("Language", "Site phone", "Order email", "Planned start")))
        rows = self._rows()
        line = register.line(self.world.desk.rows("Orders")[0], cells)
        to = self.dice.choice([*rows, max(rows, default=1) + 1])
        return self._make_room(to, partial(self.world.desk.fill_row, "Orders", to, line))

    def step(self) -> None:
        """The next thing that happens to an order."""
        row = self._row()
        if row is None:
            return
        cells = self.world.desk.rows("Orders")
        line = dict(zip(cells[0], cells[row - 1], strict=False))
        for header in register.EVIDENCE:
            if line.get(header) in (None, ""):
                self._edit(row, header, register.evidence(header, self.world.local))
                return
        self._edit(row, "Paid at", self.world.local)

    def nonsense(self) -> None:
        row = self._row()
        if row is not None:
            value = None if self.dice.random() < 0.2 else self.dice.choice(NONSENSE)
            self._edit(row, self.dice.choice((*TYPED, *register.EVIDENCE)), value)

    def over_ours(self) -> None:
        row = self._row()
        if row is not None:
            self._edit(row, self.dice.choice(("Status", "Next step", "Flags", "Lead time (h)", "Invoice no.")), "Paid")

    def copy(self) -> Callable[[], object] | None:
        """A person copies a row, and says in the copy that it is another order."""
        row = self._row()
        return None if row is None else self._make_room(row + 1, partial(self._paste, row))

    def _make_room(self, row: int, work: Callable[[], None]) -> Callable[[], object] | None:
        """Insert a blank row; `work`, which fills it, is what comes next. Below the last row there is room: then `work`
        is done at once.
        """
        room = row > len(self.world.desk.rows("Orders"))
        self.world.desk.insert_row("Orders", row)
        if room:
            work()
        return None if room else work

    def _paste(self, row: int) -> None:
        """Over the row below, which then becomes another order."""
        self.references += 1
        self.world.desk.paste_row("Orders", row, row + 1)
        self._edit(row + 1, register.TAG, f"n{self.references}")
        self._edit(row + 1, "Client reference", f"R-{self.references}")
        self._edit(row + 1, "Coordinator", register.coordinator(f"R-{self.references}"))
        self._edit(row + 1, "Order ID", None)
        self._edit(row + 1, "Invoice no.", None)  # with it the copy would pass for the original, were that deleted

    def delete(self) -> None:
        rows = self._rows()
        if len(rows) > 2 and self.dice.random() < 0.4:
            self.world.desk.delete_row("Orders", self.dice.choice(rows))

    def move(self) -> None:
        row, to = self._row(), self._row()
        if row is not None and to is not None and to not in (row, row + 1):
            self.world.desk.move_row("Orders", row, to)

    def answer(self) -> None:
        self.world.desk.answer(register.answer(*self._fresh_answer()))

    def edit_answer(self) -> None:
        """Somebody opens the form's link to their answer and sends it again: it stands there with another Timestamp."""
        row = self._answered()
        if row is not None:
            reference, at = self._fresh_answer()
            cells = {"Client reference": reference, "Coordinator": register.coordinator(reference), "Timestamp": at}
            for header, value in cells.items():
                self.world.desk.edit(register.FORM, row, header, value)

    def correct_answer(self) -> None:
        """A coordinator mends an answer where it stands, which is no new one."""
        row = self._answered()
        if row is not None:
            self.world.desk.edit(register.FORM, row, "Site contact", self.dice.choice(("Hopper", "", "=1+1")))

    def header(self) -> None:
        """A header is renamed, or doubled, or put right again."""
        if self.world.headers:
            self.world.restore()
        else:
            self.world.damage(self.dice.choice(TYPED), self.dice.choice(("What?", "Notes", "Work description", "")))

    def _fresh_answer(self) -> tuple[str, datetime]:
        self.references += 1
        return f"F-{self.references}", self.world.local - timedelta(seconds=self.references)

    def _answered(self) -> int | None:
        rows = self.world.desk.rows(register.FORM)
        return self.dice.randint(2, len(rows)) if len(rows) > 1 else None

    def _edit(self, row: int, header: str, value: Any) -> None:
        if header in self.world.desk.rows("Orders")[0]:
            self.world.desk.edit("Orders", row, header, value)
