"""From poses at any times to the runner on the uniform grid: steadied, resampled, low-passed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.gait.joints.legs import FILTERED_TRUNK_VALUES, TRUNK_VALUES, body_sample
from hipdrive.gait.joints.trunk import Trunk
from hipdrive.gait.signal.butterworth import COEFFICIENTS, Butterworth
from hipdrive.gait.signal.resample import PERIOD_NS, Resampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.gait.joints.legs import JointSelection, SegmentScores
    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.types.pose import Pose


class BodySignal:
    """The runner's joints as a signal.

    Args:
        selection: which joints.
        filter_hz: cut-off of the low-pass, a key of `butterworth.COEFFICIENTS`.
    """

    def __init__(self, selection: JointSelection, filter_hz: int) -> None:
        coefficients = COEFFICIENTS[filter_hz]
        self._selection = selection
        self._trunk = Trunk()
        self._resampler = Resampler()
        self._filter = Butterworth(coefficients)
        self._delay_ns = coefficients.delay_ns
        periods = self._delay_ns // PERIOD_NS
        # What leaves the filter now went in a delay ago, and so did the gap it may stem from.
        self._spans_ns: deque[int] = deque(maxlen=2 + periods)
        self._scores: deque[SegmentScores] = deque(maxlen=1 + periods)

    def reset(self) -> None:
        """A gap: from here on it may be another picture."""
        self._trunk.reset()
        self._resampler.reset()
        self._filter.reset()
        self._spans_ns.clear()
        self._scores.clear()

    def step(self, pose: Pose) -> Iterator[BodySample]:
        """Take one pose in, later than the one before; the samples of the grid up to it."""
        flat = self._selection.coordinates(pose)
        trunk = self._trunk.step(pose.t_ns, flat[:TRUNK_VALUES])
        flat[:TRUNK_VALUES] = trunk[:FILTERED_TRUNK_VALUES]
        scores = self._selection.scores(pose)
        spans_ns, older_scores = self._spans_ns, self._scores
        for grid_ns, values, span_ns in self._resampler.step(pose.t_ns, flat):
            smooth = self._filter.step(values)
            spans_ns.append(span_ns)
            older_scores.append(scores)
            t_ns = grid_ns - self._delay_ns
            try:
                yield body_sample(t_ns, smooth, max(spans_ns), scores, older_scores[0])
            except ZeroDivisionError:
                # Two joints on one spot have no direction; the grid goes on without this sample.
                continue
