"""A run of which only clusters are marked, with the joints in a trial of standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.errors import SourceError
from hipdrive.sources import open_source
from support.keypoint_files import MARKERS, in_space, mmpose, poses_of, trc, with_spines

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.types.pose import Pose
    from support.keypoint_files import Array

SECONDS = 8.0
CLUSTER_M = {
    "Thigh.Upper": (0.24, 0.06, 0.02),
    "Thigh.Front": (0.13, 0.07, -0.01),
    "Thigh.Rear": (0.16, -0.06, 0.03),
    "Shank.Upper": (0.30, 0.05, 0.02),
    "Shank.Front": (0.16, 0.05, -0.01),
    "Shank.Rear": (0.20, -0.04, 0.03),
}
"""Along the segment from its lower end, across it in the plane of the run, and to the side."""
SEGMENTS = {"Thigh": ("Knee", "Hip"), "Shank": ("Ankle", "Knee")}
TAKEN_OFF = ("Knee", "Ankle")
HALF_WIDTH_M = 0.045
"""From the middle of a knee, and of an ankle, to the markers on its sides."""


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> list[Pose]:
    return poses_of(tmp_path_factory.mktemp("runner"), SECONDS)


def clusters(places: Array) -> dict[str, Array]:
    """Three markers on each thigh and shank, rigid, by name: [frames, 3]."""
    at = {name: places[:, number] for number, name in enumerate(MARKERS)}
    found = {}
    for side in "LR":
        for name, (along, ahead, aside) in CLUSTER_M.items():
            low, high = (at[side + joint] for joint in SEGMENTS[name.partition(".")[0]])
            up = (high - low) / np.linalg.norm(high - low, axis=-1, keepdims=True)
            across = np.cross(up, [0.0, 0.0, 1.0])
            found[f"{side}.{name}"] = low + along * up + ahead * across + [0.0, 0.0, aside]
    return found


def on_both_sides(places: Array) -> dict[str, Array]:
    """Markers inside and outside of knees and ankles."""
    found = {}
    for side in "LR":
        for joint in TAKEN_OFF:
            for name, way in (("Lat", 1), ("Med", -1)):
                out = way * HALF_WIDTH_M * (1 if side == "R" else -1)
                path = places[:, MARKERS.index(side + joint)].copy()
                path[:, 2] += out
                found[f"{side}.{joint}.{name}"] = path
    return found


def of_the_trunk(places: Array) -> dict[str, Array]:
    """Shoulders and three markers of the pelvis, the one behind without a side."""
    names, all_places = with_spines(places)
    at = {name: all_places[:, number] for number, name in enumerate(names)}
    return {
        "L.Acromium": at["LShoulder"],
        "R.Acromium": at["RShoulder"],
        "L.ASIS": at["LASI"],
        "R.ASIS": at["RASI"],
        "V.Sacral": (at["LPSI"] + at["RPSI"]) / 2,
    }


def standing(places: Array) -> Array:
    """Upright, of the runner's own lengths, for three frames, somewhere else in the room."""
    at = dict(zip(MARKERS, np.moveaxis(places, 1, 0), strict=True))
    found = places[:3] * 0.0
    for side, z in (("L", -0.09), ("R", 0.09)):
        height_m = 0.08
        for lower, upper in (("Ankle", "Knee"), ("Knee", "Hip"), ("Hip", "Shoulder")):
            found[:, MARKERS.index(side + lower)] = [2.0, height_m, z]
            height_m += np.median(np.linalg.norm(at[side + upper] - at[side + lower], axis=-1))
        found[:, MARKERS.index(f"{side}Shoulder")] = [2.0, height_m, z]
    return found


def written(path: Path, markers: dict[str, Array], fps: float = 60.0) -> Path:
    places = 1000 * np.stack(list(markers.values()), axis=1)
    return trc(path, [n / fps for n in range(len(places))], places, "mm", list(markers))


@pytest.fixture
def trials(tmp_path: Path, poses: list[Pose]) -> tuple[Path, Path]:
    """The run, and the standing."""
    places = in_space(poses)
    upright = standing(places)
    t_s = (poses[-1].t_ns - poses[0].t_ns) / 1e9
    run = written(
        tmp_path / "run.trc", clusters(places) | of_the_trunk(places), (len(poses) - 1) / t_s
    )
    static = clusters(upright) | of_the_trunk(upright) | on_both_sides(upright)
    return run, written(tmp_path / "static.trc", static)


def test_the_figures_are_those_of_the_joints_themselves(
    trials: tuple[Path, Path], poses: list[Pose]
) -> None:
    plain = hipdrive.analyze(poses).summary
    run, static = trials
    found = hipdrive.analyze(run, static=static).summary
    assert (found.verdict, found.near_leg, found.strides) == ("running", "right", plain.strides)
    assert found.cadence_spm == pytest.approx(plain.cadence_spm, rel=1e-3)
    for name in ("thigh_ext", "thigh_excursion", "knee_flex_swing", "shank_contact"):
        assert found.metrics[name].mean == pytest.approx(plain.metrics[name].mean, abs=0.3), name


def test_without_the_trial_the_option_is_named(trials: tuple[Path, Path]) -> None:
    with pytest.raises(SourceError, match=r"has no left_knee, .*in a trial of standing \(--static"):
        open_source(trials[0])


@pytest.mark.usefixtures("data_dir")
def test_replay_takes_it(trials: tuple[Path, Path], tmp_path: Path) -> None:
    run, static = trials
    session = tmp_path / "session"
    assert main(["replay", str(run), "--static", str(static), "--session-dir", str(session)]) == 0


def test_markers_that_slide_carry_nothing(trials: tuple[Path, Path], poses: list[Pose]) -> None:
    run, static = trials
    places = in_space(poses)
    markers = clusters(places) | of_the_trunk(places)
    rng = np.random.default_rng(5)
    for name in ("R.Shank.Upper", "R.Shank.Front", "R.Shank.Rear"):
        markers[name] = markers[name] + rng.normal(0, 0.03, markers[name].shape)
    with pytest.raises(SourceError, match=r"run.trc: has no three markers near the right ankle of"):
        open_source(written(run, markers), static=static)


def test_a_cluster_of_two_carries_nothing(trials: tuple[Path, Path], poses: list[Pose]) -> None:
    run, static = trials
    places = in_space(poses)
    markers = clusters(places) | of_the_trunk(places)
    del markers["L.Shank.Rear"]
    with pytest.raises(
        SourceError, match=r"no three markers near the left ankle .* leave three on each"
    ):
        open_source(written(run, markers), static=static)


def test_a_trial_goes_with_markers_alone(
    trials: tuple[Path, Path], poses: list[Pose], tmp_path: Path
) -> None:
    other = mmpose(tmp_path / "a.json", poses[:2], meta=True)
    for run, static in ((other, trials[1]), (trials[0], other)):
        with pytest.raises(SourceError, match=r"a.json: has no markers; --static goes with two"):
            open_source(run, static=static)
