"""How the legs of a runner move: contacts and flights of both, stride by stride.

In contact the foot goes with the belt and the joints follow; in the air the joints follow smooth
curves through turning points at known times. Those times, after or before the event of the foot:
knee straightest and thigh furthest back after toe-off, knee straightest before foot strike, are
about what a force plate showed of one runner (17 ms, 35 to 44 ms, 15 ms).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from hipdrive.errors import SourceError
from hipdrive.rendered.stance import HipPath, Leg, Stance, landing_ankle
from hipdrive.rendered.swing import Knot, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body

PEAK_AFTER_S = 0.04
STRAIGHT_AFTER_S, STRAIGHT_BEFORE_S = 0.018, 0.015
FOLDED_SHARE, LIFTED_SHARE = 0.42, 0.66
"""When in the flight of a foot the knee is bent most, and the thigh is furthest forward."""
TOE_OFF_HEEL_UP = radians(60)
SWING_PLANTAR_FLEXION, SWING_DORSIFLEXION = radians(10), radians(-14)
LEAST_KNEE = radians(2)
SHORTEST_CONTACT_S, LONGEST_DUTY = 0.08, 0.48
"""A longer contact than half a stride would be walking."""
CLOSE = radians(0.01)
_HALVINGS = 34

Indices: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a runner; radians, metres, seconds.

    Attributes:
        stride_s: time of a stride.
        peak: highest thigh extension, on average.
        knee_contact, knee_stance: flexion of the knee at foot strike, and the most in stance.
        knee_swing, thigh_swing: flexion of knee and thigh in the air, the most.
    """

    stride_s: float
    peak: float
    knee_contact: float
    knee_stance: float
    knee_swing: float
    thigh_swing: float


@dataclass(frozen=True, slots=True)
class Strides:
    """Contacts of one leg, arrays of one value each.

    Attributes:
        strike_s, contact_s: when the foot meets the belt, and for how long.
        peak: thigh extension that follows the contact, radians.
    """

    strike_s: Array
    contact_s: Array
    peak: Array

    @property
    def toe_off_s(self) -> Array:
        """When the foot leaves the belt."""
        return self.strike_s + self.contact_s

    @property
    def peak_s(self) -> Array:
        """When the thigh is furthest back."""
        return self.toe_off_s + PEAK_AFTER_S


