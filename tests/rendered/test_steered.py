"""Key points of a runner who is told how to run, stride by stride: what is asked for is run."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.steered import Motion, SteeredPoses
from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

FPS = 240
"""So many that the highest frame is within 0.05 degrees of the peak."""
NEAR = ("shoulder", "hip", "knee", "ankle")
QUICK = Motion(19.0, 187.0)
LEANT = Motion(21.0, trunk_lean_deg=12.0)


def runner(**of_runner: object) -> SteeredPoses:
    """Who faces right, without noise and with even strides."""
    settings = {
        "camera": {"fps": FPS},
        "runner": {"facing": "right", "stride_sd_deg": 0.0, **of_runner},
        "treadmill": {"speed_mps": 3.0},
    }
    return SteeredPoses(RenderedSettings.model_validate(settings), None, np.random.default_rng(1))


def at(pose: Pose, joint: str) -> tuple[float, float]:
    """Of the near side, px; x forwards, y up."""
    point = pose[f"right_{joint}"]
    return point.x / ONE, -point.y / ONE


def behind_deg(pose: Pose, above: str, below: str) -> float:
    """How far the lower joint is behind the upper one, against the vertical."""
    (one_x, one_y), (other_x, other_y) = at(pose, above), at(pose, below)
    return degrees(atan2(one_x - other_x, one_y - other_y))


@pytest.mark.parametrize("motion", [Motion(), Motion(24.0), Motion(15.0), QUICK, LEANT])
def test_the_thigh_goes_as_far_back_as_is_asked_for(motion: Motion) -> None:
    steered = runner()
    for _ in range(3):
        poses = list(steered.stride(motion))
        peak_deg = max(behind_deg(pose, "hip", "knee") for pose in poses)
        assert peak_deg == pytest.approx(motion.thigh_ext_deg, abs=0.15)


@pytest.mark.parametrize("motion", [Motion(), LEANT])
def test_the_trunk_leans_as_is_asked_for(motion: Motion) -> None:
    """Forwards: the shoulder is ahead of the hip."""
    poses = runner().stride(motion)
    lean_deg = np.mean([behind_deg(pose, "shoulder", "hip") for pose in poses])
    assert lean_deg == pytest.approx(motion.trunk_lean_deg, abs=0.3)


def test_a_stride_lasts_as_long_as_its_cadence_says() -> None:
    steered = runner()
    for motion in (Motion(), QUICK, Motion(cadence_spm=150.0)):
        count = sum(1 for _ in steered.stride(motion))
        assert count == pytest.approx(FPS * 120 / motion.cadence_spm, abs=1)


def test_frames_come_at_the_rate_of_the_camera_whatever_the_strides_do() -> None:
    steered = runner()
    motions = (Motion(), QUICK, LEANT, Motion(18.0, 150.0), Motion())
    times_ns = [pose.t_ns for motion in motions for pose in steered.stride(motion)]
    steps_ns = {after - before for before, after in pairwise(times_ns)}
    assert all(abs(step_ns - NS_PER_S / FPS) <= 1 for step_ns in steps_ns)


def test_from_one_stride_to_an_equal_one_nothing_jumps() -> None:
    steered = runner()
    first, second, third = (list(steered.stride(Motion())) for _ in range(3))
    within = max_step_px(second)
    assert max_step_px([first[-1], second[0]]) <= within
    assert max_step_px([second[-1], third[0]]) <= within


def max_step_px(poses: list[Pose]) -> float:
    """The largest distance that a joint of the near leg goes from frame to frame."""
    return max(
        float(np.hypot(*np.subtract(at(after, joint), at(before, joint))))
        for before, after in pairwise(poses)
        for joint in NEAR
    )


def test_strides_scatter_by_the_sd_that_is_asked_for() -> None:
    steered = runner(stride_sd_deg=2.0)
    peaks = [
        max(behind_deg(pose, "hip", "knee") for pose in steered.stride(Motion()))
        for _ in range(120)
    ]
    # The SD of an SD over 120 is 6.5 %; three of them.
    assert np.std(peaks, ddof=1) == pytest.approx(2.0, rel=0.2)
    assert np.mean(peaks) == pytest.approx(20.0, abs=3 * 2.0 / np.sqrt(120))
