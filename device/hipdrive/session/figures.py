"""The figures of a session's summary: of an angle, of a metric, of the whole session.

The order of the fields is that of the keys in `session.json`. A figure is None where it is not
known; `without_figures` leaves only definition, unit and confidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.band import Band


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """How far an angle may be off, degrees: what runners showed of whom all is known.

    Attributes:
        deg: of the mean, either way: root mean square over bodies, clothes and rooms. It stays
            much the same for one person, clothes and camera, so changes are surer than this.
        noise_deg: of one stride about that: the SD which measuring adds to a runner's own.
        source: on whom, how and where.
    """

    deg: float
    noise_deg: float
    source: str


@dataclass(frozen=True, slots=True)
class AngleFigures:
    """An angle over the accepted strides of the near leg, degrees.

    Attributes:
        definition: name and version of the definition.
        mean, sd, min, max: over the strides; `sd` is the sample standard deviation.
        expected_error: None where it is not known of the model.
    """

    definition: str
    mean: float | None = None
    sd: float | None = None
    min: float | None = None
    max: float | None = None
    expected_error: ExpectedError | None = None

    def without_figures(self) -> AngleFigures:
        """The definition alone."""
        return AngleFigures(self.definition)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure means.

    Attributes:
        definition: name and version of the definition (`docs/metrics.md`).
        unit: name of the unit.
        confidence: how far it can be trusted; see `gait.metrics.metric.Confidence`.
    """

    definition: str
    unit: str
    confidence: str

    def without_figures(self) -> Self:
        """The meaning alone."""
        return type(self)(self.definition, self.unit, self.confidence)

    @classmethod
    def of(cls, metric: Metric, *, events_of_foot: bool = False) -> Self:
        """The meaning of a metric, its figures not known yet.

        Args:
            metric: which.
            events_of_foot: foot strike comes from heel and toe, not from the knee.
        """
        definition = metric.definition_with(events_of_foot=events_of_foot)
        return cls(definition, metric.unit.name, metric.confidence)


@dataclass(frozen=True, slots=True)
class MetricFigures(Meaning):
    """A metric over the accepted strides of the near leg, in its unit.

    Attributes:
        n: how many strides have it.
        mean, sd: over those; `sd` is the sample standard deviation.
    """

    n: int | None = None
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class SessionFigure(Meaning):
    """One value of a session, in its unit, and how many strides it rests on."""

    n: int | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class TrendFigure(Meaning):
    """How a metric changed over a session, and the standard error of that."""

    n: int | None = None
    value: float | None = None
    se: float | None = None


@dataclass(frozen=True, slots=True)
class LegDifference(Meaning):
    """Near leg minus far leg, and how many strides of each it rests on."""

    n_near: int | None = None
    n_far: int | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class SessionMetrics:
    """What only a session has, by the name of its metric."""

    cadence: SessionFigure
    thigh_ext_sd: SessionFigure
    thigh_ext_drift: TrendFigure
    thigh_ext_difference: LegDifference
    thigh_ext_in_band: SessionFigure

    def without_figures(self) -> SessionMetrics:
        """The meanings alone."""
        return SessionMetrics(
            self.cadence.without_figures(),
            self.thigh_ext_sd.without_figures(),
            self.thigh_ext_drift.without_figures(),
            self.thigh_ext_difference.without_figures(),
            self.thigh_ext_in_band.without_figures(),
        )


@dataclass(frozen=True, slots=True)
class BandFigures:
    """Where thigh extension was wanted at last, degrees."""

    low_deg: float
    target_deg: float
    high_deg: float

    @classmethod
    def of(cls, band: Band) -> BandFigures:
        """The band in degrees."""
        low, target, high = (
            round(deg_from_bam(bam), 3) for bam in (band.low_bam, band.target_bam, band.high_bam)
        )
        return cls(low, target, high)


@dataclass(frozen=True, slots=True)
class CueLatency:
    """From the peak of a stride to the change of a pin for the cue that rests on it, ms.

    None for a recording that is not replayed at its own speed: its cues wait for nothing.

    Attributes:
        n: how many cues; those that tell something of a stride.
        p50, p95: the median and the 95th percentile.
        jitter: the 95th percentile minus the 5th.
    """

    n: int = 0
    p50: float | None = None
    p95: float | None = None
    jitter: float | None = None


@dataclass(frozen=True, slots=True)
class LoopPercentiles:
    """What a frame took from the source to the sinks, ms: the median and the 95th percentile."""

    p50: float | None = None
    p95: float | None = None
