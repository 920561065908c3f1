"""What the coach wants the runner to see or hear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CueKind(StrEnum):
    """The cues there are. One named `led_` holds until the next such; the others pass."""

    LED_OFF = "led_off"
    """No judgement: no runner, or no stride that can be used."""
    LED_BASELINE = "led_baseline"
    """Measuring the runner's own baseline."""
    LED_IN_BAND = "led_in_band"
    LED_BELOW = "led_below"
    LED_ABOVE = "led_above"
    LED_QUICKER_STEPS = "led_quicker_steps"
    """Instead of asking for more: steps a little quicker."""
    LED_LOOK_AHEAD = "led_look_ahead"
    """Instead of asking for more: head up, look ahead."""
    LED_LOST = "led_lost"
    """The runner, seen before, is out of sight."""
    BASELINE_DONE = "baseline_done"
    """The runner's own mean is known; from now on strides are judged."""
    BUZZ = "buzz"
    """One short tone. Several of the last strides were below the band: extend the hip further."""

    @property
    def holds(self) -> bool:
        """True for what the lights show until the next such cue."""
        return self.value.startswith("led_")


JUDGED = frozenset(
    {
        CueKind.LED_IN_BAND,
        CueKind.LED_BELOW,
        CueKind.LED_ABOVE,
        CueKind.LED_QUICKER_STEPS,
        CueKind.LED_LOOK_AHEAD,
        CueKind.BUZZ,
    }
)
"""Cues that tell the runner something of the latest stride, and so have to come in time."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue.

    Attributes:
        t_ns: time of the frame that decided it.
        kind: what to show or sound.
        thigh_ext_bam: the mean of the last strides that it rests on, BAM; None where it rests on
            no stride.
        peak_ns: time of the peak that ended the stride it was decided on; None where it was no
            stride.
    """

    t_ns: int
    kind: CueKind
    thigh_ext_bam: int | None = None
    peak_ns: int | None = None
