"""What was measured of a rendered runner, set against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.gait.metrics.catalogue import METRICS, measures
from hipdrive.rendered.times import seconds
from hipdrive.rendered.true_metrics import true_metrics, true_value
from hipdrive.session.mean_stride_time import MeanStrideTime, cadence_spm
from hipdrive.session.units import in_unit
from hipdrive.types.angle import bam_from_deg, deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.rendered.truth import TrueStride, Truth
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

    Angles = npt.NDArray[np.float64]

EDGE_S = 0.35
"""A peak so close to either end of the recording may be found or not."""
NEAR_S = 0.15
"""A measured peak belongs to a true one that is not further away."""
SD_OF_MAD = 1.4826
APART_DEG = 20.0
"""The least angle between the thighs at which they can be told apart."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Errors of one quantity; None where there are none.

    Attributes:
        bias, sd, worst: mean, standard deviation, largest absolute value.
    """

    bias: float | None
    sd: float | None
    worst: float | None

    @classmethod
    def of(cls, errors: Sequence[float]) -> Spread:
        """Of these errors."""
        if not errors:
            return cls(None, None, None)
        values = np.array(errors)
        figures = values.mean(), values.std(), np.abs(values).max()
        return cls(*(round(float(figure), 3) for figure in figures))


@dataclass(frozen=True, slots=True)
class CameraErrors:
    """Errors of the camera and the belt as estimated from running, one value a runner.

    Attributes:
        roll_deg: the incline being known.
        yaw_deg: how far the camera looks from ahead.
        belt_percent: of the belt's speed, the runner's height being known.
    """

    roll_deg: Spread
    yaw_deg: Spread
    belt_percent: Spread


@dataclass(frozen=True, slots=True)
class Errors:
    """Measured minus true, near leg.

    Attributes:
        strides: how many there were.
        missed, invented: not found, and found where there was none.
        rejected: found, but with an angle the engine does not trust.
        thigh_ext_deg, hip_ext_deg: peaks of the accepted strides.
        cadence_spm: over all strides whose time is sound; None without any.
        foot_strike_ms, toe_off_ms: of those accepted strides that have them.
        wrong_leg: share of the samples that follow the other leg.
        noise_deg: of the near thigh's angle, sample by sample: the median of the absolute
            deviations from the median error, times 1.4826, which makes it the SD of normal errors.
            None without samples.
        camera: of the camera's estimate.
        metrics: by name, in their units; of those accepted strides that have them.
    """

    strides: int
    missed: int
    invented: int
    rejected: int
    thigh_ext_deg: Spread
    hip_ext_deg: Spread
    cadence_spm: float | None
    foot_strike_ms: Spread
    toe_off_ms: Spread
    wrong_leg: float
    noise_deg: float | None
    camera: CameraErrors
    metrics: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class Measured:
    """One runner: the truth, what the engine and the model measured, and the camera estimate."""

    truth: Truth
    samples: Sequence[Sample]
    strides: Sequence[Stride]
    estimate: CameraEstimate | None = None
    poses: Sequence[Pose] = ()


def compare(runs: Sequence[Measured]) -> Errors:
    """The errors over several runners."""
    strides = missed = invented = rejected = 0
    thigh: list[float] = []
    hip: list[float] = []
    strike: list[float] = []
    toe_off: list[float] = []
    for run in runs:
        true, pairs, unmatched = _matched(run)
        strides += len(true)
        missed += len(true) - len(pairs)
        invented += unmatched
        for stride, truth in pairs:
            if not stride.accepted:
                rejected += 1
                continue
            thigh.append(deg_from_bam(stride.thigh_ext_bam) - truth.thigh_ext_deg)
            hip.append(deg_from_bam(stride.hip_ext_bam) - truth.hip_ext_deg)
            if stride.foot_strike_ns is not None:
                strike.append(1000 * (seconds(stride.foot_strike_ns) - truth.strike_s))
            if stride.toe_off_ns is not None:
                toe_off.append(1000 * (seconds(stride.toe_off_ns) - truth.toe_off_s))
    return Errors(
        strides=strides,
        missed=missed,
        invented=invented,
        rejected=rejected,
        thigh_ext_deg=Spread.of(thigh),
        hip_ext_deg=Spread.of(hip),
        cadence_spm=_cadence_error(runs),
        foot_strike_ms=Spread.of(strike),
        toe_off_ms=Spread.of(toe_off),
        wrong_leg=_wrong_leg(runs),
        noise_deg=_noise(runs),
        camera=_camera(runs),
        metrics=_metrics(runs),
    )


def _camera(runs: Sequence[Measured]) -> CameraErrors:
    roll: list[float] = []
    yaw: list[float] = []
    belt: list[float] = []
    for run in runs:
        if (found := run.estimate) is None:
            continue
        settings = run.truth.settings
        incline_bam = bam_from_deg(degrees(run.truth.slope))
        px_per_m = found.px_per_m(round(1000 * settings.runner.height_m))
        belt_mps = found.belt_mm_per_s(px_per_m) / 1000
        roll.append(deg_from_bam(found.roll_bam(incline_bam)) - settings.camera.roll_deg)
        yaw.append(deg_from_bam(found.yaw_bam) - settings.camera.yaw_deg)
        belt.append(100 * (belt_mps / settings.treadmill.speed_mps - 1))
    return CameraErrors(Spread.of(roll), Spread.of(yaw), Spread.of(belt))


def _metrics(runs: Sequence[Measured]) -> dict[str, Spread]:
    errors: dict[str, list[float]] = {metric.name: [] for metric in METRICS}
    for run in runs:
        truths = true_metrics(run.truth, near=True)
        for stride, true in _matched(run)[1]:
            right = truths[true.peak_s]
            # What was added from outside has no known truth, and comes after these.
            for metric, whole in zip(METRICS, measures(stride), strict=False):
                if whole is not None:
                    error = in_unit(metric.unit, whole) - true_value(right, metric.name)
                    errors[metric.name].append(error)
    return {name: Spread.of(found) for name, found in errors.items()}


def _matched(run: Measured) -> tuple[list[TrueStride], list[tuple[Stride, TrueStride]], int]:
    """True strides, pairs of a measured and a true one, and the number of measured ones without."""
    every = [stride for stride in run.truth.strides() if stride.near]
    end_s = run.truth.settings.seconds - EDGE_S
    peaks_s = np.array([stride.peak_s for stride in every])
    longest_s = 1.5 * run.truth.stride_s
    # What begins before the recording, or while the runner is away, is no stride to be found.
    due = {
        i
        for i in range(1, len(every))
        if peaks_s[i - 1] > EDGE_S and peaks_s[i] < end_s
        if peaks_s[i] - peaks_s[i - 1] < longest_s
    }
    pairs: dict[int, Stride] = {}
    unmatched = 0
    for stride in run.strides:
        if not stride.near:
            continue
        nearest = int(np.argmin(np.abs(peaks_s - seconds(stride.t_ns)))) if every else -1
        close = nearest >= 0 and abs(peaks_s[nearest] - seconds(stride.t_ns)) <= NEAR_S
        if close and nearest not in pairs:
            pairs[nearest] = stride
        else:
            unmatched += 1
    true = [every[i] for i in sorted(due)]
    return true, [(pairs[i], every[i]) for i in sorted(due & pairs.keys())], unmatched


def _cadence_error(runs: Sequence[Measured]) -> float | None:
    """As a session's cadence is found, each clip for itself."""
    errors = []
    for run in runs:
        legs = MeanStrideTime(), MeanStrideTime()
        for stride in run.strides:
            if stride.times_cadence:
                legs[stride.near].add(stride)
        if (found := cadence_spm(*legs)) is not None:
            errors.append(found - run.truth.settings.runner.cadence_spm)
    return round(float(np.mean(errors)), 3) if errors else None


