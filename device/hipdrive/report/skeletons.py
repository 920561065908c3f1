"""The mean runner as a skeleton: a strip of key moments, and one to be moved through the stride."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.report.mean_stride import JOINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.report.mean_stride import MeanStride, Values

SCALE = 100
"""Units of the drawing for a leg's length."""
NECK, HEAD_RADIUS = 0.16, 0.13
"""In lengths of the trunk beyond the shoulder and of its own: the head is drawn, not measured."""


MOMENTS = ("foot_strike", "mid_stance", "toe_off", "peak")
"""Of the strip, by the names of their sentences."""


@dataclass(frozen=True, slots=True)
class Skeleton2d:
    """A skeleton as the points of three polylines and a circle, x right and y down.

    Attributes:
        moment: what it shows, by the name of its sentence; empty for any moment.
        percent: when, in percent of the stride.
        trunk, near, far: points as SVG takes them.
        head: centre x, y and radius.
    """

    moment: str
    percent: int
    trunk: str
    near: str
    far: str
    head: tuple[float, float, float]


def key_frames(mean: MeanStride) -> list[Skeleton2d]:
    """Foot strike, mid-stance, toe-off and the peak of thigh extension of the near leg."""
    if mean.joints is None or mean.near is None:
        return []
    peak = int(mean.near.thigh_ext.mean.argmax())
    off = mean.near.toe_off_percent
    percents = (0, None if off is None else off / 2, off, peak)
    return [
        _skeleton(moment, round(percent), mean.joints[round(percent)])
        for moment, percent in zip(MOMENTS, percents, strict=True)
        if percent is not None
    ]


def frames_of_stride(mean: MeanStride) -> list[Skeleton2d]:
    """The skeleton at each second percent of the stride."""
    if mean.joints is None:
        return []
    return [
        _skeleton("", percent, mean.joints[percent]) for percent in range(0, len(mean.joints), 2)
    ]


def _skeleton(moment: str, percent: int, joints: Values) -> Skeleton2d:
    places = dict(zip(JOINTS, joints * (SCALE, -SCALE), strict=True))
    shoulder = places["shoulder"]
    middle = (places["near_hip"] + places["far_hip"]) / 2
    up = shoulder - middle
    head = shoulder + up * (NECK + HEAD_RADIUS)
    radius = float((up @ up) ** 0.5 * HEAD_RADIUS)
    return Skeleton2d(
        moment,
        percent,
        _points([middle, shoulder, shoulder + up * NECK]),
        _points([places[f"near_{joint}"] for joint in ("hip", "knee", "ankle")]),
        _points([places[f"far_{joint}"] for joint in ("hip", "knee", "ankle")]),
        (round(float(head[0]), 1), round(float(head[1]), 1), round(radius, 1)),
    )


def _points(points: Sequence[Values]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
