"""What the coach is doing now, for whatever shows, records or publishes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.types.band import Band
    from hipdrive.types.programme import Block, ProgrammeStatus


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
    GUARD = "guard"
    """A guard is tripped: nothing asks for more; `CoachStatus.guard` says which."""
    MUTED = "muted"
    """A command keeps the cues from the runner; strides are judged all the same."""


class GuardReason(StrEnum):
    """Why nobody is asked for more: the names of the guards that hipdrive has itself.

    Of the metrics each is against the runner's own baseline.
    """

    CONFIDENCE = "confidence"
    """Too many of the latest strides could not be used."""
    OFF_CENTRE = "off_centre"
    """The runner is not in the middle of the picture."""
    BELT_SPEED = "belt_speed"
    """The belt's speed changes, or is another than in the baseline."""
    OVERSTRIDE = "overstride"
    """The foot lands further ahead of the hip."""
    SHANK_CONTACT = "shank_contact"
    """The foot lands further ahead of the knee."""
    CADENCE_DROP = "cadence_drop"
    """Fewer steps a minute."""
    CONTACT_TIME = "contact_time"
    """The foot stays longer on the belt."""
    BOUNCE = "bounce"
    """The hip goes further up and down."""
    TRUNK_LEAN = "trunk_lean"
    """The trunk leans otherwise."""
    LEGS_DIFFER = "legs_differ"
    """One thigh drives further back, compared to the other one, than before."""
    CADENCE_RISE = "cadence_rise"
    """More steps a minute, which are shorter ones."""
    DOSE = "dose"
    """Enough cues for today, in the first week."""


@dataclass(frozen=True, slots=True)
class OwnMean:
    """The runner's own thigh extension over silent strides, which the band rests on.

    Attributes:
        earlier: True if it was measured in an earlier session.
        belt_mm_per_s: speed of the belt; None: not known.
        strides: of the near leg.
        mean_bam, sd_bam: over them, BAM.
    """

    earlier: bool
    belt_mm_per_s: int | None
    strides: int
    mean_bam: int
    sd_bam: int


@dataclass(frozen=True, slots=True)
class CoachStatus:
    """The state of the coach after a frame.

    Attributes:
        led: what the LEDs show.
        band: where thigh extension is wanted; None until the baseline is complete.
        own: what it rests on; None until then.
        baseline_strides: strides of the baseline measured so far.
        baseline_strides_needed: strides that make it complete.
        recent_strides: how many strides `mean_bam` is the mean of.
        mean_bam: mean thigh extension of the latest strides, rounded down, BAM; None without one.
        target_offset_bam: how far a command has moved the target, BAM; positive is more extension.
        muted: True while a command keeps the cues from the runner.
        silence: why no stride is judged; None while they are judged.
        programme: where the runner is in the programme; None in free mode.
        guard: name of the guard for which nobody is asked for more; the first one of those that
            are tripped. None: none is.
        withheld: at how many strides of the session "more" was due and not said, by the name of
            the guard.
    """

    led: CueKind = CueKind.LED_OFF
    band: Band | None = None
    own: OwnMean | None = None
    baseline_strides: int = 0
    baseline_strides_needed: int = 0
    recent_strides: int = 0
    mean_bam: int | None = None
    target_offset_bam: int = 0
    muted: bool = False
    silence: SilenceReason | None = SilenceReason.NO_STRIDE_YET
    programme: ProgrammeStatus | None = None
    guard: str | None = None
    withheld: Mapping[str, int] = field(default_factory=dict)

    @property
    def block(self) -> Block | None:
        """Of the programme; None in free mode and before the first usable stride."""
        return None if self.programme is None else self.programme.block

    @property
    def dark(self) -> bool:
        """True while the programme wants silence."""
        return self.block is not None and self.block.dark

    def block_left_ns(self, t_ns: int) -> int | None:
        """From a frame's time to the next change of the block, ns; None where there is none."""
        block = self.block
        return None if block is None or block.ends_ns is None else max(block.ends_ns - t_ns, 0)


NOT_COACHED = CoachStatus()
"""Before the first frame, and where there is no coach."""
