"""Whether the camera stands well: checks in words, with what each fault costs."""

from __future__ import annotations

from math import atan, cos, degrees, radians, tan
from typing import TYPE_CHECKING, NamedTuple

import cv2

from hipdrive.geometry.camera_summary import MOST_ROLL_DEG, MOST_YAW_DEG
from hipdrive.texts.phrases import Phrases, named
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.geometry.camera_summary import CameraSummary
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

LEAST_SCORE = ONE * 3 // 10
EDGE = 0.02
"""Share of the picture's height and width that a joint must be away from its edge."""
LEAST_THIGH_PX = 36
"""Shorter, the angle's noise is three times the usual (docs/architecture.md)."""
TYPICAL_EXT_DEG = 20.0
LEAST_LUMINANCE, LEAST_FINENESS = 50.0, 0.22
"""Below, MoveNet's figures suffer (`scripts/picture_quality.py`; two clips of people, one drawn).

In a luminance of 54 to 71 the mean peak was within 0.7 degrees of that in full light; it was 1.9
lower at 43 (drawn), up to 1.1 at 33, from 1.9 to 5.2 at 22. A Gaussian of 0.5 px (fineness 0.24 to
0.31) left it within 0.2, with an SD of 1.7 instead of 1.0 in one clip; at 0.75 px (0.16 to 0.20)
that one lost 5.6 and had an SD of 3.9, another lost 0.5; at 1 px (0.13 to 0.15) the former had no
strides any more. Legs that smear because the exposure is long are not found by this: the room
behind them stays sharp.
"""
DETAIL_HEIGHT_PX = 240


class CameraCheck(NamedTuple):
    """One check of the camera.

    Attributes:
        name: short, the same every time.
        ok: True where nothing is to be done.
        sentence: what was found, and what to do.
        cost_deg: what thigh extension is off by if it is left so; None: not known, or nothing.
    """

    name: str
    ok: bool
    sentence: str
    cost_deg: float | None = None


class PictureQuality(NamedTuple):
    """How light and how sharp a picture is.

    Attributes:
        luminance: mean, 0 to 255.
        fineness: variance of the Laplacian in the middle half of the picture at a height of 240 px,
            as a share of that at 120 px. Unlike the variance itself it hardly depends on how much
            there is to see or how light it is: four clips of people and two drawn ones had 0.51 to
            0.63 as they are, 0.24 to 0.31 and 0.13 to 0.15 after a Gaussian of 0.5 and of 1 px.
    """

    luminance: float
    fineness: float


