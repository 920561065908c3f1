"""The context of a stride: other people, the trunk, and both legs."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from operator import attrgetter
from typing import TYPE_CHECKING

from hipdrive.gait.signal.resample import PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.stride_finder import StrideCandidate
    from hipdrive.gait.joints.samples import BodySample

KEPT_NS = 1_200_000_000
"""A stride and what passes until it is known."""
_t_ns = attrgetter("t_ns")


class Surroundings:
    """The last samples of the whole runner, in bounded memory.

    Attributes:
        facing_contradicted: the knees say that the runner faces the other way.
        crowded_ns: time of the last pose with other people in the picture; None: none yet.
    """

    def __init__(self) -> None:
        self._samples: deque[BodySample] = deque(maxlen=KEPT_NS // PERIOD_NS)
        self.facing_contradicted = False
        self.crowded_ns: int | None = None

    def reset(self) -> None:
        """A gap: what was before it does not count."""
        self._samples.clear()

    def add(self, sample: BodySample) -> None:
        """Take the next sample in."""
        self._samples.append(sample)

    def during(self, stride: StrideCandidate) -> Sequence[BodySample]:
        """The samples of a stride, oldest first."""
        samples = list(self._samples)
        first = bisect_left(samples, stride.began_ns, key=_t_ns)
        return samples[first : bisect_left(samples, stride.peak.t_ns, first, key=_t_ns)]

    def at(self, t_ns: int, within_ns: int) -> BodySample | None:
        """The sample at a time or just before; None where it is further back than `within_ns`."""
        newest = list(self._samples)[-(within_ns // PERIOD_NS) :]
        return next((sample for sample in reversed(newest) if sample.t_ns <= t_ns), None)
