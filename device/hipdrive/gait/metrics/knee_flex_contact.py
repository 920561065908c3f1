"""How bent the knee lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import knee_flex
from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Knee flexion at foot strike in BAM."""
    return window.at_foot_strike(knee_flex)


KNEE_FLEX_CONTACT = Metric(
    name="knee_flex_contact",
    unit=DEGREES,
    version=1,
    meaning="Flexion of the knee at foot strike; 0 when straight.",
    formula="shank against thigh at foot_strike",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="the knee bends by up to a degree a ms then, so errors of foot strike show, and the "
    "low-pass rounds the turn before it",
    measure=measure,
    typical="16 to 19° of one runner at 4.55 m/s, SD 2.2 to 2.6° (from the example data of "
    "FootNet, 2021)",
    rests_on_foot_strike=True,
)
