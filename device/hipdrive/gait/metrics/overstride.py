"""How far ahead of the hip the foot lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import ankle_ahead
from hipdrive.gait.metrics.metric import HUNDRED, PERCENT, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Overstride in Q16.16 percent of the leg's length."""
    ahead, length = window.at_foot_strike(ankle_ahead), window.leg_length()
    if ahead is None or not length:
        return None
    return divide_round(ahead * HUNDRED, length)


OVERSTRIDE = Metric(
    name="overstride",
    unit=PERCENT,
    version=1,
    meaning="How far the ankle is ahead of the hip at foot strike, in percent of the leg's length; "
    "needs no scale.",
    formula="(ankle_x - hip_x) at foot_strike / mean of thigh + shank in the stance, x forward",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="errors of foot strike show: the ankle comes back by 4 % in 10 ms at 3 m/s; "
    "1.7 % for each degree of camera roll",
    measure=measure,
    rests_on_foot_strike=True,
)
