"""What a session has of each metric: running sums over its strides, in constant memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import FIELDS, fields, measures, stride_metrics
from hipdrive.gait.metrics.metric import DEGREES
from hipdrive.gait.metrics.thigh_ext_difference import THIGH_EXT_DIFFERENCE
from hipdrive.gait.metrics.thigh_ext_drift import THIGH_EXT_DRIFT
from hipdrive.gait.metrics.thigh_ext_in_band import THIGH_EXT_IN_BAND
from hipdrive.gait.metrics.thigh_ext_sd import THIGH_EXT_SD
from hipdrive.session.figures import LegDifference, MetricFigures, SessionFigure, TrendFigure
from hipdrive.session.running_sums import RunningSums, Trend
from hipdrive.session.units import in_unit, rounded
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.band import Band
    from hipdrive.types.stride import Stride

LEAST_DRIFT_STRIDES = 30
"""Below, a slope is the noise of a few strides."""
TEN_MIN_MS = 600_000


@dataclass(slots=True)
class MetricSums:
    """Sums over the accepted strides of a session.

    Attributes:
        metrics: what is summed: the fields of a stride and its metrics.
        near, far: of each leg, parallel to `metrics`.
        drift: thigh extension of the near leg against time.
        by_leg: thigh extension of the left and of the right leg while it was the near one.
        events_of_foot: foot strike comes from heel and toe, not from the knee.
        judged: strides of the near leg that the coach judged by a band.
        in_band: how many of those lay in it.
    """

    metrics: tuple[Metric, ...] = field(default_factory=lambda: (*FIELDS, *stride_metrics()))
    near: list[RunningSums] = field(init=False)
    far: list[RunningSums] = field(init=False)
    drift: Trend = field(default_factory=Trend)
    by_leg: dict[Side, RunningSums] = field(
        default_factory=lambda: {side: RunningSums() for side in Side}
    )
    events_of_foot: bool = False
    judged: int = 0
    in_band: int = 0

    def __post_init__(self) -> None:
        self.near, self.far = ([RunningSums() for _ in self.metrics] for _ in range(2))

    def add(self, stride: Stride, band: Band | None) -> None:
        """Take an accepted stride in.

        Args:
            stride: of either leg.
            band: in which the coach wanted it; None where it was not judged.
        """
        self.events_of_foot = stride.events_of_foot
        sums = self.near if stride.near else self.far
        for each, whole in zip(sums, (*fields(stride), *measures(stride)), strict=True):
            if whole is not None:
                each.add(whole)
        if not stride.near:
            return
        self.drift.add(stride.t_ns, stride.thigh_ext_bam)
        self.by_leg[stride.leg].add(stride.thigh_ext_bam)
        if band is not None:
            self.judged += 1
            self.in_band += band.low_bam <= stride.thigh_ext_bam <= band.high_bam

    @property
    def both_were_near(self) -> bool:
        """True if the runner turned round, or another one faced the other way."""
        return all(sums.count for sums in self.by_leg.values())

    def by_metric(self) -> dict[str, MetricFigures]:
        """Count, mean and SD of each metric of a stride over the near leg, by its name."""
        return {
            metric.name: replace(
                MetricFigures.of(metric, events_of_foot=self.events_of_foot),
                n=sums.count,
                mean=rounded(metric.unit, sums.mean),
                sd=rounded(metric.unit, sums.sd),
            )
            for metric, sums in zip(self.metrics, self.near, strict=True)
        }

    def thigh_ext_sd(self) -> SessionFigure:
        """SD of thigh extension from stride to stride, degrees."""
        near = self.near[0]
        return replace(
            SessionFigure.of(THIGH_EXT_SD), n=near.count, value=rounded(DEGREES, near.sd)
        )

    def thigh_ext_drift(self) -> TrendFigure:
        """How thigh extension changed, degrees in ten minutes; not known across two legs."""
        slope = None if self.both_were_near else self.drift.slope(LEAST_DRIFT_STRIDES)
        change, error = (None, None) if slope is None else (slope.value, slope.standard_error)
        return replace(
            TrendFigure.of(THIGH_EXT_DRIFT),
            n=self.near[0].count,
            value=_deg_per_10_min(change),
            se=_deg_per_10_min(error),
        )

    def thigh_ext_difference(self) -> LegDifference:
        """Mean thigh extension of the near leg minus that of the far one, degrees.

        Not known if each was the near one for a while.
        """
        near, far = self.near[0], self.far[0]
        apart = None
        if near.mean is not None and far.mean is not None and not self.both_were_near:
            apart = near.mean - far.mean
        return replace(
            LegDifference.of(THIGH_EXT_DIFFERENCE),
            n_near=near.count,
            n_far=far.count,
            value=rounded(DEGREES, apart),
        )

    def thigh_ext_in_band(self) -> SessionFigure:
        """Share of the judged strides that lay in the coach's band, percent."""
        share = round(100 * self.in_band / self.judged, 2) if self.judged else None
        return replace(SessionFigure.of(THIGH_EXT_IN_BAND), n=self.judged, value=share)


def _deg_per_10_min(bam_per_ms: float | None) -> float | None:
    if bam_per_ms is None:
        return None
    return round(in_unit(DEGREES, bam_per_ms * TEN_MIN_MS), THIGH_EXT_DRIFT.unit.decimals)
