"""What the gait engine returns for a pose: samples of the angles, and strides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hipdrive.types.stride import Stride


class Sample(NamedTuple):
    """The angles of both legs at one point of the uniform time grid.

    Attributes:
        t_ns: when the angles were true; the filter's delay has been taken off.
        near_thigh_ext_bam, far_thigh_ext_bam: `thigh_ext/1` of the leg on the camera's side and
            of the other, as BAM (2^32 is one turn).
        near_hip_ext_bam, far_hip_ext_bam: `thigh_ext` minus trunk lean, as BAM.
    """

    t_ns: int
    near_thigh_ext_bam: int
    far_thigh_ext_bam: int
    near_hip_ext_bam: int
    far_hip_ext_bam: int


class GaitUpdate(NamedTuple):
    """What one pose added: samples and strides, oldest first, often none."""

    samples: tuple[Sample, ...] = ()
    strides: tuple[Stride, ...] = ()
