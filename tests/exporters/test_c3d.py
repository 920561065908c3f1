"""C3D files, read by ezc3d and by a parser of another project."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.errors import ExportError
from hipdrive.exporters.c3d_markers import write_c3d
from hipdrive.exporters.markers import Markers

if TYPE_CHECKING:
    from pathlib import Path

ezc3d = pytest.importorskip("ezc3d", reason="the extra export is not installed")


def exported(folder: Path, format_: str = "c3d") -> Path:
    out = folder.parent / f"out.{format_}"
    assert main(["export", str(folder), "--to", format_, "--out", str(out)]) == 0
    return out


def test_markers_are_those_of_the_trc_file(folder: Path) -> None:
    """Up is Z here, as laboratories have it, and Y there, as OpenSim has it."""
    file = ezc3d.c3d(str(exported(folder)))
    lines = exported(folder, "trc").read_text().split("\n")
    labels = [name for name in lines[3].split("\t")[2:] if name]
    assert file["parameters"]["POINT"]["LABELS"]["value"] == labels
    assert file["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    assert file["parameters"]["POINT"]["RATE"]["value"] == [64.0]
    rows = np.array([line.split("\t")[2:] for line in lines[6:-1]], np.float64)
    markers = rows.reshape(len(rows), len(labels), 3)
    points = file["data"]["points"]
    np.testing.assert_allclose(points[0].T, markers[..., 0], atol=0.006)
    np.testing.assert_allclose(points[2].T, markers[..., 1], atol=0.006)
    assert (points[1] == 0).all()


def test_foot_strikes_and_toe_offs_are_events(folder: Path) -> None:
    event = ezc3d.c3d(str(exported(folder)))["parameters"]["EVENT"]
    began_s = float(exported(folder, "trc").read_text().split("\n")[6].split("\t")[1])
    strides = [s for s in hipdrive.Session.open(folder).strides if s.accepted]
    expected = sorted(
        (time_s - began_s, label, stride.leg.capitalize())
        for stride in strides
        for label, time_s in (("Foot Strike", stride.foot_strike_s), ("Foot Off", stride.toe_off_s))
        if time_s is not None and time_s >= began_s
    )
    assert len(expected) > 80
    minutes, seconds = event["TIMES"]["value"]
    assert 60 * minutes + seconds == pytest.approx([t_s for t_s, _, _ in expected], abs=1e-4)
    assert event["LABELS"]["value"] == [label for _, label, _ in expected]
    assert event["CONTEXTS"]["value"] == [side for _, _, side in expected]


@pytest.mark.filterwarnings("ignore:No analog data found in file")
def test_another_parser_reads_it(folder: Path) -> None:
    c3d = pytest.importorskip("c3d", reason="c3d is not installed")
    own = ezc3d.c3d(str(exported(folder)))["data"]["points"]
    with exported(folder).open("rb") as file:
        reader = c3d.Reader(file)
        frames = [points for _, points, _ in reader.read_frames()]
    assert reader.point_rate == 64.0
    assert np.array(frames)[..., :3].transpose(2, 1, 0) == pytest.approx(own[:3], abs=1e-3)


def test_hipdrive_itself_sees_the_same_angles(folder: Path) -> None:
    """Without a shoulder of the far side the file is no source; with the near one twice it is."""
    path = exported(folder)
    file = ezc3d.c3d(str(path))
    labels = file["parameters"]["POINT"]["LABELS"]["value"]
    assert "LShoulder" not in labels
    file["parameters"]["POINT"]["LABELS"]["value"] = [*labels, "LShoulder"]
    points = file["data"]["points"]
    near = points[:, labels.index("RShoulder")][:, np.newaxis]
    again = np.concatenate([points, near], axis=1)
    again[3] = 1
    file["data"]["points"] = again
    del file["data"]["meta_points"]
    file.write(str(path))
    measured = hipdrive.analyze(path).summary.thigh_ext_deg.mean
    summary = hipdrive.Session.open(folder).summary
    assert summary is not None
    # Filtered a second time, a peak loses a few tenths.
    assert measured == pytest.approx(summary.thigh_ext_deg.mean, abs=1.0)


def lasting(frames: int) -> Markers:
    flat = np.zeros((frames, 1))
    return Markers(np.arange(frames) / 64, ("RHip",), flat, flat)


def test_more_frames_than_the_format_counts_are_refused(tmp_path: Path) -> None:
    """Sixteen bits: 17 min at 64 Hz. The library would leave the rest out and say nothing."""
    path = tmp_path / "long.c3d"
    write_c3d(lasting(65_535), (), "session", path)
    assert ezc3d.c3d(str(path))["data"]["points"].shape[2] == 65_535
    with pytest.raises(ExportError, match="65535 frames, 17 min, and this has 65536"):
        write_c3d(lasting(65_536), (), "session", path)


def test_a_session_name_with_markup_stays_a_name(folder: Path) -> None:
    path = folder / "session.json"
    hostile = "<script>alert(1)</script>"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"runner": hostile}))
    assert b"script" not in exported(folder).read_bytes()


def test_without_the_package_it_says_which(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    out = folder.parent / "out.c3d"
    assert main(["export", str(folder), "--to", "c3d", "--out", str(out)]) == 1
    assert "pip install 'hipdrive[export]'" in capsys.readouterr().err
    assert not out.exists()
