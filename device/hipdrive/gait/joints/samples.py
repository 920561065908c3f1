"""Samples of the runner on the uniform time grid."""

from __future__ import annotations

from typing import NamedTuple

from hipdrive.types.fixed_point import ONE
from hipdrive.types.gait_update import Sample


class LegJoints(NamedTuple):
    """Hip, knee and ankle of a leg: x in the running direction, y down, Q16.16 px.

    Attributes:
        ankle_score: of the ankle when this was seen, Q16.16.
        further: x, y of one joint after the other that metrics asked for beside these.
    """

    hip_x: int
    hip_y: int
    knee_x: int
    knee_y: int
    ankle_x: int
    ankle_y: int
    ankle_score: int
    further: tuple[int, ...] = ()


class LegSample(NamedTuple):
    """One leg at one time of the grid.

    Attributes:
        t_ns: when this was true; the filter's delay has been taken off.
        thigh_ext_bam, hip_ext_bam: `thigh_ext/1` and `hip_ext/1`.
        thigh_length: hip to knee, Q16.16 px.
        span_ns: widest gap between two poses that this may stem from.
        knee_flex_bam: 0 when straight; None where the ankle lies on the knee.
        joints: where they are; None where only the angles are known.
        thigh_score: the lesser score of hip and knee, Q16.16.
        trunk_length: near hip to near shoulder, Q16.16 px; 0 where it is not known.
    """

    t_ns: int
    thigh_ext_bam: int
    hip_ext_bam: int
    thigh_length: int
    span_ns: int
    knee_flex_bam: int | None = None
    joints: LegJoints | None = None
    thigh_score: int = ONE
    trunk_length: int = 0


class BodySample(NamedTuple):
    """The runner at one time of the grid.

    Attributes:
        t_ns: as of both legs.
        trunk_y: height of the trunk, the mean of the near shoulder (twice) and both hips, down
            positive, Q16.16 px.
        near, far: the leg on the camera's side and the other one.
    """

    t_ns: int
    trunk_y: int
    near: LegSample
    far: LegSample

    @property
    def angles(self) -> Sample:
        """The angles alone, as they are published."""
        t_ns, _, near, far = self
        return Sample(
            t_ns, near.thigh_ext_bam, far.thigh_ext_bam, near.hip_ext_bam, far.hip_ext_bam
        )
