"""Which change of a metric is no chance, although the guards look again with every stride.

Two means are compared as Student does, with one variance for both. Three things make that honest:

- **Looks.** 1.96 standard errors are for a question that is asked once. Here eight guards ask it
  with every stride, some of them in both directions. So the 5 % of runners who may be stopped
  without having changed anything are shared out (Bonferroni): over `DIRECTIONS`, and over as many
  windows of `RECENT_STRIDES` without a common stride as a session of twenty minutes has, at 0.7 s a
  stride. Windows in between resemble those.
- **Few strides.** The variance is itself estimated, so the quantile is Student's and not that of
  the normal distribution.
- **Strides resemble the one before**: n of them count as n (1 - r) / (1 + r) (Bayley and
  Hammersley 1946), r the correlation of neighbours; 0.1 to 0.3 on clips of people.

One wild stride among the latest is never a change: it widens their scatter by more than it moves
their mean, and so do two, three and four of nine.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.coach.guards.history import sample_variance

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import MetricHistory

ERROR_SHARE = Fraction(1, 20)
DIRECTIONS = 10
"""Of the eight guards over metrics: two of them look at both."""
WINDOWS = 187
NEIGHBOURS = Fraction(1, 5)
RESEMBLANCE = (1 + NEIGHBOURS) / (1 - NEIGHBOURS)
"""By so much more than that of independent strides a mean's variance is."""
QUANTILES = (
    (15, 5571),
    (17, 5347),
    (20, 5110),
    (25, 4861),
    (30, 4706),
    (37, 4566),
    (50, 4419),
    (65, 4326),
    (100, 4222),
    (200, 4130),
)
"""Degrees of freedom, and the quantile of Student's t that `ERROR_SHARE` / `DIRECTIONS` / `WINDOWS`
lie above, in thousandths; in between that of the fewer holds."""
THOUSANDTHS = 1000


def detectable_change(kept: MetricHistory, recent: list[int]) -> int:
    """The least change of the mean that is no chance, in whole units, rounded down.

    Args:
        kept: the metric in the baseline.
        recent: its latest values. Of both together 17 at least.
    """
    count, freedom = len(recent), kept.count + len(recent) - 2
    variance = sample_variance(count, sum(recent), sum(value * value for value in recent))
    pooled = ((kept.count - 1) * kept.variance + (count - 1) * variance) // freedom
    error2 = pooled * (Fraction(1, kept.count) + Fraction(1, count)) * RESEMBLANCE
    return isqrt(int(error2 * quantile(freedom) ** 2)) // THOUSANDTHS


def quantile(freedom: int) -> int:
    """Of Student's t with so many degrees of freedom, 15 at least, in thousandths."""
    return QUANTILES[bisect_right(QUANTILES, (freedom, THOUSANDTHS**2)) - 1][1]
