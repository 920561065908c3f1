"""One stride of one leg as the metrics see it: its peaks, its foot contact, its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.gait.events.foot_events import FOOT
from hipdrive.gait.events.leg_values import (
    further_value,
    hip_down,
    lean,
    leg_length,
    shank,
)
from hipdrive.gait.signal.atan2 import atan2
from hipdrive.types.angle import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.foot_contact import FootContact
    from hipdrive.gait.events.leg_track import LegWindow, Value
    from hipdrive.gait.events.peaks import Peak
    from hipdrive.gait.joints.samples import LegSample
    from hipdrive.types.calibration import Calibration


@dataclass(frozen=True, slots=True)
class StrideWindow:
    """A stride from one peak of thigh extension to the next.

    In it, in this order: the swing, foot strike, the stance, toe-off. Methods give None, or no
    values, wherever something that they need is missing.

    Attributes:
        last_peak_ns: when the stride began.
        peak: what it ended with.
        contact: of the foot before the peak.
        trunk: the samples for what needs no ankle: trunk, hip, thigh.
        leg: the samples for what needs the ankle; nothing where it was not seen.
        calibration: scale and belt, as far as they are known.
        measured_belt_mm_per_s: speed of the belt in this stride, where something measured it.
        further: names of the joints that can be read beside hip, knee and ankle.
    """

    last_peak_ns: int
    peak: Peak
    contact: FootContact
    trunk: LegWindow
    leg: LegWindow
    calibration: Calibration
    measured_belt_mm_per_s: int | None = None
    further: tuple[str, ...] = ()

    @property
    def belt_mm_per_s(self) -> int | None:
        """Speed of the belt in this stride; None: not known."""
        measured = self.measured_belt_mm_per_s
        return self.calibration.belt_mm_per_s if measured is None else measured

    @property
    def stride_time_ns(self) -> int:
        """From peak to peak."""
        return self.peak.t_ns - self.last_peak_ns

    @property
    def stance_ns(self) -> tuple[int, int] | None:
        """Foot strike and toe-off, where both are known."""
        strike_ns, toe_off_ns = self.contact
        return None if strike_ns is None or toe_off_ns is None else (strike_ns, toe_off_ns)

    @property
    def contact_ns(self) -> int | None:
        """How long the foot is on the belt."""
        return None if self.stance_ns is None else self.stance_ns[1] - self.stance_ns[0]

    def at_foot_strike(self, value: Value) -> int | None:
        """A value of the leg when the foot meets the belt."""
        strike_ns = self.contact.foot_strike_ns
        return None if strike_ns is None else self.leg.at(strike_ns, value)

    def at_toe_off(self, value: Value) -> int | None:
        """A value of the leg when the foot leaves the belt."""
        toe_off_ns = self.contact.toe_off_ns
        return None if toe_off_ns is None else self.leg.at(toe_off_ns, value)

    def leg_length(self) -> int | None:
        """Thigh and shank together, mean over the stance, Q16.16 px."""
        if self.stance_ns is None:
            return None
        return _mean(self.leg.values(*self.stance_ns, leg_length))

    def joint_x(self, joint: str) -> Value:
        """How to read a further joint of the leg: x in the running direction, Q16.16 px."""
        return further_value(2 * self.further.index(joint))

    def joint_y(self, joint: str) -> Value:
        """The same: y, down positive."""
        return further_value(2 * self.further.index(joint) + 1)

    def foot_pitch(self, sample: LegSample) -> int | None:
        """The line from heel to toe against the level, positive when the toe is higher, BAM.

        None without either of them, or where they coincide.
        """
        if not set(FOOT).issubset(self.further):
            return None
        values = [read(joint)(sample) for joint in FOOT for read in (self.joint_x, self.joint_y)]
        heel_x, heel_y, toe_x, toe_y = values
        if heel_x is None or heel_y is None or toe_x is None or toe_y is None:
            return None
        ahead, up = toe_x - heel_x, heel_y - toe_y
        return atan2(up, ahead) if ahead or up else None

    def ankle_flex(self, sample: LegSample) -> int | None:
        """Plantar flexion: 0 with the foot square to the shank, BAM.

        With the shank turned s ahead of upright and the toe p higher than the heel, the angle
        between shank and foot is 90° - s + p; plantar flexion is what it lacks of 90°.
        """
        turned, pitch = shank(sample), self.foot_pitch(sample)
        return None if turned is None or pitch is None else wrap(turned - pitch)

    def vertical_oscillation(self) -> int | None:
        """How far the hip goes up and down in a step, mean of the stride's two, Q16.16 px."""
        half_ns = self.last_peak_ns + self.stride_time_ns // 2
        steps = (
            self.trunk.values(self.last_peak_ns, half_ns, hip_down),
            self.trunk.values(half_ns, self.peak.t_ns, hip_down),
        )
        if not all(steps):
            return None
        return sum(max(step) - min(step) for step in steps) // len(steps)

    def mean_lean(self) -> int | None:
        """Forward lean of the trunk, mean over the stride, BAM."""
        return _mean(self.trunk.values(self.last_peak_ns, self.peak.t_ns, lean))


def _mean(values: Sequence[int]) -> int | None:
    return sum(values) // len(values) if values else None