class Running:
    """One running style, as movement.

    Args:
        style: how.
        stance: on which belt.

    Raises:
        SourceError: no leg can do that.
    """

    def __init__(self, style: Style, stance: Stance) -> None:
        self.style = style
        self.stance = stance
        self.hips = self._find_hips()

    def strides(self, strike_s: Array, peak: Array) -> Strides:
        """The contacts that lead to these peaks.

        Raises:
            SourceError: no contact leads to one of them.
        """
        contact_s = _bisect(lambda s: self._peak(s, self.hips) - peak, *self._contacts(len(peak)))
        # NaN is not close to anything.
        off = ~(np.abs(self._peak(contact_s, self.hips) - peak) <= CLOSE)
        if off.any():
            raise SourceError(self._impossible(float(np.degrees(peak[off][0]))))
        return Strides(strike_s, contact_s, peak)

    def leg(self, strides: Strides, t_s: Array) -> Leg:
        """The angles of the leg that makes these strides.

        Args:
            strides: at least one before and one after every time.
            t_s: times.
        """
        number = np.searchsorted(strides.strike_s, t_s, side="right") - 1
        since_s = t_s - strides.strike_s[number]
        contact_s = strides.contact_s[number]
        heel_up = np.full_like(t_s, TOE_OFF_HEEL_UP)
        down = self.stance.leg(np.minimum(since_s, contact_s), contact_s, heel_up, self.hips)
        up = self._in_the_air(strides, number, since_s)
        on_belt = since_s <= contact_s
        return Leg(
            np.where(on_belt, down.thigh, up.thigh),
            np.where(on_belt, down.knee, up.knee),
            np.where(on_belt, down.foot, up.foot),
        )

    def _in_the_air(self, strides: Strides, number: Indices, since_s: Array) -> Leg:
        contact_s, next_contact_s = strides.contact_s[number], strides.contact_s[number + 1]
        heel_up = np.full_like(since_s, TOE_OFF_HEEL_UP)
        zero = np.zeros_like(since_s)
        left, leaving = self.stance.rates(contact_s, contact_s, heel_up, self.hips)
        land, landing = self.stance.rates(zero, next_contact_s, heel_up, self.hips)
        end_s = strides.strike_s[number + 1] - strides.strike_s[number]
        flight_s = end_s - contact_s
        style = self.style

        def turn(t_s: Array, value: Array | float) -> Knot:
            return Knot(t_s, value + zero, zero)

        folded_s = contact_s + FOLDED_SHARE * flight_s
        thigh = through(
            (
                Knot(contact_s, left.thigh, leaving.thigh),
                turn(contact_s + PEAK_AFTER_S, strides.peak[number]),
                turn(contact_s + LIFTED_SHARE * flight_s, -style.thigh_swing),
                Knot(end_s, land.thigh, landing.thigh),
            ),
            since_s,
        )
        straight = left.knee + leaving.knee * STRAIGHT_AFTER_S / 2
        ready = land.knee - landing.knee * STRAIGHT_BEFORE_S / 2
        knee = through(
            (
                Knot(contact_s, left.knee, leaving.knee),
                turn(contact_s + STRAIGHT_AFTER_S, np.maximum(straight, LEAST_KNEE)),
                turn(folded_s, style.knee_swing),
                turn(end_s - STRAIGHT_BEFORE_S, np.maximum(ready, LEAST_KNEE)),
                Knot(end_s, land.knee, landing.knee),
            ),
            since_s,
        )
        ankle = through(
            (
                Knot(contact_s, _ankle(left), _ankle(leaving)),
                turn(folded_s, SWING_PLANTAR_FLEXION),
                turn(contact_s + LIFTED_SHARE * flight_s, SWING_DORSIFLEXION),
                turn(end_s, _ankle(land)),
            ),
            since_s,
        )
        return Leg(thigh, knee, thigh + knee + ankle)

    def _peak(self, contact_s: Array, hips: HipPath) -> Array:
        """Where the thigh comes to rest when it leaves the belt like that and slows evenly."""
        heel_up = np.full_like(contact_s, TOE_OFF_HEEL_UP)
        leg, rate = self.stance.rates(contact_s, contact_s, heel_up, hips)
        return leg.thigh + rate.thigh * PEAK_AFTER_S / 2

    def _find_hips(self) -> HipPath:
        """The path of the hips under which the usual stride bends the knee as configured."""

        def excess(contact_s: Array) -> Array:
            hips = self._hips(float(contact_s[0]))
            return self._peak(contact_s, hips) - self.style.peak

        contact_s = _bisect(excess, *self._contacts(1))
        if not abs(excess(contact_s)[0]) < CLOSE:
            raise SourceError(self._impossible(float(np.degrees(self.style.peak))))
        hips = self._hips(float(contact_s[0]))
        if not abs(self._stance_excess(contact_s, hips)) < CLOSE:
            peak_deg, deg = np.degrees([self.style.peak, self.style.knee_stance]).tolist()
            raise SourceError(f"{self._impossible(peak_deg)}, or knee_stance_deg {deg:g}")
        return hips

    def _stance_excess(self, contact_s: Array, hips: HipPath) -> float:
        """How much more the knee bends in stance than configured."""
        since_s = np.linspace(0.0, 1.0, 65) * contact_s
        contacts_s = np.full_like(since_s, contact_s)
        heel_up = np.full_like(since_s, TOE_OFF_HEEL_UP)
        bent = np.nan_to_num(self.stance.leg(since_s, contacts_s, heel_up, hips).knee, nan=0)
        return float(bent.max() - self.style.knee_stance)

    def _hips(self, contact_s: float) -> HipPath:
        """The path that gives the knee its flexion at foot strike and the most in stance."""
        style, stance = self.style, self.stance
        ahead_m, up_m = landing_ankle(stance)
        left_m = _leg_length(stance.body, style.knee_contact) ** 2 - ahead_m**2
        if left_m <= 0:
            raise SourceError(f"overstride_m = {stance.overstride_m}: no leg is so long")
        start_m = up_m + sqrt(left_m)
        share = cos(2 * pi * contact_s / style.stride_s)

        def path(bob_m: float) -> HipPath:
            return HipPath(start_m + bob_m * share, bob_m, contact_s / 2, style.stride_s)

        contact = np.array([contact_s])

        def excess(bob_m: Array) -> Array:
            return np.array([self._stance_excess(contact, path(float(bob_m[0])))])

        bob_m = _bisect(excess, np.zeros(1), np.full(1, 0.3))
        return path(float(bob_m[0]))

    def _contacts(self, count: int) -> tuple[Array, Array]:
        return (
            np.full(count, SHORTEST_CONTACT_S),
            np.full(count, LONGEST_DUTY * self.style.stride_s),
        )

    def _impossible(self, peak_deg: float) -> str:
        return (
            f"no leg can run like that: a peak of {peak_deg:.1f}° (thigh_ext_deg and what is "
            f"added to it) at speed_mps {self.stance.speed_mps:g}, overstride_m "
            f"{self.stance.overstride_m:g} and cadence_spm {120 / self.style.stride_s:.0f}; change "
            "one of the four"
        )


def _ankle(leg: Leg) -> Array:
    """Plantar flexion: the foot against the shank."""
    return leg.foot - leg.thigh - leg.knee


def _leg_length(body: Body, knee: float) -> float:
    """Hip to ankle of a leg with its knee bent so far."""
    thigh_m, shank_m = body.thigh_m, body.shank_m
    return sqrt(thigh_m**2 + shank_m**2 + 2 * thigh_m * shank_m * cos(knee))


def _bisect(rising: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a rising function passes zero; NaN counts as above it."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = rising(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low
