"""Vertical oscillation against the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics import step_length, vertical_oscillation
from hipdrive.gait.metrics.metric import HUNDRED, PERCENT, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Vertical ratio in Q16.16 percent."""
    moved, step = vertical_oscillation.measure(window), step_length.measure(window)
    if moved is None or not step:
        return None
    return divide_round(moved * HUNDRED, step)


VERTICAL_RATIO = Metric(
    name="vertical_ratio",
    unit=PERCENT,
    version=1,
    meaning="Up and down for each metre ahead.",
    formula="vertical_oscillation / step_length",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="as of vertical oscillation and of stride length",
    measure=measure,
)
