"""Markers of a laboratory, read and drawn: of a runner of whom every joint is known."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest

from conftest import REPOSITORY
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.joints.trunk import Trunk
from hipdrive.rendered.keypoints import KnownPoses, in_picture
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.times import seconds
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose, keypoints
from support.rendered.marker_trials import RATE, legs, write_trials

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from hipdrive.rendered.arrays import Array

Motion: TypeAlias = Any
"""`marker_motion.MarkerMotion`: a script's, which the type checker does not read."""
SECONDS = 12.0
FPS = 30
HEIGHT_M = 1.82


@pytest.fixture(scope="module")
def settings() -> RenderedSettings:
    return RenderedSettings.model_validate(
        {"seconds": SECONDS, "runner": {"height_m": HEIGHT_M, "facing": "right"}}
    )


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    """What reads the trials, and what measures them."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    return import_module("marker_motion"), import_module("mocap_runners")


@pytest.fixture
def motion(
    scripts: tuple[ModuleType, ModuleType], tmp_path: Path, settings: RenderedSettings
) -> Motion:
    return scripts[0].read_trial(write_trials(tmp_path, settings))


def test_joints_are_where_the_runner_s_are(motion: Motion, settings: RenderedSettings) -> None:
    truth = Truth(settings)
    joints = legs(truth, motion.t_s)
    assert motion.height_m == pytest.approx(HEIGHT_M, abs=1e-5)
    assert set(motion.joints) == set(joints)
    shifts = [(motion.joints[name] - joints[name]).mean(axis=0) for name in joints]
    for name, places in joints.items():
        # Coordinates in the file have 24 bits, of about 2 m.
        assert motion.joints[name] - places == pytest.approx(
            np.broadcast_to(shifts[0], places.shape), abs=1e-5
        )
    # The belt is where the balls of the feet are lowest.
    lowest = np.concatenate([motion.joints[f"ball_{side}"][:, 2] for side in ("left", "right")])
    assert np.percentile(lowest, 1) == pytest.approx(0.0, abs=0.002)


def test_peaks_are_those_of_the_thigh(motion: Motion, settings: RenderedSettings) -> None:
    near = [each for each in Truth(settings).strides() if each.near]
    peaks_s, peaks_deg = motion.peaks("right")
    inside = [each for each in near if 0.5 < each.peak_s < SECONDS - 0.5]
    assert len(peaks_s) == len(inside)
    for found_s, found_deg, true in zip(peaks_s, peaks_deg, inside, strict=True):
        assert found_s == pytest.approx(true.peak_s, abs=1 / RATE)
        assert found_deg == pytest.approx(true.thigh_ext_deg, abs=0.02)


def test_a_phase_is_a_share_of_the_stride_from_foot_strike(motion: Motion) -> None:
    peaks_s, _ = motion.peaks("right")
    assert motion.phase("right", peaks_s) == pytest.approx(np.full(len(peaks_s), 0.37))
    middles_s = (peaks_s[1:] + peaks_s[:-1]) / 2
    assert motion.phase("right", middles_s) == pytest.approx(np.full(len(middles_s), 0.87))


def poses(
    scripts: tuple[ModuleType, ModuleType], motion: Motion, settings: RenderedSettings
) -> list[Pose]:
    """What a model that errs in nothing would see of the runner who is drawn."""
    painter = scripts[1].MarkerPainter(settings, motion)
    t_s = np.arange(round(SECONDS * FPS)) / FPS
    pixels = in_picture(painter.joint_positions(t_s), Truth(settings).near_side, painter.view)
    points: Array = np.concatenate([pixels, np.ones((*pixels.shape[:2], 1))], axis=2) * ONE
    rows = np.rint(points).astype(np.int64).tolist()
    return [Pose(round(t * 1e9), keypoints(row)) for t, row in zip(t_s.tolist(), rows, strict=True)]


def test_who_is_drawn_has_the_legs_of_the_markers(
    scripts: tuple[ModuleType, ModuleType],
    motion: Motion,
    settings: RenderedSettings,
) -> None:
    t_s = motion.t_s[100:200]
    drawn = scripts[1].MarkerPainter(settings, motion).joint_positions(t_s)
    for joint in ("hip", "knee", "ankle", "heel", "ball"):
        for end, side in (("near", "right"), ("far", "left")):
            assert drawn[f"{joint}_{end}"] == pytest.approx(
                motion.joints[f"{joint}_{side}"][100:200]
            )


def errors_without_markers(settings: RenderedSettings) -> Array:
    """Of the same runner's own joints, whose peaks are the truth's."""
    truth = Truth(settings)
    engine = GaitEngine()
    strides = [s for pose in KnownPoses(truth, None) for s in engine.step(pose).strides if s.near]
    true = [each for each in truth.strides() if each.near]
    peaks_s = np.array([each.peak_s for each in true])
    nearest = [int(np.abs(peaks_s - seconds(stride.t_ns)).argmin()) for stride in strides]
    return np.array(
        [
            deg_from_bam(stride.thigh_ext_bam) - true[at].thigh_ext_deg
            for stride, at in zip(strides, nearest, strict=True)
            if stride.accepted
        ]
    )


@pytest.mark.parametrize("steady", [True, False])
def test_errors_are_those_of_the_same_runner_without_the_way_over_markers(
    scripts: tuple[ModuleType, ModuleType],
    motion: Motion,
    settings: RenderedSettings,
    monkeypatch: pytest.MonkeyPatch,
    *,
    steady: bool,
) -> None:
    step = Trunk.step
    found = scripts[1].errors_deg(poses(scripts, motion, settings), motion, "right", steady=steady)
    assert Trunk.step is step
    if not steady:
        monkeypatch.setattr(Trunk, "step", lambda _self, _t_ns, joints: joints)
    expected = errors_without_markers(settings)
    # 170 steps a minute, half of them of one leg; the first seconds tell the facing.
    assert len(found) >= (SECONDS - 3) * 170 / 120
    # The trunk is another one, and the runner in another place of the picture.
    assert found.mean() == pytest.approx(expected.mean(), abs=0.15)
    assert found.std() == pytest.approx(expected.std(), abs=0.15)
