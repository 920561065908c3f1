"""How long the foot is on the belt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.metric import SECONDS, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Contact in ns."""
    return window.contact_ns


CONTACT_TIME = Metric(
    name="contact_time",
    unit=SECONDS,
    version=1,
    meaning="How long the foot is on the belt.",
    formula="toe_off - foot_strike",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="up to 25 ms off as a whole: foot strike and toe-off come from the knee, with constants "
    "of one runner; too short of slow runners, too long of fast ones",
    measure=measure,
    typical="0.175 to 0.178 s of one runner at 4.55 m/s (from the example data of FootNet, 2021)",
    rests_on_foot_strike=True,
)
