"""Motion and marker files, read by parsers of other projects, against a runner who is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.rendered.body import HALF_HIPS
from hipdrive.rendered.settings import RenderedSettings, RunnerSettings
from hipdrive.rendered.truth import Truth
from support.runner_file import CADENCE_SPM

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

SECONDS = 20


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(RenderedSettings(seconds=SECONDS, runner=RunnerSettings(cadence_spm=CADENCE_SPM)))


def exported(folder: Path, format_: str) -> Path:
    out = folder.parent / f"out.{format_}"
    assert main(["export", str(folder), "--to", format_, "--out", str(out)]) == 0
    return out


def motion(path: Path) -> tuple[dict[str, str], dict[str, npt.NDArray[np.float64]]]:
    """Header and columns of a motion file, as OpenSim's documentation describes it."""
    head, rows = path.read_text().split("endheader\n")
    told = dict(line.split("=") for line in head.split("\n") if line.count("=") == 1)
    labels, *lines = rows.strip().split("\n")
    table = np.array([[float(cell) for cell in line.split("\t")] for line in lines])
    return told, dict(zip(labels.split("\t"), table.T, strict=True))


def test_the_header_says_what_is_in_it(folder: Path) -> None:
    told, columns = motion(exported(folder, "mot"))
    assert list(columns) == [
        *("time", "thigh_ext_r", "hip_ext_r", "knee_flex_r"),
        *("thigh_ext_l", "hip_ext_l", "knee_flex_l"),
    ]
    assert told["inDegrees"] == "yes"
    assert told["nRows"] == str(len(columns["time"]))
    assert told["nColumns"] == "7"
    # 20 s at 64 Hz, less what the filter swallows.
    assert len(columns["time"]) == pytest.approx(SECONDS * 64, abs=16)


def test_peaks_of_the_motion_are_those_of_the_strides(folder: Path) -> None:
    """A sample lies 1/128 s from a peak at most, where the thigh is some tenths lower."""
    _, columns = motion(exported(folder, "mot"))
    strides = [s for s in hipdrive.Session.open(folder).strides if s.accepted]
    assert len(strides) > 40
    for stride in strides:
        near = np.abs(columns["time"] - stride.t_s) < 0.05
        peak_deg = columns[f"thigh_ext_{stride.leg[0]}"][near].max()
        # Both are rounded to thousandths.
        assert -0.002 <= stride.thigh_ext_deg - peak_deg < 0.5
        at_peak = int(np.argmax(np.where(near, columns[f"thigh_ext_{stride.leg[0]}"], -90)))
        lean_deg = stride.thigh_ext_deg - stride.hip_ext_deg
        hip_deg = columns[f"hip_ext_{stride.leg[0]}"][at_peak]
        assert peak_deg - hip_deg == pytest.approx(lean_deg, abs=0.3)


def test_the_knee_bends_as_far_as_it_truly_did(folder: Path, truth: Truth) -> None:
    _, columns = motion(exported(folder, "mot"))
    assert columns["knee_flex_r"].max() == pytest.approx(
        truth.settings.runner.knee_swing_deg, abs=5
    )
    assert columns["knee_flex_r"].min() > 0


def test_markers_are_a_leg_apart_in_millimetres(folder: Path, truth: Truth) -> None:
    """The near leg is nearer to the camera than the plane of the scale, and so a little larger."""
    trc = pytest.importorskip("trc", reason="trc-data-reader is not installed")
    data = trc.TRCData()
    data.load(str(exported(folder, "trc")))
    assert (data["Units"], data["DataRate"]) == ("mm", 64.0)
    assert data["NumFrames"] == len(data["Time"])
    assert set(data["Markers"]) == {
        *("RShoulder", "RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle")
    }
    near = 1 / (1 - HALF_HIPS * truth.body.height_m / truth.settings.camera.distance_m)
    far = 1 / (1 + HALF_HIPS * truth.body.height_m / truth.settings.camera.distance_m)
    for side, nearness in (("R", near), ("L", far)):
        hip, knee, ankle = (np.array(data[f"{side}{name}"]) for name in ("Hip", "Knee", "Ankle"))
        thigh_mm = np.median(np.linalg.norm(hip - knee, axis=1))
        shank_mm = np.median(np.linalg.norm(knee - ankle, axis=1))
        assert thigh_mm == pytest.approx(1000 * truth.body.thigh_m * nearness, rel=0.03)
        assert shank_mm == pytest.approx(1000 * truth.body.shank_m * nearness, rel=0.03)


