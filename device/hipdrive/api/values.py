"""What the library gives out: plain dataclasses in floats, units in the names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import measures, stride_metrics
from hipdrive.session.units import in_unit
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.types.cue import Cue
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Stride


@dataclass(frozen=True, slots=True)
class StrideValues:
    """One stride of one leg; docs/metrics.md defines every value.

    Attributes:
        t_s: time of the peak of thigh extension that ends it, from the first frame on.
        leg: "left" or "right", of the runner.
        near: True for the leg on the camera's side, the one that is coached.
        thigh_ext_deg: peak of thigh extension, positive behind the hip.
        hip_ext_deg: thigh extension minus forward lean of the trunk, at that peak.
        stride_time_s: since the peak before.
        accepted: False for a stride that may not be used.
        rejection: why not, such as "gap"; None for an accepted one.
        foot_strike_s, toe_off_s: the contact before the peak, as `t_s`; None where it is not known.
        metrics: every other metric by its name with the unit, such as "contact_time_s"; None where
            it could not be measured.
        guard: of the near leg, for what nobody was asked for more after it, such as "trunk_lean";
            None: for nothing.
    """

    t_s: float
    leg: str
    near: bool
    thigh_ext_deg: float
    hip_ext_deg: float
    stride_time_s: float
    accepted: bool
    rejection: str | None
    foot_strike_s: float | None
    toe_off_s: float | None
    metrics: Mapping[str, float | None]
    guard: str | None = None


@dataclass(frozen=True, slots=True)
class AngleSample:
    """Both thighs and hips at one point of the uniform 64 Hz grid, extension positive.

    Attributes:
        t_s: from the first frame on; the filter's delay has been taken off.
        near_thigh_ext_deg, far_thigh_ext_deg: thigh against gravity.
        near_hip_ext_deg, far_hip_ext_deg: thigh against trunk.
    """

    t_s: float
    near_thigh_ext_deg: float
    far_thigh_ext_deg: float
    near_hip_ext_deg: float
    far_hip_ext_deg: float


@dataclass(frozen=True, slots=True)
class CueValues:
    """One cue of the coach.

    Attributes:
        t_s: time of the frame that decided it, from the first frame on.
        kind: such as "led_below" or "buzz".
        thigh_ext_deg: mean of the strides that it rests on; None where it rests on none.
    """

    t_s: float
    kind: str
    thigh_ext_deg: float | None


@dataclass(frozen=True, slots=True)
class FloatValues:
    """Turns whole numbers into seconds and degrees.

    Attributes:
        start_ns: time of the first frame.
    """

    start_ns: int

    def t_s(self, t_ns: int) -> float:
        """Seconds since the first frame."""
        return (t_ns - self.start_ns) / NS_PER_S

    def stride(self, stride: Stride, guard: str | None = None) -> StrideValues:
        """A stride in floats, and the guard that was tripped after it."""
        strike_ns, off_ns = stride.foot_strike_ns, stride.toe_off_ns
        return StrideValues(
            t_s=self.t_s(stride.t_ns),
            leg=str(stride.leg),
            near=stride.near,
            thigh_ext_deg=deg_from_bam(stride.thigh_ext_bam),
            hip_ext_deg=deg_from_bam(stride.hip_ext_bam),
            stride_time_s=stride.stride_time_ns / NS_PER_S,
            accepted=stride.accepted,
            rejection=None if stride.rejection is None else str(stride.rejection),
            foot_strike_s=None if strike_ns is None else self.t_s(strike_ns),
            toe_off_s=None if off_ns is None else self.t_s(off_ns),
            metrics={
                metric.column: None if whole is None else in_unit(metric.unit, whole)
                for metric, whole in zip(stride_metrics(), measures(stride), strict=True)
            },
            guard=guard if stride.near else None,
        )

    def sample(self, sample: Sample) -> AngleSample:
        """A sample in floats."""
        return AngleSample(
            self.t_s(sample.t_ns),
            deg_from_bam(sample.near_thigh_ext_bam),
            deg_from_bam(sample.far_thigh_ext_bam),
            deg_from_bam(sample.near_hip_ext_bam),
            deg_from_bam(sample.far_hip_ext_bam),
        )

    def cue(self, cue: Cue) -> CueValues:
        """A cue in floats."""
        angle = None if cue.thigh_ext_bam is None else deg_from_bam(cue.thigh_ext_bam)
        return CueValues(self.t_s(cue.t_ns), str(cue.kind), angle)
