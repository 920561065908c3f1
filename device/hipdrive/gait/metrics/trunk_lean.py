"""How far the trunk leans forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Mean lean in BAM."""
    return window.mean_lean()


TRUNK_LEAN = Metric(
    name="trunk_lean",
    unit=DEGREES,
    version=1,
    meaning="The line from hip to shoulder against gravity, mean over the stride; forward is "
    "positive.",
    formula="mean of atan2(shoulder_x - hip_x, hip_y - shoulder_y), x forward and y down",
    key_points=("shoulder", "hip"),
    confidence="measured",
    limits="one degree for each degree of camera roll; says nothing of the pelvis or of the curve "
    "of the back; the arm moves the shoulder",
    measure=measure,
)
