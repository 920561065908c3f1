"""Puts the segments of a standing body onto the joints of a moving figure.

The centres of rotation land where `rendered.figure` has them: the thigh's from hip to knee, and so
on. Bones are stretched along themselves where the figure's are longer.
"""

from __future__ import annotations

from math import cos, radians, sin, tan
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.body import FOOT
from hipdrive.rendered.mesh.asset import SEGMENTS, SIDES

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.mesh.dressed import DressedBody

LEFT = np.array([0.0, 1.0, 0.0])
AHEAD = np.array([1.0, 0.0, 0.0])
MOST_TOE_BEND = radians(65.0)
TOES = 0.32
"""From the ball to the tip of the shoe, of the foot's length."""


class SegmentMotion:
    """Moves the segments of one body.

    Args:
        person: standing still.
        slope: of the belt, radians.
    """

    def __init__(self, person: DressedBody, slope: float = 0.0) -> None:
        self._rest = person.joints
        self._slope = slope
        self._toes_m = TOES * FOOT * person.height_m

    def transforms(self, positions: JointPositions, index: int) -> Array:
        """[segments, 3, 4]: turns and shifts each segment from standing to where it is."""
        at = {name: position[index] for name, position in positions.items()}
        direction = 1.0 if at["nose"][0] > at["head"][0] else -1.0
        near_is_left = direction * (at["hip_near"][1] - at["hip_far"][1]) > 0
        ends = ("near", "far") if near_is_left else ("far", "near")
        found = self._trunk(at, *ends)
        for side, end in zip(SIDES, ends, strict=True):
            found |= self._leg(at, side, end, direction) | self._arm(at, side, end)
        return np.stack([found[name] for name in SEGMENTS])

    def _trunk(self, at: JointPositions, left: str, right: str) -> JointPositions:
        rest = self._rest
        rest_hips = (rest["hip_left"] + rest["hip_right"]) / 2
        rest_shoulders = (rest["shoulder_left"] + rest["shoulder_right"]) / 2
        rest_up, up = rest_shoulders - rest_hips, at["shoulders"] - at["hips"]
        found = {}
        for name, part, origin, position in (
            ("pelvis", "hip", rest_hips, at["hips"]),
            ("chest", "shoulder", rest_shoulders, at["shoulders"]),
        ):
            across = at[f"{part}_{left}"] - at[f"{part}_{right}"]
            found[name] = _bone((origin, rest_up, LEFT), (position, up, across))
        ahead, above = at["nose"] - at["head"], at["crown"] - at["head"]
        eyes = (at["eye_near"] + at["eye_far"]) / 2
        turned = _frame(above, np.cross(above, ahead)) @ _frame(np.array([0.0, 0.0, 1.0]), LEFT).T
        return found | {"head": _placed(turned, rest["eyes"], eyes)}

    def _leg(self, at: JointPositions, side: str, end: str, direction: float) -> JointPositions:
        """A leg of a person who faces along x, `direction` being 1, or against it, -1."""
        rest, left = self._rest, direction * LEFT
        hip, knee, ankle = (rest[f"{name}_{side}"] for name in ("hip", "knee", "ankle"))
        to_hip, to_knee, to_ankle = (at[f"{name}_{end}"] for name in ("hip", "knee", "ankle"))
        along, ball = at[f"ball_{end}"] - at[f"heel_{end}"], at[f"ball_{end}"]
        turned = _frame(along, left) @ _frame(AHEAD, LEFT).T
        # About the ball where the standing sole has it, so that no gap opens.
        hinge = turned.T @ (ball - to_ankle)
        toes_turned = turned @ _about_left(-self._toe_bend(direction * along, ball, direction))
        return {
            f"thigh_{side}": _bone((hip, knee - hip, LEFT), (to_hip, to_knee - to_hip, left)),
            f"shank_{side}": _bone((knee, ankle - knee, LEFT), (to_knee, to_ankle - to_knee, left)),
            f"foot_{side}": _placed(turned, ankle, to_ankle),
            f"toes_{side}": _placed(toes_turned, ankle + hinge, to_ankle + turned @ hinge),
        }

    def _toe_bend(self, along: Array, ball: Array, direction: float) -> float:
        """How far the toes are bent up: as far as it takes to keep their tip above the belt."""
        pitch = np.arctan2(-direction * along[2], along[0]) + direction * self._slope
        above_m = (ball[2] - ball[0] * tan(self._slope)) * cos(self._slope)
        if above_m >= self._toes_m:
            return 0.0
        free = np.arcsin(max(above_m / self._toes_m, 0.0))
        return float(np.clip(pitch - free, 0, MOST_TOE_BEND))

    def _arm(self, at: JointPositions, side: str, end: str) -> JointPositions:
        rest = self._rest
        shoulder, elbow, wrist = (rest[f"{name}_{side}"] for name in ("shoulder", "elbow", "wrist"))
        to_shoulder, to_elbow, to_wrist = (
            at[f"{name}_{end}"] for name in ("shoulder", "elbow", "wrist")
        )
        rest_axis = np.cross(elbow - shoulder, wrist - elbow)
        axis = np.cross(to_elbow - to_shoulder, to_wrist - to_elbow)
        return {
            f"upper_arm_{side}": _bone(
                (shoulder, elbow - shoulder, rest_axis), (to_shoulder, to_elbow - to_shoulder, axis)
            ),
            f"forearm_{side}": _bone(
                (elbow, wrist - elbow, rest_axis), (to_elbow, to_wrist - to_elbow, axis)
            ),
        }


def _bone(rest: tuple[Array, Array, Array], now: tuple[Array, Array, Array]) -> Array:
    """From an origin, a direction along and one across, at rest, to the same as they are now."""
    (rest_origin, rest_along, rest_across), (origin, along, across) = rest, now
    stretch = np.diag([np.linalg.norm(along) / np.linalg.norm(rest_along), 1.0, 1.0])
    turned = _frame(along, across) @ stretch @ _frame(rest_along, rest_across).T
    return _placed(turned, rest_origin, origin)


def _placed(turned: Array, rest_origin: Array, origin: Array) -> Array:
    """[3, 4], which takes `rest_origin` to `origin`."""
    return np.column_stack([turned, origin - turned @ rest_origin])


def _frame(along: Array, across: Array) -> Array:
    """Columns: along, across made square to it, and what is square to both; of length 1."""
    first = along / np.linalg.norm(along)
    second = across - (across @ first) * first
    second = second / np.linalg.norm(second)
    return np.column_stack([first, second, np.cross(first, second)])


def _about_left(angle: float) -> Array:
    """Turns what is ahead downwards."""
    c, s = cos(angle), sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
