"""Poses made and changed by the names of their joints."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from hipdrive.types.pose import Keypoint, Pose, keypoints
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def pose_of(t_ns: int, values: Sequence[int]) -> Pose:
    """A pose from x, y, score of one joint after the other, as COCO has them."""
    return Pose(t_ns, keypoints(zip(*[iter(values)] * 3, strict=True)))


def values(pose: Pose) -> tuple[int, ...]:
    """x, y, score of one joint after the other."""
    return tuple(chain(*pose.keypoints))


def all_at(t_ns: int, x: int, y: int, score: int) -> Pose:
    """Every joint on one spot."""
    return Pose(t_ns, (Keypoint(x, y, score),) * len(COCO_17))


def mapped(pose: Pose, change: Callable[[Keypoint], Iterable[int]]) -> Pose:
    """Every key point changed."""
    return replace(pose, keypoints=keypoints(map(change, pose.keypoints)))


def with_joints(pose: Pose, joints: dict[str, Keypoint]) -> Pose:
    """Some joints replaced."""
    points = list(pose.keypoints)
    for name, point in joints.items():
        points[pose.skeleton.index(name)] = point
    return replace(pose, keypoints=tuple(points))


def moved(pose: Pose, joint: str, x: int = 0, y: int = 0) -> Pose:
    """One joint further to the right and down."""
    point = pose[joint]
    return with_joints(pose, {joint: point._replace(x=point.x + x, y=point.y + y)})


def scored(pose: Pose, score: int, *joints: str) -> Pose:
    """Some joints with another score."""
    return with_joints(pose, {joint: pose[joint]._replace(score=score) for joint in joints})


def sides_swapped(pose: Pose, joints: Iterable[str]) -> Pose:
    """Left for right of some joints, such as "knee"."""
    names = [(f"left_{joint}", f"right_{joint}") for joint in joints]
    pairs = [*names, *((right, left) for left, right in names)]
    return with_joints(pose, {name: pose[other] for name, other in pairs})
