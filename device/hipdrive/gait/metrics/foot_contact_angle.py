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
    limits="needs a model with heel and toe (BlazePose). Those points lie at different heights "
    "above the sole, so a foot that lies flat does not read 0: of rendered people Lite reads "
    "7 ± 3° and Full 21 ± 8° less than there is, with 1 to 2° from stride to stride of one runner; "
    "one degree for each degree of camera roll or incline",
    measure=measure,
)
