"""What the coach is doing now, for whatever shows, records or publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.types.band import Band
    from hipdrive.types.programme import ProgrammeStatus


class SilenceReason(StrEnum):
    """Why the coach does not judge the runner's strides at present."""

    NO_STRIDE_YET = "no_stride_yet"
    """No usable stride of the near leg since the session began."""
    BASELINE = "baseline"
    """The runner's own mean is being measured."""
    TOO_FEW_STRIDES = "too_few_strides"
    """Fewer strides than a mean needs since the baseline or the last pause."""
    PROBE = "probe"
    """The retention probe: what the runner does without feedback is measured."""
    OFF_BLOCK = "off_block"
    """A block of the programme without feedback."""
    PAUSE = "pause"
    """No usable stride for three seconds."""
    MUTED = "muted"
    """A command keeps the cues from the runner; strides are judged all the same."""


@dataclass(frozen=True, slots=True)
class CoachStatus:
    """The state of the coach after a frame.

    Attributes:
        led: what the LEDs show.
        band: where thigh extension is wanted; None until the baseline is complete.
        baseline_strides: strides of the baseline measured so far.
        baseline_strides_needed: strides that make it complete.
        recent_strides: how many strides `mean_bam` is the mean of.
        mean_bam: mean thigh extension of the latest strides, rounded down, BAM; None without one.
        target_offset_bam: how far a command has moved the target, BAM; positive is more extension.
        muted: True while a command keeps the cues from the runner.
        silence: why no stride is judged; None while they are judged.
        programme: where the runner is in the programme; None in free mode.
    """

    led: CueKind = CueKind.LED_OFF
    band: Band | None = None
    baseline_strides: int = 0
    baseline_strides_needed: int = 0
    recent_strides: int = 0
    mean_bam: int | None = None
    target_offset_bam: int = 0
    muted: bool = False
    silence: SilenceReason | None = SilenceReason.NO_STRIDE_YET
    programme: ProgrammeStatus | None = None


NOT_COACHED = CoachStatus()
"""Before the first frame, and where there is no coach."""
