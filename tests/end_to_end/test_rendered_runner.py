"""The rendered runner through the whole loop, with MoveNet where it is, and with the stand-in."""

from __future__ import annotations

import csv
import json
import re
import runpy
from typing import TYPE_CHECKING

import numpy as np
import pytest

from conftest import MODEL_FILE, REPOSITORY
from hipdrive.app import estimator
from hipdrive.cli import main
from hipdrive.config import Config, PoseConfig
from hipdrive.gait.engine import GaitEngine
from hipdrive.pose.model import outputs_for
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import bundled, find_spec, installed
from hipdrive.rendered.compare import Measured, compare
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import BODY_PAIRS, COCO_17

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.rendered.compare import Errors
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Stride

pytestmark = pytest.mark.long

STAND_IN = "stand-in-rendered-int8"
TRAINING_PICTURES = REPOSITORY / "scripts" / "stand_in_pictures.py"


def minute(model: str, store: Path) -> tuple[Errors, dict[str, float]]:
    """The default runner for a minute: errors, and mean scores by joint."""
    source = RenderedRunner(RenderedSettings())
    estimate, _ = estimator(PoseConfig(model=model), store)
    gait = GaitEngine()
    strides: list[Stride] = []
    samples: list[Sample] = []
    scores: list[list[float]] = []
    for frame in source:
        pose = estimate(frame)
        update = gait.step(pose)
        strides += update.strides
        samples += update.samples
        scores.append([point.score / ONE for point in pose.keypoints])
    means = dict(zip(COCO_17.joints, np.mean(scores, axis=0), strict=True))
    return compare([Measured(source.truth, samples, strides)]), means


def test_movenet_sees_the_default_runner_and_every_stride(store_with_model: Path) -> None:
    errors, scores = minute("movenet-lightning-int8", store_with_model)
    legs = [joint for pair in BODY_PAIRS[1:] for joint in pair]
    assert np.mean([scores[name] for name in legs]) >= 0.5
    # 60 s at 170 steps a minute are 85 strides; the ends may cut off one each.
    assert 83 <= errors.strides <= 85
    assert (errors.missed, errors.invented) == (0, 0)
    assert errors.cadence_spm == pytest.approx(0, abs=0.5)


def test_the_stand_in_measures_the_default_runner(data_dir: Path) -> None:
    errors, _ = minute(STAND_IN, data_dir)
    assert 83 <= errors.strides <= 85
    assert (errors.missed, errors.invented) == (0, 0)
    assert errors.cadence_spm == pytest.approx(0, abs=0.5)
    assert errors.thigh_ext_deg.bias == pytest.approx(0, abs=2)


def test_the_stand_in_finds_near_hip_and_knee_of_runners_it_never_saw() -> None:
    training = runpy.run_path(str(TRAINING_PICTURES))
    held_out_seed = training["HELD_OUT_SEED"]
    drawn = [training["some_pictures"]((held_out_seed, number)) for number in range(8)]
    model = MoveNet(bundled(find_spec(STAND_IN).file), find_spec(STAND_IN), "ai-edge-litert", 1)
    near_px: dict[str, list[float]] = {"hip": [], "knee": []}
    for pictures in drawn:
        for image, points, left in zip(
            pictures.images, pictures.points, pictures.left, strict=True
        ):
            found = model.read(outputs_for(model, image))
            for joint, distances in near_px.items():
                name = f"{'left' if left else 'right'}_{joint}"
                true = points[COCO_17.index(name)]
                if not np.isnan(true[0]):
                    estimated = found[COCO_17.index(name), 1::-1] * 192
                    distances.append(float(np.hypot(*(estimated - true))))
    for distances in near_px.values():
        assert len(distances) > 200
        assert np.median(distances) <= 2


def test_the_stand_in_is_small_has_movenet_s_contract_and_its_card(data_dir: Path) -> None:
    spec, movenet = find_spec(STAND_IN), find_spec("movenet-lightning-int8")
    file = installed(spec, data_dir)
    assert file.stat().st_size < 1_000_000
    for name in ("input_shape", "input_dtype", "output_shape", "output_dtype"):
        assert getattr(spec, name) == getattr(movenet, name)
    card = (REPOSITORY / "models" / spec.file).with_suffix(".md").read_text(encoding="utf-8")
    assert spec.sha256 in card
    assert "and of nobody else" in card
    for fact in ("seed", "minutes", "TensorFlow", "Held-out"):
        assert fact in card


