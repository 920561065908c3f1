"""Whether somebody else is in the picture: a look at it now and then with the runner painted out.

MoveNet shows one person. Beside a second one its key points may jump from the one to the other, and
nothing in them says whose they are. Without the runner, whoever is left is found as a runner is.
Of looks at furniture, wall and limbs at the edge of the paint 19 in 20 scored less than 0.53; of
looks at people beside or behind the runner three in four scored more than 0.68.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.pose.crop import Aim, Window, search_windows
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.types.pose import Pose

LOOK_EVERY_NS = 500_000_000
"""At 30 frames a second one look in fifteen is not at the runner."""
HOLD_NS = 1_500_000_000
"""Somebody who passes behind the runner is painted out with them for about a second."""
WORTH_A_LOOK = ONE // 6
PERSON_SCORE = ONE * 58 // 100
LEAST_SIZE = 0.5
"""Of the runner's: whoever is smaller is far behind, and the crop shows little of them."""
JOINT_SCORE = ONE // 6
MARGIN_IN_TORSOS = 0.35
"""From a key point to the edge of the body: feet, crown and hands have no key points."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the camera's picture."""

    left_px: float
    top_px: float
    right_px: float
    bottom_px: float

    @classmethod
    def around(cls, pose: Pose) -> Box:
        """All of the person whose key points these are."""
        joints = [joint for joint in pose.keypoints if joint.score >= JOINT_SCORE]
        x = [joint.x / ONE for joint in joints]
        y = [joint.y / ONE for joint in joints]
        margin = MARGIN_IN_TORSOS * Aim.at(pose).torso
        return cls(min(x) - margin, min(y) - margin, max(x) + margin, max(y) + margin)


class Bystanders:
    """Remembers when somebody else was seen last.

    Args:
        width_px, height_px: size of the picture.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._windows = list(search_windows(width_px, height_px))
        self._turn = 0
        self._there: Aim | None = None
        self._looked_ns: int | None = None
        self._seen_ns: int | None = None

    def __call__(self, runner: Pose, look: Callable[[Window, Box], Pose]) -> bool:
        """Look if it is time; True while somebody else is there.

        Args:
            runner: found in this frame.
            look: finds a pose in a window of the picture with a box painted out.
        """
        if self._looked_ns is None:
            # The frame that found the runner has been looked at twice.
            self._looked_ns = runner.t_ns
        if not 0 <= runner.t_ns - self._looked_ns < LOOK_EVERY_NS:
            self._looked_ns = runner.t_ns
            self._look(runner, look)
        return self._seen_ns is not None and 0 <= runner.t_ns - self._seen_ns < HOLD_NS

    def _look(self, runner: Pose, look: Callable[[Window, Box], Pose]) -> None:
        hidden = Box.around(runner)
        if self._there is None:
            first = look(self._windows[self._turn], hidden)
            self._turn = (self._turn + 1) % len(self._windows)
            if first.body_score < WORTH_A_LOOK:
                return
            self._there = Aim.at(first)
        closer = look(self._there.window(), hidden)
        there = Aim.at(closer)
        large = there.torso >= LEAST_SIZE * Aim.at(runner).torso
        if closer.body_score >= PERSON_SCORE and large:
            self._there, self._seen_ns = there, runner.t_ns
        else:
            self._there = None
