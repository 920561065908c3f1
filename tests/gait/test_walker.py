"""The runner made of geometry is what it says, before anything is measured against it."""

from __future__ import annotations

from math import atan2, degrees
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from support.keypoints import values
from support.walker import NS, START_NS, Walker, frame_times, mirrored, swapped_legs

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

moments = st.integers(START_NS - 5 * NS, START_NS + 5 * NS)
sides = st.sampled_from(Side)
swings = st.tuples(
    st.floats(10, 40),  # swing
    st.floats(-0.24, 1.0),  # second, as a share of it
)


def segment_deg(walker: Walker, pose: Pose, upper: str, lower: str) -> float:
    """How far a segment that hangs down is turned backwards, from the picture alone."""
    x, y = ([pose[name][axis] for name in (upper, lower)] for axis in (0, 1))
    back = x[0] - x[1] if walker.faces is Side.RIGHT else x[1] - x[0]
    return degrees(atan2(back, y[1] - y[0]))


@given(moments, sides)
def test_the_picture_shows_the_angles_that_the_walker_states(t_ns: int, faces: Side) -> None:
    walker = Walker(faces=faces)
    pose = walker.pose(t_ns)
    for near in (True, False):
        side = faces if near else faces.other
        thigh = segment_deg(walker, pose, f"{side}_hip", f"{side}_knee")
        shank = segment_deg(walker, pose, f"{side}_knee", f"{side}_ankle")
        assert thigh == pytest.approx(walker.thigh_deg(t_ns, near=near), abs=1e-3)
        assert (shank - thigh) % 360 == pytest.approx(walker.knee_deg(t_ns, near=near), abs=2e-3)
        lean = segment_deg(walker, pose, f"{side}_shoulder", f"{side}_hip")
        assert lean == pytest.approx(walker.lean_deg, abs=1e-3)


@given(swings, moments)
def test_no_moment_of_the_stride_is_above_the_peak(swing: tuple[float, float], t_ns: int) -> None:
    walker = Walker(swing_deg=swing[0], second_deg=swing[0] * swing[1])
    assert walker.thigh_deg(walker.peak_ns) == pytest.approx(walker.peak_deg)
    assert walker.thigh_deg(t_ns) <= walker.peak_deg + 1e-9


@given(moments)
def test_a_knee_never_bends_the_wrong_way(t_ns: int) -> None:
    walker = Walker(knee_least_deg=0)
    assert walker.knee_deg(t_ns) >= 0


def test_the_far_leg_peaks_half_a_stride_after_the_near_one() -> None:
    walker = Walker(stride_s=0.8, peak_ns=START_NS)
    end = START_NS + 19 * NS // 10
    assert walker.peaks_ns(START_NS, end) == [START_NS, START_NS + 0.8e9, START_NS + 1.6e9]
    assert walker.peaks_ns(START_NS, end, near=False) == [START_NS + 0.4e9, START_NS + 1.2e9]
    assert walker.thigh_deg(START_NS + 0.4e9, near=False) == pytest.approx(walker.peak_deg)
    assert Walker(stride_s=0.7).cadence_spm == pytest.approx(171.43, abs=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        {"swing_deg": -1.0},
        {"swing_deg": 20.0, "second_deg": -5.0},
        {"knee_least_deg": -1.0},
        {"knee_least_deg": 50.0, "knee_most_deg": 40.0},
        {"knee_most_deg": 180.0},
    ],
)
def test_a_walker_whose_truth_would_not_hold_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"peak|knee"):
        Walker(**wrong)


def test_the_same_seed_gives_the_same_noise_of_the_size_asked_for() -> None:
    walker, times = Walker(), frame_times(60, 10)
    noisy = walker.poses(times, noise_px=2.0, seed=1)
    assert noisy == walker.poses(times, noise_px=2.0, seed=1)
    assert noisy != walker.poses(times, noise_px=2.0, seed=2)
    off = [
        (a - b) / ONE
        for dirty, clean in zip(noisy, walker.poses(times), strict=True)
        for axis, (a, b) in enumerate(zip(values(dirty), values(clean), strict=True))
        if axis % 3 != 2
    ]
    assert (sum(o * o for o in off) / len(off)) ** 0.5 == pytest.approx(2.0, rel=0.02)


def test_a_camera_jitters_and_loses_frames_as_it_is_told() -> None:
    steady = frame_times(50, 100)
    assert steady[:3] == [START_NS, START_NS + 20_000_000, START_NS + 40_000_000]
    jittery = frame_times(50, 100, jitter_s=0.004)
    assert max(abs(a - b) for a, b in zip(steady, jittery, strict=True)) == pytest.approx(
        4e6, rel=0.01
    )
    assert len(frame_times(50, 100, lost=0.4)) == pytest.approx(3000, rel=0.05)


@given(moments, sides)
def test_a_mirror_and_a_swap_undo_themselves(t_ns: int, faces: Side) -> None:
    pose = Walker(faces=faces).pose(t_ns)
    assert mirrored(mirrored(pose, 640), 640) == pose
    assert swapped_legs(swapped_legs(pose)) == pose


@given(moments)
def test_a_mirrored_walker_is_one_who_faces_the_other_way(t_ns: int) -> None:
    right, left = (Walker(faces=side, hip_x_px=320.0) for side in (Side.RIGHT, Side.LEFT))
    mirror = values(mirrored(right.pose(t_ns), 640))
    assert all(abs(a - b) <= 1 for a, b in zip(mirror, values(left.pose(t_ns)), strict=True))


def test_scores_tell_the_near_side_from_the_far_one() -> None:
    pose = Walker(score=0.5, far_score=0.25, faces=Side.LEFT).pose(START_NS)
    assert pose["left_knee"].score == ONE // 2
    assert pose["right_knee"].score == ONE // 4
