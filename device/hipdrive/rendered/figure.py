"""From angles to positions: every joint of a body in metres, in three dimensions.

x forwards, y to the runner's left, z up; origin on the belt below the hips.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, radians
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hipdrive.rendered import body as shares
from hipdrive.rendered.pelvis import offset

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body
    from hipdrive.rendered.stance import Leg

JointPositions: TypeAlias = "dict[str, Array]"
"""By joint, [times, 3] in metres."""

ARM_SWING, ARM_BACK = radians(32), radians(-14)
"""The upper arm swings against the leg of its side, mostly behind the trunk."""
ELBOW, ELBOW_SWING = radians(85), radians(18)
GAZE_DOWN = radians(8)
KNEE_INWARD = 0.5
"""How far the knee is inward, as a share of how far the foot is."""


@dataclass(frozen=True, slots=True)
class Posture:
    """The body at some times, arrays of one value each; radians and metres.

    Attributes:
        near, far: the legs.
        lean: of the trunk, forwards.
        hip_height_m: above the belt below the hips.
        phase: of the near leg, 0 at foot strike, 1 at the next.
        pelvis_turn, pelvis_drop: how far the near hip is turned forwards and lifted.
        shoulder_turn: how far the near shoulder is turned forwards.
        inward_m: how far each foot is nearer the middle than its hip.
    """

    near: Leg
    far: Leg
    lean: Array
    hip_height_m: Array
    phase: Array
    pelvis_turn: Array | float = 0.0
    pelvis_drop: Array | float = 0.0
    shoulder_turn: Array | float = 0.0
    inward_m: float = 0.0


def figure(body: Body, posture: Posture, *, near_is_left: bool) -> JointPositions:
    """Where every joint is. Names end in `near` and `far`."""
    size = body.height_m
    zero = np.zeros_like(posture.lean)
    hips = np.stack([zero, zero, posture.hip_height_m], axis=1)
    shoulders = beyond(hips, shares.TRUNK * size, pi + posture.lean)
    positions: JointPositions = {"hips": hips, "shoulders": shoulders}
    for name, sign, own, leg, phase in (
        ("near", 1.0 if near_is_left else -1.0, 1.0, posture.near, posture.phase),
        ("far", -1.0 if near_is_left else 1.0, -1.0, posture.far, posture.phase + 0.5),
    ):
        aside = np.array([0.0, sign * size, 0.0])
        turn = own * posture.pelvis_turn
        hip = _beside(hips, shares.HALF_HIPS * size, sign, (turn, own * posture.pelvis_drop))
        turn = own * posture.shoulder_turn
        shoulder = _beside(shoulders, shares.HALF_SHOULDERS * size, sign, (turn, 0.0))
        inward = np.array([0.0, -sign * posture.inward_m, 0.0])
        arm = _arm(size, shoulder, posture.lean, phase, -sign * turn)
        positions |= {f"hip_{name}": hip, f"shoulder_{name}": shoulder}
        positions |= {f"{k}_{name}": v for k, v in (_leg(body, hip, leg, inward) | arm).items()}
        for part, ahead, up, out in (("eye", 0.045, 0.012, 0.018), ("ear", -0.005, 0.0, 0.04)):
            positions[f"{part}_{name}"] = (
                _head(shoulders, size, posture.lean, ahead, up) + out * aside
            )
    positions["nose"] = _head(shoulders, size, posture.lean, 0.065, -0.008)
    for part, up in (("head", 0.0), ("crown", shares.HEAD / 2)):
        positions[part] = _head(shoulders, size, posture.lean, 0.0, up)
    return positions


def beyond(origin: Array, length: float, angle: Array, turn: Array | float = 0.0) -> Array:
    """The lower end of a segment that hangs from `origin`, turned backwards by an angle.

    Args:
        origin: the upper end.
        length: of the segment, metres.
        angle: backwards, in a plane upright along the running direction.
        turn: of that plane, to the runner's left.
    """
    x, z = -length * np.sin(angle), -length * np.cos(angle)
    return origin + np.stack([x * np.cos(turn), x * np.sin(turn), z], axis=1)


def _beside(
    middle: Array, half_m: float, sign: float, angles: tuple[Array | float, Array | float]
) -> Array:
    """One of two joints, from their middle: turned forwards and lifted by the angles."""
    ahead, aside, up = offset(half_m, *angles)
    result: Array = middle + np.stack(np.broadcast_arrays(ahead, sign * aside, up), axis=-1)
    return result


def _leg(body: Body, hip: Array, leg: Leg, inward: Array) -> JointPositions:
    """Seen from the side the segments have their lengths, however far the foot is inward."""
    knee = beyond(hip, body.thigh_m, leg.thigh) + KNEE_INWARD * inward
    ankle = beyond(knee, body.shank_m, leg.thigh + leg.knee) + (1 - KNEE_INWARD) * inward
    cosine, sine = np.cos(leg.foot), np.sin(leg.foot)

    def on_sole(ahead_m: float) -> Array:
        x = ahead_m * cosine - body.ankle_height_m * sine
        z = -ahead_m * sine - body.ankle_height_m * cosine
        position: Array = ankle + np.stack([x, np.zeros_like(x), z], axis=1)
        return position

    return {
        "knee": knee,
        "ankle": ankle,
        "heel": on_sole(-body.heel_behind_m),
        "ball": on_sole(body.ball_ahead_m),
    }


def _arm(
    size: float, shoulder: Array, lean: Array, phase: Array, turn: Array | float
) -> JointPositions:
    # The arm is furthest forward when the other leg strikes the belt.
    swing = np.cos(2 * pi * phase)
    upper = lean - ARM_BACK + ARM_SWING * swing
    elbow = beyond(shoulder, shares.UPPER_ARM * size, upper, turn)
    fore = upper - ELBOW + ELBOW_SWING * swing
    return {"elbow": elbow, "wrist": beyond(elbow, shares.FOREARM * size, fore, turn)}


def _head(shoulders: Array, size: float, lean: Array, ahead: float, up: float) -> Array:
    """A point of the head, in shares of body height ahead of its middle and above it."""
    high = shares.NECK + shares.HEAD / 2 + up
    tilt = lean / 2 + GAZE_DOWN
    x = size * (ahead * np.cos(tilt) + high * np.sin(tilt))
    z = size * (high * np.cos(tilt) - ahead * np.sin(tilt))
    position: Array = shoulders + np.stack([x, np.zeros_like(x), z], axis=1)
    return position