def test_the_stand_in_sees_nobody_in_an_empty_room(data_dir: Path) -> None:
    settings = RenderedSettings.model_validate(
        {"seconds": 3.0, "runner": {"away": [[0.0, 1e6]]}, "scene": {"background": "gym"}}
    )
    estimate, _ = estimator(PoseConfig(model=STAND_IN), data_dir)
    # The runner walks out of the picture in the first seconds of the long way there and back.
    later = settings.model_copy(update={"seconds": 6.0})
    seen = [estimate(frame).runner_seen for frame in RenderedRunner(later)]
    assert not any(seen[-60:])


def replay(folder: Path, *options: str) -> int:
    return main(["replay", "--session-dir", str(folder), *options])


@pytest.fixture
def stand_in_config(tmp_path: Path, data_dir: Path) -> Path:
    assert not data_dir.exists()
    path = tmp_path / "stand-in.toml"
    path.write_text(f'[pose]\nmodel = "{STAND_IN}"\n', encoding="utf-8")
    return path


def test_a_replay_of_a_runner_from_a_file_keeps_the_truth_beside_what_was_measured(
    tmp_path: Path, stand_in_config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "anna.toml").write_text(
        'seconds = 15\n[runner]\nfacing = "left"\ncadence_spm = 180.0\n', encoding="utf-8"
    )
    folder = tmp_path / "session"
    rendered = f"rendered:{tmp_path / 'anna.toml'}"
    assert replay(folder, rendered, "--config", str(stand_in_config)) == 0
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    near = [r for r in truth if r["near"] == "1"]
    assert {r["leg"] for r in near} == {"left"}
    assert {r["leg"] for r in truth if r["near"] == "0"} == {"right"}
    # A stride takes 120 / 180 s.
    steps = np.diff([int(r["peak_ns"]) for r in near]) / 1e9
    assert steps == pytest.approx(np.full(len(steps), 2 / 3), abs=0.03)
    summary = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert summary["source"] == rendered
    assert summary["facing"] == "left"
    assert summary["cadence_spm"] == pytest.approx(180, abs=0.5)
    assert summary["pose"]["stand_in"] is True
    assert "no measurement of a person" in summary["warnings"][0]
    printed = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "rendered runners only" in printed
    assert "no measurement of a person" in printed


def test_key_points_of_the_stand_in_stay_known_as_such(
    tmp_path: Path, stand_in_config: Path
) -> None:
    (tmp_path / "short.toml").write_text("seconds = 6\n", encoding="utf-8")
    first, second = tmp_path / "first", tmp_path / "second"
    source = f"rendered:{tmp_path / 'short.toml'}"
    assert replay(first, source, "--config", str(stand_in_config)) == 0
    assert replay(second, str(first)) == 0
    summary = json.loads((second / "session.json").read_text(encoding="utf-8"))
    assert summary["pose"]["stand_in"] is True
    assert "no measurement of a person" in summary["warnings"][0]
    assert (first / "strides.csv").read_bytes() == (second / "strides.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rendered:no-such.toml"], ["no-such.toml", "cannot be read"]),
        (["rendered:", "--fps", "30"], ["camera.fps"]),
    ],
)
def test_a_rendered_runner_that_cannot_be_is_refused(
    arguments: list[str],
    words: list[str],
    tmp_path: Path,
    data_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert replay(tmp_path / "session", *arguments) == 1
    message = capsys.readouterr().err
    assert all(word in message for word in words)
    assert not (data_dir / "sessions").exists()


@pytest.mark.usefixtures("data_dir")
def test_run_refuses_the_stand_in(
    stand_in_config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--simulate-panel", "--config", str(stand_in_config)]) == 2
    assert "--allow-stand-in" in capsys.readouterr().err


def test_doctor_says_whom_the_stand_in_knows(
    stand_in_config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["doctor", "--config", str(stand_in_config)])
    assert f"{STAND_IN} runs on" in (out := capsys.readouterr().out)
    assert "rendered runners only" in out


def test_the_stand_in_needs_no_fetching(
    stand_in_config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "fetch", "--config", str(stand_in_config)]) == 0
    assert "already in" in capsys.readouterr().out


def test_the_default_model_is_for_people() -> None:
    spec = find_spec(Config().pose.model)
    assert not spec.stand_in
    assert spec.file == MODEL_FILE
