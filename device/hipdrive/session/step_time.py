"""How long a step takes, also of what is no run, so that slow motion can be told.

The ankles are furthest apart once a step, whichever leg is taken for which, so the distance between
them repeats with the step; the lag at which it does is the step's time.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import LEFT_ANKLE, RIGHT_ANKLE
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.pose import Pose

BIN_NS = NS_PER_S // 20
"""Positions within it are averaged, which also takes the model's noise off."""
KEPT_BINS = 60 * 20
"""The latest minute; six steps at an eighth of the speed take twenty seconds."""
LEAST_CORRELATION = 0.5
"""Of the distance with itself one step later. Somebody who stands or turns about has less."""
SHARE_OF_HIGHEST = 0.7
"""A first maximum of the correlation may be a little lower than the next, which is the stride's."""

RUNNING_STEP_S = (0.27, 0.45)
"""222 to 133 steps a minute."""
SLOW_MOTION_FACTORS = (2, 4, 8, 16, 32)
"""60 to 960 frames a second played at 30."""


class StepTime:
    """Sink of poses; constant memory."""

    def __init__(self) -> None:
        self._bins: deque[float] = deque(maxlen=KEPT_BINS)
        self._bin = 0
        self._total_px = 0.0
        self._count = 0

    def add(self, pose: Pose) -> None:
        """Take a pose of a runner in."""
        number = pose.t_ns // BIN_NS
        if self._count and number != self._bin:
            # Where nobody was seen the last distance stands for what is not known.
            missing = min(number - self._bin, KEPT_BINS)
            self._bins.extend([self._total_px / self._count] * missing)
            self._total_px, self._count = 0.0, 0
        self._bin = number
        self._total_px += abs(pose[LEFT_ANKLE].x - pose[RIGHT_ANKLE].x) / ONE
        self._count += 1

    @property
    def seconds(self) -> float | None:
        """The time of a step; None where nothing repeats."""
        correlation = _autocorrelation(np.array(self._bins))
        if not (correlation < 0).any():
            return None
        start = int(np.argmax(correlation < 0))
        highest = float(correlation[start:].max())
        if highest < LEAST_CORRELATION:
            return None
        rises = np.diff(correlation)
        tops = 1 + np.flatnonzero((rises[:-1] > 0) & (rises[1:] <= 0))
        high = tops[(tops > start) & (correlation[tops] >= SHARE_OF_HIGHEST * highest)]
        # Half a step later the ankles pass each other; half a stride later they are apart again.
        high = high[correlation[high // 2] < 0]
        return float(high[0]) * BIN_NS / NS_PER_S if high.size else None

    @property
    def slow_motion(self) -> int | None:
        """The factor at which the steps would be a runner's; None where none fits."""
        seconds = self.seconds
        if seconds is None:
            return None
        least, most = RUNNING_STEP_S
        return next((f for f in SLOW_MOTION_FACTORS if least <= seconds / f <= most), None)


def _autocorrelation(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """By lag, up to half of the time; 1 at lag 0, empty without values that differ."""
    if not values.size or np.ptp(values) == 0:
        return np.empty(0)
    values = values - values.mean()
    count = len(values)
    products = [values[: count - lag] @ values[lag:] / (count - lag) for lag in range(count // 2)]
    return np.array(products) / (values @ values / count)
