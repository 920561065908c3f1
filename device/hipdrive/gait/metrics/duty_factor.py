"""The share of a stride in contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import HUNDRED, PERCENT, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Duty factor in Q16.16 percent."""
    if window.contact_ns is None:
        return None
    return divide_round(window.contact_ns * HUNDRED, window.stride_time_ns)


DUTY_FACTOR = Metric(
    name="duty_factor",
    unit=PERCENT,
    version=1,
    meaning="Share of the stride that the foot is on the belt.",
    formula="contact_time / stride_time",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="as of contact time",
    measure=measure,
    typical="26.5 % of one runner at 4.55 m/s (from the example data of FootNet, 2021)",
    rests_on_foot_strike=True,
)
