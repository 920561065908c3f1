"""Detects a second person: now and then the model runs on the picture with the runner blacked out.

A single-pose model such as MoveNet finds one person. Beside a second one its key points may jump
from the one to the other, and nothing in them shows whose they are. Without the runner, a bystander
is found as a runner is. Of furniture, wall and limbs at the edge of the black 19 in 20 scored less
than 0.53; of people beside or behind the runner three in four scored more than 0.68.

Machines can look like people for one look: BlazePose gave a treadmill's console 0.91. Seen again in
a window of its own such a pose moves on by 0.20 to 0.25 of the window, and a person's by 0.10 at
most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.pose.crop import CANDIDATE_SCORE, BodyPosition, Window, search_windows
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.pose.crop import WindowShape
    from hipdrive.types.pose import Pose

SEARCH_EVERY_NS = 500_000_000
"""At 30 frames a second the model runs once more in one frame of fifteen."""
HOLD_NS = 1_500_000_000
"""A person who passes behind the runner is blacked out with them for about a second."""
PERSON_SCORE = ONE * 58 // 100
LEAST_SIZE = 0.5
"""Of the runner's: a smaller person is far behind, and the crop shows little of them."""
STAYS_WITHIN = 0.15
"""Of the window: a person is found again where they are."""
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
        """The box around a person, with a margin for what has no key points."""
        joints = [joint for joint in pose.keypoints if joint.score >= JOINT_SCORE]
        x = [joint.x / ONE for joint in joints]
        y = [joint.y / ONE for joint in joints]
        margin = MARGIN_IN_TORSOS * BodyPosition.of(pose).torso
        return cls(min(x) - margin, min(y) - margin, max(x) + margin, max(y) + margin)


class BystanderDetector:
    """Remembers when a bystander was seen last.

    Args:
        width_px, height_px: size of the picture.
        shape: of the window that the model wants around a person.
    """

    def __init__(self, width_px: int, height_px: int, shape: WindowShape) -> None:
        self._shape = shape
        self._windows = list(search_windows(width_px, height_px))
        self._turn = 0
        self._candidate: BodyPosition | None = None
        self._searched_ns: int | None = None
        self._seen_ns: int | None = None

    def __call__(self, runner: Pose, pose_in: Callable[[Window, Box], Pose]) -> bool:
        """Search if it is time; True while a bystander is there.

        Args:
            runner: found in this frame.
            pose_in: finds the pose in a window of the picture with a box blacked out.
        """
        if self._searched_ns is None:
            # The model has run twice on the frame that found the runner.
            self._searched_ns = runner.t_ns
        if not 0 <= runner.t_ns - self._searched_ns < SEARCH_EVERY_NS:
            self._searched_ns = runner.t_ns
            self._search(runner, pose_in)
        return self._seen_ns is not None and 0 <= runner.t_ns - self._seen_ns < HOLD_NS

    def _search(self, runner: Pose, pose_in: Callable[[Window, Box], Pose]) -> None:
        hidden = Box.around(runner)
        if self._candidate is None:
            first = pose_in(self._windows[self._turn], hidden)
            self._turn = (self._turn + 1) % len(self._windows)
            if first.body_score < CANDIDATE_SCORE:
                return
            self._candidate = BodyPosition.of(first)
        closer = pose_in(self._candidate.window(self._shape), hidden)
        position = BodyPosition.of(closer)
        large = position.torso >= LEAST_SIZE * BodyPosition.of(runner).torso
        self._candidate = None
        if closer.body_score < PERSON_SCORE or not large:
            return
        again = pose_in(position.window(self._shape), hidden)
        stays = BodyPosition.of(again).distance(position, self._shape) <= STAYS_WITHIN
        if again.body_score >= PERSON_SCORE and stays:
            self._candidate, self._seen_ns = position, runner.t_ns
