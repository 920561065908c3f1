"""What a session says of each metric: running sums over its strides, in constant memory.

The sums are integers and exact, however long the session; only what is told of them is a float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hipdrive.gait.metrics.catalogue import FIELDS, fields, measures, stride_metrics
from hipdrive.gait.metrics.metric import DEGREES
from hipdrive.gait.metrics.thigh_ext_difference import THIGH_EXT_DIFFERENCE
from hipdrive.gait.metrics.thigh_ext_drift import THIGH_EXT_DRIFT
from hipdrive.gait.metrics.thigh_ext_in_band import THIGH_EXT_IN_BAND
from hipdrive.gait.metrics.thigh_ext_sd import THIGH_EXT_SD
from hipdrive.session.units import in_unit, rounded

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.band import Band
    from hipdrive.types.stride import Stride

LEAST_DRIFT_STRIDES = 30
"""Below, a slope is the noise of a few strides."""
MS = 1_000_000
TEN_MIN_MS = 600_000


@dataclass(slots=True)
class Sums:
    """Running sums of one metric in its whole units."""

    count: int = 0
    total: int = 0
    squares: int = 0

    def add(self, whole: int) -> None:
        """Take one value in."""
        self.count += 1
        self.total += whole
        self.squares += whole * whole

    @property
    def mean(self) -> float | None:
        """None without a value."""
        return self.total / self.count if self.count else None

    @property
    def sd(self) -> float | None:
        """Sample standard deviation; None below two values."""
        n = self.count
        if n < 2:  # noqa: PLR2004  # one value has none
            return None
        return math.sqrt((n * self.squares - self.total**2) / (n * (n - 1)))


@dataclass(frozen=True, slots=True)
class Slope:
    """A least-squares slope and its standard error, in whole units a ms."""

    value: float
    standard_error: float


@dataclass(slots=True)
class Trend:
    """Running sums of a value against time, from the first one's time on to keep them small."""

    values: Sums = field(default_factory=Sums)
    times: Sums = field(default_factory=Sums)
    products: int = 0
    _first_ns: int = 0

    def add(self, t_ns: int, whole: int) -> None:
        """Take one value in."""
        if not self.values.count:
            self._first_ns = t_ns
        t_ms = (t_ns - self._first_ns) // MS
        self.values.add(whole)
        self.times.add(t_ms)
        self.products += t_ms * whole

    def slope(self, least: int) -> Slope | None:
        """The slope; None below `least` values, three at least, or if all have the same time."""
        n, times, values = self.values.count, self.times, self.values
        across = n * times.squares - times.total**2
        if n < max(least, 3) or not across:
            return None
        up = n * self.products - times.total * values.total
        around = n * values.squares - values.total**2
        # Exact until here: residuals are what is left of two large numbers.
        residual = around * across - up * up
        return Slope(up / across, math.sqrt(residual / (n - 2)) / across)


@dataclass(slots=True)
class Figures:
    """Sums over the accepted strides of a session."""

    declared: tuple[Metric, ...] = field(default_factory=lambda: (*FIELDS, *stride_metrics()))
    near: list[Sums] = field(init=False)
    far: list[Sums] = field(init=False)
    drift: Trend = field(default_factory=Trend)
    judged: int = 0
    in_band: int = 0

    def __post_init__(self) -> None:
        self.near, self.far = ([Sums() for _ in self.declared] for _ in range(2))

    def add(self, stride: Stride, band: Band | None) -> None:
        """Take an accepted stride in.

        Args:
            stride: of either leg.
            band: in which the coach wanted it; None where it was not judged.
        """
        sums = self.near if stride.near else self.far
        for each, whole in zip(sums, (*fields(stride), *measures(stride)), strict=True):
            if whole is not None:
                each.add(whole)
        if not stride.near:
            return
        self.drift.add(stride.t_ns, stride.thigh_ext_bam)
        if band is not None:
            self.judged += 1
            self.in_band += band.low_bam <= stride.thigh_ext_bam <= band.high_bam

    def metrics(self) -> dict[str, Any]:
        """Each metric of a stride over the near leg: n, mean, SD."""
        return {
            metric.name: {
                **head(metric),
                "n": sums.count,
                "mean": rounded(metric.unit, sums.mean),
                "sd": rounded(metric.unit, sums.sd),
            }
            for metric, sums in zip(self.declared, self.near, strict=True)
        }

    def of_session(self) -> dict[str, Any]:
        """What only a session has, each with the count of strides behind it."""
        near, far = self.near[0], self.far[0]
        slope = self.drift.slope(LEAST_DRIFT_STRIDES)
        drift, error = (None, None) if slope is None else (slope.value, slope.standard_error)
        apart = None if near.mean is None or far.mean is None else near.mean - far.mean
        share = 100 * self.in_band / self.judged if self.judged else None
        decimals = THIGH_EXT_DRIFT.unit.decimals
        return {
            THIGH_EXT_SD.name: {
                **head(THIGH_EXT_SD),
                "n": near.count,
                "value": rounded(DEGREES, near.sd),
            },
            THIGH_EXT_DRIFT.name: {
                **head(THIGH_EXT_DRIFT),
                "n": near.count,
                "value": _per_10_min(drift, decimals),
                "se": _per_10_min(error, decimals),
            },
            THIGH_EXT_DIFFERENCE.name: {
                **head(THIGH_EXT_DIFFERENCE),
                "n_near": near.count,
                "n_far": far.count,
                "value": rounded(DEGREES, apart),
            },
            THIGH_EXT_IN_BAND.name: {
                **head(THIGH_EXT_IN_BAND),
                "n": self.judged,
                "value": None if share is None else round(share, 2),
            },
        }


def head(metric: Metric) -> dict[str, Any]:
    """What goes with every figure of a metric."""
    return {
        "definition": metric.definition,
        "unit": metric.unit.name,
        "confidence": metric.confidence,
    }


def _per_10_min(bam_per_ms: float | None, decimals: int) -> float | None:
    return (
        None if bam_per_ms is None else round(in_unit(DEGREES, bam_per_ms * TEN_MIN_MS), decimals)
    )
