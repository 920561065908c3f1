"""People to look at: mesh runners, in clothes by whose colour a part of the body is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.rendered.figure import figure
from hipdrive.rendered.mesh.dressed import dressed
from hipdrive.rendered.mesh.motion import SegmentMotion
from hipdrive.types.side import Side
from support.rendered.runners import Array, truth_of

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.mesh.dressed import DressedBody
    from hipdrive.rendered.truth import Truth

TURNING = {
    "pelvis_rotation_deg": 6.0,
    "pelvis_drop_deg": 3.0,
    "shoulder_rotation_deg": 10.0,
    "foot_inward_m": 0.06,
}
SIGNAL = {
    "skin": "#ff0000",
    "hair": "#ff0000",
    "shoes": "#00ff00",
    "shirt": "#0000ff",
    "shorts": "#0000ff",
    "background": "plain",
}
"""Red skin and green shoes; blue clothes."""
BODIES = tuple((sex, build) for sex in ("male", "female") for build in (0.85, 1.0, 1.3))
FACINGS = ("left", "right")


def runner_of(facing: str = "right", sex: str = "male", build: float = 1.0) -> dict[str, Any]:
    return {"figure": "mesh", "facing": facing, "sex": sex, "build": build, **TURNING}


def person_truth(facing: str = "right", **tables: Any) -> Truth:  # noqa: ANN401  # as in a file
    runner = runner_of(facing) | tables.pop("runner", {})
    return truth_of(runner=runner, **tables)


@dataclass(frozen=True, slots=True)
class Moved:
    """A person at some times.

    Attributes:
        truth: who.
        person: standing still.
        positions: joints as asked, each [times, 3].
        transforms: [times, segments, 3, 4].
    """

    truth: Truth
    person: DressedBody
    positions: JointPositions
    transforms: Array

    def end_of(self, side: str) -> str:
        return "near" if side == self.truth.near_side else "far"

    def vertices(self, index: int) -> Array:
        """The skinned mesh."""
        person, moved = self.person, self.transforms[index]
        flat = np.concatenate([person.vertices, np.ones((len(person.vertices), 1))], axis=1)
        each = np.einsum("sij,nj->nsi", moved, flat)
        placed: Array = np.einsum("nsi,ns->ni", each, person.weights)
        return placed


@cache
def moved(
    facing: str, sex: str = "male", build: float = 1.0, incline_percent: float = 0.0
) -> Moved:
    truth = truth_of(
        runner=runner_of(facing, sex, build), treadmill={"incline_percent": incline_percent}
    )
    near_is_left = truth.near_side is Side.LEFT
    times_s = np.arange(0.1, 0.1 + truth.stride_s, 0.02)
    positions = figure(truth.body, truth.at(times_s), near_is_left=near_is_left)
    person = dressed(sex, build, truth.body.height_m, "shorts")
    motion = SegmentMotion(person, truth.slope)
    transforms = np.stack([motion.transforms(positions, k) for k in range(len(times_s))])
    return Moved(truth, person, positions, transforms)
