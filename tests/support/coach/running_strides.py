"""A coach fed with strides of known angles, one every 0.7 s."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.coach.coach import advance
from hipdrive.coach.settings import CoachSettings
from hipdrive.coach.state import CoachState
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from hipdrive.types.cue import Cue, CueKind
    from hipdrive.types.stride import Rejection

STRIDE_NS = 700_000_000
START_NS = 5_000_000_000_000

SETTINGS = CoachSettings(
    baseline_strides=5,
    raise_bam=bam_from_deg(2),
    guard_bam=bam_from_deg(5),
    buzz_gap_strides=8,
)
"""After a baseline of five strides of 10 degrees: low 10.5, target 12, high 17."""
IN_BAND_DEG, BELOW_DEG, ABOVE_DEG = 12.0, 8.0, 20.0


def stride(
    thigh_ext_deg: float,
    *,
    near: bool = True,
    rejection: Rejection | None = None,
    belt_mm_per_s: int | None = None,
) -> Stride:
    return stride_of_bam(
        bam_from_deg(thigh_ext_deg), near=near, rejection=rejection, belt_mm_per_s=belt_mm_per_s
    )


def stride_of_bam(
    thigh_ext_bam: int,
    *,
    near: bool = True,
    rejection: Rejection | None = None,
    belt_mm_per_s: int | None = None,
) -> Stride:
    return Stride(
        t_ns=START_NS,
        leg=Side.LEFT if near else Side.RIGHT,
        near=near,
        thigh_ext_bam=thigh_ext_bam,
        hip_ext_bam=-thigh_ext_bam,
        stride_time_ns=STRIDE_NS,
        rejection=rejection,
        belt_mm_per_s=belt_mm_per_s,
    )


@dataclass
class StridesOverTime:
    """The coach's state and the time, moved on stride by stride."""

    settings: CoachSettings = SETTINGS
    state: CoachState = field(default_factory=CoachState)
    t_ns: int = START_NS

    def take(self, *strides: Stride, after_ns: int = STRIDE_NS) -> tuple[Cue, ...]:
        """One frame that brings those strides."""
        self.t_ns += after_ns
        self.state, cues = advance(self.state, self.settings, self.t_ns, strides)
        return cues

    def run(self, *degrees: float) -> list[list[CueKind]]:
        """A frame for each stride; the kinds of cues that each brought."""
        return [[cue.kind for cue in self.take(stride(deg))] for deg in degrees]

    def run_bam(self, *bams: int) -> list[list[CueKind]]:
        return [[cue.kind for cue in self.take(stride_of_bam(bam))] for bam in bams]


def after_baseline(settings: CoachSettings = SETTINGS) -> StridesOverTime:
    """Straight after a baseline in which every stride was 10 degrees."""
    running = StridesOverTime(settings)
    running.run(*[10.0] * settings.baseline_strides)
    return running
