from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hipdrive.pose.crop import Window
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.letterbox import letterbox
from hipdrive.pose.movenet.model import WINDOW, MoveNet
from hipdrive.pose.store import find_spec
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame import Frame
from support.pose.tiny_model import write_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hipdrive.types.pose import Pose

SPEC = find_spec("movenet-lightning-int8")
SIZE = 192


def estimator(folder: Path, answer: Sequence[Sequence[float]]) -> PoseEstimator:
    model = write_model(folder / "m.tflite", answer)
    return PoseEstimator(MoveNet(model, SPEC, "ai-edge-litert", 1))


def frame(width: int, height: int, t_ns: int = 0) -> Frame:
    return Frame(t_ns, np.zeros((height, width, 3), np.uint8))


def looked_at(window: Window, image: np.ndarray) -> np.ndarray:
    out = np.full((SIZE, SIZE, 3), 99, np.uint8)
    letterbox(image, window, out)
    return out


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1280, 300), (200, 200)])
def test_a_circle_stays_a_circle(width: int, height: int) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    radius = min(width, height) // 3
    cv2.circle(image, (width // 2, height // 2), radius, (255, 255, 255), -1)
    side = max(width, height)
    out = looked_at(Window((width - side) // 2, (height - side) // 2, side, side), image)
    rows, columns = np.nonzero(out[:, :, 0] > 127)
    expected = 2 * radius * SIZE / side
    assert np.ptp(rows) + 1 == pytest.approx(expected, abs=1.5)
    assert np.ptp(columns) + 1 == pytest.approx(expected, abs=1.5)


def test_beyond_the_picture_it_is_black() -> None:
    image = np.full((96, 192, 3), 200, np.uint8)
    out = looked_at(Window(0, -48, 192, 192), image)
    assert not out[:47].any()
    assert not out[-47:].any()
    assert (out[49:-49] == 200).all()


def test_red_stays_red() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[:, :, 0] = 250
    assert looked_at(Window(0, 0, 100, 100), image)[50, 50].tolist() == [250, 0, 0]


def test_a_picture_whose_rows_lie_apart_looks_the_same() -> None:
    padded = np.random.default_rng(1).integers(0, 255, (480, 672, 3), dtype=np.uint8)
    view = padded[:, :640]
    window = Window(-20, 10, 500, 500)
    assert (looked_at(window, view) == looked_at(window, view.copy())).all()


@pytest.mark.parametrize(
    "window", [Window(10, 20, 384, 384), Window(-90, -30, 700, 700), Window(118, 15, 361, 420)]
)
def test_pixels_land_where_the_key_points_are_read_from(window: Window) -> None:
    # A bright spot at (x, y) of the picture must be found at ((x - left) / width, ...) of the
    # window, because that is how the answer is put back.
    image = np.zeros((480, 640, 3), np.uint8)
    spot_x, spot_y, radius = 300, 200, 9
    cv2.circle(image, (spot_x, spot_y), radius, (255, 255, 255), -1)
    out = looked_at(window, image)[:, :, 0].astype(float)
    rows, columns = np.indices(out.shape) + 0.5
    x = (columns * out).sum() / out.sum() / SIZE * window.width_px + window.left_px
    y = (rows * out).sum() / out.sum() / SIZE * window.height_px + window.top_px
    assert x == pytest.approx(spot_x + 0.5, abs=0.2)
    assert y == pytest.approx(spot_y + 0.5, abs=0.2)


def test_key_points_keep_the_part_of_a_pixel(tmp_path: Path) -> None:
    # The model says (0.123, 0.456) of a square that is the whole picture, 200 px wide.
    pose = estimator(tmp_path, [(0.123, 0.456, 0.1)])(frame(200, 200, t_ns=5))
    x, y, score = pose["nose"]
    assert x / ONE == pytest.approx(0.456 * 200, abs=1e-3)
    assert y / ONE == pytest.approx(0.123 * 200, abs=1e-3)
    assert score / ONE == pytest.approx(0.1, abs=1e-4)
    assert pose.t_ns == 5


def test_a_picture_of_another_size_is_looked_at_afresh(tmp_path: Path) -> None:
    see = estimator(tmp_path, [(0.5, 0.5, 0.1)])
    for width, height in ((640, 480), (480, 640)):
        x, y, _ = see(frame(width, height))["nose"]
        assert (x / ONE, y / ONE) == pytest.approx((width / 2, height / 2), abs=1)


def test_who_is_found_is_looked_at_again_in_the_same_frame(tmp_path: Path) -> None:
    # Shoulders a fifth of the picture above hips, right of the middle: the second look is at a
    # window around the hips, and the constant answer is read there.
    answer = [(0.3, 0.6, 0.9)] * 11 + [(0.5, 0.6, 0.9)] * 6
    pose = estimator(tmp_path, answer)(frame(400, 400))
    width, height = round(WINDOW.width * 0.2 * 400), round(WINDOW.height * 0.2 * 400)
    left = 240 - width / 2
    top = 200 + WINDOW.below_hips * 0.2 * 400 - height / 2
    x, y, _ = pose["left_hip"]
    assert x / ONE == pytest.approx(left + 0.6 * width, abs=0.51)
    assert y / ONE == pytest.approx(top + 0.5 * height, abs=0.51)


def test_movenet_finds_the_runner_of_the_clip_and_nobody_in_the_dark(
    model_file: Path, clip: Path
) -> None:
    from hipdrive.camera.video import VideoFile

    see = PoseEstimator(MoveNet(model_file, SPEC, "ai-edge-litert", 1))
    assert not see(frame(720, 1280)).runner_seen
    with VideoFile(clip) as video:
        pose: Pose = see(next(iter(video)))
    assert pose.runner_seen
    # Hips of the runner in the first frame, read off the picture: about (330, 875).
    hip_x, hip_y = pose["left_hip"].x / ONE, pose["left_hip"].y / ONE
    assert hip_x == pytest.approx(330, abs=40)
    assert hip_y == pytest.approx(875, abs=40)
