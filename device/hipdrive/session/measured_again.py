"""Recorded key points through the gait engine again, joints included."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.calibration import Calibration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hipdrive.gait.joints.samples import BodySample, LegJoints, LegSample
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Stride


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a session, measured again.

    Attributes:
        samples: the runner on the time grid, oldest first.
        facings: the side that the runner faced in each of them; the leg of that name is the near
            one.
        strides: of both legs.
    """

    samples: list[BodySample] = field(default_factory=list)
    facings: list[Side] = field(default_factory=list)
    strides: list[Stride] = field(default_factory=list)


def measured_again(
    poses: Iterable[Pose], facing: Side | None, roll_deg: float, metrics: Sequence[Metric] = ()
) -> Stretch:
    """Measure poses, oldest first.

    Args:
        poses: of a session.
        facing: the side of the picture the runner faced; None: to be found.
        roll_deg: the camera's roll, which was taken off.
        metrics: that strides have, and whose further joints samples have.
    """
    stretch = Stretch()

    def take(sample: BodySample) -> None:
        assert engine.facing is not None  # noqa: S101  # nothing is measured before it is known
        stretch.samples.append(sample)
        stretch.facings.append(engine.facing)

    calibration = Calibration(roll_bam=bam_from_deg(roll_deg))
    engine = GaitEngine(facing, "auto", calibration=calibration, metrics=metrics, on_sample=take)
    for pose in poses:
        stretch.strides.extend(engine.step(pose).strides)
    return stretch


def shoulder(near: LegSample, joints: LegJoints) -> tuple[float, float]:
    """Where the near shoulder is: x in the running direction and y down, Q16.16 px.

    Args:
        near: the leg on the camera's side.
        joints: its joints.
    """
    lean = math.radians(deg_from_bam(near.thigh_ext_bam - near.hip_ext_bam))
    return (
        joints.hip_x + near.trunk_length * math.sin(lean),
        joints.hip_y - near.trunk_length * math.cos(lean),
    )
