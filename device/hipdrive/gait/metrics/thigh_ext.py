"""The peak of thigh extension: the primary measure."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import DEGREES, Metric

THIGH_EXT = Metric(
    name="thigh_ext",
    unit=DEGREES,
    version=1,
    meaning="Peak of the thigh against gravity; positive when the knee is behind the hip.",
    formula="highest of atan2(hip_x - knee_x, knee_y - hip_y), x forward and y down: the vertex of "
    "the parabola through the three moments around the maximum",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="one degree for each degree of camera roll; clothes and pose model add a bias of "
    "several degrees that differs from person to person",
    typical="30.7 ± 1.1° right and 30.5 ± 1.0° left of one runner at 4.55 m/s (computed from the "
    "example data of FootNet, 2021); rises with speed",
)
