"""Strides of one leg, from peak to peak, before they are screened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.events.leg_track import LegTrack
from hipdrive.gait.events.leg_values import knee_flex
from hipdrive.gait.events.peaks import PeakFinder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.leg_track import LegWindow
    from hipdrive.gait.events.peaks import Peak
    from hipdrive.gait.joints.samples import LegSample
    from hipdrive.types.side import Side


class StrideCandidate(NamedTuple):
    """What may be a stride.

    Attributes:
        leg: whose leg.
        near: whether it is the one on the camera's side.
        began_ns: time of the peak before.
        peak: the peak that ends it.
        score_sum: sum of the thigh's scores over its samples, Q16.16.
        score_count: how many samples.
        window: the leg's samples over it and a little more, for what needs the ankle.
        knee_flex_bam: of the knee, sample by sample; empty where a lost frame too many or an
            ankle that was not seen leaves it unknown.
    """

    leg: Side
    near: bool
    began_ns: int
    peak: Peak
    score_sum: int
    score_count: int
    window: LegWindow
    knee_flex_bam: Sequence[int] = ()

    @property
    def stride_time_ns(self) -> int:
        """From peak to peak."""
        return self.peak.t_ns - self.began_ns


class StrideFinder:
    """Turns the angles of one leg into strides.

    Args:
        leg: whose leg.
        near: whether it is the one on the camera's side.
    """

    def __init__(self, leg: Side, *, near: bool) -> None:
        self._leg = leg
        self._near = near
        self._peaks = PeakFinder()
        self._track = LegTrack()
        self._last_ns: int | None = None
        self._score_sum = self._score_count = 0

    def reset(self) -> None:
        """A gap: the next stride starts at the next peak."""
        self._peaks.reset()
        self._track.reset()
        self._last_ns = None
        self._score_sum = self._score_count = 0

    def step(self, sample: LegSample) -> StrideCandidate | None:
        """Take the next sample in; the stride that it ends, if any."""
        self._score_sum += sample.thigh_score
        self._score_count += 1
        self._track.add(sample)
        peak = self._peaks.step(sample)
        if peak is None:
            return None
        found = None
        if self._last_ns is not None and not peak.instead_of_first:
            began_ns, scores = self._last_ns, (self._score_sum, self._score_count)
            leg = self._track.snapshot(ankle=True)
            flexions = leg.values(began_ns, peak.t_ns, knee_flex)
            found = StrideCandidate(self._leg, self._near, began_ns, peak, *scores, leg, flexions)
        self._last_ns = peak.t_ns
        self._score_sum = self._score_count = 0
        return found

    def trunk(self) -> LegWindow:
        """The samples of the last stride and a little more, for what needs no ankle."""
        return self._track.snapshot(ankle=False)
