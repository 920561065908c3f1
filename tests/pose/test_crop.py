from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from hipdrive.pose.crop import (
    GLIDE_S,
    CropTracker,
    Window,
    search_windows,
)
from hipdrive.pose.movenet.model import WINDOW
from support.keypoints import all_at
from support.walker import NS, Walker

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

FRAME_NS = NS // 30
TORSO_PX = Walker().trunk_px


def nobody(t_ns: int) -> Pose:
    return all_at(t_ns, 0, 0, 0)


def tracker_on(runner: Walker, t_ns: int = 0) -> CropTracker:
    tracker = CropTracker(1280, 720, WINDOW)
    tracker.lock(runner.pose(t_ns))
    return tracker


def follow(tracker: CropTracker, runner: Walker, first: int, count: int) -> list[Window]:
    windows = []
    for index in range(first, first + count):
        tracker.follow(runner.pose(index * FRAME_NS))
        windows.append(tracker.window)
    return windows


def test_the_window_is_around_the_hips_and_sized_by_the_torso() -> None:
    runner = Walker(bounce_px=0, sway_px=0, hip_x_px=500, hip_y_px=300)
    window = tracker_on(runner).window
    assert window.width_px == round(WINDOW.width * TORSO_PX)
    assert window.height_px == round(WINDOW.height * TORSO_PX)
    assert window.left_px + window.width_px / 2 == pytest.approx(500, abs=1)
    middle = 300 + WINDOW.below_hips * TORSO_PX
    assert window.top_px + window.height_px / 2 == pytest.approx(middle, abs=1)


def test_it_holds_all_of_a_runner_at_full_stretch() -> None:
    # In torsos, of a real runner seen from the side (../shared/clips): crown 1.65 above the hips,
    # toes 2.15 below at toe-off, where the foot is 1.1 behind, and the arms no further than that.
    assert WINDOW.below_hips - WINDOW.height / 2 <= -1.65
    assert WINDOW.below_hips + WINDOW.height / 2 >= 1.85, "the ankle"
    assert WINDOW.width / 2 >= 1.2


def test_it_stands_still_for_a_runner_who_bounces_in_place() -> None:
    runner = Walker(bounce_px=8, sway_px=6)
    tracker = tracker_on(runner)
    assert len(set(follow(tracker, runner, 1, 600))) == 1


def test_it_glides_to_a_runner_who_has_moved_and_comes_to_rest() -> None:
    here, there = Walker(hip_x_px=400), Walker(hip_x_px=640)
    tracker = tracker_on(here)
    follow(tracker, here, 1, 60)
    windows = follow(tracker, there, 61, 600)
    steps = [abs(b.left_px - a.left_px) for a, b in itertools.pairwise(windows)]
    # A glide never covers more in a frame than the distance times the frame's share of GLIDE_S.
    assert max(steps) <= 240 * (1 / 30) / GLIDE_S + 1
    last = windows[-1]
    assert last.left_px + last.width_px / 2 == pytest.approx(640, abs=0.05 * last.width_px)
    assert len(set(windows[-60:])) == 1


def test_it_grows_with_a_runner_who_comes_nearer() -> None:
    far, near = Walker(), Walker(trunk_px=1.5 * TORSO_PX)
    tracker = tracker_on(far)
    windows = follow(tracker, near, 1, 600)
    assert windows[-1].height_px == pytest.approx(1.5 * WINDOW.height * TORSO_PX, rel=0.05)


def test_a_runner_is_lost_after_half_a_second_and_not_before() -> None:
    tracker = tracker_on(Walker())
    tracker.follow(nobody(NS // 2))
    assert not tracker.searching
    tracker.follow(nobody(NS // 2 + 1))
    assert tracker.searching


def test_while_searching_it_looks_at_the_whole_and_then_along_the_long_side() -> None:
    tracker = CropTracker(1280, 720, WINDOW)
    looks = []
    for index in range(5):
        looks.append(tracker.window)
        tracker.follow(nobody(index * FRAME_NS))
    assert looks[0] == Window(0, -280, 1280, 1280)
    assert looks[1:4] == [
        Window(280, 0, 720, 720),
        Window(0, 0, 720, 720),
        Window(560, 0, 720, 720),
    ]
    assert looks[4] == looks[0], "and again from the beginning"


def test_a_tall_picture_is_searched_from_top_to_bottom() -> None:
    assert list(search_windows(720, 1280))[1:] == [
        Window(0, 280, 720, 720),
        Window(0, 0, 720, 720),
        Window(0, 560, 720, 720),
    ]


def test_a_nearly_square_picture_needs_no_search() -> None:
    assert list(search_windows(640, 600)) == [Window(0, -20, 640, 640)]


def test_who_comes_back_is_held_again() -> None:
    runner = Walker(hip_x_px=900)
    tracker = tracker_on(Walker(hip_x_px=300))
    for index in range(30):
        tracker.follow(nobody(index * FRAME_NS))
    assert tracker.searching
    tracker.lock(runner.pose(30 * FRAME_NS))
    window = tracker.window
    assert window.left_px + window.width_px / 2 == pytest.approx(900, abs=5)
