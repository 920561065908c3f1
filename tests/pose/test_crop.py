from __future__ import annotations

import itertools

import pytest

from hipdrive.gait.keypoints import KEYPOINT_COUNT, Pose
from hipdrive.pose.crop import GLIDE_S, SIDE_IN_TORSOS, CropTracker, Square, search_squares
from walker import NS, Walker

FRAME_NS = NS // 30
TORSO_PX = Walker().trunk_px


def nobody(t_ns: int) -> Pose:
    return Pose(t_ns, (0, 0, 0) * KEYPOINT_COUNT)


def tracker_on(runner: Walker, t_ns: int = 0) -> CropTracker:
    tracker = CropTracker(1280, 720)
    tracker.lock(runner.pose(t_ns))
    return tracker


def follow(tracker: CropTracker, runner: Walker, first: int, count: int) -> list[Square]:
    squares = []
    for index in range(first, first + count):
        tracker.follow(runner.pose(index * FRAME_NS))
        squares.append(tracker.square)
    return squares


def test_the_square_is_centred_on_the_hips_and_sized_by_the_torso() -> None:
    runner = Walker(bounce_px=0, sway_px=0, hip_x_px=500, hip_y_px=300)
    square = tracker_on(runner).square
    assert square.side_px == round(SIDE_IN_TORSOS * TORSO_PX)
    assert square.left_px + square.side_px / 2 == pytest.approx(500, abs=1)
    assert square.top_px + square.side_px / 2 == pytest.approx(300, abs=1)


def test_it_stands_still_for_a_runner_who_bounces_in_place() -> None:
    runner = Walker(bounce_px=8, sway_px=6)
    tracker = tracker_on(runner)
    assert len(set(follow(tracker, runner, 1, 600))) == 1


def test_it_glides_to_a_runner_who_has_moved_and_comes_to_rest() -> None:
    here, there = Walker(hip_x_px=400), Walker(hip_x_px=640)
    tracker = tracker_on(here)
    follow(tracker, here, 1, 60)
    squares = follow(tracker, there, 61, 600)
    steps = [abs(b.left_px - a.left_px) for a, b in itertools.pairwise(squares)]
    # A glide never covers more in a frame than the distance times the frame's share of GLIDE_S.
    assert max(steps) <= 240 * (1 / 30) / GLIDE_S + 1
    last = squares[-1]
    assert last.left_px + last.side_px / 2 == pytest.approx(640, abs=0.05 * last.side_px)
    assert len(set(squares[-60:])) == 1


def test_it_grows_with_a_runner_who_comes_nearer() -> None:
    far, near = Walker(), Walker(trunk_px=1.5 * TORSO_PX)
    tracker = tracker_on(far)
    squares = follow(tracker, near, 1, 600)
    assert squares[-1].side_px == pytest.approx(1.5 * SIDE_IN_TORSOS * TORSO_PX, rel=0.05)


def test_a_runner_is_lost_after_half_a_second_and_not_before() -> None:
    tracker = tracker_on(Walker())
    tracker.follow(nobody(NS // 2))
    assert not tracker.searching
    tracker.follow(nobody(NS // 2 + 1))
    assert tracker.searching


def test_while_searching_it_looks_at_the_whole_and_then_along_the_long_side() -> None:
    tracker = CropTracker(1280, 720)
    looks = []
    for index in range(5):
        looks.append(tracker.square)
        tracker.follow(nobody(index * FRAME_NS))
    assert looks[0] == Square(0, -280, 1280)
    assert looks[1:4] == [Square(280, 0, 720), Square(0, 0, 720), Square(560, 0, 720)]
    assert looks[4] == looks[0], "and again from the beginning"


def test_a_tall_picture_is_searched_from_top_to_bottom() -> None:
    assert list(search_squares(720, 1280))[1:] == [
        Square(0, 280, 720),
        Square(0, 0, 720),
        Square(0, 560, 720),
    ]


def test_a_nearly_square_picture_needs_no_search() -> None:
    assert list(search_squares(640, 600)) == [Square(0, -20, 640)]


def test_who_comes_back_is_held_again() -> None:
    runner = Walker(hip_x_px=900)
    tracker = tracker_on(Walker(hip_x_px=300))
    for index in range(30):
        tracker.follow(nobody(index * FRAME_NS))
    assert tracker.searching
    tracker.lock(runner.pose(30 * FRAME_NS))
    square = tracker.square
    assert square.left_px + square.side_px / 2 == pytest.approx(900, abs=5)
