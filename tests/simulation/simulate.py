"""Worlds driven from a seed: `python -m tests.simulation.simulate --acts 100000 --seed 1`.

A world lives for some forty steps; what happens at each is drawn from its own seed. Where something happens that must
never happen, the seed is printed, and `python -m tests.simulation.simulate --world SEED` does it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.wire import Died
from tests.simulation.world import World, remember_papers

STEPS = 40
NONSENSE: tuple[Any, ...] = (
    "asap", "03/04/2026 9:00", "?", "=1+1", "＋８１３", -3, 1e9, "N/A", "a" * 300, "[x](y)", 46000,
)  # fmt: skip
TYPED = (
    "Reserved hours", "Site phone", "Site address", "Floor", "Notes", "Language", "Skill level", "Planned start",
    "Map link", "Engineers needed", "Other charges", "Paperwork", "Time zone", "Order email", "Travel cost",
)  # fmt: skip
NETWORK: tuple[faults.Fault, ...] = (
    faults.too_many(), faults.internal(), faults.internal(True), faults.bad_gateway(True), faults.unavailable(),
    faults.unavailable(True), faults.dropped(), faults.dropped(True), faults.hanging(), faults.hanging(True),
    faults.half_json(), faults.cut_off(), faults.forbidden(), faults.missing(), faults.unauthenticated(),
)  # fmt: skip


class Life:
    """One world from its seed to its calm end."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        kind = "sheet" if self.dice.random() < 0.85 else "file"
        self.world = World(kind, orders=self.dice.randint(1, 4), answers=self.dice.randint(0, 2))
        self.references = 100
        self.did: Counter[str] = Counter()

    def live(self) -> None:
        world, dice = self.world, self.dice
        world.run()
        for _ in range(STEPS):
            share = dice.random()
            if share < 0.6:
                self.person()
            elif share < 0.7:
                world.pass_time(dice.choice((1, 15, 240, 24 * 60, 9 * 24 * 60)))
                self.did["time passes"] += 1
            else:
                self.job()
        world.calm()

    # people ---------------------------------------------------------------------------------------------------

    def person(self) -> None:
        self.world.act(self._an_act())

    def _an_act(self) -> Callable[[], object]:
        """Something that a person does, anew at every call: it may happen in the middle of a run."""
        acts: list[Callable[[], object]] = [
            self.sort, self.insert, self.step, self.step, self.nonsense, self.nonsense, self.over_ours, self.copy,
            self.delete, self.move, self.answer,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        self.did[act.__name__] += 1
        return act

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
        self.world.desk.sort("Orders", column, self.dice.random() < 0.5)

    def insert(self) -> None:
        self.references += 1
        reference = f"R-{self.references}"
        start = self.world.local + timedelta(hours=self.dice.choice((5, 30, 90)))
        cells = register.complete(reference, start) | {register.TAG: f"n{self.references}"}
        if self.dice.random() < 0.3:
            cells.pop(self.dice.choice(("Language", "Site phone", "Order email", "Planned start")))
        rows = self._rows()
        self.world.desk.insert_row("Orders", self.dice.choice([*rows, max(rows, default=1) + 1]),
                                   register.line(register.ORDERS, cells))  # fmt: skip

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

    def copy(self) -> None:
        """A person copies a row, and says in the copy that it is another order."""
        row = self._row()
        if row is None:
            return
        self.references += 1
        desk = self.world.desk
        desk.copy_row("Orders", row, row + 1)
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
        self.references += 1
        reference = f"F-{self.references}"
        at = self.world.local - timedelta(seconds=self.references)
        self.world.answers.add(reference)
        self.world.desk.answer(register.answer(reference, at))

    def _edit(self, row: int, header: str, value: Any) -> None:
        self.world.desk.edit("Orders", row, header, value)

    # machines -------------------------------------------------------------------------------------------------

    def job(self) -> None:
        share, world = self.dice.random(), self.world
        if share < 0.3:
            self.did["run"] += 1
            world.run(force=True)
        elif world.kind == "file":
            self._faulty_file()
        else:
            self._disturbed(share)

    def _disturbed(self, share: float) -> None:
        dice, world = self.dice, self.world
        call = dice.randint(1, 6)
        if share < 0.55:
            met = {dice.randint(1, 6): dice.choice(NETWORK) for _ in range(dice.randint(1, 3))}
            self.did["run with faults"] += 1
            world.run(met, force=True)
        elif share < 0.7:
            self.did["killed"] += 1
            moment = {call: _die}
            world.run(before=moment if dice.random() < 0.5 else None, after=moment, force=True)
        elif share < 0.9:
            act = self._an_act()
            moment = {call: lambda: world.act(act)}
            self.did["person during a run"] += 1
            world.run(before=moment, force=True) if dice.random() < 0.5 else world.run(after=moment, force=True)
        else:
            self.did["second job"] += 1
            world.run(before={call: world.second()}, force=True)

    def _faulty_file(self) -> None:
        name = self.dice.choice(list(disk.FAULTS))
        self.did["run with faults on disk"] += 1
        self.world.run(files={self.dice.randint(1, 90): disk.FAULTS[name]}, force=True)


def _die() -> None:
    raise Died


def live(seed: int) -> tuple[int, Counter[str]]:
    """A world's acts and what they were. Raises Violation, or whatever the program died of."""
    life = Life(seed)
    try:
        life.live()
        return life.world.acts, life.did
    finally:
        life.world.close()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--acts", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--world", type=int)
    asked.add_argument("--keep-going", action="store_true", help="count failing worlds, stop at none")
    options = asked.parse_args()
    with pytest.MonkeyPatch.context() as patch:
        remember_papers(patch)
        if options.world is not None:
            print(live(options.world))
            return 0
        return many(options.acts, options.seed, options.keep_going)


def many(acts: int, seed: int, keep_going: bool) -> int:
    """Worlds one after the other until so many acts are done."""
    done = worlds = failed = 0
    kinds: Counter[str] = Counter()
    while done < acts:
        world = seed * 1_000_000 + worlds
        worlds += 1
        try:
            count, did = live(world)
        except Exception:
            failed += 1
            traceback.print_exc(limit=-3)
            print(f"failed: python -m tests.simulation.simulate --world {world}", flush=True)
            if not keep_going:
                return 1
            continue
        done += count
        kinds += did
        if worlds % 100 == 0:
            print(f"{done} acts in {worlds} worlds", flush=True)
    print(f"{done} acts in {worlds} worlds from seed {seed}, {failed} failed: {dict(kinds.most_common())}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
