"""Where heel and toe of a drawn person are: the ends of the shoes.

That is what a pose model can see. The line between them is not the sole's once the heel rises: the
toes stay on the belt and the shoe bends, so the line from heel to tip turns less than the sole
behind the ball, 17 degrees less at toe-off of a usual runner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.mesh.asset import SIDES, SURFACES
from hipdrive.rendered.mesh.dressed import dressed
from hipdrive.rendered.mesh.motion import SegmentMotion
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.truth import Truth

SHOE = [SURFACES.index(name) for name in ("shoe", "sole")]


class DrawnFeet:
    """Heels and toes of the runner of a truth, whose figure is a mesh.

    Args:
        truth: who runs.
    """

    def __init__(self, truth: Truth) -> None:
        runner, scene = truth.settings.runner, truth.settings.scene
        self._person = dressed(runner.sex, runner.build, runner.height_m, scene.legwear)
        self._motion = SegmentMotion(self._person, truth.slope)
        near_is_left = truth.near_side is Side.LEFT
        ends = ("near", "far") if near_is_left else ("far", "near")
        self._points = dict(self._shoe_ends(ends))

    def _shoe_ends(self, ends: tuple[str, str]) -> list[tuple[str, int]]:
        """By name, which vertices they are: the furthest back and the furthest ahead."""
        vertices, found = self._person.vertices, []
        shoes = np.unique(self._person.quads[np.isin(self._person.surfaces, SHOE)])
        for side, end in zip(SIDES, ends, strict=True):
            left = 1 if side == "left" else -1
            shoe = shoes[left * vertices[shoes, 1] > 0]
            ahead = vertices[shoe, 0]
            found += [
                (f"heel_{end}", int(shoe[ahead.argmin()])),
                (f"toe_{end}", int(shoe[ahead.argmax()])),
            ]
        return found

    def at(self, positions: JointPositions) -> JointPositions:
        """`heel_near`, `toe_near`, `heel_far` and `toe_far`, [times, 3], with these joints."""
        times = range(len(positions["hips"]))
        moved = np.stack([self._motion.transforms(positions, index) for index in times])
        found: dict[str, Array] = {}
        for name, vertex in self._points.items():
            standing = np.append(self._person.vertices[vertex], 1.0)
            each = moved @ standing
            found[name] = np.einsum("tsi,s->ti", each, self._person.weights[vertex])
        return found
