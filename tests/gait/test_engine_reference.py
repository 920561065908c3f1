"""What whole numbers cost: the engine against the same measurement in double precision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.joints.identity import LegIdentity
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.noise import Episodes, measured
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.side import Side
from support.gait import reference
from support.gait.measure import run

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

MOST_DEG = 0.02
MOST_MS = 1.0
HOUR_S = 3600.0
CHANCE = {"lost": 0.02, "jitter_ms": 4.0}
AWAY = [[1200.0, 1201.0], [1201.5, 1204.0], [2400.0, 2500.0]]


def noisy_poses(seconds: float, facing: Side, fps: float) -> list[Pose]:
    """A rendered runner as MoveNet sees it, on a grid of 0.8 px and now and then not at all.

    Legs are not taken for one another: what the engine makes of that is judgement, not arithmetic.
    """
    runner = {"facing": str(facing), "away": AWAY, "stride_sd_deg": 1.5}
    settings = RenderedSettings.model_validate(
        {"seconds": seconds, "seed": 11, "runner": runner, "camera": {"fps": fps, **CHANCE}}
    )
    noise = replace(measured(), swaps=Episodes(0.0, 0.0))
    return list(KnownPoses(Truth(settings), noise))


def told_apart(poses: list[Pose], facing: Side) -> list[Pose]:
    """What the engine measures: which leg is which is judgement as well, and is the same here."""
    identity: LegIdentity = LegIdentity()
    found: list[Pose] = []
    for pose in poses:
        if not pose.runner_seen:
            continue
        if found and pose.t_ns - found[-1].t_ns > reference.GAP_S * 1e9:
            identity.reset()
        told, certain = identity.step(pose)
        if certain and reference.is_frame(told, facing):
            found.append(told)
    return found


@dataclass(frozen=True, slots=True)
class Differences:
    """Engine minus reference, of the accepted strides of the near leg; the worst of each.

    Attributes:
        strides, accepted: of the engine's near leg.
        other: peaks that only one of the two found.
    """

    strides: int
    accepted: int
    other: int
    thigh_deg: float
    hip_deg: float
    time_ms: float


def differences(poses: list[Pose], facing: Side, filter_hz: int) -> Differences:
    strides = [s for s in run(GaitEngine(facing, filter_hz), poses)[1] if s.near]
    bouts = reference.peaks(told_apart(poses, facing), facing, filter_hz)
    ends = [peak for bout in bouts for peak in bout[1:]]  # a stride ends with a peak
    pairs = matched(strides, ends)
    used = [(stride, likelier(stride, peak)) for stride, peak in pairs if stride.accepted]
    return Differences(
        strides=len(strides),
        accepted=len(used),
        other=len(strides) + len(ends) - 2 * len(pairs),
        thigh_deg=max(abs(deg_from_bam(s.thigh_ext_bam) - p.thigh_ext_deg) for s, p in used),
        hip_deg=max(abs(deg_from_bam(s.hip_ext_bam) - p.hip_ext_deg) for s, p in used),
        time_ms=max(abs(s.t_ns - p.t_ns) for s, p in used) / 1e6,
    )


def likelier(stride: Stride, peak: reference.ReferencePeak) -> reference.ReferencePeak:
    """Of two samples that are as high as one another the engine may take either."""
    if peak.other is None:
        return peak
    thigh_deg = deg_from_bam(stride.thigh_ext_bam)
    return min(peak, peak.other, key=lambda one: abs(one.thigh_ext_deg - thigh_deg))


def matched(
    strides: list[Stride], peaks: list[reference.ReferencePeak]
) -> list[tuple[Stride, reference.ReferencePeak]]:
    """Strides and peaks of the same moment, to half the shortest stride; both are in order."""
    pairs, rest = [], iter(peaks)
    peak = next(rest, None)
    for stride in strides:
        while peak is not None and peak.t_ns < stride.t_ns - 250e6:
            peak = next(rest, None)
        if peak is not None and abs(peak.t_ns - stride.t_ns) <= 250e6:
            pairs.append((stride, peak))
            peak = next(rest, None)
    return pairs


def check(found: Differences, seconds: float) -> None:
    print(found)  # noqa: T201 - figures to report
    assert found.accepted > 0.9 * found.strides > 1.1 * seconds  # 85 strides a minute
    assert found.other == 0
    assert found.thigh_deg <= MOST_DEG
    assert found.hip_deg <= MOST_DEG
    assert found.time_ms <= MOST_MS


@pytest.mark.long
def test_over_an_hour_of_noise_no_peak_differs_from_double_precision() -> None:
    poses = noisy_poses(HOUR_S, Side.RIGHT, 30.0)
    check(differences(poses, Side.RIGHT, 6), HOUR_S)


@pytest.mark.long
@pytest.mark.parametrize(
    ("facing", "fps", "filter_hz"), [(Side.LEFT, 30.0, 8), (Side.LEFT, 58.0, 6)]
)
def test_nor_does_one_of_the_other_settings(facing: Side, fps: float, filter_hz: int) -> None:
    check(differences(noisy_poses(120.0, facing, fps), facing, filter_hz), 120.0)


@pytest.mark.parametrize("filter_hz", [6, 8])
def test_no_sample_differs_either(filter_hz: int) -> None:
    poses = noisy_poses(60.0, Side.RIGHT, 30.0)
    (trace,) = reference.traces(told_apart(poses, Side.RIGHT), Side.RIGHT, filter_hz)
    samples, _ = run(GaitEngine(Side.RIGHT, filter_hz), poses)
    assert len(samples) == len(trace.thigh_deg)
    for i, sample in enumerate(samples):
        assert sample.t_ns == pytest.approx(trace.start_ns + i * 1e9 / 64, abs=1)
        assert abs(deg_from_bam(sample.near_thigh_ext_bam) - trace.thigh_deg[i]) <= 0.002
        assert abs(deg_from_bam(sample.near_hip_ext_bam) - trace.hip_deg[i]) <= 0.002
