"""A message for people as a value: which sentence, and the figures in it; no language yet."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # pydantic reads the annotations at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

FieldValue: TypeAlias = float | int | str
"""A number, or the name of a word that the catalogue translates."""


class MessageId(StrEnum):
    """Every sentence that there is: its table in the catalogue and its name in it."""

    RECALL = "recall.before_start"
    """Runners kept what they had words for. About the belt and not the hip, because a focus on the
    effect is learnt better than one on the body (Wulf 2013)."""
    RECALL_WORDS = "recall.words"

    RUNNER_GUEST = "runner.guest"
    """Who runs without a name."""

    LIGHT_OFF = "light.off"
    LIGHT_BASELINE = "light.baseline"
    LIGHT_IN_BAND = "light.in_band"
    LIGHT_BELOW = "light.below"
    LIGHT_ABOVE = "light.above"
    LIGHT_QUICKER_STEPS = "light.quicker_steps"
    LIGHT_LOOK_AHEAD = "light.look_ahead"
    LIGHT_LOST = "light.lost"
    LIGHT_BASELINE_DONE = "light.baseline_done"

    SILENCE_NO_STRIDE_YET = "silence.no_stride_yet"
    SILENCE_BASELINE = "silence.baseline"
    SILENCE_TOO_FEW_STRIDES = "silence.too_few_strides"
    SILENCE_PROBE = "silence.probe"
    SILENCE_OFF_BLOCK = "silence.off_block"
    SILENCE_PAUSE = "silence.pause"
    SILENCE_GUARD = "silence.guard"
    SILENCE_MUTED = "silence.muted"

    GUARD_CONFIDENCE = "guard.confidence"
    GUARD_OFF_CENTRE = "guard.off_centre"
    GUARD_BELT_SPEED = "guard.belt_speed"
    GUARD_OVERSTRIDE = "guard.overstride"
    GUARD_SHANK_CONTACT = "guard.shank_contact"
    GUARD_CADENCE_DROP = "guard.cadence_drop"
    GUARD_CONTACT_TIME = "guard.contact_time"
    GUARD_BOUNCE = "guard.bounce"
    GUARD_TRUNK_LEAN = "guard.trunk_lean"
    GUARD_LEGS_DIFFER = "guard.legs_differ"
    GUARD_CADENCE_RISE = "guard.cadence_rise"
    GUARD_DOSE = "guard.dose"

    THIGH_UP = "change.thigh_ext_up"
    THIGH_DOWN = "change.thigh_ext_down"
    THIGH_UP_SINCE = "change.thigh_ext_up_since_baseline"
    THIGH_DOWN_SINCE = "change.thigh_ext_down_since_baseline"

    TRY_PUSH_BACK = "try.push_back"
    TRY_PUSH_LESS = "try.push_less"
    TRY_KEEP_WORDS = "try.keep_words"
    TRY_QUICKER_STEPS = "try.quicker_steps"
    TRY_LONGER_PUSH = "try.longer_push"
    TRY_LAND_NEARER = "try.land_nearer"
    TRY_LAND_UNDER = "try.land_under"
    TRY_LOOK_AHEAD = "try.look_ahead"
    TRY_TO_THE_FRONT = "try.to_the_front"
    TRY_LOW_CEILING = "try.low_ceiling"
    TRY_HOT_BELT = "try.hot_belt"

    REST_CONTACT = "rest.contact_time"
    REST_BOUNCE = "rest.bounce"
    REST_TOE = "rest.foot_contact_angle"

    EXERCISE_BRIDGE = "exercise.bridge"
    EXERCISE_STRETCH = "exercise.stretch"

    SUMMARY_RUN = "summary.run"
    SUMMARY_THIGH = "summary.thigh_ext"
    SUMMARY_BAND = "summary.band"
    SUMMARY_WITHHELD = "summary.withheld"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, before it is put into a language.

    Attributes:
        id: which sentence.
        fields: by the names that the sentence has for them, in the units it says.
    """

    id: MessageId
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
