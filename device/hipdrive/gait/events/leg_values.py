"""What can be read of a leg at one moment of the grid."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.types.angle import wrap

if TYPE_CHECKING:
    from hipdrive.gait.events.leg_track import Value
    from hipdrive.gait.joints.samples import LegSample


def thigh_ext(moment: LegSample) -> int:
    """`thigh_ext`, BAM."""
    return moment.thigh_ext_bam


def lean(moment: LegSample) -> int:
    """Forward lean of the trunk, BAM."""
    return wrap(moment.thigh_ext_bam - moment.hip_ext_bam)


def knee_flex(moment: LegSample) -> int | None:
    """Flexion of the knee, 0 when straight, BAM."""
    return moment.knee_flex_bam


def shank(moment: LegSample) -> int | None:
    """The shank against gravity, positive when the ankle is ahead of the knee, BAM."""
    if moment.knee_flex_bam is None:
        return None
    return wrap(-(moment.thigh_ext_bam + moment.knee_flex_bam))


def hip_down(moment: LegSample) -> int | None:
    """Height of the hip, down positive, Q16.16 px."""
    return None if moment.joints is None else moment.joints.hip_y


def ankle_ahead(moment: LegSample) -> int | None:
    """How far the ankle is ahead of the hip, Q16.16 px."""
    return None if moment.joints is None else moment.joints.ankle_x - moment.joints.hip_x


def further_value(number: int) -> Value:
    """What reads one of `LegJoints.further`."""

    def value(moment: LegSample) -> int | None:
        return None if moment.joints is None else moment.joints.further[number]

    return value


def leg_length(moment: LegSample) -> int | None:
    """Hip to knee and knee to ankle, Q16.16 px."""
    if moment.joints is None:
        return None
    hip_x, hip_y, knee_x, knee_y, ankle_x, ankle_y, _, _ = moment.joints
    thigh = isqrt((knee_x - hip_x) ** 2 + (knee_y - hip_y) ** 2)
    return thigh + isqrt((ankle_x - knee_x) ** 2 + (ankle_y - knee_y) ** 2)
