"""Trials of a treadmill runner with markers, as a laboratory stores them, of a runner who is known.

The runner is the drawn one; each segment bears four markers that move with it as one body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ezc3d
import numpy as np

from hipdrive.rendered.body import HALF_HIPS, Body
from hipdrive.rendered.figure import figure
from hipdrive.rendered.truth import Truth

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.settings import RenderedSettings

RATE = 200.0
LETTERS = {"left": "L", "right": "R"}
CLUSTER = np.array(
    [[0.05, 0.01, -0.1], [0.04, -0.02, -0.2], [-0.05, 0.03, -0.15], [0.0, 0.06, -0.3]]
)
"""Four places on a segment, in no line and in no plane, m from the joint above."""
HALF_JOINT_M = 0.05
"""From the middle of a knee or ankle to the marker on either side."""
STANDS_AT = np.array([0.3, -0.2, 1.0])
"""Where the hips are while standing: elsewhere than while running."""
ACROSS = np.array([0.0, 1.0, 0.0])


def legs(truth: Truth, t_s: Array) -> JointPositions:
    """The joints by the runner's own sides, [times, 3]."""
    near = truth.near_side.value
    far = {"left": "right", "right": "left"}[near]
    drawn = figure(truth.body, truth.at(t_s), near_is_left=near == "left")
    return {
        f"{joint}_{side}": drawn[f"{joint}_{end}"]
        for end, side in (("near", near), ("far", far))
        for joint in ("hip", "knee", "ankle", "heel", "ball")
    }


def write_trials(folder: Path, settings: RenderedSettings) -> Path:
    """`known_run.c3d`, with `known_static.c3d` beside it; the path of the first."""
    truth = Truth(settings)
    t_s = np.arange(round(settings.seconds * RATE)) / RATE
    standing = _standing(truth.body)
    _write(folder / "known_static.c3d", {name: place[None] for name, place in standing.items()})
    _write(folder / "known_run.c3d", _running(legs(truth, t_s), truth.body, standing))
    return folder / "known_run.c3d"


def _upper_ends(body: Body, side: str) -> dict[str, Array]:
    """Of each segment of a leg that stands: its joint above."""
    sign = 1.0 if side == "left" else -1.0
    hip = STANDS_AT + sign * HALF_HIPS * body.height_m * ACROSS
    knee = hip - [0.0, 0.0, body.thigh_m]
    return {"thigh": hip, "shank": knee, "foot": knee - [0.0, 0.0, body.shank_m]}


def _standing(body: Body) -> dict[str, Array]:
    """Every marker of somebody who stands upright."""
    found = {f"pelvis_{k}": STANDS_AT + place for k, place in enumerate(CLUSTER, 1)}
    for side, letter in LETTERS.items():
        ends = _upper_ends(body, side)
        for segment, joint in ends.items():
            found |= {f"{letter}_{segment}_{k}": joint + p for k, p in enumerate(CLUSTER, 1)}
        # A hip lies a quarter of the way in from one trochanter to the other.
        found[f"{letter}_hip"] = STANDS_AT + 2 * (ends["thigh"] - STANDS_AT)
        for name, joint in (("knee", ends["shank"]), ("ankle", ends["foot"])):
            for part, way in (("lat", 1.0), ("med", -1.0)):
                found[f"{letter}_{part}_{name}"] = joint + way * HALF_JOINT_M * ACROSS
    return found


def _running(joints: JointPositions, body: Body, standing: dict[str, Array]) -> dict[str, Array]:
    """The clusters, carried by the segments of a runner whose pelvis does not turn."""
    hips = (joints["hip_left"] + joints["hip_right"]) / 2
    found = {f"pelvis_{k}": hips + place for k, place in enumerate(CLUSTER, 1)}
    for side, letter in LETTERS.items():
        hip, knee, ankle = (joints[f"{name}_{side}"] for name in ("hip", "knee", "ankle"))
        sole = joints[f"ball_{side}"] - joints[f"heel_{side}"]
        for segment, joint, angle in (
            ("thigh", hip, _backwards(knee - hip)),
            ("shank", knee, _backwards(ankle - knee)),
            ("foot", ankle, np.arctan2(-sole[:, 2], sole[:, 0])),
        ):
            upper = _upper_ends(body, side)[segment]
            for k in range(1, 5):
                name = f"{letter}_{segment}_{k}"
                found[name] = joint + _turned(standing[name] - upper, angle)
    return found


def _backwards(hanging: Array) -> Array:
    """How far a segment is turned backwards from hanging down, radians."""
    angle: Array = np.arctan2(-hanging[:, 0], -hanging[:, 2])
    return angle


def _turned(place: Array, angle: Array) -> Array:
    """A place turned backwards about the axis across, [times, 3]."""
    x, y, z = place
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([x * cosine + z * sine, np.full_like(angle, y), z * cosine - x * sine], axis=1)


def _write(path: Path, places: dict[str, Array]) -> None:
    """As the laboratory's files are: mm, x to the right, y up, z backwards."""
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [RATE]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(places)
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    ahead, left, up = np.stack(list(places.values())).transpose(2, 0, 1) * 1000
    file["data"]["points"] = np.stack([-left, up, -ahead, np.ones_like(up)])
    file.write(str(path))
