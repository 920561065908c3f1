from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.gait.joints.facing import FacingVote
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from support.keypoints import all_at, mapped
from support.walker import NS, START_NS, Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.pose import Pose

sides = pytest.mark.parametrize("faces", Side)
STILL = Walker(swing_deg=1e-6, second_deg=0, mean_deg=0, bounce_px=0, sway_px=0)


def standing(knee_deg: float, faces: Side = Side.RIGHT) -> Walker:
    """Legs straight but for a knee that the model sees `knee_deg` to the front, or to the back."""
    bent = replace(STILL, knee_least_deg=abs(knee_deg), knee_most_deg=abs(knee_deg))
    return replace(bent, faces=faces if knee_deg >= 0 else faces.other)


def decided(poses: Iterable[Pose]) -> tuple[Side, int] | None:
    """What the vote came to, and when."""
    vote = FacingVote()
    for pose in poses:
        if (side := vote.add(pose)) is not None:
            return side, pose.t_ns
    return None


@sides
@pytest.mark.parametrize("fps", [24, 30, 60, 120])
@pytest.mark.parametrize("noise_px", [0.0, 4.0, 10.0])
def test_a_runner_faces_the_way_the_knees_bend(faces: Side, fps: int, noise_px: float) -> None:
    """A thigh is 90 px here, so 10 px are 6 degrees at each of its ends."""
    poses = Walker(faces=faces).poses(frame_times(fps, 3), noise_px=noise_px)
    found = decided(poses)
    assert found is not None
    assert found[0] is faces
    assert 2 * NS <= found[1] - START_NS <= 2.5 * NS


@sides
@settings(max_examples=25)
@given(
    stride_s=st.floats(0.5, 1.1),
    swing_deg=st.floats(15, 40),
    knee_most_deg=st.floats(60, 130),
    scale=st.floats(0.3, 5),
    first=st.floats(0, 1),
)
def test_slow_and_fast_near_and_small_all_face_one_way(
    faces: Side, stride_s: float, swing_deg: float, knee_most_deg: float, scale: float, first: float
) -> None:
    walker = Walker(
        stride_s=stride_s,
        swing_deg=swing_deg,
        knee_most_deg=knee_most_deg,
        thigh_px=90 * scale,
        shank_px=88 * scale,
        peak_ns=START_NS + round(first * NS),
        faces=faces,
    )
    found = decided(walker.poses(frame_times(30, 5)))
    assert found is not None
    assert found[0] is faces


@pytest.mark.parametrize("knee_deg", [0, 2, 7, -2, -7])
@pytest.mark.parametrize("noise_px", [0.0, 2.0, 4.0])
def test_whoever_stands_still_faces_nowhere(knee_deg: float, noise_px: float) -> None:
    """Pose models put the knee up to 7 degrees off, to either side."""
    assert decided(standing(knee_deg).poses(frame_times(30, 20), noise_px=noise_px)) is None


@sides
def test_a_minute_of_standing_does_not_outweigh_running(faces: Side) -> None:
    start_ns = START_NS + 60 * NS
    wrong = standing(-7, faces).poses(frame_times(30, 60), noise_px=2.0)
    right = Walker(faces=faces).poses(frame_times(30, 5, start_ns=start_ns))
    found = decided(wrong + right)
    assert found is not None
    assert found[0] is faces
    assert found[1] - start_ns <= 2.5 * NS


def with_scores(pose: Pose, score: int) -> Pose:
    return mapped(pose, lambda point: (point.x, point.y, score))


def test_legs_that_are_hardly_seen_do_not_vote() -> None:
    wrong = Walker(faces=Side.LEFT).poses(frame_times(60, 10))
    assert decided(with_scores(pose, ONE * 29 // 100) for pose in wrong) is None
    hidden = [with_scores(pose, ONE // 10) for pose in wrong]
    right = Walker().poses(frame_times(60, 5, start_ns=START_NS + 10 * NS))
    found = decided(hidden + right)
    assert found is not None
    assert found[0] is Side.RIGHT


def test_one_leg_is_enough() -> None:
    found = decided(Walker(far_score=0.1).poses(frame_times(30, 5)))
    assert found is not None
    assert found[0] is Side.RIGHT


def test_as_many_knees_one_way_as_the_other_say_nothing() -> None:
    times = frame_times(30, 20)
    both = [Walker(faces=side).poses(times) for side in Side]
    assert decided(pair[i % 2] for i, pair in enumerate(zip(*both, strict=True))) is None


def test_a_joint_on_top_of_another_does_not_vote() -> None:
    assert decided(all_at(t_ns, 0, 0, ONE) for t_ns in frame_times(30, 10)) is None


def test_a_clock_that_jumps_back_does_not_keep_the_question_open() -> None:
    before = Walker().poses(frame_times(30, 1, start_ns=START_NS + 3600 * NS))
    found = decided(before + Walker().poses(frame_times(30, 5)))
    assert found is not None
    assert found[1] - START_NS <= 2.5 * NS
