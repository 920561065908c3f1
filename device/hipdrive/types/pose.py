"""A pose as the gait engine takes it: key points of one person in whole numbers."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from hipdrive.errors import SkeletonError
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

RUNNER_SCORE = ONE * 3 // 10
"""Least mean score of `BODY_PAIRS` for a runner to be there (0.3: Sports2D's default key point
threshold)."""


class Keypoint(NamedTuple):
    """One key point.

    Attributes:
        x, y: to the right and down, in pixels of the camera image, Q16.16.
        score: the model's confidence, Q16.16 (65536 = 1.0).
    """

    x: int
    y: int
    score: int


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
    """Where the joints of one person are at one point in time.

    `pose["left_knee"]` is a key point by its name.

    Attributes:
        t_ns: time of the frame in ns, same clock as `Frame.t_ns`.
        keypoints: one for each joint of the skeleton, in its order.
        crowded: other people are in the picture, so it is not sure whose joints these are.
        cut: the picture is the first of another shot; nothing before it counts.
        foot: how far the lower foot went since the picture before, seen in the pictures
            themselves; None where that was not seen.
        skeleton: what the key points are called.
        belt_mm_per_s: speed of the belt then, where something measures it; None: not known.
        off_centre: the runner's hips are not in the middle half of the picture's width.

    Raises:
        SkeletonError: not as many key points as the skeleton has joints.
    """

    t_ns: int
    keypoints: tuple[Keypoint, ...]
    crowded: bool = False
    cut: bool = False
    foot: FootShift | None = None
    skeleton: Skeleton = COCO_17
    belt_mm_per_s: int | None = None
    off_centre: bool = False

    def __post_init__(self) -> None:
        if len(self.keypoints) != len(self.skeleton.joints):
            raise SkeletonError(
                f"{len(self.keypoints)} key points for skeleton {self.skeleton.name}, which has "
                f"{len(self.skeleton)} joints"
            )

    @classmethod
    def from_array(
        cls, t_ns: int, array: npt.ArrayLike, skeleton: Skeleton = COCO_17, *, crowded: bool = False
    ) -> Pose:
        """A pose from a model's floats.

        Args:
            t_ns: time of the frame in ns.
            array: float [joints, 3]: x to the right and y down in pixels of the image, score 0..1;
                a NumPy array or nested sequences. Rounded to the nearest 1/65536.
            skeleton: what the rows are.
            crowded: other people are in the picture.

        Raises:
            SkeletonError: not one row of three for each joint.
            ValueError: a value is not finite.
        """
        rows: Any = array.tolist() if hasattr(array, "tolist") else array
        width = len(Keypoint._fields)
        if len(rows) != len(skeleton) or any(_length(row) != width for row in rows):
            raise SkeletonError(
                f"key points of skeleton {skeleton.name} must be [{len(skeleton)}, {width}]: "
                "x, y, score"
            )
        try:
            points = keypoints([round(value * ONE) for value in row] for row in rows)
        except (OverflowError, ValueError) as error:
            raise ValueError(f"key points must be finite numbers ({error})") from error
        return cls(t_ns, points, crowded, skeleton=skeleton)

    def __getitem__(self, joint: str) -> Keypoint:
        """A key point by the name of its joint; a `SkeletonError` where there is no such joint."""
        return self.keypoints[self.skeleton.index(joint)]

    @property
    def body_score(self) -> int:
        """Mean score of shoulder, hip, knee and ankle, the better side of each, in Q16.16."""
        points, total = self.keypoints, 0
        for a, b in self.skeleton.body_pairs:
            total += max(points[a][2], points[b][2])
        return total // 4

    @property
    def runner_seen(self) -> bool:
        """True when the key points are good enough to be a person."""
        return self.body_score >= RUNNER_SCORE


def keypoints(rows: Iterable[Iterable[int]]) -> tuple[Keypoint, ...]:
    """Key points from rows of x, y, score in Q16.16."""
    return tuple(map(Keypoint._make, rows))


def _length(row: object) -> int | None:
    return len(row) if isinstance(row, Sized) else None
