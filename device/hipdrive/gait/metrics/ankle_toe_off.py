"""How far the ankle is stretched when the foot leaves the belt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Plantar flexion at toe-off in BAM."""
    return window.at_toe_off(window.ankle_flex)


ANKLE_TOE_OFF = Metric(
    name="ankle_toe_off",
    unit=DEGREES,
    version=1,
    meaning="Plantar flexion of the ankle at toe-off: 0 with the foot square to the shank, "
    "positive when the toes point away. With `thigh_ext` and `knee_flex_toe_off` it tells how hip, "
    "knee and ankle extend together.",
    formula="90° minus the angle from the shank to the line from heel to toe, at toe_off",
    key_points=("knee", "ankle", "heel", "toe"),
    confidence="estimated",
    limits="needs a model with heel and toe (BlazePose). That sees the heel rise too little: of "
    "rendered people Lite reads 17 ± 5° and Full 36 ± 3° less than there is, with 1 to 2° from "
    "stride to stride of one runner, so compare a runner with themselves only",
    measure=measure,
)
