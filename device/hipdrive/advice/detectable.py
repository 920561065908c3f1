"""Which change of a mean can be told from chance.

A difference of two means is judged against its own standard error (Weir 2005: the least detectable
change is 1.96 * sqrt(2) * standard error; with standard errors of its own on either side it is
z * sqrt(se_before^2 + se_after^2)). Three things make that honest here:

- strides are not independent of the ones before them, so n of them count as
  n * (1 - r) / (1 + r), r the correlation of neighbours (Bayley and Hammersley 1946), and the SD of
  so few is itself uncertain: Student's t takes the place of z, with Welch's degrees of freedom;
- several metrics are looked at after every run, so the quantile is that of 5 % shared by all of
  them (Bonferroni) and not 1.96 for each, also where one of them is missing;
- from one day to another the camera, the clothes and the day itself differ: `BETWEEN_DAYS`.

Whatever speaks of two days goes by `detectable_between_days`: history, comparison, the trend on the
page, a report's table and advice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ERROR_SHARE = 0.05
"""How often something may be said of a run in which nothing changed."""
LEAST_STRIDES = 20
"""On either side; fewer are no run."""
MOST_CORRELATION = 0.9


@dataclass(frozen=True, slots=True)
class StrideMean:
    """A metric over some strides of the near leg, in its unit.

    Attributes:
        n: how many strides have it.
        mean, sd: over those; `sd` is the sample standard deviation.
        correlation: of neighbouring strides, from -1 to 1; 0 where it is not known.
    """

    n: int
    mean: float
    sd: float
    correlation: float = 0.0

    @property
    def independent(self) -> float:
        """As how many independent strides they count.

        The correlation of n values around their own mean comes out too low, by (1 + 3 r) / n.
        """
        r = (self.n * self.correlation + 1) / (self.n - 3) if self.correlation else 0.0
        r = min(max(r, 0.0), MOST_CORRELATION)
        return self.n * (1 - r) / (1 + r)

    @property
    def variance(self) -> float:
        """Square of the standard error of the mean."""
        return self.sd**2 / self.independent


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is more than chance, in the metric's unit.

    Attributes:
        before, now: the two means.
        detectable: what the difference had to exceed.
    """

    before: float
    now: float
    detectable: float

    @property
    def difference(self) -> float:
        """Now minus before."""
        return self.now - self.before

    @property
    def percent(self) -> float:
        """The difference in percent of before."""
        return 100 * self.difference / self.before


@dataclass(frozen=True, slots=True)
class DayScatter:
    """How much the mean of a day differs from that of another when nothing has changed.

    Attributes:
        sd: standard deviation of the difference of two days, in the metric's unit.
        share: the same as a share of the mean; the two add up.
    """

    sd: float = 0.0
    share: float = 0.0

    def of(self, mean: float) -> float:
        """In the metric's unit."""
        return self.sd + self.share * abs(mean)


@dataclass(frozen=True, slots=True)
class Detectable:
    """What the means of two days have to differ by, to be more than chance.

    Attributes:
        least: in the metric's unit.
        days_known: False where nothing is published of how much the metric differs from day to day;
            `least` is of the strides alone then, a lower bound, and nothing exceeds it surely.
    """

    least: float
    days_known: bool


WITHIN_A_RUN: Mapping[str, DayScatter] = {
    name: DayScatter()
    for name in (
        "thigh_ext",
        "stride_time",
        "overstride",
        "shank_contact",
        "trunk_lean",
        "bounce",
        "contact_time",
        "foot_contact_angle",
    )
}
"""What is compared within a run: nobody touched the camera."""
BETWEEN_DAYS: Mapping[str, DayScatter] = {
    "thigh_ext": DayScatter(sd=2.0),
    "trunk_lean": DayScatter(sd=2.0),
    "stride_time": DayScatter(share=0.025 * math.sqrt(2)),
}
"""What is compared with another day: what something is published of. 2 degrees (root mean square)
lay between the mean hip angles that two laboratories measured of runners (Fukuchi 2017); trained
runners' step lengths at one speed had a coefficient of variation of 2.5 % from day to day (Craib
1994). As far as these are another's runners the amounts are rough."""


def changes(
    before: Mapping[str, StrideMean],
    after: Mapping[str, StrideMean],
    scatter: Mapping[str, DayScatter],
) -> dict[str, Change]:
    """The metrics that changed by more than can be chance.

    Args:
        before: by the name of the metric; what either side lacks is not compared.
        after: the same.
        scatter: what is compared, and what lies between the two beside the strides' own scatter.
    """
    compared = [
        name
        for name in scatter
        if name in before and name in after and min(before[name].n, after[name].n) >= LEAST_STRIDES
    ]
    found = {}
    for name in compared:
        one, other = before[name], after[name]
        detectable = _detectable(one, other, scatter[name], ERROR_SHARE / len(scatter))
        change = Change(one.mean, other.mean, detectable)
        if abs(change.difference) > change.detectable:
            found[name] = change
    return found


def detectable_between_days(name: str, one: StrideMean, other: StrideMean) -> Detectable | None:
    """What the means of a metric on two days have to differ by.

    Of 700 strides with an SD of 2 degrees on either day:

    >>> many = StrideMean(700, 20.0, 2.0)
    >>> found = detectable_between_days("thigh_ext", many, many)
    >>> found and round(found.least, 1)
    4.8

    Args:
        name: of the metric.
        one: one day.
        other: another.

    Returns:
        None where either day has too few strides.
    """
    if min(one.n, other.n) < LEAST_STRIDES:
        return None
    days = BETWEEN_DAYS.get(name)
    least = _detectable(one, other, days or DayScatter(), ERROR_SHARE / len(BETWEEN_DAYS))
    return Detectable(least, days_known=days is not None)


def _detectable(one: StrideMean, other: StrideMean, scatter: DayScatter, share: float) -> float:
    """What a difference has to exceed, to be found by chance in this share of runs."""
    variance = one.variance + other.variance + scatter.of(one.mean) ** 2
    # That of days is published and has no degrees of freedom to count.
    spent = sum(each.variance**2 / max(each.independent - 1, 1) for each in (one, other))
    freedom = variance**2 / spent if spent else math.inf
    return student_t(1 - share / 2, freedom) * math.sqrt(variance)


def student_t(probability: float, freedom: float) -> float:
    """Quantile of Student's t, from 3 degrees of freedom on to 1 %.

    The expansion in Abramowitz and Stegun 1964, 26.7.5, to its third term.
    """
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return z + first + second + third
