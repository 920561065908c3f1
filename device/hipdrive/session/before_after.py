"""Figures of the near leg before the first feedback and after it; what advice compares.

Before are the silent strides: those of a baseline, and of the retention probe, which is as silent
where the runner's own mean is known from an earlier session. A session may rest on several means:
another runner, or another speed of the belt. Each begins a stretch of its own, and the one with the
most strides is told of, those after the first feedback before others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.advice.detectable import WITHIN_A_RUN, StrideMean
from hipdrive.gait.metrics.catalogue import FIELDS, fields, measures, stride_metrics
from hipdrive.gait.metrics.thigh_ext import THIGH_EXT
from hipdrive.session.running_sums import RunningSums
from hipdrive.session.units import in_unit

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.coach_status import OwnMean
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
class ComparedStrides:
    """Strides that are held against one mean of the runner.

    Attributes:
        before, after: sums of the strides before the first feedback, and since.
        strides_before, strides_after: how many.
        own: the mean; None while it is measured.
        judged: there has been feedback.
    """

    before: Sums = field(default_factory=dict)
    after: Sums = field(default_factory=dict)
    strides_before: int = 0
    strides_after: int = 0
    own: OwnMean | None = None
    judged: bool = False


@dataclass(slots=True)
class BeforeAfter:
    """What advice compares, over the strides so far, in constant memory."""

    _now: ComparedStrides = field(default_factory=ComparedStrides)
    _longest: ComparedStrides = field(default_factory=ComparedStrides)

    def on_status(self, own: OwnMean | None, *, judged: bool) -> None:
        """What the coach held the strides against that are added next.

        Args:
            own: the runner's own mean; None while it is measured.
            judged: the runner was told something of them.
        """
        now = self._now
        if now.own is not own and now.own not in {None, own}:
            self._longest = self._told_of()
            now = self._now = ComparedStrides()
        now.own = own
        now.judged = now.judged or judged

    def add(self, stride: Stride) -> None:
        """Take an accepted stride of the near leg in."""
        now = self._now
        now.strides_after += now.judged
        now.strides_before += not now.judged
        sums = now.after if now.judged else now.before
        metrics = (*FIELDS, *stride_metrics())
        for metric, whole in zip(metrics, (*fields(stride), *measures(stride)), strict=True):
            if whole is not None and metric.name in WITHIN_A_RUN:
                sums.setdefault(metric, SerialSums()).add(whole)

    def figures(self) -> tuple[dict[str, StrideMean], dict[str, StrideMean]]:
        """Before and after, of the longest stretch, by the name of the metric."""
        stretch = self._told_of()
        return _figures(stretch.before), _figures(stretch.after)

    def earlier(self) -> dict[str, StrideMean]:
        """What that stretch is held against, if it was measured in an earlier session."""
        own = self._told_of().own
        if own is None or not own.earlier:
            return {}
        unit = THIGH_EXT.unit
        mean = StrideMean(own.strides, in_unit(unit, own.mean_bam), in_unit(unit, own.sd_bam))
        return {THIGH_EXT.name: mean}

    def _told_of(self) -> ComparedStrides:
        return max(self._now, self._longest, key=lambda it: (it.strides_after, it.strides_before))


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
