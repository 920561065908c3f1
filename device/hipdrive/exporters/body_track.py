"""Both legs of a session on one uniform time grid, for formats that know nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import ExportError
from hipdrive.gait.metrics.catalogue import further_joints, stride_metrics
from hipdrive.gait.signal.resample import GRID_HZ, PERIOD_NS
from hipdrive.session.measured_again import measured_again, shoulder
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.api.stored_session import Session
    from hipdrive.gait.joints.samples import BodySample, LegSample
    from hipdrive.session.measured_again import Stretch

    Array = npt.NDArray[np.float64]

RATE_HZ = GRID_HZ
ANGLES = ("thigh_ext", "hip_ext", "knee_flex")
JOINTS = ("shoulder", "hip", "knee", "ankle")
"""The shoulder of the near side only: the other one is hidden."""
FLOOR_PERCENTILE = 99
"""Of the heights of the ankles: the belt, give or take a joint that was misplaced."""


@dataclass(frozen=True, slots=True)
class BodyTrack:
    """The runner at `RATE_HZ`, from the first time that both legs were seen to the last.

    What was not measured is NaN, such as while the runner was away.

    Attributes:
        t_s: [n], since the first frame of the session.
        angles_deg: [n] of each angle of each leg, such as "left_knee_flex".
        points_px: [n, 2] of each joint, such as "left_knee": x ahead of the hips' mean place, y
            above the belt.
    """

    t_s: Array
    angles_deg: dict[str, Array]
    points_px: dict[str, Array]


def body_track(session: Session) -> BodyTrack:
    """Measure the key points of a session again.

    Raises:
        SourceError: they are missing or damaged.
        ExportError: there is no runner in them.
    """
    poses = session.key_points
    camera = session.summary.camera if session.summary else None
    further = further_joints(stride_metrics())
    further = tuple(j for j in further if all(f"{side}_{j}" in poses.skeleton for side in Side))
    asked = [metric for metric in stride_metrics() if further_joints([metric])]
    roll_deg = camera.roll_taken_off_deg if camera else 0.0
    stretch = measured_again(poses, poses.meta.facing, roll_deg, asked)
    if not stretch.samples:
        raise ExportError(f"{session.folder}: there is no runner in its key points")
    places = Grid.of(np.array([sample.t_ns for sample in stretch.samples], np.int64))
    t_s = (places.t_ns - poses.span_ns[0]) / NS_PER_S
    return BodyTrack(t_s, *_by_side(stretch, places, further))


@dataclass(frozen=True, slots=True)
class Grid:
    """A uniform grid over samples that have gaps, and may be off it behind each.

    Attributes:
        t_ns: [n], of the grid.
        sampled_ns: [m], of the samples.
    """

    t_ns: npt.NDArray[np.int64]
    sampled_ns: npt.NDArray[np.int64]

    @classmethod
    def of(cls, sampled_ns: npt.NDArray[np.int64]) -> Grid:
        """The grid from the first sample to the last."""
        return cls(np.arange(sampled_ns[0], sampled_ns[-1] + 1, PERIOD_NS), sampled_ns)

    def on(self, columns: Array, used: npt.NDArray[np.bool_]) -> Array:
        """Columns of samples, in proportion between two neighbours; NaN in gaps.

        Args:
            columns: [m, k].
            used: [m]: samples that count.
        """
        values = np.full((len(self.t_ns), columns.shape[1]), np.nan)
        if not used.any():
            return values
        times, columns = self.sampled_ns[used], columns[used]
        begins = np.flatnonzero(np.diff(times) > PERIOD_NS + PERIOD_NS // 2) + 1
        for part in np.split(np.arange(len(times)), begins):
            first, last = np.searchsorted(self.t_ns, (times[part[0]], times[part[-1]] + 1))
            for number, column in enumerate(columns[part].T):
                at_ns = self.t_ns[first:last]
                values[first:last, number] = np.interp(at_ns, times[part], column)
        return values


def _by_side(
    stretch: Stretch, grid: Grid, further: tuple[str, ...]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Angles and points of left and right, whichever of them was the near one when."""
    names = (*JOINTS, *further)
    facings = np.array([str(facing) for facing in stretch.facings])
    angles: dict[str, Array] = {}
    points: dict[str, Array] = {}
    rows = np.array([_row(sample, len(further)) for sample in stretch.samples])
    for facing in Side:
        used = facings == facing
        if not used.any():
            continue
        legs = np.split(grid.on(rows, used), 2, axis=1)
        joints = [leg[:, len(ANGLES) :].reshape(len(leg), len(names), 2) for leg in legs]
        at_hips = joints[0][:, names.index("hip")] + joints[1][:, names.index("hip")]
        origin_px = np.array([np.nanmean(at_hips[:, 0]) / 2, _floor_px(joints, names)])
        for side, leg, places in zip((facing, facing.other), legs, joints, strict=True):
            for number, name in enumerate(ANGLES):
                _fill(angles, f"{side}_{name}", leg[:, number])
            for number, name in enumerate(names):
                _fill(points, f"{side}_{name}", (places[:, number] - origin_px) * (1, -1))
    seen = {name: place for name, place in points.items() if np.isfinite(place).any()}
    return angles, seen


def _fill(columns: dict[str, Array], name: str, values: Array) -> None:
    """Put values where there are none yet: a leg is the near one first and the far one then."""
    there = columns.setdefault(name, values)
    columns[name] = np.where(np.isnan(there), values, there)


def _floor_px(joints: list[Array], names: tuple[str, ...]) -> float:
    heights = [each[:, names.index("ankle"), 1] for each in joints]
    return float(np.nanpercentile(np.concatenate(heights), FLOOR_PERCENTILE))


def _row(sample: BodySample, further: int) -> list[float]:
    """The near leg, then the far one: angles in degrees, x and y of each joint in px."""
    return [*_leg(sample.near, further), *_leg(sample.far, further, near=False)]


def _leg(leg: LegSample, further: int, *, near: bool = True) -> list[float]:
    flex_bam, joints = leg.knee_flex_bam, leg.joints
    flex_deg = np.nan if flex_bam is None else deg_from_bam(flex_bam)
    angles = [deg_from_bam(leg.thigh_ext_bam), deg_from_bam(leg.hip_ext_bam), flex_deg]
    if joints is None:
        return [*angles, *[np.nan] * (2 * (len(JOINTS) + further))]
    above = shoulder(leg, joints) if near else (np.nan, np.nan)
    return [*angles, *(place / ONE for place in (*above, *joints[:6], *joints.further))]
