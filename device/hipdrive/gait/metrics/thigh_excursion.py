"""How far the thigh swings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import thigh_ext
from hipdrive.gait.metrics.metric import DEGREES, Metric

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow


def measure(window: StrideWindow) -> int | None:
    """Excursion in BAM."""
    lifted = window.trunk.lowest(window.last_peak_ns, window.peak.t_ns, thigh_ext)
    return None if lifted is None else window.peak.thigh_ext_bam - lifted.value


THIGH_EXCURSION = Metric(
    name="thigh_excursion",
    unit=DEGREES,
    version=1,
    meaning="How far the thigh swings, from furthest forward to furthest back.",
    formula="thigh_ext - lowest thigh angle of the stride",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="free of camera roll; less than it is where the forward swing is quick, by what the "
    "low-pass takes off",
    measure=measure,
)
