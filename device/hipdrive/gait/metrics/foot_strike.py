"""When the foot meets the belt."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import SECONDS, Metric

FOOT_STRIKE = Metric(
    name="foot_strike",
    unit=SECONDS,
    version=1,
    meaning="When the foot meets the belt, in the contact before the peak.",
    formula="when the knee is straightest after its greatest flexion in the air, plus "
    "`gait.foot_strike_ms`",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="the constant is that of one runner at 4.55 m/s (SD 5 ms) and changes with speed and "
    "style; foot_strike/2 is 18 ms after heel and toe are furthest ahead;"
    " none where the contact would last half the stride or longer",
    rests_on_foot_strike=True,
)
