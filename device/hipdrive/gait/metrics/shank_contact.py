"""How the shank stands when the foot lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import shank
from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Shank angle at foot strike in BAM."""
    return window.at_foot_strike(shank)


SHANK_CONTACT = Metric(
    name="shank_contact",
    unit=DEGREES,
    version=1,
    meaning="The shank against gravity at foot strike; positive when the ankle is ahead of the "
    "knee.",
    formula="atan2(ankle_x - knee_x, ankle_y - knee_y) at foot_strike, x forward and y down",
    key_points=("knee", "ankle"),
    confidence="estimated",
    limits="one degree for each degree of camera roll; the shank turns by up to a degree a "
    "ms then, so errors of foot strike show",
    measure=measure,
    typical="6.8° of recreational and 2.1° of collegiate runners (Evans 2023); 7 to 8° of one "
    "runner at 4.55 m/s (from the example data of FootNet, 2021)",
    rests_on_foot_strike=True,
)
