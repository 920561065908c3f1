"""How far the hip goes up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import METRES, Metric
from hipdrive.types.fixed_point import Q16, divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Vertical oscillation in Q16.16 m."""
    px_per_m = window.calibration.px_per_m
    if not px_per_m:
        return None
    moved = window.vertical_oscillation()
    return None if moved is None else divide_round(moved << Q16, px_per_m)


VERTICAL_OSCILLATION = Metric(
    name="vertical_oscillation",
    unit=METRES,
    version=1,
    meaning="How far the hip goes up and down in a step.",
    formula="mean over the stride's halves of (highest hip - lowest hip) / pixels for a metre",
    key_points=("hip",),
    confidence="measured",
    limits="of the hip on the leg's own side, so drop and rise of the pelvis are in it; the "
    "low-pass takes 3 to 5 % off; noise of the key points adds; none without a scale",
    measure=measure,
)
