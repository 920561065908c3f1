"""What must not matter: where in the picture, how large, which way, and what time it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from support.gait.measure import run
from support.keypoints import mapped, with_joints
from support.walker import Walker, frame_times, mirrored

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Stride

WALKER = Walker()
TIMES = frame_times(60, 4)
NOISY = WALKER.poses(TIMES, noise_px=1.5, seed=9)


def measured(poses: list[Pose], facing: Side) -> tuple[list[Sample], list[Stride]]:
    return run(GaitEngine(facing), poses)


def redrawn(pose: Pose, change: Callable[[int, int], int]) -> Pose:
    """The pose with each coordinate changed; `change` gets 0 for x, 1 for y, and the value."""
    return mapped(pose, lambda point: (change(0, point.x), change(1, point.y), point.score))


BASE = measured(NOISY, Side.RIGHT)


def worst_deg(samples: list[Sample]) -> float:
    pairs = list(zip(samples, BASE[0], strict=True))
    assert all(a.t_ns == b.t_ns for a, b in pairs)
    return max(
        abs(deg_from_bam(getattr(a, name) - getattr(b, name)))
        for a, b in pairs
        for name in a._fields
        if name != "t_ns"
    )


def test_there_is_something_to_compare() -> None:
    assert len(BASE[0]) > 200
    assert sum(stride.near for stride in BASE[1]) >= 4


@given(width_px=st.integers(0, 4000))
@settings(max_examples=5)
def test_a_mirror_image_gives_the_same_angles_of_the_other_leg(width_px: int) -> None:
    samples, strides = measured([mirrored(pose, width_px) for pose in NOISY], Side.LEFT)
    assert worst_deg(samples) <= 2e-4
    assert [s.leg for s in strides] == [s.leg.other for s in BASE[1]]
    assert [s.near for s in strides] == [s.near for s in BASE[1]]


def test_a_mirror_at_the_edge_gives_the_same_bits() -> None:
    samples, strides = measured([mirrored(pose) for pose in NOISY], Side.LEFT)
    assert samples == BASE[0]
    assert [replace(stride, leg=stride.leg.other) for stride in strides] == BASE[1]


@given(right_px=st.integers(-5000, 5000), down_px=st.integers(-5000, 5000))
@settings(max_examples=5)
def test_the_place_in_the_picture_does_not_matter(right_px: int, down_px: int) -> None:
    """Sums are exact; what is added comes off again, and only rounding may differ."""
    shift = (right_px * ONE, down_px * ONE)
    moved = [redrawn(pose, lambda axis, value: value + shift[axis]) for pose in NOISY]
    samples, strides = measured(moved, Side.RIGHT)
    assert worst_deg(samples) <= 2e-4
    assert len(strides) == len(BASE[1])


@pytest.mark.parametrize("scale", [2, 7, 50])
def test_the_size_in_the_picture_does_not_matter(scale: int) -> None:
    """Up to the 32,767 px that the format holds."""
    larger = [redrawn(pose, lambda _, value: value * scale) for pose in NOISY]
    samples, strides = measured(larger, Side.RIGHT)
    assert worst_deg(samples) <= 2e-4
    assert [s.rejection for s in strides] == [s.rejection for s in BASE[1]]


def test_a_runner_of_twenty_pixels_is_measured_like_one_of_a_thousand() -> None:
    """Key points have 16 bits behind the point, so a thigh of 5 px has 300,000 units."""
    small = [redrawn(pose, lambda _, value: round(value / 18)) for pose in NOISY]
    assert worst_deg(measured(small, Side.RIGHT)[0]) <= 1e-3


def earlier(stride: Stride, later_ns: int) -> Stride:
    strike_ns, toe_off_ns = (
        None if t_ns is None else t_ns - later_ns
        for t_ns in (stride.foot_strike_ns, stride.toe_off_ns)
    )
    return replace(
        stride, t_ns=stride.t_ns - later_ns, foot_strike_ns=strike_ns, toe_off_ns=toe_off_ns
    )


@given(later_ns=st.integers(-(2**55), 2**55))
@settings(max_examples=5)
def test_the_time_of_day_does_not_matter(later_ns: int) -> None:
    shifted = [replace(pose, t_ns=pose.t_ns + later_ns) for pose in NOISY]
    samples, strides = measured(shifted, Side.RIGHT)
    assert [sample._replace(t_ns=sample.t_ns - later_ns) for sample in samples] == BASE[0]
    assert [earlier(stride, later_ns) for stride in strides] == BASE[1]


def test_the_camera_s_roll_moves_thigh_ext_one_to_one_and_hip_ext_not_at_all() -> None:
    """The walker leans into the roll as a whole: thigh one way, trunk the other."""
    roll = 3.0
    level = Walker(bounce_px=0, sway_px=0)
    rolled = replace(level, mean_deg=level.mean_deg + roll, lean_deg=level.lean_deg + roll)
    (flat, _), (tilted, _) = (run(GaitEngine(Side.RIGHT), w.poses(TIMES)) for w in (level, rolled))
    for a, b in zip(flat, tilted, strict=True):
        thigh = deg_from_bam(b.near_thigh_ext_bam - a.near_thigh_ext_bam)
        assert thigh == pytest.approx(roll, abs=0.15)
        assert deg_from_bam(b.near_hip_ext_bam - a.near_hip_ext_bam) == pytest.approx(0, abs=0.15)


def test_arms_and_head_do_not_matter() -> None:
    """But shanks do: knees and ankles tell together which leg is which."""
    used = {f"{side}_{joint}" for side in Side for joint in ("shoulder", "hip", "knee", "ankle")}
    elsewhere = [
        with_joints(
            p,
            {
                name: Keypoint(-point.x, -point.y, point.score)
                for name, point in zip(p.skeleton.joints, p.keypoints, strict=True)
                if name not in used
            },
        )
        for p in NOISY
    ]
    assert measured(elsewhere, Side.RIGHT) == BASE


def test_the_same_poses_give_the_same_bits() -> None:
    assert measured(list(NOISY), Side.RIGHT) == BASE
