"""Peaks of thigh extension, one a stride, in a stream of filtered angles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.signal import parabola
from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.angle import HALF_TURN, bam_from_deg

if TYPE_CHECKING:
    from hipdrive.gait.joints.samples import LegSample

CONFIRM_DROP_BAM = bam_from_deg(3)
"""A maximum is the peak once the angle has dropped this far below it. Runners swing the thigh
forward at about 2,300 degrees/s^2, so this takes some 50 ms; 1.5 degrees would save 15 of them and
let the noise of a quantised pose model end strides early. Before the maximum it must have been as
far below as well: with less, where a recording begins, the peak may have been before."""
CONFIRM_SAMPLES = 4
"""And so many samples after it at the earliest: 62 ms, by when the thigh of a runner has dropped by
those 3 degrees. So every peak is reported after the same time."""
FIRST_DROP_BAM = bam_from_deg(15)
"""The same at the start, when no valley before the maximum was looked for. How low the thigh was
until then says how far it swings: otherwise a bump where the legs cross would do for the next."""
LEAST_RISE_BAM = bam_from_deg(15)
LEAST_RISE_PERCENT = 70
"""A maximum may be a peak when it is this far above the valley: 15 degrees, and 70 % of the last
stride's excursion. Where the legs cross, a pose model may swap them for some frames; the bump it
leaves stays lower (53 to 66 % seen)."""
SHORTEST_STRIDE_NS = 500_000_000
LONGEST_STRIDE_NS = 1_100_000_000
"""240 and 109 steps a minute: running stays within these. No second peak is taken sooner than
the one; after the other, what the last stride was like is forgotten."""


class Peak(NamedTuple):
    """The peak of thigh extension of one stride.

    Attributes:
        t_ns: vertex of the parabola through the three samples around the maximum.
        thigh_ext_bam: height of the vertex.
        hip_ext_bam: `hip_ext` at `t_ns`, by the same interpolation.
        excursion_bam: height above the valley before it.
        thigh_length, trunk_length: at the maximum; the trunk's is 0 where it is not known.
        span_ns: widest interpolation among the three samples.
        too_fast: since the peak before there was another maximum, too soon for a stride.
        instead_of_first: the first peak, which was told before, was only a bump on the way here.
    """

    t_ns: int
    thigh_ext_bam: int
    hip_ext_bam: int
    excursion_bam: int
    thigh_length: int
    span_ns: int
    too_fast: bool = False
    trunk_length: int = 0
    instead_of_first: bool = False


class PeakFinder:
    """Alternates between looking for a valley and looking for a peak, with hysteresis."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the past, after a gap for example."""
        self._last: LegSample | None = None
        self._before: LegSample | None = None
        self._top: LegSample | None = None
        self._after: LegSample | None = None
        self._valley_bam = self._lowest_bam = HALF_TURN
        self._peak_ns: int | None = None
        self._peak_bam = 0
        self._climbing = self._first = True
        self._too_fast = False
        self._drop_bam = FIRST_DROP_BAM
        self._rise_bam = LEAST_RISE_BAM

    def step(self, angle: LegSample) -> Peak | None:
        """Take the next sample in; the peak that it confirms, if any."""
        last, self._last = self._last, angle
        bam = angle.thigh_ext_bam
        if not self._climbing:
            self._look_for_climb(angle, last)
            if not self._climbing:
                return None
        if self._drop_bam == FIRST_DROP_BAM:
            self._lowest_bam = min(self._lowest_bam, bam)
        if self._top is None or bam > self._top.thigh_ext_bam:
            self._valley_bam = min(self._valley_bam, self._lowest_bam)
            self._before, self._top, self._after = last, angle, None
            return None
        self._after = self._after or angle
        if angle.t_ns - self._top.t_ns < CONFIRM_SAMPLES * PERIOD_NS:
            return None
        if bam > self._top.thigh_ext_bam - self._drop_bam:
            return None
        if self._too_soon(self._top.t_ns) and not self._tops_the_first(self._top):
            # Waiting for something higher would be for ever after a misplaced joint.
            self._climbing = False
            self._too_fast = self._too_fast or self._as_high_as_the_last(self._top)
            return None
        return self._confirm(bam)

    def _look_for_climb(self, angle: LegSample, last: LegSample | None) -> None:
        bam = angle.thigh_ext_bam
        if self._peak_ns is not None and angle.t_ns - self._peak_ns > LONGEST_STRIDE_NS:
            self._peak_ns = None
            self._valley_bam = bam
            self._rise_bam = LEAST_RISE_BAM
        self._valley_bam = min(bam, self._valley_bam)
        # On the way down there is no peak ahead, however high it is.
        rising = last is not None and bam > last.thigh_ext_bam
        self._climbing = rising and bam >= self._valley_bam + self._rise_bam
        self._top = None

    def _as_high_as_the_last(self, top: LegSample) -> bool:
        """Whether a maximum that came too soon is too high for a bump.

        Motion faster than any running would look like sound strides of twice the time if such
        a maximum were passed over without a word.
        """
        rise, last_rise = top.thigh_ext_bam - self._valley_bam, self._peak_bam - self._valley_bam
        return 100 * rise >= LEAST_RISE_PERCENT * last_rise

    def _tops_the_first(self, top: LegSample) -> bool:
        """Whether the first peak, found without a valley before it, was only a bump on the way."""
        return self._first and top.thigh_ext_bam >= self._peak_bam + CONFIRM_DROP_BAM

    def _too_soon(self, t_ns: int) -> bool:
        return self._peak_ns is not None and t_ns - self._peak_ns < SHORTEST_STRIDE_NS

    def _confirm(self, bam: int) -> Peak | None:
        before, top, after = self._before, self._top, self._after
        valley = self._valley_bam
        self._climbing, self._valley_bam, self._drop_bam = False, bam, CONFIRM_DROP_BAM
        self._lowest_bam = HALF_TURN
        if before is None or top is None or after is None:
            return None
        excursion = top.thigh_ext_bam - valley
        if excursion < CONFIRM_DROP_BAM:
            return None
        instead_of_first = self._too_soon(top.t_ns)
        self._first = self._peak_ns is None
        self._peak_ns, self._peak_bam = top.t_ns, top.thigh_ext_bam
        self._rise_bam = max(LEAST_RISE_BAM, excursion * LEAST_RISE_PERCENT // 100)
        too_fast, self._too_fast = self._too_fast, False
        return _vertex(before, top, after, excursion)._replace(
            too_fast=too_fast, instead_of_first=instead_of_first
        )


def _vertex(a: LegSample, b: LegSample, c: LegSample, excursion_bam: int) -> Peak:
    """The parabola through three samples, b the highest and higher than a."""
    offset, height_bam = parabola.vertex(a.thigh_ext_bam, b.thigh_ext_bam, c.thigh_ext_bam)
    return Peak(
        t_ns=b.t_ns + parabola.in_ns(offset),
        thigh_ext_bam=height_bam,
        hip_ext_bam=parabola.between(a.hip_ext_bam, b.hip_ext_bam, c.hip_ext_bam, offset),
        excursion_bam=excursion_bam,
        thigh_length=b.thigh_length,
        trunk_length=b.trunk_length,
        span_ns=max(a.span_ns, b.span_ns, c.span_ns),
    )
