"""Each cheat stops the asking within ten strides; who pays with nothing is not stopped."""

from __future__ import annotations

import pytest

from hipdrive.config import CoachConfig
from hipdrive.practice.rates import cheat_is_stopped, honest_is_stopped
from hipdrive.practice.runners import GoodResponder, Leaner, NonResponder, OverCorrector, Quickener

pytestmark = pytest.mark.long

CONFIG = CoachConfig()


@pytest.mark.parametrize("cheat", [Quickener, Leaner])
def test_a_cheat_is_asked_for_no_more_in_95_of_100_runs(cheat: type[Quickener | Leaner]) -> None:
    assert sum(cheat_is_stopped(cheat, CONFIG, seed) for seed in range(100)) >= 95


@pytest.mark.parametrize("honest", [GoodResponder, NonResponder, OverCorrector])
def test_who_is_honest_is_stopped_in_5_of_100_runs_at_most(
    honest: type[GoodResponder | NonResponder | OverCorrector],
) -> None:
    assert sum(honest_is_stopped(honest, CONFIG, seed) for seed in range(300)) <= 15
