"""The mean stride of a session: curves of thigh and knee with their spread, and the joints.

A stride goes from foot strike to foot strike of the same leg, 0 to 100 %, as gait is drawn
everywhere (Winter 2009, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipdrive.session.measured_again import shoulder
from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from hipdrive.gait.joints.samples import BodySample, LegSample
    from hipdrive.session.measured_again import Stretch
    from hipdrive.types.stride import Stride

    Values = npt.NDArray[np.float64]

POINTS = 101
"""0 to 100 % of the stride."""
LEAST_STRIDES = 5
"""Below, a mean says more about single strides than about the runner."""
WIDEST_STRETCH = 1.13
"""A stride this much longer or shorter than the median is a missed foot strike."""
JOINTS = ("shoulder", "near_hip", "near_knee", "near_ankle", "far_hip", "far_knee", "far_ankle")


class Curve(NamedTuple):
    """Mean and SD at each percent of the stride, degrees."""

    mean: Values
    sd: Values


@dataclass(frozen=True, slots=True)
class LegCurves:
    """One leg over its stride.

    Attributes:
        thigh_ext, knee_flex: extension of the thigh, and flexion of the knee.
        toe_off_percent: mean time of toe-off; None where it was not seen.
        strides: how many there are in it.
    """

    thigh_ext: Curve
    knee_flex: Curve
    toe_off_percent: float | None
    strides: int


@dataclass(frozen=True, slots=True)
class MeanStride:
    """Both legs over the stride of the near one, and the joints at each percent of it.

    Attributes:
        near, far: curves, each over the stride of that leg; None with too few strides.
        joints: [`POINTS`, `JOINTS`, 2], x forward and y up from where the hips are on average, in
            lengths of the near leg; None with too few strides.
    """

    near: LegCurves | None
    far: LegCurves | None
    joints: Values | None


def mean_stride(stretches: Iterable[Stretch]) -> MeanStride:
    """The mean over all stretches of a session."""
    near, far = _Sums(near=True), _Sums(near=False)
    for stretch in stretches:
        columns = _columns(stretch.samples)
        for sums in (near, far):
            sums.add(stretch, columns)
    return MeanStride(near.curves(), far.curves(), near.joints())


class _Sums:
    """What is collected of one leg; `near` says which."""

    def __init__(self, *, near: bool) -> None:
        self._near = near
        self._strides: list[Values] = []
        self._toe_offs: list[float] = []

    def add(self, stretch: Stretch, columns: Values) -> None:
        strides = [each for each in stretch.strides if each.near is self._near]
        median_ns = np.median([each.stride_time_ns for each in strides]) if strides else 0
        for one, following in pairwise(strides):
            strike_ns, next_ns = one.foot_strike_ns, following.foot_strike_ns
            if strike_ns is None or next_ns is None or not (one.accepted and following.accepted):
                continue
            took = (next_ns - strike_ns) / median_ns
            if 1 / WIDEST_STRETCH < took < WIDEST_STRETCH:
                self._add_stride(one, strike_ns, next_ns, columns)

    def _add_stride(self, stride: Stride, strike_ns: int, next_ns: int, columns: Values) -> None:
        times = columns[:, 0]
        at_ns = np.linspace(strike_ns, next_ns, POINTS)
        if len(times) == 0 or times[0] > strike_ns or times[-1] < next_ns:
            return
        resampled = [np.interp(at_ns, times, column) for column in columns[:, 1:].T]
        self._strides.append(np.stack(resampled, axis=1))
        if stride.toe_off_ns is not None:
            self._toe_offs.append(100 * (stride.toe_off_ns - strike_ns) / (next_ns - strike_ns))

    def curves(self) -> LegCurves | None:
        if len(self._strides) < LEAST_STRIDES:
            return None
        strides = np.stack(self._strides)
        thigh, knee = (0, 1) if self._near else (2, 3)
        return LegCurves(
            _curve(strides[:, :, thigh]),
            _curve(strides[:, :, knee]),
            float(np.mean(self._toe_offs)) if self._toe_offs else None,
            len(strides),
        )

    def joints(self) -> Values | None:
        """The mean joints over this leg's stride."""
        if len(self._strides) < LEAST_STRIDES:
            return None
        of_strides = (each[:, 4:].reshape(POINTS, len(JOINTS), 2) for each in self._strides)
        mean: Values = np.stack([_in_leg_lengths(each) for each in of_strides]).mean(axis=0)
        return mean


def _curve(strides: Values) -> Curve:
    return Curve(strides.mean(axis=0), strides.std(axis=0, ddof=1))


def _columns(samples: Sequence[BodySample]) -> Values:
    """A row a sample: time, thigh and knee of the near and of the far leg, then the joints."""
    rows = [row for sample in samples if (row := _row(sample)) is not None]
    width = 1 + 4 + 2 * len(JOINTS)
    return np.array(rows, np.float64).reshape(len(rows), width)


def _row(sample: BodySample) -> list[float] | None:
    near, far = sample.near, sample.far
    if near.joints is None or far.joints is None:
        return None
    if near.knee_flex_bam is None or far.knee_flex_bam is None:
        return None
    angles = (
        near.thigh_ext_bam,
        near.knee_flex_bam,
        far.thigh_ext_bam,
        far.knee_flex_bam,
    )
    return [sample.t_ns, *map(deg_from_bam, angles), *joint_places(near, far)]


def joint_places(near: LegSample, far: LegSample) -> list[float]:
    """Where `JOINTS` are, x and y of one after the other: x forward and y down, Q16.16 px.

    Args:
        near: a leg whose joints are known.
        far: the other, as well.
    """
    assert near.joints is not None  # noqa: S101  # asked for above
    assert far.joints is not None  # noqa: S101  # as above
    return [*shoulder(near, near.joints), *near.joints[:6], *far.joints[:6]]


def _in_leg_lengths(joints: Values) -> Values:
    """[`POINTS`, `JOINTS`, 2] in lengths of the near leg, from the hips' middle up and forward."""
    _, near_hip, knee, ankle, far_hip, *_ = np.moveaxis(joints, 1, 0)
    leg = np.linalg.norm(knee - near_hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)
    middle = (near_hip + far_hip) / 2
    origin = np.stack([middle[:, 0], np.full(len(middle), middle[:, 1].mean())], axis=1)
    scaled: Values = (joints - origin[:, np.newaxis]) * (1, -1) / float(np.median(leg))
    return scaled
