"""How far the belt goes in a stride."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import METRES, Metric
from hipdrive.types.fixed_point import Q16, divide_round
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


MM_PER_M = 1000


def measure(window: StrideWindow) -> int | None:
    """Stride length in Q16.16 m."""
    speed_mm_per_s = window.belt_mm_per_s
    if not speed_mm_per_s:
        return None
    return divide_round(speed_mm_per_s * window.stride_time_ns << Q16, MM_PER_M * NS_PER_S)


STRIDE_LENGTH = Metric(
    name="stride_length",
    unit=METRES,
    version=1,
    meaning="How far the belt goes in a stride.",
    formula="belt speed * stride_time",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="as right as the belt's speed: belts ran at 98 to 103 % of what they showed (Willwacher "
    "2021); none where the speed is not known",
    measure=measure,
)
