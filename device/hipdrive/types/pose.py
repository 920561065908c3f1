"""A pose as the gait engine takes it: 17 COCO key points in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import BODY_PAIRS

RUNNER_SCORE = ONE * 3 // 10
"""Least mean score of `BODY_PAIRS` for a runner to be there (0.3: Sports2D's default key point
threshold)."""


class FootShift(NamedTuple):
    """How far the lower foot went from one picture to the next.

    Attributes:
        elapsed_ns: between the two.
        x, y: to the right and down, Q16.16 px.
    """

    elapsed_ns: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the joints of one person are at one moment.

    Attributes:
        t_ns: time of the frame in ns, same clock as `Frame.t_ns`.
        points: 51 integers, x, y, score for each of `KEYPOINT_NAMES`; x to the right and y down in
            pixels of the camera image, all three in Q16.16 (score 65536 = 1.0).
        crowded: somebody else is there as well, so that it is not sure whose joints these are.
        cut: the picture is the first of another shot; nothing before it counts.
        foot: how far the lower foot went since the picture before, seen in the pictures
            themselves; None where that was not seen.
        belt_mm_per_s: speed of the belt then, where something measures it; None: not known.
    """

    t_ns: int
    points: tuple[int, ...]
    crowded: bool = False
    cut: bool = False
    foot: FootShift | None = None
    belt_mm_per_s: int | None = None

    def score(self, keypoint: int) -> int:
        """Score of a key point in Q16.16."""
        return self.points[3 * keypoint + 2]

    @property
    def body_score(self) -> int:
        """Mean score of shoulder, hip, knee and ankle, the better side of each, in Q16.16."""
        points = self.points
        return sum(max(points[3 * a + 2], points[3 * b + 2]) for a, b in BODY_PAIRS) // 4

    @property
    def runner_seen(self) -> bool:
        """True when the key points are good enough to be a person."""
        return self.body_score >= RUNNER_SCORE
