"""A source of the belt's speed from outside; its values are recorded and replayed to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hipdrive
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from pathlib import Path

SLOW_MM_PER_S, FAST_MM_PER_S = 2500, 3500
UNKNOWN_S, FASTER_AFTER_S = 1, 6


class Programme:
    """A belt that is switched on late, and goes faster half-way."""

    def __init__(self) -> None:
        self._start_ns: int | None = None

    def speed_mm_per_s(self, t_ns: int) -> int | None:
        self._start_ns = t_ns if self._start_ns is None else self._start_ns
        t_s = (t_ns - self._start_ns) / 1e9
        if t_s < UNKNOWN_S:
            return None
        return SLOW_MM_PER_S if t_s < FASTER_AFTER_S else FAST_MM_PER_S


EXPECTED = [
    *[None] * UNKNOWN_S * FPS,
    *[SLOW_MM_PER_S] * (FASTER_AFTER_S - UNKNOWN_S) * FPS,
    *[FAST_MM_PER_S] * (12 - FASTER_AFTER_S) * FPS,
]


def speeds(source: str | Path, belt: hipdrive.BeltSpeedSource | None = None) -> list[int | None]:
    return [values.pose.belt_mm_per_s for values in hipdrive.stream(source, belt=belt)]


def test_every_pose_has_the_speed_of_its_moment(tmp_path: Path) -> None:
    source = key_points_of(tmp_path)
    assert speeds(source, Programme()) == EXPECTED
    assert speeds(source) == [None] * 12 * FPS


def test_a_replay_of_the_record_is_equal_to_the_last_bit(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    before = hipdrive.analyze(key_points_of(tmp_path), belt=Programme(), session_dir=folder)
    assert speeds(folder) == EXPECTED
    again = hipdrive.analyze(folder, session_dir=tmp_path / "again")
    assert again.strides == before.strides
    assert again.samples == before.samples
    for name in ("strides.csv", "frames.csv", "cues.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_speed_that_was_recorded_is_not_overruled(tmp_path: Path) -> None:
    hipdrive.analyze(key_points_of(tmp_path), belt=Programme(), session_dir=tmp_path / "session")
    known = [speed for speed in speeds(tmp_path / "session", Later()) if speed != Later.SPEED]
    assert known == EXPECTED[UNKNOWN_S * FPS :]


class Later:
    """Somebody who believes to know better afterwards."""

    SPEED = 9_999

    def speed_mm_per_s(self, _t_ns: int) -> int:
        return self.SPEED


def test_stride_length_follows_the_belt(tmp_path: Path) -> None:
    """How far the belt goes in a stride is its speed times the stride's time."""
    analysis = hipdrive.analyze(key_points_of(tmp_path), belt=Programme())
    strides = [s for s in analysis.strides if s.near and s.accepted]
    for speed, first_s, last_s in (
        (SLOW_MM_PER_S, UNKNOWN_S + 1, FASTER_AFTER_S),
        (FAST_MM_PER_S, FASTER_AFTER_S + 1, 12),
    ):
        during = [s for s in strides if first_s + s.stride_time_s <= s.t_s < last_s]
        assert len(during) > 2
        for stride in during:
            expected_m = speed / 1000 * stride.stride_time_s
            assert stride.metrics["stride_length_m"] == pytest.approx(expected_m, abs=2e-3)
