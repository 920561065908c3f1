"""MoveNet and models with its tensors, on both runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import ModelError
from hipdrive.pose.interpreter import MODULES
from hipdrive.pose.model import outputs_for
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import find_spec
from hipdrive.types.skeleton import COCO_17
from support.pose.runtimes import installed, runtime
from support.pose.tiny_model import KEYPOINTS, PICTURE, Tensor, write_model

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["runtime"]

SPEC = find_spec("movenet-lightning-int8")
ANSWER = [(k / 20, k / 40, k / 100) for k in range(17)]
"""Y, x, score, as MoveNet has them."""
GREY = np.full((192, 192, 3), 7, np.uint8)


def test_the_model_s_answer_comes_as_x_y_score(tmp_path: Path, runtime: str) -> None:
    model = MoveNet(write_model(tmp_path / "m.tflite", ANSWER), SPEC, runtime, 1)
    expected = np.array([(x, y, score) for y, x, score in ANSWER], np.float32)
    assert model.read(outputs_for(model, GREY)).tolist() == expected.tolist()
    assert model.skeleton == COCO_17
    assert model.runtime.startswith(runtime)


def test_key_points_stay_when_the_model_runs_again(tmp_path: Path, runtime: str) -> None:
    model = MoveNet(write_model(tmp_path / "m.tflite", ANSWER), SPEC, runtime, 1)
    outputs = outputs_for(model, GREY)
    first = model.read(outputs)
    for later in (outputs, outputs_for(model, GREY)):
        model.read(later)[:] = 0
    assert first.any()
    assert model.read(outputs).tolist() == first.tolist()


@pytest.mark.parametrize(
    ("picture", "keypoints", "outputs", "said"),
    [
        (Tensor((1, 256, 256, 3), "uint8"), Tensor(KEYPOINTS, "float32"), 0, "256, 256"),
        (Tensor(PICTURE, "float32"), Tensor(KEYPOINTS, "float32"), 0, "input is float32"),
        (Tensor(PICTURE, "uint8"), Tensor((1, 6, 56), "float32"), 0, "[1, 6, 56]"),
        (Tensor(PICTURE, "uint8"), Tensor(KEYPOINTS, "uint8"), 0, "output is uint8"),
        (Tensor(PICTURE, "uint8"), Tensor(KEYPOINTS, "float32"), 1, " and float32"),
    ],
    ids=["shape in", "kind in", "shape out", "kind out", "two outputs"],
)
def test_another_contract_is_refused_with_both_contracts_named(
    tmp_path: Path, picture: Tensor, keypoints: Tensor, outputs: int, said: str, runtime: str
) -> None:
    path = write_model(tmp_path / "other.tflite", ANSWER, picture, keypoints, outputs)
    with pytest.raises(ModelError) as refusal:
        MoveNet(path, SPEC, runtime, 1)
    message = str(refusal.value)
    assert "other.tflite" in message
    assert said in message
    assert "not uint8 [1, 192, 192, 3]" in message or "not float32 [1, 1, 17, 3]" in message


def test_both_runtimes_see_the_same_runner(model_file: Path, clip: Path) -> None:
    from hipdrive.camera.video import VideoFile
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.types.fixed_point import ONE

    models = [MoveNet(model_file, SPEC, installed(name), 1) for name in MODULES]
    with VideoFile(clip) as video:
        frame = next(iter(video))
        poses = [PoseEstimator(model)(frame) for model in models]
    points = np.array([pose.keypoints for pose in poses])[:, 5:, :2] / ONE
    # Kernels disagree by 0.8 px of 192 in the median, 7.9 at most; the crop is some 660 px wide.
    assert np.median(abs(points[0] - points[1])) < 0.8 * 2 * 660 / 192
