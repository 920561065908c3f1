from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import ModelError
from hipdrive.pose.interpreter import MODULES, Network, default_threads
from hipdrive.pose.store import find_spec
from support.tiny_model import KEYPOINTS, PICTURE, Tensor, write_model

if TYPE_CHECKING:
    from pathlib import Path

SPEC = find_spec("movenet-lightning-int8")
ANSWER = [(k / 20, k / 40, k / 100) for k in range(17)]


def installed(runtime: str) -> str:
    if importlib.util.find_spec(MODULES[runtime].split(".", maxsplit=1)[0]) is None:
        pytest.skip(f"{runtime} is not installed (scripts/test makes an environment with it)")
    return runtime


@pytest.fixture(params=MODULES)
def runtime(request: pytest.FixtureRequest) -> str:
    return installed(request.param)


def test_what_the_model_answers_is_read_in_place(tmp_path: Path, runtime: str) -> None:
    network = Network(write_model(tmp_path / "m.tflite", ANSWER), SPEC, runtime, 1)
    network.picture.fill(7)
    network.invoke()
    assert network.keypoints.tolist() == np.array(ANSWER, np.float32).tolist()
    assert network.runtime.startswith(runtime)


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
        Network(path, SPEC, runtime, 1)
    message = str(refusal.value)
    assert "other.tflite" in message
    assert said in message
    assert "not uint8 [1, 192, 192, 3]" in message or "not float32 [1, 1, 17, 3]" in message


# Not with a valid head and noise behind it: on that tflite-runtime crashes. The store's checksum
# keeps such a file from ever getting here.
@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x00" * 3000])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes, runtime: str) -> None:
    path = tmp_path / "noise.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"noise\.tflite: is not a model"):
        Network(path, SPEC, runtime, 1)


def test_a_missing_runtime_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODULES, "tflite-runtime", "no_such_module.interpreter")
    with pytest.raises(ModelError, match=r"hipdrive\[tflite\].*Python 3\.11"):
        Network(write_model(tmp_path / "m.tflite", ANSWER), SPEC, "tflite-runtime", 1)


@pytest.mark.parametrize(("cores", "threads"), [(None, 1), (1, 1), (2, 1), (4, 3), (5, 4), (64, 4)])
def test_one_core_is_left_free_and_four_are_enough(cores: int | None, threads: int) -> None:
    assert default_threads(cores) == threads


def test_both_runtimes_see_the_same_runner(model_file: Path, clip: Path) -> None:
    from hipdrive.camera.video import VideoFile
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.types.fixed_point import ONE

    networks = [Network(model_file, SPEC, installed(name), 1) for name in MODULES]
    with VideoFile(clip) as video:
        frame = next(iter(video))
        poses = [PoseEstimator(network)(frame) for network in networks]
    points = np.array([pose.keypoints for pose in poses])[:, 5:, :2] / ONE
    # Kernels disagree by 0.8 px of 192 in the median, 7.9 at most; the crop is some 660 px wide.
    assert np.median(abs(points[0] - points[1])) < 0.8 * 2 * 660 / 192
