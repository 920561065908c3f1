"""One stride of one leg, and why it may not be used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.types.side import Side

THIGH_EXT = "thigh_ext/1"
"""Thigh (hip to knee) against gravity, positive when the knee is behind the hip; the peak of a
stride is the vertex of the parabola through the three samples around the maximum."""

HIP_EXT = "hip_ext/1"
"""`thigh_ext` minus forward trunk lean (hip to shoulder against gravity), at the time of the
peak of `thigh_ext`. Not the clinical, pelvis-relative angle."""


class Rejection(StrEnum):
    """Why a stride is not used."""

    STRIDE_TIME = "stride_time"
    THIGH_EXT = "thigh_ext"
    EXCURSION = "excursion"
    SEGMENT_LENGTH = "segment_length"
    GAP = "gap"
    LOW_SCORE = "low_score"
    LEGS_TOGETHER = "legs_together"
    FACING = "facing"
    NOT_RUNNING = "not_running"
    TOO_SMALL = "too_small"
    SEVERAL_PEOPLE = "several_people"


UNTIMED = frozenset(
    {
        Rejection.STRIDE_TIME,
        Rejection.EXCURSION,
        Rejection.LEGS_TOGETHER,
        Rejection.FACING,
        Rejection.NOT_RUNNING,
        Rejection.TOO_SMALL,
        Rejection.SEVERAL_PEOPLE,
    }
)
"""Rejections after which it is uncertain that there was a stride at all."""


@dataclass(frozen=True, slots=True)
class Stride:
    """One stride of one leg: from one peak of thigh extension to the next.

    Attributes:
        t_ns: time of the peak that ends the stride.
        leg: whose leg, left or right of the runner.
        near: True for the leg on the camera's side, the one that is coached.
        thigh_ext_bam: peak of `thigh_ext/1`, BAM.
        hip_ext_bam: `hip_ext/1`, BAM.
        stride_time_ns: time since the peak before.
        rejection: None for a stride to be used, else why not.
        foot_strike_ns, toe_off_ns: the contact before the peak, estimated from the knee, or foot
            strike from the foot (`gait.events`); None where that does not show them.
        measures: of an accepted stride, parallel to the engine's metrics and in their
            whole units; empty for a rejected one.
        events_of_foot: the model sees heel and toe, and foot strike comes from them.
        belt_mm_per_s: speed of the belt while it lasted: measured, else as configured; None: not
            known.
        off_centre: for most of the stride the runner was not in the middle of the picture.
    """

    t_ns: int
    leg: Side
    near: bool
    thigh_ext_bam: int
    hip_ext_bam: int
    stride_time_ns: int
    rejection: Rejection | None
    foot_strike_ns: int | None = None
    toe_off_ns: int | None = None
    measures: tuple[int | None, ...] = ()
    events_of_foot: bool = False
    belt_mm_per_s: int | None = None
    off_centre: bool = False

    @property
    def accepted(self) -> bool:
        """True for a stride that may be used."""
        return self.rejection is None

    @property
    def times_cadence(self) -> bool:
        """True when the time of the stride can be trusted, whatever its angle."""
        return self.rejection not in UNTIMED
