"""Metrics that need the belt's speed follow a speed that changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.session.poses import PosesMeta, PosesSpool, RecordedPoses
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE
from support.gait.measure import near_strides, run
from support.walker import NS, START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

STRIDE_S = 0.7
STEADY = Walker(stride_s=STRIDE_S).poses(frame_times(60, 10))
STRIDE_LENGTH = [metric.name for metric in METRICS].index("stride_length")
KNOWN = Calibration(belt_mm_per_s=3000)


def faster_and_faster(pose: Pose) -> Pose:
    """2 m/s at the start, and 0.1 m/s more every second."""
    return replace(pose, belt_mm_per_s=2000 + (pose.t_ns - START_NS) * 100 // NS)


def lengths_m(engine: GaitEngine, poses: list[Pose]) -> list[tuple[float, float]]:
    """When each stride ended, s, and its length."""
    found = []
    for stride in near_strides(engine, poses):
        length = stride.measures[STRIDE_LENGTH]
        assert length is not None
        found.append(((stride.t_ns - START_NS) / NS, length / ONE))
    return found


@pytest.mark.parametrize("place", [Calibration(), KNOWN])
def test_a_stride_is_as_long_as_the_belt_went_in_it(place: Calibration) -> None:
    """The mean speed of a ramp is that of its middle; what is configured does not matter then."""
    found = lengths_m(GaitEngine(calibration=place), list(map(faster_and_faster, STEADY)))
    assert len(found) > 10
    for end_s, length_m in found:
        middle_m_s = 2 + 0.1 * (end_s - STRIDE_S / 2)
        # Poses are 1/60 s apart, so the mean is that of a stretch 1/120 s off at each end.
        assert length_m == pytest.approx(middle_m_s * STRIDE_S, abs=0.003)


def test_where_the_speed_is_not_measured_the_configured_one_counts() -> None:
    later_ns = START_NS + 5 * NS
    poses = [replace(p, belt_mm_per_s=2000 if p.t_ns < later_ns else None) for p in STEADY]
    found = lengths_m(GaitEngine(calibration=KNOWN), poses)
    assert all(m == pytest.approx(2 * STRIDE_S, abs=3e-3) for end_s, m in found if end_s < 5)
    assert all(m == pytest.approx(3 * STRIDE_S, abs=3e-3) for end_s, m in found if end_s > 5.7)


def test_a_recording_replays_the_speed_to_the_bit() -> None:
    poses = list(map(faster_and_faster, STEADY))
    with TemporaryDirectory() as folder:
        spool = PosesSpool(Path(folder) / "spool", PosesMeta("walker", None, None))
        for pose in poses:
            spool.add(pose)
        spool.pack(Path(folder) / "poses.npz")
        recorded = list(RecordedPoses(Path(folder) / "poses.npz"))
    assert run(GaitEngine(), recorded) == run(GaitEngine(), poses)
