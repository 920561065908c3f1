"""People who walk: a second person in the room, and the runner off the treadmill."""

from __future__ import annotations

from math import pi, radians
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.figure import Posture, figure
from hipdrive.rendered.stance import Leg

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body
    from hipdrive.rendered.figure import JointPositions

WALK_STRIDE_S = 1.05
WALK_MPS = 1.3
PATH_M = 4.2
"""Length of the path to and fro, past both edges of most pictures."""


def walker(body: Body, t_s: Array, *, forwards: bool, near_is_left: bool) -> JointPositions:
    """A person who walks on the spot, one foot on the floor at height 0."""
    phase = t_s / WALK_STRIDE_S
    posture = Posture(
        near=_leg(phase),
        far=_leg(phase + 0.5),
        lean=np.full_like(t_s, radians(3)),
        hip_height_m=np.zeros_like(t_s),
        phase=phase,
    )
    positions = figure(body, posture, near_is_left=near_is_left == forwards)
    soles = [
        positions[f"{part}_{leg}"][:, 2] for part in ("heel", "ball") for leg in ("near", "far")
    ]
    lift = -np.min(soles, axis=0)
    turned = np.array([1.0 if forwards else -1.0, 1.0 if forwards else -1.0, 1.0])
    return {
        name: position * turned + np.stack([0 * lift, 0 * lift, lift], axis=1)
        for name, position in positions.items()
    }


def to_and_fro(t_s: Array, start_m: float) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Position of a person who walks to and fro, in metres, and whether they walk forwards."""
    walked_m = (WALK_MPS * t_s + start_m) % (2 * PATH_M)
    forwards = walked_m < PATH_M
    return np.where(forwards, walked_m, 2 * PATH_M - walked_m) - PATH_M / 2, forwards


def _leg(phase: Array) -> Leg:
    thigh = radians(-3) + radians(21) * np.cos(2 * pi * (phase - 0.5))
    bent = np.maximum(np.cos(2 * pi * (phase - 0.72)), 0) ** 2
    knee = radians(8) + radians(52) * bent
    return Leg(thigh, knee, np.maximum(thigh + knee, 0))