def test_x_is_ahead_y_is_up_and_z_is_flat(folder: Path) -> None:
    trc = pytest.importorskip("trc", reason="trc-data-reader is not installed")
    data = trc.TRCData()
    data.load(str(exported(folder, "trc")))
    hip, knee, ankle = (np.array(data[f"R{name}"]) for name in ("Hip", "Knee", "Ankle"))
    assert (hip[:, 1] > knee[:, 1]).all()
    # The belt is where the ankles are lowest.
    assert np.percentile(ankle[:, 1], 2) == pytest.approx(0, abs=40)
    assert (ankle[:, 2] == 0).all()
    # The knee is behind the hip when the thigh is extended, and ahead of it in between.
    extended = hip[:, 0] - knee[:, 0]
    thigh_mm = np.linalg.norm(hip - knee, axis=1)
    _, columns = motion(exported(folder, "mot"))
    assert np.degrees(np.arcsin(extended / thigh_mm)) == pytest.approx(
        columns["thigh_ext_r"], abs=0.05
    )


def test_opensim_itself_reads_both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It writes a log where it is started.
    monkeypatch.chdir(folder)
    opensim = pytest.importorskip("opensim", reason="OpenSim is not installed")
    motion_path, markers_path = exported(folder, "mot"), exported(folder, "trc")
    _, columns = motion(motion_path)
    table = opensim.TimeSeriesTable(str(motion_path))
    assert table.getNumRows() == len(columns["time"])
    assert table.getTableMetaDataAsString("inDegrees") == "yes"
    assert table.getDependentColumn("knee_flex_l").to_numpy() == pytest.approx(
        columns["knee_flex_l"]
    )
    assert opensim.Storage(str(motion_path)).isInDegrees()
    markers = opensim.MarkerData(str(markers_path))
    assert markers.getNumMarkers() == 7
    assert markers.getDataRate() == 64
    vectors = opensim.TimeSeriesTableVec3(str(markers_path))
    assert vectors.getColumnLabels()[0] == "RShoulder"


def test_where_the_runner_was_away_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "runner.toml"
    file.write_text("seconds = 30\n[runner]\naway = [[10, 16]]\n")
    hipdrive.analyze(f"keypoints:{file}", session_dir=tmp_path / "session")
    summary = tmp_path / "session" / "session.json"
    camera = {"calibrated": True, "roll_taken_off_deg": 0.0, "strides": 9, "px_per_m": 230.0}
    summary.write_text(json.dumps(json.loads(summary.read_text()) | {"camera": camera}))
    _, columns = motion(exported(tmp_path / "session", "mot"))
    assert not ((columns["time"] > 10.2) & (columns["time"] < 15.8)).any()
    assert np.isfinite(columns["thigh_ext_r"]).all()
    lines = exported(tmp_path / "session", "trc").read_text().split("\n")[6:-1]
    away = [line for line in lines if 10.2 < float(line.split("\t")[1]) < 15.8]
    assert len(away) == pytest.approx(5.6 * 64, abs=2)
    assert {line.split("\t", 2)[2].strip() for line in away} == {""}
    assert {line.count("\t") for line in lines} == {1 + 3 * 7}


def test_without_a_scale_there_are_no_markers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"camera": None}))
    out = folder.parent / "out.trc"
    assert main(["export", str(folder), "--to", "trc", "--out", str(out)]) == 1
    assert "has no scale" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("format_", ["mot", "trc", "c3d"])
def test_without_key_points_there_is_no_motion(
    folder: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "poses.npz").unlink()
    out = folder.parent / f"out.{format_}"
    assert main(["export", str(folder), "--to", format_, "--out", str(out)]) == 1
    assert "poses.npz: no such file" in capsys.readouterr().err
    assert not out.exists()
