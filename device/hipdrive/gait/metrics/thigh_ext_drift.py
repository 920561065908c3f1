"""Whether the peak rises or falls over the session."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import DEGREES_PER_10_MIN, Metric

THIGH_EXT_DRIFT = Metric(
    name="thigh_ext_drift",
    unit=DEGREES_PER_10_MIN,
    version=1,
    meaning="How thigh_ext of the near leg rises (positive) or falls over the session, with its "
    "standard error.",
    formula="least-squares slope of thigh_ext over the time of the peak; standard error "
    "sqrt(residual sum of squares / (n - 2) / sum of squares of time)",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="a straight line through whatever happened: changes of speed or of the runner, and what "
    "the coach asked for, are in it; the standard error takes strides for independent of one "
    "another; none below 30 strides",
)
