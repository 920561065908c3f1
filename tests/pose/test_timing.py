"""A model's time, told by a clock that the test winds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.pose.movenet.model import WINDOW
from hipdrive.pose.timing import WARM_UP_RUNS, times_ms
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.pose.model import ModelOutputs
MS = 1_000_000


class Clock:
    t_ns = 0

    def __call__(self) -> int:
        return self.t_ns


class SlowModel:
    """Takes as long as it is told, run by run."""

    skeleton, runtime, decode, window = COCO_17, "none", "stock", WINDOW
    picture_shape = (8, 8, 3)

    def __init__(self, clock: Clock, runs_ms: list[int]) -> None:
        self._clock = clock
        self._runs_ms = runs_ms

    def fill(self, picture: npt.NDArray[np.uint8]) -> None: ...

    def run(self) -> None:
        self._clock.t_ns += self._runs_ms.pop(0) * MS

    def outputs(self) -> ModelOutputs:
        return ()

    def read(self, _outputs: ModelOutputs) -> npt.NDArray[np.float32]:
        return np.zeros((len(COCO_17), 3), np.float32)


def test_the_time_is_the_median_without_the_first_runs() -> None:
    clock = Clock()
    steady = SlowModel(clock, [900] * WARM_UP_RUNS + [7, 500, 6, 8, 7])
    quick = SlowModel(clock, [300] * WARM_UP_RUNS + [2, 3, 2, 2, 90])
    assert times_ms([steady, quick], clock, runs=5) == [7, 2]
