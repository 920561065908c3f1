"""Strides from peaks, each checked before anything rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait import events
from hipdrive.gait.angles import bam_from_deg
from hipdrive.gait.calibration import UNCALIBRATED, Calibration
from hipdrive.gait.keypoints import ONE, Side
from hipdrive.gait.limb import knee_flex
from hipdrive.gait.metrics import catalogue
from hipdrive.gait.motion import Rejection, Stride
from hipdrive.gait.peaks import (
    LONGEST_STRIDE_NS,
    SHORTEST_STRIDE_NS,
    GridAngle,
    Peak,
    PeakFinder,
)
from hipdrive.gait.track import Track
from hipdrive.gait.usual import Usual
from hipdrive.gait.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hipdrive.gait.events import KneeTiming

LEAST_THIGH_EXT_BAM = bam_from_deg(-10)
MOST_THIGH_EXT_BAM = bam_from_deg(50)
"""Runners peak between 12 and 33 degrees; a pose model's bias adds up to 10 on either side."""
MOST_OF_EXCURSION_PERCENT = 60
"""Of how far the thigh swings, so much is behind the vertical at most: 21 to 48 % on people who run
and walk; seen the wrong way round, the rest of it."""
LEAST_KNEE_FLEX_BAM = bam_from_deg(-5)
"""A knee does not bend forwards; for a tenth of a stride a misplaced ankle may make it seem so."""
LEAST_EXCURSION_BAM = bam_from_deg(20)
"""Half of what slow running shows (about 40 degrees)."""
LENGTH_TOLERANCE_PERCENT = 15
"""A thigh does not change its length; a swapped or misplaced joint changes the segment's."""
NEARER_PERCENT = 40
"""But by so much if the trunk has changed as well: the runner, or the camera, has come nearer."""
TIME_TOLERANCE_PERCENT = 13
"""Runners vary their stride time by 1 to 2 %, and lost frames move a peak by a tenth of it; beyond
are a peak of the other leg, one that was missed, and a cut in a recording."""
TIME_TOLERANCE_AFTER_DOUBT_PERCENT = 25
"""After a stride that was rejected, of which the peak may lie elsewhere: this one's is judged."""
WIDEST_SPAN_NS = 110_000_000
"""Two frames lost in a row at 30 frames a second still leave a parabola; more do not."""
LEAST_SCORE = ONE * 3 // 10


class StrideCounter:
    """Turns the angles of one leg into strides.

    Args:
        leg: whose leg.
        near: whether it is the one on the camera's side.
        timing: where foot strike and toe-off lie.
        calibration: for the metrics that need a scale or the belt's speed.
    """

    def __init__(
        self,
        leg: Side,
        *,
        near: bool,
        timing: KneeTiming = events.ONE_RUNNER,
        calibration: Calibration = UNCALIBRATED,
    ) -> None:
        self._leg = leg
        self._near = near
        self._timing = timing
        self._calibration = calibration
        self._finder = PeakFinder()
        self._track = Track()
        self._lengths = Usual()
        self._shares = Usual()
        self._times = Usual()
        self._last_ns: int | None = None
        self._fast_before = True
        self._time_tolerance_percent = TIME_TOLERANCE_PERCENT
        self._score_sum = 0
        self._score_count = 0

    def reset(self) -> None:
        """A gap: the next stride starts at the next peak. The thigh keeps its length."""
        self._finder.reset()
        self._track.reset()
        self._last_ns = None
        self._fast_before = True
        self._time_tolerance_percent = TIME_TOLERANCE_PERCENT
        self._score_sum = self._score_count = 0

    def step(self, angle: GridAngle, score: int) -> Iterator[Stride]:
        """Take the next moment of the grid in and yield the stride that it ends, if any."""
        self._score_sum += score
        self._score_count += 1
        self._track.add(angle)
        peak = self._finder.step(angle)
        if peak is None:
            return
        if self._last_ns is not None:
            yield self._stride(peak, self._last_ns)
        self._last_ns = peak.t_ns
        self._score_sum = self._score_count = 0

    def _stride(self, peak: Peak, last_ns: int) -> Stride:
        stride_time_ns = peak.t_ns - last_ns
        leg = self._track.snapshot(ankle=True)
        rejection = self._check(peak, stride_time_ns)
        if _bends_forwards(leg.values(last_ns, peak.t_ns, knee_flex)):
            rejection = Rejection.FACING
        self._time_tolerance_percent = (
            TIME_TOLERANCE_AFTER_DOUBT_PERCENT if rejection else TIME_TOLERANCE_PERCENT
        )
        if rejection in {None, Rejection.SEGMENT_LENGTH}:
            self._lengths.learn(peak.thigh_length)
            self._shares.learn(peak.thigh_share)
        if _possible(stride_time_ns) and not peak.too_fast:
            self._times.learn(stride_time_ns)
        self._fast_before = peak.too_fast
        found = events.find(leg, last_ns, peak.t_ns, self._timing)
        window = Window(
            last_ns, peak, found, self._track.snapshot(ankle=False), leg, self._calibration
        )
        return Stride(
            t_ns=peak.t_ns,
            leg=self._leg,
            near=self._near,
            thigh_ext_bam=peak.thigh_ext_bam,
            hip_ext_bam=peak.hip_ext_bam,
            stride_time_ns=stride_time_ns,
            rejection=rejection,
            foot_strike_ns=found.foot_strike_ns,
            toe_off_ns=found.toe_off_ns,
            measures=() if rejection else catalogue.measure(window),
        )

    def _check(self, peak: Peak, stride_time_ns: int) -> Rejection | None:
        sound = {
            Rejection.STRIDE_TIME: _possible(stride_time_ns)
            # Once is a bump where the legs cross, twice in a row is a motion of twice the pace;
            # the first stride has to show that it is the former.
            and not (peak.too_fast and self._fast_before)
            and self._times.fits(stride_time_ns, self._time_tolerance_percent),
            Rejection.THIGH_EXT: LEAST_THIGH_EXT_BAM <= peak.thigh_ext_bam <= MOST_THIGH_EXT_BAM
            and 100 * peak.thigh_ext_bam <= MOST_OF_EXCURSION_PERCENT * peak.excursion_bam,
            Rejection.EXCURSION: peak.excursion_bam >= LEAST_EXCURSION_BAM,
            Rejection.GAP: peak.span_ns <= WIDEST_SPAN_NS,
            Rejection.LOW_SCORE: self._score_sum >= LEAST_SCORE * self._score_count,
            Rejection.SEGMENT_LENGTH: self._length_fits(peak),
        }
        return next((reason for reason, holds in sound.items() if not holds), None)

    def _length_fits(self, peak: Peak) -> bool:
        if self._lengths.fits(peak.thigh_length, LENGTH_TOLERANCE_PERCENT):
            return True
        return (
            peak.thigh_share > 0
            and self._shares.fits(peak.thigh_share, LENGTH_TOLERANCE_PERCENT)
            and self._lengths.fits(peak.thigh_length, NEARER_PERCENT)
        )


def _bends_forwards(knee_flex_bam: Sequence[int]) -> bool:
    """Whether the knee does what no knee can, for longer than a misplaced ankle would last."""
    return bool(knee_flex_bam) and (
        sorted(knee_flex_bam)[len(knee_flex_bam) // 10] < LEAST_KNEE_FLEX_BAM
    )


def _possible(stride_time_ns: int) -> bool:
    """Whether anybody runs so."""
    return SHORTEST_STRIDE_NS <= stride_time_ns <= LONGEST_STRIDE_NS
