"""Another pose model: one class, and one line that registers it.

The model here has another skeleton: three more key points (both heels and a toe), and all of them
in another order. It sees with the stand-in's eyes, so whatever is measured has to be the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.cli import main
from hipdrive.errors import ModelError, SkeletonError
from hipdrive.pose import store
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.families import FAMILIES, load_model
from hipdrive.pose.movenet.model import WINDOW, MoveNet
from hipdrive.pose.store import bundled, find_spec
from hipdrive.session.poses import RecordedPoses
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.model import Keypoints, ModelOutputs
    from hipdrive.pose.store import ModelSpec

STAND_IN = find_spec("stand-in-rendered-int8")
FEET = ("left_heel", "right_heel", "right_toe")
WITH_FEET = Skeleton("coco-17 with feet", (*FEET, *reversed(COCO_17.joints)))
RUNNER = "seconds = 8\n[camera]\nfps = 30\n"


class ModelWithFeet:
    """A pose model of 20 key points."""

    skeleton = WITH_FEET
    decode = "stock"
    window = WINDOW

    def __init__(
        self, path: Path, spec: ModelSpec, runtime: str, threads: int, decode: str
    ) -> None:
        self._eyes = MoveNet(path, spec, runtime, threads, decode)
        self.runtime = self._eyes.runtime
        self.picture_shape = self._eyes.picture_shape

        self.fill, self.run, self.outputs = self._eyes.fill, self._eyes.run, self._eyes.outputs

    def read(self, outputs: ModelOutputs) -> Keypoints:
        seen = self._eyes.read(outputs)
        ankles = seen[COCO_17.indices(("left_ankle", "right_ankle", "right_ankle"))]
        # A heel behind and a toe ahead of the ankle, both below it.
        shifted = ankles + np.array([(-0.02, 0.02, 0), (-0.02, 0.02, 0), (0.05, 0.03, 0)])
        return np.concatenate([shifted, seen[::-1]]).astype(np.float32)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a contributor writes: the line in `families.py`, the entry in the manifest."""
    spec = replace(STAND_IN, name="with-feet", family="feet")
    monkeypatch.setitem(FAMILIES, "feet", ModelWithFeet)
    monkeypatch.setattr(store, "manifest", lambda: {spec.name: spec, STAND_IN.name: STAND_IN})


def replayed(source: Path | str, folder: Path, model: str) -> Path:
    config = folder.with_suffix(".toml")
    config.write_text(f"[pose]\nmodel = '{model}'\n", encoding="utf-8")
    assert main(["replay", str(source), "--config", str(config), "--session-dir", str(folder)]) == 0
    return folder


@pytest.mark.long
@pytest.mark.usefixtures("data_dir", "registered")
def test_a_model_with_three_more_key_points_measures_the_same_strides(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").write_text(RUNNER, encoding="utf-8")
    source = f"rendered:{tmp_path / 'runner.toml'}"
    usual = replayed(source, tmp_path / "usual", STAND_IN.name)
    feet = replayed(source, tmp_path / "feet", "with-feet")
    strides = (usual / "strides.csv").read_bytes()
    # 8 s at 170 steps a minute, less the ends.
    assert len(strides.splitlines()) > 15
    assert (feet / "strides.csv").read_bytes() == strides
    recorded = RecordedPoses(feet / "poses.npz")
    assert recorded.skeleton == WITH_FEET
    assert all(pose["left_heel"].y > pose["left_ankle"].y for pose in recorded)
    again = replayed(feet, tmp_path / "again", "with-feet")
    assert (again / "strides.csv").read_bytes() == strides


def test_a_model_without_knees_is_refused_before_the_first_frame() -> None:
    class NoKnees(ModelWithFeet):
        skeleton = Skeleton("no knees", tuple(j for j in COCO_17.joints if "knee" not in j))

    model = NoKnees(bundled(STAND_IN.file), STAND_IN, "ai-edge-litert", 1, "stock")
    with pytest.raises(SkeletonError, match="no knees has no left_knee"):
        PoseEstimator(model)


def test_a_family_that_nobody_registered_is_named_with_those_that_are_known(
    tmp_path: Path,
) -> None:
    spec = replace(STAND_IN, family="hourglass")
    with pytest.raises(ModelError, match=r"'hourglass'; known: .*movenet.*families\.py"):
        load_model(spec, tmp_path / "m.tflite", "ai-edge-litert", 1, "stock")
