"""The angles in the key points' pixels are the angles that the truth tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.view import View
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from support.rendered.runners import (
    SQUARE,
    Array,
    asked,
    hanging_deg,
    known,
    level,
    point,
    truth_of,
    unseen,
    wrapped,
)

if TYPE_CHECKING:
    from hipdrive.rendered.figure import Posture
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.stance import Leg
    from hipdrive.rendered.truth import Truth

TIMES_S = np.arange(0.0, 3.0, 0.04)
FACINGS = ("left", "right")
HALF_HIPS, HALF_SHOULDERS = 0.05, 0.11
each_runner = pytest.mark.parametrize("name", SQUARE)
each_facing = pytest.mark.parametrize("facing", FACINGS)


@cache
def faced(facing: str) -> Truth:
    return truth_of(runner={"facing": facing})


@dataclass(frozen=True, slots=True)
class Seen:
    """A runner as a level camera sees them.

    Attributes:
        settings: with that camera.
        posture: the truth.
        pixels: the key points.
    """

    settings: RenderedSettings
    posture: Posture
    pixels: Array

    @property
    def sides(self) -> tuple[tuple[str, Leg], tuple[str, Leg]]:
        """Names in the key points, and the truth about them: near and far."""
        near = self.settings.runner.facing
        return (near, self.posture.near), (other(near), self.posture.far)

    def segment_deg(self, side: str, upper: str, lower: str) -> Array:
        """A segment's angle from the picture alone; shoulders stand out further than hips."""
        towards = 1 if side == self.settings.runner.facing else -1
        size = towards * self.settings.runner.height_m
        ends = [
            unseen(
                self.settings,
                point(self.pixels, side, joint),
                size * (HALF_SHOULDERS if joint == "shoulder" else HALF_HIPS),
            )
            for joint in (upper, lower)
        ]
        return hanging_deg(self.settings, *ends)

    def lean_deg(self, side: str) -> Array:
        """A trunk that hangs backwards from the shoulders leans forwards."""
        return self.segment_deg(side, "shoulder", "hip")


def seen(truth: Truth, roll_deg: float = 0.0) -> Seen:
    settings = level(truth.settings, roll_deg)
    pixels = joint_pixels(truth, View.of(settings), TIMES_S)
    return Seen(settings, truth.at(TIMES_S), pixels)


def other(side: str) -> str:
    return "left" if side == "right" else "right"


@each_runner
def test_thigh_angles_in_the_picture_are_the_truth(name: str) -> None:
    picture = seen(known(name))
    for side, leg in picture.sides:
        thigh = picture.segment_deg(side, "hip", "knee")
        assert thigh == pytest.approx(np.degrees(leg.thigh), abs=0.01)


@each_runner
def test_knee_angles_in_the_picture_are_the_truth(name: str) -> None:
    picture = seen(known(name))
    for side, leg in picture.sides:
        thigh = picture.segment_deg(side, "hip", "knee")
        shank = picture.segment_deg(side, "knee", "ankle")
        assert wrapped(shank - thigh) == pytest.approx(np.degrees(leg.knee), abs=0.01)


@each_runner
def test_the_lean_in_the_picture_is_the_truth(name: str) -> None:
    picture = seen(known(name))
    for side, _ in picture.sides:
        assert picture.lean_deg(side) == pytest.approx(np.degrees(picture.posture.lean), abs=0.01)


@pytest.mark.parametrize("lean_deg", [-8.0, 20.0])
def test_the_trunk_leans_as_far_as_asked_and_nods_by_a_degree(lean_deg: float) -> None:
    truth = truth_of(runner={"trunk_lean_deg": lean_deg})
    lean = np.degrees(truth.at(np.arange(0, truth.stride_s, 1e-4)).lean)
    assert lean.mean() == pytest.approx(lean_deg, abs=0.01)
    assert np.abs(lean - lean_deg).max() == pytest.approx(1.0, abs=0.01)


@each_facing
def test_thigh_extension_is_positive_with_the_knee_behind_the_hip(facing: str) -> None:
    picture = seen(faced(facing))
    for side, leg in picture.sides:
        knee, hip = (point(picture.pixels, side, joint)[:, 0] for joint in ("knee", "hip"))
        behind = (knee > hip) == (facing == "left")
        assert np.array_equal(behind, leg.thigh > 0)


@each_facing
def test_the_nose_points_where_the_runner_faces(facing: str) -> None:
    pixels = seen(faced(facing)).pixels
    nose_x = pixels[:, COCO_17.index("nose"), 0]
    ahead = nose_x - point(pixels, facing, "shoulder")[:, 0]
    assert np.all(ahead > 0) == (facing == "right")


@each_facing
def test_the_near_side_is_the_side_faced_and_the_larger_one(facing: str) -> None:
    assert faced(facing).near_side is Side(facing)
    pixels = seen(faced(facing)).pixels
    near_px, far_px = (
        np.linalg.norm(point(pixels, side, "shoulder") - point(pixels, side, "elbow"), axis=1)
        for side in (facing, other(facing))
    )
    assert np.all(near_px > far_px)


@each_facing
@pytest.mark.parametrize("roll_deg", [-20.0, -3.0, 5.0])
def test_roll_turns_the_picture_anticlockwise(facing: str, roll_deg: float) -> None:
    """That moves a hanging knee to the right: forwards for whoever faces right."""
    picture = seen(faced(facing), roll_deg)
    shift = -roll_deg if facing == "right" else roll_deg
    for side, leg in picture.sides:
        expected = np.degrees(leg.thigh) + shift
        assert picture.segment_deg(side, "hip", "knee") == pytest.approx(expected, abs=0.01)


@each_facing
@pytest.mark.parametrize("roll_deg", [-20.0, 0.0, 5.0])
def test_roll_leaves_the_angle_against_the_trunk(facing: str, roll_deg: float) -> None:
    picture = seen(faced(facing), roll_deg)
    for side, leg in picture.sides:
        hip = picture.segment_deg(side, "hip", "knee") - picture.lean_deg(side)
        expected = np.degrees(leg.thigh - picture.posture.lean)
        assert hip == pytest.approx(expected, abs=0.01)


def test_roll_is_no_part_of_the_truth() -> None:
    assert truth_of(camera={"roll_deg": 9.0}).strides() == faced("right").strides()


def test_facing_left_is_the_mirror_image_of_facing_right() -> None:
    left, right = (seen(faced(facing)).pixels for facing in FACINGS)
    order = [COCO_17.index(swapped(name)) for name in COCO_17.joints]
    width_px = asked().camera.width_px
    assert left[:, order, 0] == pytest.approx(width_px - 1 - right[:, :, 0], abs=1e-9)
    assert left[:, order, 1] == pytest.approx(right[:, :, 1], abs=1e-9)


def swapped(name: str) -> str:
    side, _, joint = name.partition("_")
    return f"{other(side)}_{joint}" if joint else name
