"""How far the hip goes up and down, against the leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import HUNDRED, PERCENT, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Vertical oscillation in Q16.16 percent of the leg's length."""
    moved, length = window.vertical_oscillation(), window.leg_length()
    if moved is None or not length:
        return None
    return divide_round(moved * HUNDRED, length)


VERTICAL_OSCILLATION_REL = Metric(
    name="bounce",
    unit=PERCENT,
    version=1,
    meaning="How far the hip goes up and down in a step, in percent of the leg's length; needs no "
    "scale.",
    formula="mean over the stride's halves of (highest hip - lowest hip) / mean of thigh + shank "
    "in the stance",
    key_points=("hip", "knee", "ankle"),
    confidence="measured",
    limits="as of vertical oscillation",
    measure=measure,
)
