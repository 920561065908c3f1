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
    formula="90° minus the angle from the shank to the line from heel to the tip of the toes, at "
    "toe_off; the shoe bends, so that line is some 17° less steep than the sole behind the ball",
    key_points=("knee", "ankle", "heel", "toe"),
    confidence="estimated",
    limits="needs a model with heel and toe (BlazePose). Of rendered people Full reads 1° too much "
    "on average, from 6° too little to 8° too much by runner, and 2° from stride to stride of one; "
    "Lite 5° too much, 3° from stride to stride (docs/accuracy_feet.md). It turns by 1.3° in a "
    "millisecond, so an error of toe-off is in it: compare a runner with themselves",
    measure=measure,
)
