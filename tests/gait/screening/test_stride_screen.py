"""One screening: the first reason counts, and what is rejected is not measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.metric import SECONDS, Metric
from hipdrive.gait.screening.stride_screen import CHECKS
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection
from support.gait.measure import run
from support.keypoints import scored
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.gait.events.stride_window import StrideWindow
    from hipdrive.types.pose import Pose

SECONDS_RUN = 12.0
SMALL = Walker(thigh_px=33, shank_px=32, trunk_px=40, bounce_px=2.6)
"""Fewer than 36 pixels of thigh."""
FLAT = Walker(bounce_px=0.0)
"""A trunk that does not fly."""


def poses(walker: Walker) -> list[Pose]:
    return walker.poses(frame_times(30, SECONDS_RUN))


def crowded(seen: Iterable[Pose]) -> list[Pose]:
    return [replace(pose, crowded=True) for pose in seen]


def dim(seen: Iterable[Pose]) -> list[Pose]:
    """Near hip and knee are hardly seen; the other joints make up for them."""
    return [scored(pose, ONE // 4, "right_hip", "right_knee") for pose in seen]


@pytest.mark.parametrize(
    ("seen", "facing", "reason"),
    [
        (crowded(poses(replace(SMALL, faces=Side.LEFT))), Side.RIGHT, Rejection.FACING),
        (crowded(dim(poses(SMALL))), Side.RIGHT, Rejection.SEVERAL_PEOPLE),
        (dim(poses(SMALL)), Side.RIGHT, Rejection.TOO_SMALL),
        (dim(poses(FLAT)), Side.RIGHT, Rejection.LOW_SCORE),
        (poses(FLAT), Side.RIGHT, Rejection.NOT_RUNNING),
        (poses(Walker()), Side.RIGHT, None),
    ],
)
def test_the_first_reason_counts(seen: list[Pose], facing: Side, reason: Rejection | None) -> None:
    """Of several that hold; after the three seconds in which the facing is found out."""
    _, strides = run(GaitEngine(facing), seen)
    near = [stride.rejection for stride in strides if stride.near][4:]
    assert len(near) > 8
    assert set(near) == {reason}


def test_every_reason_has_a_check() -> None:
    assert {check.reason for check in CHECKS} == set(Rejection)


def test_what_is_rejected_is_not_measured() -> None:
    measured: list[int] = []

    def note(window: StrideWindow) -> int | None:
        measured.append(window.peak.t_ns)
        return None

    metric = Metric("noted", SECONDS, 1, "A.", "none", ("hip",), "measured", "none", note)
    seen = [*crowded(poses(Walker())[:150]), *poses(Walker())[150:]]
    _, strides = run(GaitEngine(Side.RIGHT, metrics=[metric]), seen)
    accepted = [stride.t_ns for stride in strides if stride.accepted]
    assert 8 < len(accepted) < len(strides) - 8
    assert measured == accepted
