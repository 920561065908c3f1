"""Values that can be read of a sample of a leg."""

from __future__ import annotations

from math import isqrt
from operator import attrgetter
from typing import TYPE_CHECKING

from hipdrive.types.angle import wrap

if TYPE_CHECKING:
    from hipdrive.gait.events.leg_track import Value
    from hipdrive.gait.joints.samples import LegSample


thigh_ext: Value = attrgetter("thigh_ext_bam")
"""`thigh_ext`, BAM."""
knee_flex: Value = attrgetter("knee_flex_bam")
"""Flexion of the knee, 0 when straight, BAM."""


def lean(sample: LegSample) -> int:
    """Forward lean of the trunk, BAM."""
    return wrap(sample.thigh_ext_bam - sample.hip_ext_bam)


def shank(sample: LegSample) -> int | None:
    """The shank against gravity, positive when the ankle is ahead of the knee, BAM."""
    if sample.knee_flex_bam is None:
        return None
    return wrap(-(sample.thigh_ext_bam + sample.knee_flex_bam))


def hip_down(sample: LegSample) -> int | None:
    """Height of the hip, down positive, Q16.16 px."""
    joints = sample.joints
    return None if joints is None else joints.hip_y


def ankle_ahead(sample: LegSample) -> int | None:
    """How far the ankle is ahead of the hip, Q16.16 px."""
    return None if sample.joints is None else sample.joints.ankle_x - sample.joints.hip_x


def further_value(number: int) -> Value:
    """What reads one of `LegJoints.further`."""

    def value(sample: LegSample) -> int | None:
        return None if sample.joints is None else sample.joints.further[number]

    return value


def leg_length(sample: LegSample) -> int | None:
    """Hip to knee and knee to ankle, Q16.16 px."""
    if sample.joints is None:
        return None
    hip_x, hip_y, knee_x, knee_y, ankle_x, ankle_y, _, _ = sample.joints
    thigh = isqrt((knee_x - hip_x) ** 2 + (knee_y - hip_y) ** 2)
    return thigh + isqrt((ankle_x - knee_x) ** 2 + (ankle_y - knee_y) ** 2)