def _wrong_leg(runs: Sequence[Measured]) -> float:
    wrong = compared = 0
    for measured, near, far in map(_thighs, runs):
        apart = np.abs(near - far) >= APART_DEG
        closer = np.abs(measured - far) < np.abs(measured - near)
        wrong += int((apart & closer).sum())
        compared += int(apart.sum())
    return round(wrong / compared, 5) if compared else 0.0


def _noise(runs: Sequence[Measured]) -> float | None:
    errors = np.concatenate([measured - near for measured, near, _ in map(_thighs, runs)])
    if not errors.size:
        return None
    return round(SD_OF_MAD * float(np.median(np.abs(errors - np.median(errors)))), 3)


def _thighs(run: Measured) -> tuple[Angles, Angles, Angles]:
    """The near thigh's angle as measured, and both as they were, at each sample, in degrees."""
    t_s = np.array([seconds(sample.t_ns) for sample in run.samples])
    inside = (t_s >= 0) & (t_s <= run.truth.settings.seconds)
    if not inside.any():
        return np.empty(0), np.empty(0), np.empty(0)
    measured = np.array([deg_from_bam(sample.near_thigh_ext_bam) for sample in run.samples])
    posture = run.truth.at(t_s[inside])
    return measured[inside], np.degrees(posture.near.thigh), np.degrees(posture.far.thigh)