def quality_of(image: RgbImage) -> PictureQuality:
    """Measure a picture, uint8 [height, width, 3], RGB."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = DETAIL_HEIGHT_PX / height
    small = cv2.resize(grey, (round(width * scale), DETAIL_HEIGHT_PX), interpolation=cv2.INTER_AREA)
    middle = small[:, small.shape[1] // 4 : small.shape[1] * 3 // 4]
    coarse = cv2.resize(middle, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    fine, rough = (float(cv2.Laplacian(each, cv2.CV_64F).var()) for each in (middle, coarse))
    # Without any detail there is nothing to be sharp.
    return PictureQuality(float(grey.mean()), fine / rough if rough else 0.0)


def checks(
    pose: Pose | None,
    size: tuple[int, int] | None,
    camera: CameraSummary | None,
    quality: PictureQuality | None,
    language: Language,
) -> list[CameraCheck]:
    """All that can be said of how the camera stands.

    Args:
        pose: the newest.
        size: width and height of the picture, px.
        camera: roll and yaw, as far as they are known.
        quality: of the newest picture; None where none was looked at.
        language: of the sentences.
    """
    say = Phrases("check", language)
    found = [] if pose is None else list(_of_pose(pose, size, say))
    found += [] if camera is None else list(_of_camera(camera, say))
    return found + ([] if quality is None else list(_of_picture(quality, say)))


def _of_pose(pose: Pose, size: tuple[int, int] | None, say: Phrases) -> Iterator[CameraCheck]:
    seen = pose.runner_seen
    yield CameraCheck("runner", seen, say("runner") if seen else say("nobody"))
    if not seen:
        return
    if size is not None:
        yield _whole(pose, size, say)
    yield _size(pose, say)
    yield CameraCheck("people", not pose.crowded, say("others") if pose.crowded else say("alone"))


def _whole(pose: Pose, size: tuple[int, int], say: Phrases) -> CameraCheck:
    """Whether all of the runner is in the picture."""
    width, height = size
    cut = {
        named("joint", name.rpartition("_")[2], say.language)
        for name, (x, y, score) in zip(pose.skeleton.joints, pose.keypoints, strict=True)
        if score >= LEAST_SCORE
        and not (
            EDGE * width <= x / ONE <= (1 - EDGE) * width
            and EDGE * height <= y / ONE <= (1 - EDGE) * height
        )
    }
    if not cut:
        return CameraCheck("whole", ok=True, sentence=say("whole"))
    return CameraCheck("whole", ok=False, sentence=say("cut_off", parts=", ".join(sorted(cut))))


def _size(pose: Pose, say: Phrases) -> CameraCheck:
    thigh_px = max(_thigh_px(pose, "left"), _thigh_px(pose, "right"))
    if thigh_px >= LEAST_THIGH_PX:
        return CameraCheck("size", ok=True, sentence=say("large", thigh=thigh_px))
    sentence = say("small", thigh=thigh_px, least=LEAST_THIGH_PX)
    return CameraCheck("size", ok=False, sentence=sentence)


def _thigh_px(pose: Pose, side: str) -> float:
    hip, knee = pose[f"{side}_hip"], pose[f"{side}_knee"]
    across, down = (hip.x - knee.x) / ONE, (hip.y - knee.y) / ONE
    return float((across * across + down * down) ** 0.5)


def _of_camera(camera: CameraSummary, say: Phrases) -> Iterator[CameraCheck]:
    if camera.roll_deg is not None:
        left_deg = camera.roll_deg - camera.roll_taken_off_deg
        size_deg = abs(left_deg)
        level = size_deg <= MOST_ROLL_DEG
        clockwise, anticlockwise = (
            say("tilted_clockwise", roll=size_deg),
            say("tilted_anticlockwise", roll=size_deg),
        )
        tilted = clockwise if left_deg > 0 else anticlockwise
        yield CameraCheck("roll", level, say("level") if level else tilted, size_deg)
    if camera.yaw_deg is not None:
        size_deg = abs(camera.yaw_deg)
        square = size_deg <= MOST_YAW_DEG
        front, behind = say("from_front", yaw=size_deg), say("from_behind", yaw=size_deg)
        turned = front if camera.yaw_deg > 0 else behind
        cost_deg = yaw_cost_deg(camera.yaw_deg)
        yield CameraCheck("yaw", square, say("square") if square else turned, cost_deg)


def yaw_cost_deg(yaw_deg: float) -> float:
    """How much less a thigh extension of 20 degrees looks from there.

    A plane that is turned by the yaw is foreshortened: tan seen = tan true * cos yaw.

    >>> round(yaw_cost_deg(12.0), 1)
    0.4
    """
    seen = degrees(atan(tan(radians(TYPICAL_EXT_DEG)) * cos(radians(yaw_deg))))
    return TYPICAL_EXT_DEG - seen


def _of_picture(quality: PictureQuality, say: Phrases) -> Iterator[CameraCheck]:
    light = quality.luminance >= LEAST_LUMINANCE
    yield CameraCheck("light", light, say("light") if light else say("dark"))
    sharp = quality.fineness >= LEAST_FINENESS
    yield CameraCheck("sharp", sharp, say("sharp") if sharp else say("blurred"))
