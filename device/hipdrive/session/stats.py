"""Counts and sums over a session, in constant memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.session.before_after import BeforeAfter
from hipdrive.session.frames_to_cue import FramesToCue
from hipdrive.session.mean_stride_time import MeanStrideTime, cadence_spm
from hipdrive.session.metric_sums import MetricSums
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.types.band import Band
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.stride import Stride


LONGEST_PAUSE_NS = 12 * 3600 * NS_PER_S
"""Nobody pauses for half a day: a longer gap is a clock or a file that is wrong."""


@dataclass(frozen=True, slots=True)
class AngleStatistics:
    """Mean, sample standard deviation and extremes over accepted near-leg strides, in degrees.

    All None without a stride; `sd_deg` None with one.
    """

    mean_deg: float | None
    sd_deg: float | None
    min_deg: float | None
    max_deg: float | None


@dataclass(slots=True)
class AngleSums:
    """Running sums of an angle, BAM; exact, because they are integers."""

    count: int = 0
    total_bam: int = 0
    squares_bam2: int = 0
    min_bam: int = 0
    max_bam: int = 0

    def add(self, bam: int) -> None:
        """Take one angle in, BAM."""
        self.min_bam = min(self.min_bam, bam) if self.count else bam
        self.max_bam = max(self.max_bam, bam) if self.count else bam
        self.count += 1
        self.total_bam += bam
        self.squares_bam2 += bam * bam

    def statistics(self) -> AngleStatistics:
        """Mean, SD and extremes, degrees."""
        if not self.count:
            return AngleStatistics(None, None, None, None)
        n = self.count
        sd = None
        if n > 1:
            spread = n * self.squares_bam2 - self.total_bam**2
            sd = deg_from_bam(1) * math.sqrt(spread / (n * (n - 1)))
        return AngleStatistics(
            deg_from_bam(self.total_bam) / n,
            sd,
            deg_from_bam(self.min_bam),
            deg_from_bam(self.max_bam),
        )


@dataclass(slots=True)
class SessionStats:
    """Sink that counts and sums; what the summary is made of.

    Attributes:
        metric_sums: of every metric.
        first_t_ns, last_t_ns: time of the first and the latest frame.
        jumped_ns: how far the times jumped in between, which is no part of the session.
        strides: accepted strides of the near leg.
        rejections: strides of the near leg that failed a check, by reason.
        far_strides: accepted strides of the far leg.
        thigh_ext, hip_ext: peaks over the accepted strides of the near leg.
        cues: how often the runner got each.
        band: the latest that the coach had.
        withheld: at how many strides "more" was due and not said, by the name of the guard.
        frames_to_cue: from a peak to the frame in which it became known.
        near_times, far_times: of each leg's strides; what the cadence comes from.
        before_after: the near leg before the first feedback and since.
    """

    frames: int = 0
    frames_without_runner: int = 0
    first_t_ns: int = 0
    last_t_ns: int = 0
    jumped_ns: int = 0
    strides: int = 0
    rejections: dict[Rejection, int] = field(default_factory=lambda: dict.fromkeys(Rejection, 0))
    far_strides: int = 0
    thigh_ext: AngleSums = field(default_factory=AngleSums)
    hip_ext: AngleSums = field(default_factory=AngleSums)
    metric_sums: MetricSums = field(default_factory=MetricSums)
    cues: dict[CueKind, int] = field(default_factory=lambda: dict.fromkeys(CueKind, 0))
    band: Band | None = None
    withheld: Mapping[str, int] = field(default_factory=dict)
    _last_band: Band | None = None
    _seen_before: bool = False
    _steps: int = 0
    _steps_ns: int = 0
    frames_to_cue: FramesToCue = field(default_factory=FramesToCue)
    near_times: MeanStrideTime = field(default_factory=MeanStrideTime)
    far_times: MeanStrideTime = field(default_factory=MeanStrideTime)
    before_after: BeforeAfter = field(default_factory=BeforeAfter)

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        pose = result.pose
        seen = pose.runner_seen
        if not self.frames:
            self.first_t_ns = pose.t_ns
        elif pose.t_ns - self.last_t_ns > LONGEST_PAUSE_NS:
            self.jumped_ns += pose.t_ns - self.last_t_ns
        elif seen and self._seen_before:
            # A device rests while nobody is there; that says nothing of how the runner was seen.
            self._steps += 1
            self._steps_ns += pose.t_ns - self.last_t_ns
        self._seen_before = seen
        self.frames += 1
        self.frames_without_runner += not seen
        self.last_t_ns = pose.t_ns
        # A stride that completed the baseline, or began a new one, was not judged by a band, nor is
        # one in a silent block of the programme.
        band, before = result.coach.band, self._last_band
        judged = band == before and not result.coach.dark
        self._last_band = band
        self.band = band or self.band
        self.before_after.on_status(result.coach.own, judged=judged and band is not None)
        self.frames_to_cue.on_frame(result)
        self.withheld = result.coach.withheld
        for stride in result.gait.strides:
            self._count(stride, band if judged else None)
            if stride.near and stride.accepted:
                self.before_after.add(stride)
        for cue in result.cues:
            self.cues[cue.kind] += 1

    def _count(self, stride: Stride, band: Band | None) -> None:
        if stride.accepted:
            self.metric_sums.add(stride, band)
        if stride.times_cadence:
            (self.near_times if stride.near else self.far_times).add(stride)
        if not stride.near:
            self.far_strides += stride.accepted
            return
        if stride.rejection is not None:
            self.rejections[stride.rejection] += 1
            return
        self.strides += 1
        self.thigh_ext.add(stride.thigh_ext_bam)
        self.hip_ext.add(stride.hip_ext_bam)

    @property
    def rejected_strides(self) -> int:
        """Strides of the near leg that failed a check."""
        return sum(self.rejections.values())

    @property
    def duration_s(self) -> float:
        """From the first frame to the latest, without jumps, in seconds."""
        return (self.last_t_ns - self.first_t_ns - self.jumped_ns) / NS_PER_S

    @property
    def fps(self) -> float:
        """Frames a second while a runner was seen, on the average; 0 for a single frame."""
        if self._steps_ns > 0:
            return self._steps * NS_PER_S / self._steps_ns
        return (self.frames - 1) / self.duration_s if self.duration_s else 0.0

    @property
    def timed_strides(self) -> int:
        """Strides of both legs that the cadence comes from."""
        return self.near_times.sums()[0] + self.far_times.sums()[0]

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute, two a stride, from the mean time of both legs' strides.

        A stride whose angle was rejected still counts here if its time is sound: leaving it out
        would leave the error of its end in the stride that follows. None when fewer than half of
        the near leg's strides can be used: that is something else than running, or slow motion.
        """
        if self.strides < self.rejected_strides:
            return None
        return cadence_spm(self.near_times, self.far_times)
