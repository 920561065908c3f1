"""How long a model takes for a picture on this machine."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.pose.model import outputs_for
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hipdrive.pose.model import PoseModel

RUNS = 15
WARM_UP_RUNS = 2
"""The first run lays memory out."""


def times_ms(
    models: Sequence[PoseModel], clock_ns: Callable[[], int], runs: int = RUNS
) -> list[float]:
    """The median time of each model for a picture, ms.

    They take turns, so that whatever else the machine does meets all of them alike.

    Args:
        models: loaded.
        clock_ns: a clock that only goes ahead.
        runs: of each model.
    """
    taken_ns: list[list[int]] = [[] for _ in models]
    pictures = [np.full(model.picture_shape, 127, np.uint8) for model in models]
    for turn in range(WARM_UP_RUNS + runs):
        for model, picture, taken in zip(models, pictures, taken_ns, strict=True):
            began_ns = clock_ns()
            model.read(outputs_for(model, picture))
            if turn >= WARM_UP_RUNS:
                taken.append(clock_ns() - began_ns)
    return [median(taken) / NS_PER_MS for taken in taken_ns]
