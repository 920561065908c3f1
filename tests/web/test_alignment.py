"""What the page says of how the camera stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import COCO_17
from hipdrive.web.alignment import checks, quality_of
from support.walker import START_NS, Walker

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

SIZE = (640, 480)
POSE = Walker().pose(START_NS)
STRAIGHT = CameraSummary(
    calibrated=False, roll_taken_off_deg=0.0, strides=30, roll_deg=0.4, yaw_deg=2.0
)


def said(
    pose: Pose | None = POSE,
    camera: CameraSummary | None = None,
    image: RgbImage | None = None,
    language: Language = "en",
) -> dict[str, tuple[bool, str]]:
    """Each check by its name: whether all is well, and the sentence."""
    quality = None if image is None else quality_of(image)
    found = checks(pose, SIZE, camera, quality, language)
    return {check.name: (check.ok, check.sentence) for check in found}


def moved(pose: Pose, joints: dict[str, tuple[float, float]]) -> Pose:
    """With some joints elsewhere, px."""
    points = list(pose.keypoints)
    for joint, (x, y) in joints.items():
        number = COCO_17.index(joint)
        points[number] = points[number]._replace(x=round(x * ONE), y=round(y * ONE))
    return replace(pose, keypoints=tuple(points))


@pytest.fixture(scope="module")
def picture() -> RgbImage:
    """Of a drawn runner."""
    with RenderedRunner(RenderedSettings(seconds=1.0)) as source:
        image: RgbImage = next(iter(source)).image.copy()
    return image


def test_before_anything_is_known_nothing_is_said() -> None:
    assert checks(None, None, None, None, "en") == []


def test_a_camera_that_stands_well() -> None:
    found = said(camera=STRAIGHT)
    assert all(ok for ok, _ in found.values())
    assert [sentence for _, sentence in found.values()][:2] == [
        "a runner is seen",
        "the whole runner is in the picture",
    ]


def test_nobody_is_seen() -> None:
    nobody = replace(POSE, keypoints=tuple(point._replace(score=0) for point in POSE.keypoints))
    assert said(nobody) == {
        "runner": (False, "nobody is seen: stand on the belt, side to the camera")
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "cut off: ankle, nose; move the camera back"),
        ("de", "abgeschnitten: Knöchel, Nase; stell die Kamera weiter weg"),
    ],
)
def test_who_is_too_close_is_cut_off(language: Language, sentence: str) -> None:
    """Two percent of the height are 9.6 px."""
    pose = moved(POSE, {"left_ankle": (300, 471), "nose": (320, 9)})
    assert said(pose, language=language)["whole"] == (False, sentence)
    inside = moved(POSE, {"left_ankle": (300, 470), "nose": (320, 10)})
    assert said(inside)["whole"][0]


def test_who_is_too_far_away_is_too_small() -> None:
    """A thigh of 36 px is needed (docs/architecture.md)."""
    hips = {"left_hip": (300.0, 200.0), "right_hip": (300.0, 200.0)}
    for length, ok in ((35.0, False), (36.0, True)):
        knees = {f"{side}_knee": (300.0, 200.0 + length) for side in ("left", "right")}
        found = said(moved(POSE, hips | knees))["size"]
        assert found[0] is ok
        assert f"{length:.0f} px" in found[1]


def test_somebody_else_is_in_the_picture() -> None:
    assert said(replace(POSE, crowded=True))["people"] == (
        False,
        "somebody else is in the picture: strides are left out meanwhile",
    )


@pytest.mark.parametrize(
    ("roll_deg", "taken_off_deg", "sentence"),
    [
        (3.0, 0.0, "tilted 3.0° clockwise: turn it, or save the roll"),
        (-3.0, 0.0, "tilted 3.0° anticlockwise: turn it, or save the roll"),
        (3.0, 2.5, "level"),
        (0.0, 2.5, "tilted 2.5° anticlockwise: turn it, or save the roll"),
    ],
)
def test_what_is_left_of_the_roll_and_its_cost(
    roll_deg: float, taken_off_deg: float, sentence: str
) -> None:
    """One degree of roll costs one degree of thigh extension (docs/hardware.md)."""
    camera = replace(STRAIGHT, roll_deg=roll_deg, roll_taken_off_deg=taken_off_deg)
    (check,) = (check for check in checks(None, SIZE, camera, None, "en") if check.name == "roll")
    assert check.sentence == sentence
    assert check.cost_deg == pytest.approx(abs(roll_deg - taken_off_deg))


@pytest.mark.parametrize(
    ("yaw_deg", "sentence", "cost_deg"),
    [
        (12.0, "looks 12° from the front", 0.4),
        (-20.0, "looks 20° from behind", 1.1),
        (4.0, "square to the belt", 0.0),
    ],
)
def test_a_camera_that_looks_askew_and_its_cost(
    yaw_deg: float, sentence: str, cost_deg: float
) -> None:
    """20 degrees look like atan(tan 20 * cos yaw)."""
    camera = replace(STRAIGHT, yaw_deg=yaw_deg)
    (check,) = (check for check in checks(None, SIZE, camera, None, "en") if check.name == "yaw")
    assert (check.sentence, check.ok) == (sentence, abs(yaw_deg) <= 5)
    assert check.cost_deg == pytest.approx(cost_deg, abs=0.05)


def blurred(image: RgbImage, sd_px: float) -> RgbImage:
    """As if the lens were out of focus; SD of the Gaussian at a height of 240 px."""
    return cv2.GaussianBlur(image, (0, 0), sd_px * image.shape[0] / 240).astype(np.uint8)


def dimmed(image: RgbImage, factor: float) -> RgbImage:
    """With a camera's noise of 2 of 255 left in."""
    noise = np.random.default_rng(19).normal(0, 2, image.shape)
    return np.clip(np.rint(image * factor + noise), 0, 255).astype(np.uint8)


def test_a_picture_as_it_should_be_is_light_and_sharp(picture: RgbImage) -> None:
    found = said(image=picture)
    assert (found["light"], found["sharp"]) == ((True, "light enough"), (True, "sharp"))


def test_a_lens_out_of_focus_is_told_in_light_and_in_the_dark(picture: RgbImage) -> None:
    for image in (picture, dimmed(picture, 0.5)):
        assert said(image=blurred(image, 1.0))["sharp"][0] is False


def test_the_dark_is_not_taken_for_a_blur(picture: RgbImage) -> None:
    found = said(image=dimmed(picture, 0.2))
    assert found["light"] == (False, "too dark: switch a light on")
    assert found["sharp"][0]


def test_a_lens_that_is_covered_is_neither_light_nor_sharp() -> None:
    found = said(image=np.zeros((480, 640, 3), np.uint8))
    assert (found["light"][0], found["sharp"][0]) == (False, False)
