"""Time in the air after a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import SECONDS, Metric
from hipdrive.types.fixed_point import divide_round

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Flight in ns."""
    if window.contact_ns is None:
        return None
    return divide_round(window.stride_time_ns, 2) - window.contact_ns


FLIGHT_TIME = Metric(
    name="flight_time",
    unit=SECONDS,
    version=1,
    meaning="Time in the air between the contacts of the two feet.",
    formula="stride_time / 2 - contact_time",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="as of contact time; takes both contacts for equally long",
    measure=measure,
    rests_on_foot_strike=True,
)
