"""A runner who turns round: left stays left, and each leg is the near one for a while."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.exporters.body_track import body_track
from hipdrive.exporters.markers import markers
from hipdrive.types.side import Side
from support.walker import NS, Walker, frame_times

if TYPE_CHECKING:
    from pathlib import Path

FPS, EACH_S = 30, 15


@pytest.fixture
def session(tmp_path: Path) -> hipdrive.Session:
    """Facing right first, then left, with a scale."""
    poses = [
        replace(pose, t_ns=pose.t_ns + part * EACH_S * NS)
        for part, faces in enumerate((Side.RIGHT, Side.LEFT))
        for pose in Walker(faces=faces).poses(frame_times(FPS, EACH_S))
    ]
    hipdrive.analyze(poses, session_dir=tmp_path / "session")
    path = tmp_path / "session" / "session.json"
    camera = {"calibrated": True, "roll_taken_off_deg": 0.0, "strides": 9, "px_per_m": 230.0}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"camera": camera}))
    return hipdrive.Session.open(tmp_path / "session")


def test_every_peak_is_in_the_column_of_its_leg(session: hipdrive.Session) -> None:
    track = body_track(session)
    strides = [stride for stride in session.strides if stride.accepted]
    assert {(stride.leg, stride.near) for stride in strides} == {
        *(("left", True), ("left", False), ("right", True), ("right", False))
    }
    for stride in strides:
        around = np.abs(track.t_s - stride.t_s) < 0.05
        peak_deg = np.nanmax(track.angles_deg[f"{stride.leg}_thigh_ext"][around])
        assert peak_deg == pytest.approx(stride.thigh_ext_deg, abs=0.5)


def test_the_near_shoulder_is_the_one_that_is_seen(session: hipdrive.Session) -> None:
    found = markers(session)
    assert set(found.labels) == {
        f"{side}{joint}" for side in "RL" for joint in ("Shoulder", "Hip", "Knee", "Ankle")
    }
    first = found.t_s < EACH_S - 1
    last = found.t_s > EACH_S + 3
    for label, part, other in (("RShoulder", first, last), ("LShoulder", last, first)):
        seen = np.isfinite(found.ahead_m[:, found.labels.index(label)])
        assert seen[part].mean() > 0.9
        assert not seen[other].any()


def test_ahead_is_ahead_either_way(session: hipdrive.Session) -> None:
    """Knees bend one way only: a knee is ahead of the middle between its hip and its ankle."""
    found = markers(session)
    for side in "RL":
        hip, knee, ankle = (
            found.ahead_m[:, found.labels.index(f"{side}{joint}")]
            for joint in ("Hip", "Knee", "Ankle")
        )
        bend_m = knee - (hip + ankle) / 2
        assert np.nanpercentile(bend_m, 5) > -0.02
