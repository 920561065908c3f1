"""What the coach wants the runner to see or hear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class CueKind(StrEnum):
    """The cues there are. An LED cue holds until the next LED cue; a buzz is one short tone."""

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
    BUZZ = "buzz"
    """Several of the last strides were below the band: extend the hip further."""


SENTENCES: Mapping[CueKind, str] = {
    CueKind.LED_QUICKER_STEPS: "take slightly quicker steps",
    CueKind.LED_LOOK_AHEAD: "look ahead, to the end of the room",
}
"""What the cues of guards say to the runner, phrased outward."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue.

    Attributes:
        t_ns: time of the frame that decided it.
        kind: what to show or sound.
        thigh_ext_bam: the mean of the last strides that it rests on, BAM; None where it rests on
            no stride.
    """

    t_ns: int
    kind: CueKind
    thigh_ext_bam: int | None = None
