"""The belt's speed travels with the pose, so that a record of poses replays to the bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.belt.speed_source import BeltSpeedSource
    from hipdrive.types.pose import Pose

View = TypeVar("View")


def with_belt_speed(
    estimate: Callable[[View], Pose], belt: BeltSpeedSource | None
) -> Callable[[View], Pose]:
    """The pose stage with the belt's speed on each pose that has none yet.

    Args:
        estimate: the pose stage.
        belt: knows the speed; None: `estimate` itself, unchanged.
    """
    if belt is None:
        return estimate

    def estimate_with_speed(view: View) -> Pose:
        pose = estimate(view)
        if pose.belt_mm_per_s is not None:
            return pose
        return replace(pose, belt_mm_per_s=belt.speed_mm_per_s(pose.t_ns))

    return estimate_with_speed
