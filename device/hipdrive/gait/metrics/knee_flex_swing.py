"""How far the heel comes up behind: heel recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import knee_flex
from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Greatest knee flexion of the stride in BAM."""
    turn = window.leg.highest(window.last_peak_ns, window.peak.t_ns, knee_flex)
    return None if turn is None else turn.value


KNEE_FLEX_SWING = Metric(
    name="knee_flex_swing",
    unit=DEGREES,
    version=1,
    meaning="Greatest flexion of the knee in the air (heel recovery); 0 when straight.",
    formula="highest of shank against thigh in the stride",
    key_points=("hip", "knee", "ankle"),
    confidence="measured",
    limits="less than it is by what the low-pass takes off; the fast ankle blurs in dim light",
    measure=measure,
    typical="123 to 132° of one runner at 4.55 m/s (from the example data of FootNet, 2021)",
)
