"""The filter that suits the camera's rate."""

from __future__ import annotations

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.side import Side
from support.gait.measure import run
from support.walker import Walker, frame_times


@pytest.mark.parametrize(("fps", "expected_hz"), [(25, 6), (30, 6), (44, 6), (46, 8), (60, 8)])
@pytest.mark.parametrize("facing", [None, Side.RIGHT])
@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_it_is_chosen_by_the_rate_of_the_first_poses(
    fps: int, expected_hz: int, facing: Side | None, lost: float
) -> None:
    poses = Walker().poses(frame_times(fps, 6, jitter_s=0.0005, lost=lost, seed=2))
    found = run(GaitEngine(facing, "auto"), poses)
    assert found == run(GaitEngine(facing, expected_hz), poses)
    assert found != run(GaitEngine(facing, 14 - expected_hz), poses)


def test_poses_that_are_held_back_for_the_rate_are_measured_then() -> None:
    poses = Walker().poses(frame_times(60, 1))
    engine = GaitEngine(Side.RIGHT, "auto")
    assert run(engine, poses[:16]) == ([], [])
    samples, _ = run(engine, poses[16:17])
    assert len(samples) == len(run(GaitEngine(Side.RIGHT, 8), poses[:17])[0]) > 10
