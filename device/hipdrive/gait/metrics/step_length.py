"""How far the belt goes in a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics import stride_length
from hipdrive.gait.metrics.metric import METRES, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Step length in Q16.16 m."""
    length = stride_length.measure(window)
    return None if length is None else divide_round(length, 2)


STEP_LENGTH = Metric(
    name="step_length",
    unit=METRES,
    version=1,
    meaning="How far the belt goes in a step, mean of the stride's two.",
    formula="stride_length / 2",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="as of stride length; the two steps of a stride are not told apart",
    measure=measure,
    typical="0.98, 1.12 and 1.25 m at 2.68, 3.13 and 3.58 m/s (Craib 1994)",
)
