"""How often a cheat stops the coach from asking for more, and how often somebody honest does."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.practice.session import coach_of, practise
from hipdrive.practice.strides import StrideMaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import CoachConfig
    from hipdrive.practice.runners import PracticeRunner

TOLD_WITHIN = 10
"""Strides from the first one that is paid for to the last one at which more may be asked for."""
WATCHED = 30
"""Strides after those in which nothing may ask again, while the runner goes on paying."""
HONEST_STRIDES = 300
"""Of an honest runner, baseline and all: three and a half minutes."""


def cheat_is_stopped(make: Callable[[], PracticeRunner], config: CoachConfig, seed: int) -> bool:
    """True when a guest who cheats is asked for no more from `TOLD_WITHIN` strides on."""
    runner = make()
    strides = practise(runner, coach_of(config), StrideMaker(np.random.default_rng(seed)))
    next(stride for stride in strides if stride.paying)
    after = list(islice(strides, TOLD_WITHIN - 1 + WATCHED))[TOLD_WITHIN - 1 :]
    assert all(stride.paying for stride in after)  # noqa: S101  # they keep it up for longer
    return not any(stride.seen.asks_for_more for stride in after)


def honest_is_stopped(make: Callable[[], PracticeRunner], config: CoachConfig, seed: int) -> bool:
    """True when a guard trips on a guest who pays with nothing."""
    runner = make()
    strides = practise(runner, coach_of(config), StrideMaker(np.random.default_rng(seed)))
    return any(stride.status.guard for stride in islice(strides, HONEST_STRIDES))
