"""A facing that is told or found is watched; whoever comes after a minute is somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride
from support.gait.measure import near_strides
from support.walker import NS, START_NS, Walker, frame_times

WALKER = Walker()
sides = pytest.mark.parametrize("faces", Side)


def running(engine: GaitEngine, faces: Side, start_s: float, seconds: float) -> list[Stride]:
    """Near strides of somebody who runs for a while, from so many seconds on."""
    start_ns = START_NS + round(start_s * NS)
    walker = replace(WALKER, faces=faces, peak_ns=start_ns + NS // 3)
    return near_strides(engine, walker.poses(frame_times(30, seconds, start_ns=start_ns)))


def rejections(strides: list[Stride]) -> set[Rejection | None]:
    return {stride.rejection for stride in strides}


@sides
def test_a_facing_told_wrong_is_noticed_in_the_first_stride(faces: Side) -> None:
    """The knee's flexion would pass for extension, and extension for flexion."""
    found = running(GaitEngine(faces.other), faces, 0, 10)
    assert len(found) >= 12
    assert rejections(found) == {Rejection.FACING}
    assert not any(stride.times_cadence for stride in found)


@sides
def test_a_facing_told_right_is_never_doubted(faces: Side) -> None:
    assert rejections(running(GaitEngine(faces), faces, 0, 20)) == {None}


@sides
@pytest.mark.parametrize("away_s", [0, 0.2, 2, 40])
def test_who_turns_round_is_found_again_within_two_strides(faces: Side, away_s: float) -> None:
    """And no stride before that passes: seen the wrong way round, flexion looks like extension."""
    engine = GaitEngine()
    running(engine, faces.other, 0, 5)
    assert engine.facing is faces.other
    found = running(engine, faces, 5 + away_s, 10)
    assert engine.facing is faces
    accepted = [stride for stride in found if stride.accepted]
    assert {stride.leg for stride in accepted} == {faces}
    assert all(
        deg_from_bam(stride.thigh_ext_bam) == pytest.approx(WALKER.peak_deg, abs=1)
        for stride in accepted
    )
    # The peak that ends two strides, the one that a first stride needs before it, and its telling.
    turned_ns = START_NS + round((5 + away_s) * NS)
    assert accepted[0].t_ns < turned_ns + NS // 3 + 3.2 * WALKER.stride_ns


def test_strides_count_again_when_the_runner_turns_back() -> None:
    engine = GaitEngine(Side.RIGHT)
    running(engine, Side.LEFT, 0, 8)
    found = running(engine, Side.RIGHT, 8, 10)
    late = [stride for stride in found if stride.t_ns > START_NS + (8 + 2) * NS]
    assert len(late) >= 5
    assert rejections(late) == {None}


@sides
def test_after_more_than_a_minute_the_facing_is_found_anew(faces: Side) -> None:
    engine = GaitEngine()
    running(engine, faces.other, 0, 5)
    found = running(engine, faces, 66, 8)
    assert engine.facing is faces
    assert {stride.leg for stride in found} == {faces}
    assert rejections(found) == {None}
    assert len(found) == 10  # from the first full one on: 0.33 s, then every 0.7 s up to 7.9


@pytest.mark.parametrize("back_s", [6, 64])
def test_within_a_minute_the_facing_stays(back_s: float) -> None:
    engine = GaitEngine()
    running(engine, Side.LEFT, 0, 5)
    found = running(engine, Side.LEFT, back_s, 1.5)
    assert engine.facing is Side.LEFT
    assert len(found) == 1  # at once, without two seconds of looking


def test_a_facing_that_was_told_outlasts_any_absence() -> None:
    engine = GaitEngine(Side.LEFT)
    running(engine, Side.LEFT, 0, 5)
    running(engine, Side.RIGHT, 3600, 5)
    assert engine.facing is Side.LEFT


def test_a_new_runner_after_a_minute_has_a_thigh_of_another_length() -> None:
    engine = GaitEngine()
    running(engine, Side.RIGHT, 0, 10)
    start_ns = START_NS + 80 * NS
    tall = replace(WALKER, thigh_px=140, shank_px=140, peak_ns=start_ns)
    found = near_strides(engine, tall.poses(frame_times(30, 6, start_ns=start_ns)))
    assert len(found) >= 7
    assert rejections(found) == {None}


def test_the_facing_is_found_from_seconds_that_belong_together() -> None:
    """Somebody crosses the picture; two seconds later somebody else runs the other way."""
    engine = GaitEngine()
    running(engine, Side.LEFT, 0, 1.5)
    found = running(engine, Side.RIGHT, 3.5, 6)
    assert engine.facing is Side.RIGHT
    assert rejections(found) == {None}
    assert all(stride.t_ns > START_NS + 3.5 * NS for stride in found)
