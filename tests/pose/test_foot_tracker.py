"""The foot on the belt followed in pictures that are moved by a known way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hipdrive.pose.foot_tracker import LONGEST_NS, FootTracker
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint
from hipdrive.types.skeleton import LEFT_ANKLE, RIGHT_ANKLE
from support.keypoints import with_joints
from support.walker import NS, Walker

if TYPE_CHECKING:
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import FootShift, Pose

FRAME_NS = NS // 30
SIZE = (480, 640)
TORSO_PX = 120.0
ANKLE = (300, 420)


def texture(seed: int, shape: tuple[int, int] = SIZE) -> RgbImage:
    """Soft blots, three pixels across: nothing finer than a camera shows."""
    noise = np.random.default_rng(seed).integers(0, 255, (*shape, 3), dtype=np.uint8)
    return blurred(noise, 1.5)


def blurred(image: RgbImage, sigma_px: float) -> RgbImage:
    """With its contrast kept."""
    soft = cv2.GaussianBlur(image.astype(np.float64), (0, 0), sigma_px)
    return np.interp(soft, (soft.min(), soft.max()), (0, 255)).astype(np.uint8)


def moved(image: RgbImage, right: float, down: float) -> RgbImage:
    there = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    size = image.shape[1], image.shape[0]
    return np.asarray(cv2.warpAffine(image, there, size, flags=cv2.INTER_CUBIC), np.uint8)


def standing(
    index: int, ankle: tuple[float, float] = ANKLE, *, torso_px: float = TORSO_PX, left: bool = True
) -> Pose:
    """A pose whose lower ankle is there."""
    pose = Walker(trunk_px=torso_px, hip_x_px=300, hip_y_px=200).pose(index * FRAME_NS)
    low, high = (LEFT_ANKLE, RIGHT_ANKLE) if left else (RIGHT_ANKLE, LEFT_ANKLE)
    x, y = ankle
    places = {low: (x, y), high: (x + 90, y - 90)}
    return with_joints(
        pose,
        {
            joint: Keypoint(round(x * ONE), round(y * ONE), pose[joint].score)
            for joint, (x, y) in places.items()
        },
    )


def went(shift: FootShift | None) -> tuple[float, float]:
    assert shift is not None
    assert shift.elapsed_ns == FRAME_NS
    return shift.x / ONE, shift.y / ONE


@pytest.mark.parametrize("right", [-22.4, -7.75, 0.0, 11.3])
@pytest.mark.parametrize("down", [-6.6, 0.0, 0.25, 5.5])
def test_a_foot_is_followed_to_a_tenth_of_a_pixel(right: float, down: float) -> None:
    picture, watch = texture(1), FootTracker()
    assert watch(picture, standing(0)) is None
    ankle = (ANKLE[0] + right, ANKLE[1] + down)
    found = went(watch(moved(picture, right, down), standing(1, ankle)))
    assert found == pytest.approx((right, down), abs=0.1)


@pytest.mark.parametrize("off", [(9.0, 0.0), (-12.0, 7.0), (0.0, -8.0)])
def test_what_the_model_errs_about_the_ankle_does_not_matter(off: tuple[float, float]) -> None:
    picture, watch = texture(2), FootTracker()
    watch(picture, standing(0))
    ankle = (ANKLE[0] - 20 + off[0], ANKLE[1] + 1 + off[1])
    found = went(watch(moved(picture, -20, 1), standing(1, ankle)))
    assert found == pytest.approx((-20, 1), abs=0.1)


def test_a_foot_before_a_wall_that_stands_is_followed_and_not_the_wall() -> None:
    """A shoe as large as a shoe is, 60 by 20 pixels, before something with a pattern."""
    wall, shoe = texture(3) // 2, texture(4)
    watch = FootTracker()

    def picture(right: int) -> RgbImage:
        image = wall.copy()
        image[415:437, 280 + right : 345 + right] = shoe[415:437, 280:345]
        return image

    watch(picture(0), standing(0))
    found = went(watch(picture(-18), standing(1, (ANKLE[0] - 15, ANKLE[1]))))
    assert found == pytest.approx((-18, 0), abs=0.1)


def test_a_runner_who_fills_a_large_picture_is_followed_as_well() -> None:
    picture, watch = blurred(texture(5, (720, 1280)), 3), FootTracker()
    watch(picture, standing(0, (300, 600), torso_px=330))
    found = went(watch(moved(picture, -41.0, 3.0), standing(1, (258, 602), torso_px=330)))
    assert found == pytest.approx((-41, 3), abs=0.35)


def test_the_lower_foot_is_the_one_whatever_it_is_called() -> None:
    picture, watch = texture(6), FootTracker()
    watch(picture, standing(0))
    ankle = (ANKLE[0] - 20, ANKLE[1])
    found = went(watch(moved(picture, -20, 0), standing(1, ankle, left=False)))
    assert found == pytest.approx((-20, 0), abs=0.1)


def test_the_camera_s_buffer_may_be_written_anew() -> None:
    buffer, watch = texture(7), FootTracker()
    after = moved(buffer, -12, 0)
    watch(buffer, standing(0))
    buffer[:] = after
    assert went(watch(buffer, standing(1, (ANKLE[0] - 12, ANKLE[1])))) == pytest.approx(
        (-12, 0), abs=0.1
    )


def test_a_foot_that_looks_different_is_not_followed() -> None:
    watch = FootTracker()
    watch(texture(8), standing(0))
    assert watch(texture(9), standing(1)) is None


def test_a_foot_that_went_out_of_reach_is_not_followed() -> None:
    picture, watch = texture(10), FootTracker()
    watch(picture, standing(0))
    assert watch(moved(picture, -60, 0), standing(1)) is None


@pytest.mark.parametrize("elapsed_ns", [0, -FRAME_NS, LONGEST_NS + 1])
def test_across_a_gap_or_a_clock_that_jumps_nothing_is_followed(elapsed_ns: int) -> None:
    picture, watch = texture(11), FootTracker()
    watch(picture, standing(0))
    assert watch(picture, replace(standing(0), t_ns=elapsed_ns)) is None


def test_after_forgetting_it_starts_afresh() -> None:
    picture, watch = texture(12), FootTracker()
    watch(picture, standing(0))
    watch.reset()
    assert watch(picture, standing(1)) is None
    assert went(watch(picture, standing(2))) == pytest.approx((0, 0), abs=0.01)


@pytest.mark.parametrize("ankle", [(20, 420), (630, 420), (300, 478), (300, 2), (-400, 9000)])
def test_a_foot_at_the_edge_of_the_picture_is_not_followed(ankle: tuple[float, float]) -> None:
    picture, watch = texture(13), FootTracker()
    assert watch(picture, standing(0, ankle)) is None
    assert watch(picture, standing(1, ankle)) is None
    assert watch(picture, standing(2)) is None


@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_without_anything_in_it_tells_nothing(value: int) -> None:
    picture, watch = np.full((*SIZE, 3), value, np.uint8), FootTracker()
    watch(picture, standing(0))
    assert watch(picture, standing(1)) is None
