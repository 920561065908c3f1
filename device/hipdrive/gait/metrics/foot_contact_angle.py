"""How the foot lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """The foot's angle at foot strike in BAM."""
    return window.at_foot_strike(window.foot_pitch)


FOOT_CONTACT_ANGLE = Metric(
    name="foot_contact_angle",
    unit=DEGREES,
    version=1,
    meaning="The foot against the level at foot strike: positive when the toe is higher than the "
    "heel.",
    formula="atan2(heel_y - toe_y, toe_x - heel_x) at foot_strike, x forward and y down",
    key_points=("ankle", "heel", "toe"),
    confidence="estimated",
    limits="needs a model with heel and toe (BlazePose). Of rendered people Full reads 0.7 ± 1.3° "
    "too much by runner, and 1° from stride to stride of one; Lite 1.7 ± 0.8° and 2° "
    "(docs/accuracy_feet.md); one degree for each degree of camera roll or incline",
    measure=measure,
)
