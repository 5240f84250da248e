"""The simulated world as a state machine: Hypothesis looks for the shortest way to something that must never happen."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.simulation.issued import Violation
from tests.simulation.memo import remember_papers
from tests.simulation.simulate import Life
from tests.simulation.sizes import LIMITS, beyond
from tests.simulation.test_mutants import Patch, always_writes, forgets_answers

FEW = settings(
    max_examples=25, stateful_step_count=15, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip


class Machine(RuleBasedStateMachine):
    life: Life | None = None

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()

    @initialize(dice=st.randoms(use_true_random=False), limits=st.sets(st.sampled_from(list(LIMITS))))
    def begin(self, dice: random.Random, limits: set[str]) -> None:
        beyond(self.patch, limits)
        self.life = Life(dice)
        self.life.world.run()

    @rule()
    def person(self) -> None:
        assert self.life
        self.life.person()

    @rule()
    def time_passes(self) -> None:
        assert self.life
        self.life.time_passes()

    @rule()
    def job(self) -> None:
        assert self.life
        self.life.job()

    @rule()
    def headers_are_right_again(self) -> None:
        assert self.life
        self.life.world.restore()

    def teardown(self) -> None:
        try:
            if self.life:
                self.life.world.calm()
        finally:
            self.patch.undo()
            if self.life:
                self.life.world.close()


@pytest.mark.parametrize("mutant", [always_writes, forgets_answers])
def test_it_finds_planted_faults(mutant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    remember_papers(monkeypatch)
    mutant(monkeypatch)
    first = settings(FEW, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    with pytest.raises(Violation):
        run_state_machine_as_test(Machine, settings=first)


def test_machine(monkeypatch: Patch) -> None:
    remember_papers(monkeypatch)
    run_state_machine_as_test(Machine, settings=FEW)
