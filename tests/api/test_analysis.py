from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.errors import MissingPackageError, ModelError, SourceError
from support.runner_file import CADENCE_SPM, FPS, key_points_of
from support.session.results import table
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from pathlib import Path


def cells(stride: hipdrive.StrideValues) -> dict[str, str]:
    """As `strides.csv` rounds them."""
    return {
        "t_s": f"{stride.t_s:.4f}",
        "leg": stride.leg,
        "near": str(int(stride.near)),
        "thigh_ext_deg": f"{stride.thigh_ext_deg:.3f}",
        "hip_ext_deg": f"{stride.hip_ext_deg:.3f}",
        "stride_time_s": f"{stride.stride_time_s:.4f}",
        "accepted": str(int(stride.accepted)),
        "reason": stride.rejection or "",
    }


@pytest.mark.usefixtures("data_dir")
def test_an_analysis_has_what_a_replay_records(tmp_path: Path) -> None:
    source, folder = key_points_of(tmp_path), tmp_path / "session"
    assert main(["replay", source, "--no-publish", "--session-dir", str(folder)]) == 0
    analysis = hipdrive.analyze(source)
    rows = table(folder / "strides.csv")
    assert [cells(stride) for stride in analysis.strides] == [
        {name: row[name] for name in cells(analysis.strides[0])} for row in rows
    ]
    with_metrics = [stride.metrics["contact_time_s"] for stride in analysis.strides]
    assert [f"{value:.4f}" if value else "" for value in with_metrics] == [
        row["contact_time_s"] for row in rows
    ]
    assert [f"{cue.t_s:.4f} {cue.kind}" for cue in analysis.cues] == [
        f"{row['t_s']} {row['kind']}" for row in table(folder / "cues.csv")
    ]


def test_samples_are_64_a_second_and_the_cadence_is_the_runners(tmp_path: Path) -> None:
    analysis = hipdrive.analyze(key_points_of(tmp_path))
    steps_s = {
        round(after.t_s - before.t_s, 6)
        for before, after in zip(analysis.samples, analysis.samples[1:], strict=False)
    }
    assert steps_s == {1 / 64}
    assert analysis.summary.cadence_spm == pytest.approx(CADENCE_SPM, abs=0.5)
    assert analysis.summary.frames == 12 * FPS


def test_poses_from_elsewhere_are_measured() -> None:
    runner = Walker()
    analysis = hipdrive.analyze(runner.poses(frame_times(30, 10.0)))
    assert analysis.summary.cadence_spm == pytest.approx(runner.cadence_spm, abs=0.3)
    assert analysis.summary.facing == runner.faces


def test_a_given_facing_is_taken(tmp_path: Path) -> None:
    assert hipdrive.analyze(key_points_of(tmp_path, 3.0), facing="left").summary.facing == "left"


@pytest.mark.parametrize(
    ("source", "options", "error", "message"),
    [
        ("nowhere.mp4", {}, SourceError, "nowhere.mp4: no such file"),
        ([1, 2], {}, SourceError, "yields a int where a Pose was expected"),
        ("rendered:", {"model": "posenet"}, ModelError, "posenet"),
    ],
)
def test_what_cannot_be_used_is_one_of_our_errors(
    source: str | list[hipdrive.Pose], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        hipdrive.analyze(source, **options)
    assert isinstance(raised.value, hipdrive.HipdriveError)


def test_without_pandas_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    analysis = hipdrive.analyze(key_points_of(tmp_path, 3.0))
    with pytest.raises(MissingPackageError, match="pip install pandas"):
        analysis.to_pandas()


def test_with_pandas_metrics_are_columns_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pandas is given the rows; what it makes of them is its own affair."""
    frame = SimpleNamespace(from_records=lambda rows: rows)
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=frame))
    analysis = hipdrive.analyze(key_points_of(tmp_path))
    rows: Any = analysis.to_pandas()
    assert [row["thigh_ext_deg"] for row in rows] == [s.thigh_ext_deg for s in analysis.strides]
    assert rows[2]["knee_flex_swing_deg"] == analysis.strides[2].metrics["knee_flex_swing_deg"]
    samples: Any = analysis.to_pandas("samples")
    assert len(samples) == len(analysis.samples) > 0
