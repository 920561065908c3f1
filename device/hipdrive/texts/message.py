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

    RECALL = "recall.push_back"

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


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, before it is put into a language.

    Attributes:
        id: which sentence.
        fields: by the names that the sentence has for them, in the units it says.
    """

    id: MessageId
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
