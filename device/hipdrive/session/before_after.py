"""Figures of the near leg before the first cue and after it; what advice compares.

A session may have several baselines: another runner, or another speed of the belt. Each begins a
stretch of its own, and the one with the most strides after its baseline is told of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.advice.detectable import WITHIN_A_RUN, StrideMean
from hipdrive.gait.metrics.catalogue import FIELDS, fields, measures, stride_metrics
from hipdrive.session.running_sums import RunningSums
from hipdrive.session.units import in_unit

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.stride import Stride


@dataclass(slots=True)
class SerialSums:
    """Running sums of a metric, and how much each stride is like the one before.

    Attributes:
        sums: of the values.
        products: sum of each value times the one before.
        first, last: values.
    """

    sums: RunningSums = field(default_factory=RunningSums)
    products: int = 0
    first: int = 0
    last: int = 0

    def add(self, whole: int) -> None:
        """Take one value in."""
        if self.sums.count:
            self.products += whole * self.last
        else:
            self.first = whole
        self.last = whole
        self.sums.add(whole)

    @property
    def correlation(self) -> float:
        """Of neighbours: the autocorrelation at lag 1; 0 where all values are the same."""
        n, total = self.sums.count, self.sums.total
        around = n * (n * self.sums.squares - total**2)
        # Both sums of squares times n^2, exact until they are divided.
        shared = n * n * self.products - n * total * (2 * total - self.first - self.last)
        return (shared + (n - 1) * total**2) / around if around else 0.0


Sums: TypeAlias = "dict[Metric, SerialSums]"


@dataclass(slots=True)
class Stretch:
    """From the beginning of a baseline to that of the next.

    Attributes:
        before, after: sums of the strides before the first cue, and since.
        strides_after: how many there were since.
    """

    before: Sums = field(default_factory=dict)
    after: Sums = field(default_factory=dict)
    strides_after: int = 0


@dataclass(slots=True)
class BeforeAfter:
    """What advice compares, over the strides so far, in constant memory."""

    _now: Stretch = field(default_factory=Stretch)
    _longest: Stretch = field(default_factory=Stretch)

    def begin_again(self) -> None:
        """A new baseline begins."""
        self._longest = self._told_of()
        self._now = Stretch()

    def add(self, stride: Stride, *, before: bool) -> None:
        """Take an accepted stride of the near leg in.

        Args:
            stride: the stride.
            before: there has been nothing to be cued by since the baseline began.
        """
        self._now.strides_after += not before
        sums = self._now.before if before else self._now.after
        metrics = (*FIELDS, *stride_metrics())
        for metric, whole in zip(metrics, (*fields(stride), *measures(stride)), strict=True):
            if whole is not None and metric.name in WITHIN_A_RUN:
                sums.setdefault(metric, SerialSums()).add(whole)

    def figures(self) -> tuple[dict[str, StrideMean], dict[str, StrideMean]]:
        """Before and after, of the longest stretch, by the name of the metric."""
        stretch = self._told_of()
        return _figures(stretch.before), _figures(stretch.after)

    def _told_of(self) -> Stretch:
        return max(self._now, self._longest, key=lambda stretch: stretch.strides_after)


def _figures(sums: Sums) -> dict[str, StrideMean]:
    return {
        metric.name: StrideMean(
            each.sums.count,
            in_unit(metric.unit, mean),
            in_unit(metric.unit, sd),
            each.correlation,
        )
        for metric, each in sums.items()
        if (mean := each.sums.mean) is not None and (sd := each.sums.sd) is not None
    }
