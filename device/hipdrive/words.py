"""Plain words for what sessions call by short names."""

from __future__ import annotations

from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection

REJECTIONS = {
    Rejection.STRIDE_TIME: "too short or too long for a stride",
    Rejection.THIGH_EXT: "an angle that no thigh reaches",
    Rejection.EXCURSION: "the thigh hardly swung, or swung too far",
    Rejection.SEGMENT_LENGTH: "the thigh changed its length: a joint was misplaced",
    Rejection.GAP: "frames were missing",
    Rejection.LOW_SCORE: "joints were hard to see",
    Rejection.LEGS_TOGETHER: "both legs were found on one",
    Rejection.FACING: "the runner faced the other way",
    Rejection.NOT_RUNNING: "no flight between the steps: a walk, or slow motion",
    Rejection.TOO_SMALL: "the runner was too small in the picture",
    Rejection.SEVERAL_PEOPLE: "somebody else was in the picture",
}
"""Why a stride was left out."""
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
NO_SESSION = "no session"
CAMERA_CLOSED = "private: the camera is closed"
STARTING = "starting"
METRICS = {
    "thigh_ext": "thigh extension",
    "hip_ext": "hip extension",
    "knee_flex_contact": "knee flexion at contact",
    "knee_flex_stance": "most knee flexion in stance",
    "knee_flex_toe_off": "knee flexion at toe-off",
    "knee_flex_swing": "most knee flexion in swing",
    "shank_contact": "shank angle at contact",
    "ankle_toe_off": "ankle angle at toe-off",
    "foot_contact_angle": "foot angle at contact",
    "bounce": "vertical oscillation, of leg length",
}
"""Metrics whose short name is no plain one; the others are called by their name."""
VERDICTS = {"no_runner": "nobody was seen", "cut": "the video is cut"}


def rejection(name: str) -> str:
    """Why a stride was left out; a reason of another version as it is called."""
    return REJECTIONS[Rejection(name)] if name in set(Rejection) else name.replace("_", " ")


def metric(name: str) -> str:
    """What a metric is called."""
    return METRICS.get(name, name.replace("_", " "))


def verdict(name: str) -> str:
    """What a session was."""
    return VERDICTS.get(name, name.replace("_", " "))
