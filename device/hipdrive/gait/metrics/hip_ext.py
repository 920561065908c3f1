"""Thigh against trunk: the secondary measure."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import DEGREES, Metric

HIP_EXT = Metric(
    name="hip_ext",
    unit=DEGREES,
    version=1,
    meaning="Thigh against the line of the trunk at the peak of `thigh_ext`; extension is "
    "positive.",
    formula="thigh_ext - lean, lean = atan2(shoulder_x - hip_x, hip_y - shoulder_y)",
    key_points=("shoulder", "hip", "knee"),
    confidence="measured",
    limits="not the clinical, pelvis-relative angle; follows the shoulder, which the arm moves",
)
