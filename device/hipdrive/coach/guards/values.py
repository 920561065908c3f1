"""Values of a stride by the name of the metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hipdrive.types.stride import Stride

STRIDE_TIME = "stride_time"
"""From peak to peak, ns."""
LEG_DIFFERENCE = "thigh_ext_difference"
"""Peak of the near thigh minus that of the far one half a stride before, BAM."""
BELT_SPEED = "belt_speed"
"""As something measured it in the stride, mm/s."""
OFF_CENTRE = "off_centre"
"""1 where the runner was not in the middle of the picture, else 0."""


FIELDS: Mapping[str, Callable[[Stride], int | None]] = {
    STRIDE_TIME: lambda stride: stride.stride_time_ns,
    "thigh_ext": lambda stride: stride.thigh_ext_bam,
    "hip_ext": lambda stride: stride.hip_ext_bam,
    BELT_SPEED: lambda stride: stride.belt_mm_per_s,
    OFF_CENTRE: lambda stride: int(stride.off_centre),
}
"""What every stride has, whatever is measured of it."""


def value_of(
    metric: str, stride: Stride, far: Stride | None, measured: Sequence[str]
) -> int | None:
    """The value of a metric in its whole units; None where the stride lacks it.

    Args:
        metric: `LEG_DIFFERENCE`, one of `FIELDS`, or one of `measured`.
        stride: a usable stride of the near leg.
        far: the latest usable stride of the far leg.
        measured: names of `stride.measures`.
    """
    if metric == LEG_DIFFERENCE:
        return _leg_difference(stride, far)
    if metric in FIELDS:
        return FIELDS[metric](stride)
    return dict(zip(measured, stride.measures, strict=False)).get(metric)


def _leg_difference(stride: Stride, far: Stride | None) -> int | None:
    if far is None or not 0 < stride.t_ns - far.t_ns < stride.stride_time_ns:
        return None
    return stride.thigh_ext_bam - far.thigh_ext_bam
