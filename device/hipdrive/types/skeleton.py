"""Skeletons: which key points a pose model gives, by name and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hipdrive.errors import SkeletonError

if TYPE_CHECKING:
    from collections.abc import Iterable

LEFT_SHOULDER, RIGHT_SHOULDER = "left_shoulder", "right_shoulder"
LEFT_HIP, RIGHT_HIP = "left_hip", "right_hip"
LEFT_KNEE, RIGHT_KNEE = "left_knee", "right_knee"
LEFT_ANKLE, RIGHT_ANKLE = "left_ankle", "right_ankle"

BODY_PAIRS = (
    (LEFT_SHOULDER, RIGHT_SHOULDER),
    (LEFT_HIP, RIGHT_HIP),
    (LEFT_KNEE, RIGHT_KNEE),
    (LEFT_ANKLE, RIGHT_ANKLE),
)
"""The joints that a runner seen from the side must show, each on at least one side."""


@dataclass(frozen=True)
class Skeleton:
    """The key points that a pose model gives.

    Every stage finds a joint by its name, so a model with more key points, or with another order,
    needs no change outside of its own reader.

    Attributes:
        name: of the convention, such as "coco-17".
        joints: names of the key points in the model's order: `left_` or `right_` and the joint,
            lower case, such as "left_knee".

    Raises:
        SkeletonError: a joint is named twice.
    """

    name: str
    joints: tuple[str, ...]

    def __post_init__(self) -> None:
        twice = sorted({joint for joint in self.joints if self.joints.count(joint) > 1})
        if twice:
            raise SkeletonError(f"skeleton {self.name} names {', '.join(twice)} more than once")

    def __len__(self) -> int:
        return len(self.joints)

    def __contains__(self, joint: object) -> bool:
        return joint in self._indices

    def index(self, joint: str) -> int:
        """Where a joint is among the key points.

        Raises:
            SkeletonError: the skeleton has no such joint.
        """
        try:
            return self._indices[joint]
        except KeyError:
            raise SkeletonError(
                f"skeleton {self.name} has no {joint}; it has {', '.join(self.joints)}"
            ) from None

    def indices(self, joints: Iterable[str]) -> list[int]:
        """Where each of several joints is; errors as of `index`."""
        return [self.index(joint) for joint in joints]

    @cached_property
    def body_pairs(self) -> tuple[tuple[int, int], ...]:
        """Indices of `BODY_PAIRS`.

        Raises:
            SkeletonError: one of them is missing.
        """
        return tuple((self.index(left), self.index(right)) for left, right in BODY_PAIRS)

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {joint: number for number, joint in enumerate(self.joints)}


COCO_17 = Skeleton(
    "coco-17",
    (
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        LEFT_SHOULDER,
        RIGHT_SHOULDER,
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        LEFT_HIP,
        RIGHT_HIP,
        LEFT_KNEE,
        RIGHT_KNEE,
        LEFT_ANKLE,
        RIGHT_ANKLE,
    ),
)
"""The 17 key points of COCO in its order, which is MoveNet's order too."""

COCO_17_FEET = Skeleton(
    "coco-17-feet",
    (*COCO_17.joints, "left_heel", "right_heel", "left_toe", "right_toe"),
)
"""The same, with both heels and the tips of both feet, whatever a model calls those: MediaPipe's
foot index, OpenPose's big toe."""
