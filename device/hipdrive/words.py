"""Plain words for what sessions call by short names."""

from __future__ import annotations

from hipdrive.types.cue import CueKind

CUES = {
    CueKind.LED_OFF: "lights out",
    CueKind.LED_BASELINE: "baseline measured",
    CueKind.LED_IN_BAND: "in the band",
    CueKind.LED_BELOW: "below the band",
    CueKind.LED_ABOVE: "above the band",
    CueKind.LED_QUICKER_STEPS: "asked for quicker steps",
    CueKind.LED_LOOK_AHEAD: "asked to look ahead",
    CueKind.LED_LOST: "out of sight",
    CueKind.BASELINE_DONE: "baseline done",
    CueKind.BUZZ: "buzz",
}
"""What a cue told the runner."""
