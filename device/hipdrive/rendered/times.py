"""When the frames of a rendered runner are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from hipdrive.rendered.settings import RenderedSettings

START_NS = 5_000_000_000
"""A camera's clock does not begin with the session."""
NS = 1e9
_STREAM = 3


def frame_times_ns(settings: RenderedSettings) -> npt.NDArray[np.int64]:
    """True times of the frames that arrive, in order; each is when the frame was really taken."""
    camera = settings.camera
    chance = np.random.default_rng((settings.seed, _STREAM))
    count = max(1, round(settings.seconds * camera.fps))
    period_ns = NS / camera.fps
    # Two frames never come out of order.
    most_ns = min(camera.jitter_ms * 1e6, 0.45 * period_ns)
    late_ns = chance.uniform(-1, 1, count) * most_ns
    arrives = chance.random(count) >= camera.lost
    times = START_NS + np.rint(np.arange(count) * period_ns + late_ns).astype(np.int64)
    kept: npt.NDArray[np.int64] = times[arrives]
    return kept


def seconds(t_ns: int) -> float:
    """Time since the first frame, of a time on the clock of the frames."""
    return (t_ns - START_NS) / NS


def all_seconds(t_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The same for many."""
    return (t_ns - START_NS) / NS


def in_ns(t_s: float) -> int:
    """A time since the first frame, on the clock of the frames."""
    return START_NS + round(t_s * NS)
