"""How bent the knee leaves the belt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import knee_flex
from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Knee flexion at toe-off in BAM."""
    return window.at_toe_off(knee_flex)


KNEE_FLEX_TOE_OFF = Metric(
    name="knee_flex_toe_off",
    unit=DEGREES,
    version=1,
    meaning="Flexion of the knee at toe-off; 0 when straight.",
    formula="shank against thigh at toe_off",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="as of knee flexion at contact",
    measure=measure,
    typical="12 to 16° of one runner at 4.55 m/s (from the example data of FootNet, 2021)",
)
