"""Strides as the gait engine would tell them of a motion, without key points in between.

What is true of a motion comes from the kinematics of the rendered runner; how far what is measured
of a stride lies from it is `STRIDE_SD`. 1000 strides take a second this way, and minutes with key
points; `tests/practice/test_key_points.py` holds the two against each other.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import FIELDS, stride_metrics
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.true_metrics import true_metrics
from hipdrive.rendered.truth import Truth
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from hipdrive.gait.metrics.metric import Unit
    from hipdrive.rendered.steered import Motion

START_NS = 5_000_000_000
BELT_MPS = 3.0
KNOWN_S = 0.1
"""After its peak a stride is known: the low-pass and the hysteresis of the peaks."""
LIKE_THE_LAST = 0.2
"""Correlation of neighbours; 0.1 to 0.3 on clips of people."""
STRIDE_SD: Mapping[str, float] = {
    "thigh_ext": 2.0,
    "hip_ext": 2.1,
    "stride_time": 0.014,
    "contact_time": 0.012,
    "shank_contact": 1.9,
    "overstride": 1.9,
    "trunk_lean": 0.5,
    "bounce": 0.7,
}
"""From stride to stride of one runner, in the unit of each: key points at 60 frames a second with
MoveNet's noise, 1 degree of the runner's own. People's thighs scattered by 1.3 to 3.0 degrees
(`docs/real-clips.md`)."""
FAR_SD_DEG = 3.0
"""Of the far thigh, which the other one hides."""
STYLE_DEG = 2
"""Step of thigh extension in which a style is looked up: the rest follows it slowly."""


class StrideMaker:
    """Makes the strides of a runner, one after the other.

    Args:
        chance: how they scatter.
    """

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        self._errors = dict.fromkeys(STRIDE_SD, 0.0)
        self.t_ns = START_NS

    def next(self, motion: Motion) -> tuple[Stride, Stride]:
        """The far leg's stride and the near leg's, half a stride after it."""
        told = self._told(motion)
        stride_ns = round(told["stride_time"] * 1e9)
        self.t_ns += stride_ns
        far_deg = motion.thigh_ext_deg + FAR_SD_DEG * self._chance.standard_normal()
        units = {metric.name: metric.unit for metric in (*FIELDS, *stride_metrics())}
        whole = {name: _whole(units[name], value) for name, value in told.items()}
        near = Stride(
            t_ns=self.t_ns,
            leg=Side.RIGHT,
            near=True,
            thigh_ext_bam=whole["thigh_ext"],
            hip_ext_bam=whole["hip_ext"],
            stride_time_ns=stride_ns,
            rejection=None,
            measures=tuple(whole.get(metric.name) for metric in stride_metrics()),
            belt_mm_per_s=round(1000 * BELT_MPS),
        )
        far = Stride(
            t_ns=self.t_ns - stride_ns // 2,
            leg=Side.LEFT,
            near=False,
            thigh_ext_bam=_whole(units["thigh_ext"], far_deg),
            hip_ext_bam=_whole(units["thigh_ext"], far_deg - motion.trunk_lean_deg),
            stride_time_ns=stride_ns,
            rejection=None,
            belt_mm_per_s=round(1000 * BELT_MPS),
        )
        return far, near

    def _told(self, motion: Motion) -> dict[str, float]:
        """What is measured: the truth and an error that is a little like that of the last one."""
        fresh = self._chance.standard_normal(len(STRIDE_SD))
        new = sqrt(1 - LIKE_THE_LAST**2)
        for name, one in zip(STRIDE_SD, fresh, strict=True):
            self._errors[name] = LIKE_THE_LAST * self._errors[name] + new * float(one)
        true = true_of(motion)
        return {name: true[name] + sd * self._errors[name] for name, sd in STRIDE_SD.items()}


def true_of(motion: Motion) -> Mapping[str, float]:
    """What is true of a motion, by the name of the metric, in its unit."""
    style = _style(
        STYLE_DEG * round(motion.thigh_ext_deg / STYLE_DEG),
        round(motion.cadence_spm),
        round(motion.overstride_m, 2),
    )
    return {
        **style,
        "thigh_ext": motion.thigh_ext_deg,
        "hip_ext": motion.thigh_ext_deg - motion.trunk_lean_deg,
        "stride_time": 120 / motion.cadence_spm,
        "trunk_lean": motion.trunk_lean_deg,
    }


@lru_cache(256)
def _style(thigh_ext_deg: int, cadence_spm: int, overstride_m: float) -> Mapping[str, float]:
    runner = {
        "thigh_ext_deg": thigh_ext_deg,
        "cadence_spm": cadence_spm,
        "overstride_m": overstride_m,
        "stride_sd_deg": 0.0,
    }
    belt = {"speed_mps": BELT_MPS}
    settings = {"seconds": 3, "runner": runner, "treadmill": belt}
    truth = Truth(RenderedSettings.model_validate(settings))
    return next(iter(true_metrics(truth, near=True).values()))


def _whole(unit: Unit, value: float) -> int:
    return round(value * unit.denominator / unit.numerator)
