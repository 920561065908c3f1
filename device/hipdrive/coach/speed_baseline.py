"""A runner's own mean belongs to the speed and the incline of the belt at which it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SPEED_SHARE = 20
"""Within one part in twenty (5 %) two speeds count as one."""
INCLINE_TENTHS = 5
"""Within half a percent point two inclines count as one."""


@dataclass(frozen=True, slots=True)
class SpeedBaseline:
    """Thigh extension over silent strides at one speed of the belt.

    Attributes:
        session: which of the runner's sessions it was measured in, from 1.
        belt_mm_per_s: speed of the belt; None: not known, and then it fits no other session.
        incline_tenths: rise over run, tenths of a percent.
        strides: of the near leg.
        mean_bam, sd_bam: over them, BAM.
    """

    session: int
    belt_mm_per_s: int | None
    incline_tenths: int
    strides: int
    mean_bam: int
    sd_bam: int

    def fits(self, belt_mm_per_s: int, incline_tenths: int) -> bool:
        """True when a stride at that speed and incline can be held against it."""
        return (
            self.belt_mm_per_s is not None
            and same_speed(self.belt_mm_per_s, belt_mm_per_s)
            and abs(self.incline_tenths - incline_tenths) <= INCLINE_TENTHS
        )


def same_speed(reference_mm_per_s: int, mm_per_s: int) -> bool:
    """True when a speed is within 5 % of a reference."""
    return SPEED_SHARE * abs(mm_per_s - reference_mm_per_s) <= reference_mm_per_s


def fitting(
    baselines: Iterable[SpeedBaseline], belt_mm_per_s: int, incline_tenths: int
) -> SpeedBaseline | None:
    """The baseline to use at a speed: of those that fit the nearest in speed, then the newest.

    By the number of the session, since a clock may be wrong.
    """
    found = [each for each in baselines if each.fits(belt_mm_per_s, incline_tenths)]
    return min(found, key=lambda each: _distance(each, belt_mm_per_s), default=None)


def first_fitting(
    baselines: Iterable[SpeedBaseline], belt_mm_per_s: int, incline_tenths: int
) -> SpeedBaseline | None:
    """The first baseline that the runner ever had at a speed."""
    found = [each for each in baselines if each.fits(belt_mm_per_s, incline_tenths)]
    return min(found, key=lambda each: each.session, default=None)


def _distance(baseline: SpeedBaseline, belt_mm_per_s: int) -> tuple[int, int]:
    return abs((baseline.belt_mm_per_s or 0) - belt_mm_per_s), -baseline.session
