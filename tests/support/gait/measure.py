"""An engine run over poses, and what came out set against a walker's truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import METRICS, measures
from hipdrive.types.angle import deg_from_bam
from support.walker import NS, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride
    from support.walker import Walker

MS = 1_000_000
TOLD_NS = 300 * MS
"""How long after its peak a recording must go on for the last stride to be known surely."""


def recording(
    walker: Walker, fps: float, strides: int, *, jitter_s: float = 0.0, lost: float = 0.0
) -> list[Pose]:
    """Poses from a third of a second before a peak until as many strides are over and known."""
    first_ns = walker.peak_ns - NS // 3
    seconds = (NS / 3 + strides * walker.stride_ns + TOLD_NS) / NS
    times = frame_times(fps, seconds, start_ns=first_ns, jitter_s=jitter_s, lost=lost, seed=11)
    return walker.poses(times)


def run(engine: GaitEngine, poses: Iterable[Pose]) -> tuple[list[Sample], list[Stride]]:
    samples: list[Sample] = []
    strides: list[Stride] = []
    for pose in poses:
        update = engine.step(pose)
        samples += update.samples
        strides += update.strides
    return samples, strides


def near_strides(engine: GaitEngine, poses: Iterable[Pose]) -> list[Stride]:
    return [stride for stride in run(engine, poses)[1] if stride.near]


def without_ankle(stride: Stride) -> Stride:
    """What is left of a stride without what comes from the ankle."""
    left = tuple(
        None if "ankle" in metric.key_points else whole
        for metric, whole in zip(METRICS, measures(stride), strict=True)
    )
    return replace(stride, foot_strike_ns=None, toe_off_ns=None, measures=left)


def cadence_spm(strides: list[Stride]) -> float:
    """Two steps a stride, over the strides whose time is sound."""
    times = [stride.stride_time_ns for stride in strides if stride.times_cadence]
    return 120e9 * len(times) / sum(times)


@dataclass(frozen=True, slots=True)
class EngineErrors:
    """Near-leg strides minus the truth.

    Attributes:
        missing: true strides, from the first peak to the last, that were not found; negative when
            there were too many.
        accepted: how many were to be used; the angles are those of these.
        time_ms: greatest distance of a peak from the nearest true one.
    """

    missing: int
    accepted: int
    cadence_spm: float
    mean_deg: float
    sd_deg: float
    worst_deg: float
    hip_worst_deg: float
    time_ms: float


def errors(walker: Walker, poses: list[Pose], filter_hz: int) -> EngineErrors:
    """Measure the walker and compare."""
    strides = near_strides(GaitEngine(walker.faces, filter_hz), poses)
    peaks_ns = walker.peaks_ns(poses[0].t_ns, poses[-1].t_ns - TOLD_NS / 2)
    used = [stride for stride in strides if stride.accepted]
    thigh = [deg_from_bam(stride.thigh_ext_bam) - walker.peak_deg for stride in used]
    hip = [deg_from_bam(stride.hip_ext_bam) - walker.hip_peak_deg for stride in used]
    return EngineErrors(
        missing=len(peaks_ns) - 1 - len(strides),
        accepted=len(used),
        cadence_spm=cadence_spm(strides) - walker.cadence_spm,
        mean_deg=fmean(thigh),
        sd_deg=pstdev(thigh),
        worst_deg=max(map(abs, thigh)),
        hip_worst_deg=max(map(abs, hip)),
        time_ms=max(min(abs(stride.t_ns - peak) for peak in peaks_ns) / MS for stride in strides),
    )
