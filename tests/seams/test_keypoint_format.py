"""A format of key points from outside: one class and one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import hipdrive
from hipdrive.keypoint_files import formats
from hipdrive.keypoint_files.track import KeypointTrack
from hipdrive.types.fixed_point import ONE
from support.keypoint_files import poses_of
from support.runner_file import CADENCE_SPM

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    import pytest

    from hipdrive.types.pose import Pose


class ArrayFile:
    """Key points as NumPy saves them."""

    name = "NumPy"

    def __init__(self, poses: list[Pose]) -> None:
        self._t_ns = np.array([pose.t_ns for pose in poses])
        self._skeleton = poses[0].skeleton

    def recognises(self, path: Path) -> bool:
        return path.suffix == ".npy"

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        assert fps is None
        return KeypointTrack(self._t_ns, np.load(path), self._skeleton)


def test_a_format_from_outside_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poses = poses_of(tmp_path, 6.0)
    other: formats.KeypointFormat = ArrayFile(poses)
    monkeypatch.setattr(formats, "FORMATS", [*formats.FORMATS, other])
    path = tmp_path / "run.npy"
    np.save(path, np.array([[tuple(p) for p in pose.keypoints] for pose in poses]) / ONE)
    summary = hipdrive.analyze(path).summary
    assert summary.source == "run.npy"
    assert summary.cadence_spm is not None
    assert abs(summary.cadence_spm - CADENCE_SPM) < 0.01 * CADENCE_SPM
    assert summary.thigh_ext_deg == hipdrive.analyze(poses).summary.thigh_ext_deg
