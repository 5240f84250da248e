"""Worlds driven from a seed: `python -m tests.simulation.simulate --acts 100000 --seed 1`.

A world lives for some forty steps; what happens at each is drawn from its own seed. Where something happens that must
never happen, the seed is printed, and `python -m tests.simulation.simulate --world SEED` does it again.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import sys
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

import pytest

from tests.sheets_server import faults
from tests.simulation import disk, register
from tests.simulation.job import Credit, Undo
from tests.simulation.letters import DOWN, FAULTS, Letters
from tests.simulation.memo import remember_papers
from tests.simulation.people import People
from tests.simulation.sizes import beyond, drawn
from tests.simulation.wire import Died
from tests.simulation.world import World

STEPS = 40
AHEAD = 50
NETWORK: tuple[faults.Fault, ...] = (
    faults.too_many(), faults.internal(), faults.internal(True), faults.bad_gateway(True), faults.unavailable(),
    faults.unavailable(True), faults.dropped(), faults.dropped(True), faults.hanging(), faults.hanging(True),
    faults.half_json(), faults.cut_off(), faults.forbidden(), faults.missing(), faults.unauthenticated(),
)  # fmt: skip


class Life:
    """One world from its seed to its calm end."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        kind = "sheet" if dice.random() < 0.85 else "file"
        self.world = World(
            kind, orders=dice.randint(1, 4), answers=dice.randint(0, 2), place=dice.choice(register.PLACES),
            letters=Letters() if dice.random() < 0.4 else None,
        )  # fmt: skip
        self.people = People(self.world, dice)
        self.did = self.people.did

    def live(self) -> None:
        self.world.run()
        for _ in range(STEPS):
            self.step()
        self.world.calm()

    def step(self) -> None:
        share = self.dice.random()
        if self.world.headers and self.dice.random() < 0.25:
            self.world.restore()
        elif share < 0.55:
            self.person()
        elif share < 0.65:
            self.time_passes()
        else:
            self.job()

    def person(self) -> None:
        self.world.act(self.people.anything())

    def time_passes(self) -> None:
        self.did["time passes"] += 1
        self.world.pass_time(self.dice.choice((1, 15, 240, 24 * 60, 9 * 24 * 60)))

    def job(self) -> None:
        name, run = self.dice.choices(*JOBS[self.world.kind])[0]
        self.did[name] += 1
        run(self)

    def quiet(self) -> None:
        self.world.run(force=True)

    def clock_back(self) -> None:
        if self.world.clock_back(self.dice.choice((5, 120, 3 * 24 * 60))) == 2:
            self.did["refused since the clock was back"] += 1

    def many_faults(self) -> None:
        met = {self.dice.randint(1, 9): self.dice.choice(NETWORK) for _ in range(self.dice.randint(1, 3))}
        self.world.run(met, force=True)

    def killed(self) -> None:
        self._between(self.world.machine.die)

    def disturbed(self) -> None:
        act = self.people.anything()
        self._between(lambda: self.world.act(act))

    def doubled(self) -> None:
        self._between(self.world.second())

    def _between(self, happens: Callable[[], object]) -> None:
        """Right before or after a call of a run."""
        moment = {self.dice.randint(1, 9 if self.world.kind == "sheet" else 90): happens}
        if self.world.kind == "file" or self.dice.random() < 0.5:
            self.world.run(before=moment, force=True)
        else:
            self.world.run(after=moment, force=True)

    def credit(self) -> None:
        """An invoice is credited, whether or not that was done before; at times the machine dies meanwhile."""
        numbers = list(self.world.watch.ledger)
        if numbers:
            number, moment = self.dice.choice(numbers), {self.dice.randint(1, 40): self.world.machine.die}
            self.world.run(before=moment if self.dice.random() < 0.3 else None, command=Credit(number))

    def undo(self) -> None:
        """One of the last runs is put back, whole or for one order; at times something happens meanwhile."""
        names, orders = self.world.logged()[-5:], list(self.world.watch.owners)
        if not names:
            return
        order = self.dice.choice(orders) if orders and self.dice.random() < 0.2 else None
        command, share = Undo(self.dice.choice(names), order), self.dice.random()
        at = self.dice.randint(1, 5 if self.world.kind == "sheet" else 60)
        if share < 0.2:
            self.world.run(before={at: self.world.machine.die}, command=command)
        elif share < 0.4:
            self.world.run(before={at: partial(self.world.act, self.people.anything())}, command=command)
        elif share < 0.6 and self.world.kind == "sheet":
            self.world.run({at: self.dice.choice(NETWORK)}, command=command)
        elif share < 0.6:
            self.world.run(files={at: disk.FAULTS[self.dice.choice(list(disk.FAULTS))]}, command=command)
        else:
            self.world.run(command=command)

    def faulty_disk(self) -> None:
        name = self.dice.choice(list(disk.FAULTS))
        self.world.run(files={self.dice.randint(1, 90): disk.FAULTS[name]}, force=True)

    def faulty_mail(self) -> None:
        post = {}
        if self.world.letters:
            fault = self.dice.choice((*FAULTS, DOWN))
            post[self.dice.randint(1, 4)] = fault
        self.world.run(post=post, force=True)

    def opened(self) -> None:
        if self.world.opened() == 3:
            self.did["refused since the workbook was open"] += 1


