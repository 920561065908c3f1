"""Legs that are swapped in every stride, always at the same phase, as on people.

Measured on two people who face right: one run a stride of up to 0.2 s, 10 to 20 % of all frames,
knees and ankles mostly together (docs/accuracy.md).
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.joints.identity import LegIdentity
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.noise import Episodes, measured
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import deg_from_bam
from support.gait.measure import near_strides, run
from support.gait.swaps import KNEES, RENDERED, apart, swapped, torso
from support.walker import NS

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

pytestmark = pytest.mark.long

SECONDS = 15.0
LONGEST_S = 0.2
CLEAR_TORSOS = 0.25
"""Knees closer than that may be mixed up: it costs as little."""
STEADY_NS = NS
PACES = {f"{spm} steps a minute": {"runner": {"cadence_spm": float(spm)}} for spm in (150, 195)}
RUNNERS: dict[str, dict[str, Any]] = {**RENDERED, **PACES}

runners = pytest.mark.parametrize("runner", RUNNERS)
each_fps = pytest.mark.parametrize("fps", [30, 60])


@cache
def recorded(runner: str, fps: int, times: float) -> tuple[Pose, ...]:
    """With so many times MoveNet's errors, but none of its swaps."""
    tables = {"seconds": SECONDS, "seed": 4, "camera": {"fps": fps}, **RUNNERS[runner]}
    noise = replace(measured().scaled(times), swaps=Episodes(0.0, 0.1)) if times else None
    return tuple(KnownPoses(Truth(RenderedSettings.model_validate(tables)), noise))


def stride_s(runner: str) -> float:
    return 120 / RenderedSettings.model_validate(RUNNERS[runner]).runner.cadence_spm


def locked(runner: str, poses: tuple[Pose, ...], tenth: int) -> list[Pose]:
    """One run a stride around the same phase, as long as 0.1 to 0.2 s."""
    chance = random.Random(tenth)
    found = list(poses)
    each_s = stride_s(runner)
    for number in range(int(SECONDS / each_s)):
        middle_s = (number + tenth / 10 + chance.gauss(0, 0.02)) * each_s
        half_s = chance.uniform(LONGEST_S / 2, LONGEST_S) / 2
        for at, pose in enumerate(poses):
            if abs((pose.t_ns - poses[0].t_ns) / NS - middle_s) < half_s:
                found[at] = swapped(pose)
    return found


def wrong(truth: Pose, told: Pose) -> bool:
    return told[KNEES[0]] != truth[KNEES[0]] and apart(truth, KNEES) > CLEAR_TORSOS * torso(truth)


def followed(truth: tuple[Pose, ...], seen: list[Pose]) -> tuple[int, int, int]:
    """Frames after the first second: with the wrong knee, doubted, all."""
    identity, late, bad, doubtful = LegIdentity(), 0, 0, 0
    for true, pose in zip(truth, seen, strict=True):
        told, certain = identity.step(pose)
        if true.t_ns - truth[0].t_ns >= STEADY_NS:
            late += 1
            bad += certain and wrong(true, told)
            doubtful += not certain
    return bad, doubtful, late


@runners
@each_fps
@pytest.mark.parametrize("times", [0.0, 1.0])
def test_the_names_are_kept_through_every_run(runner: str, fps: int, times: float) -> None:
    """Whichever phase it is at: one frame in 200 may be wrong, and in 100 where it is worst."""
    poses = recorded(runner, fps, times)
    counts = []
    for tenth in range(10):
        seen = locked(runner, poses, tenth)
        changed = sum(a is not b for a, b in zip(seen, poses, strict=True))
        assert 0.1 < changed / len(poses) < 0.3
        counts.append(followed(poses, seen))
    bad, doubtful, late = (sum(column) for column in zip(*counts, strict=True))
    assert bad <= 0.005 * late
    assert doubtful <= 0.005 * late
    assert all(each_bad <= 0.01 * each_late for each_bad, _, each_late in counts)


@runners
@each_fps
@pytest.mark.parametrize("tenth", range(0, 10, 3))
def test_the_strides_are_those_of_legs_that_nobody_swaps(runner: str, fps: int, tenth: int) -> None:
    """From the first frame on: what was held back until the facing was known is gone through twice.

    No stride is missing, and no peak is off by more than a degree.
    """
    poses = recorded(runner, fps, 0.0)
    plain = near_strides(GaitEngine(), poses)
    found = near_strides(GaitEngine(), locked(runner, poses, tenth))
    assert len(found) == len(plain)
    for stride, want in zip(found, plain, strict=True):
        assert stride.accepted == want.accepted
        assert abs(stride.t_ns - want.t_ns) < 20e6
        assert abs(deg_from_bam(stride.thigh_ext_bam - want.thigh_ext_bam)) < 1.0


@each_fps
def test_swaps_of_every_frame_for_half_a_second_are_kept_too(fps: int) -> None:
    """Most of a stride, once: longer than two knees take to pass each other and to come back."""
    poses = recorded("usual", fps, 0.0)
    first = 5 * fps
    seen = [swapped(p) if first <= n < first + fps // 2 else p for n, p in enumerate(poses)]
    identity = LegIdentity()
    told = [identity.step(pose) for pose in seen]
    assert not any(
        certain and wrong(truth, pose) for truth, (pose, certain) in zip(poses, told, strict=True)
    )


def test_a_pace_that_doubles_at_once_is_found_again_within_a_second() -> None:
    """A walk of 85 steps a minute that becomes a run: the phase is lost, not the legs."""
    poses = recorded("usual", 60, 0.0)
    middle = len(poses) // 2
    slow = [replace(pose, t_ns=2 * pose.t_ns) for pose in poses[:middle]]
    by_ns = slow[-1].t_ns + NS // 60 - poses[middle].t_ns
    fast = [replace(pose, t_ns=pose.t_ns + by_ns) for pose in poses[middle:]]
    identity, bad = LegIdentity(), 0
    for pose in (*slow, *fast):
        told, certain = identity.step(pose)
        if pose.t_ns > fast[0].t_ns + NS:
            bad += not certain or told is not pose
    assert not bad


def test_rehearsed_the_first_frames_are_told_as_surely_as_the_last() -> None:
    """Swapped from the first frame on, for a fifth of a second and again in every stride."""
    for runner in RUNNERS:
        poses = recorded(runner, 60, 1.0)[:120]
        seen = locked(runner, poses, 0)
        assert seen[0] is not poses[0]
        identity = LegIdentity()
        identity.rehearse(seen)
        told = [identity.step(pose) for pose in seen]
        assert not any(wrong(truth, pose) for truth, (pose, _) in zip(poses, told, strict=True))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_next_to_nothing_to_rehearse_is_no_error(count: int) -> None:
    poses = recorded("usual", 30, 0.0)
    identity = LegIdentity()
    identity.rehearse(poses[:count])
    assert all(identity.step(pose) == (pose, True) for pose in poses[:count])


def test_samples_do_not_depend_on_when_the_facing_was_known() -> None:
    """Of a runner whom nobody swaps."""
    poses = recorded("usual", 30, 0.0)
    engine = GaitEngine()
    samples, _ = run(engine, poses)
    assert engine.facing is not None
    assert samples == run(GaitEngine(engine.facing), poses)[0]
