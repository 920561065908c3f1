"""Frames come when a camera takes them, and say so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hipdrive.rendered.times import START_NS, frame_times_ns
from support.rendered.runners import Array, asked

NS, MS_NS = 1e9, 1e6


def times(seconds: float = 60.0, seed: int = 1, **camera: Any) -> Array:  # noqa: ANN401
    found = frame_times_ns(asked(seconds=seconds, seed=seed, camera=camera))
    return np.array(found, np.float64)


def slots(fps: float, count: int) -> Array:
    return np.array(START_NS + np.arange(count) * NS / fps, np.float64)


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 50.0, 119.88])
def test_a_good_camera_is_on_time(fps: float) -> None:
    found = times(fps=fps)
    assert len(found) == round(60 * fps)
    assert np.abs(found - slots(fps, len(found))).max() <= 1


@pytest.mark.parametrize("jitter_ms", [1.0, 5.0])
def test_jitter_is_as_wide_as_told_and_no_wider(jitter_ms: float) -> None:
    found = times(fps=50.0, jitter_ms=jitter_ms)
    late = found - slots(50.0, len(found))
    assert np.abs(late).max() <= jitter_ms * MS_NS + 1
    assert late.min() < -0.95 * jitter_ms * MS_NS
    assert late.max() > 0.95 * jitter_ms * MS_NS
    assert abs(late.mean()) < 0.1 * jitter_ms * MS_NS


@pytest.mark.parametrize("fps", [30.0, 120.0, 240.0])
@pytest.mark.parametrize("lost", [0.0, 0.5])
def test_times_rise_however_wide_the_jitter(fps: float, lost: float) -> None:
    assert np.diff(times(fps=fps, jitter_ms=20.0, lost=lost)).min() > 0


@pytest.mark.parametrize("lost", [0.05, 0.3, 0.9])
def test_as_many_frames_are_lost_as_told(lost: float) -> None:
    count = 6000
    kept = len(times(seconds=100.0, fps=60.0, lost=lost)) / count
    assert kept == pytest.approx(1 - lost, abs=4 * np.sqrt(lost * (1 - lost) / count))


def test_frames_that_are_lost_leave_the_others_where_they_are() -> None:
    all_of_them, rest = times(jitter_ms=3.0), times(jitter_ms=3.0, lost=0.4)
    assert np.isin(rest, all_of_them).all()


def test_losses_are_scattered_over_the_recording() -> None:
    found = times(seconds=100.0, fps=60.0, lost=0.5) - START_NS
    halves = np.histogram(found, bins=2, range=(0, 100 * NS))[0]
    assert halves == pytest.approx(1500, abs=120)
    gaps = np.diff(found) * 60 / NS
    assert gaps.max() < 20


@pytest.mark.parametrize("key", [{"jitter_ms": 4.0}, {"lost": 0.3}])
def test_the_seed_decides_the_times(key: dict[str, float]) -> None:
    first, again, another = (times(seed=seed, **key) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, another)


def test_the_shortest_recording_has_its_frames() -> None:
    assert len(times(seconds=1.0, fps=5.0)) == 5