Job = tuple[str, Callable[[Life], None]]
_QUIET: Job = ("run", Life.quiet)
_BACK: Job = ("clock set back", Life.clock_back)
_PERSON: Job = ("person during a run", Life.disturbed)
_SECOND: Job = ("second job", Life.doubled)
_CREDIT: Job = ("credit note", Life.credit)
_UNDO: Job = ("undo", Life.undo)
_MAIL: Job = ("run with faults of the mail", Life.faulty_mail)
_DISK = ("run with faults on disk", Life.faulty_disk)
JOBS: dict[str, tuple[list[Job], list[int]]] = {
    "sheet": (
        [_QUIET, ("run with faults", Life.many_faults), ("killed", Life.killed), _DISK, _PERSON, _SECOND, _MAIL, _BACK,
         _CREDIT, _UNDO],
        [25, 22, 12, 8, 18, 8, 8, 4, 6, 6],
    ),
    "file": (
        [_QUIET, _DISK, _PERSON, _SECOND, _MAIL, _BACK,
         _CREDIT, _UNDO, ("workbook open", Life.opened)],
        [25, 30, 15, 10, 10, 4, 6, 6, 6],
    ),
}  # fmt: skip
"""What a run meets, by kind of world, and how often."""


def live(seed: int) -> tuple[int, Counter[str]]:
    """A world's acts and what they were. Raises Violation, or whatever the program died of."""
    life = Life(random.Random(seed))
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
    asked.add_argument("--processes", type=int, default=os.cpu_count())
    options = asked.parse_args()
    if options.world is not None:
        failed, acts, did = one(options.world)
        print(failed or f"{acts} acts: {dict(did)}")
        return bool(failed)
    return many(options.acts, options.seed, options.keep_going, options.processes)


def one(seed: int) -> tuple[str, int, Counter[str]]:
    """How a world failed (blank: not at all), its acts and what they were."""
    with pytest.MonkeyPatch.context() as patch:
        remember_papers(patch)
        beyond(patch, drawn(seed))
        try:
            return "", *live(seed)
        except (Exception, Died):
            return traceback.format_exc(limit=-3), 0, Counter()


def many(acts: int, seed: int, keep_going: bool, processes: int) -> int:
    """Worlds in the order of their seeds until so many acts are done: which those are doesn't depend on `processes`."""
    done = worlds = failed = 0
    kinds: Counter[str] = Counter()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        for world, (fault, count, did) in _lived(pool, seed * 1_000_000):
            worlds, done, kinds = worlds + 1, done + count, kinds + did
            if fault:
                failed += 1
                print(f"{fault}failed: python -m tests.simulation.simulate --world {world}", flush=True)
            if worlds % 100 == 0:
                print(f"{done} acts in {worlds} worlds, {failed} failed", flush=True)
            if done >= acts or (fault and not keep_going):
                pool.shutdown(wait=False, cancel_futures=True)
                break
    print(f"{done} acts in {worlds} worlds from seed {seed}, {failed} failed: {dict(kinds.most_common())}")
    return 1 if failed else 0


def _lived(pool: ProcessPoolExecutor, first: int) -> Iterator[tuple[int, tuple[str, int, Counter[str]]]]:
    """Worlds and what became of them, in their order; some are begun ahead, so that no processor waits."""
    begun = deque[tuple[int, Future[tuple[str, int, Counter[str]]]]]()
    for world in itertools.count(first):
        begun.append((world, pool.submit(one, world)))
        if len(begun) == AHEAD:
            oldest, future = begun.popleft()
            yield oldest, future.result()


if __name__ == "__main__":
    sys.exit(main())
