"""The leg while its foot is on the belt: the foot goes where the belt goes, the joints follow.

Plane of the leg: x forwards, z up (against gravity), origin on the belt below the hips, metres and
seconds. Angles in radians: thigh and shank against gravity, positive when the lower end is behind
the upper one; the knee's flexion positive, so that shank = thigh + knee.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body
    from hipdrive.rendered.pelvis import Pelvis


LANDING_HEEL_UP = radians(9)
"""A landing on the ball of the foot; the ankle then gives way before the knee has to."""
HEEL_DOWN, HEEL_RISE = 0.3, 0.5
"""Shares of the contact: the heel, up at first, is down, and leaves the belt again."""
_DT_S = 1e-5


@dataclass(frozen=True, slots=True)
class HipPath:
    """The hips bob twice a stride and are lowest in the middle of the contacts.

    Attributes:
        mean_m: mean height above the belt.
        bob_m: half of the vertical oscillation.
        lowest_s: when they are lowest, after a foot strike.
        stride_s: time of a stride.
    """

    mean_m: float
    bob_m: float
    lowest_s: float
    stride_s: float

    def height_m(self, since_strike_s: Array) -> Array:
        """Height of the hips some time after a foot strike of either leg."""
        turns = 2 * (since_strike_s - self.lowest_s) / self.stride_s
        return self.mean_m - self.bob_m * np.cos(2 * pi * turns)


@dataclass(frozen=True, slots=True)
class Leg:
    """Angles of a leg, arrays of one value for each time, radians."""

    thigh: Array
    knee: Array
    foot: Array
    """How far the heel is up, against gravity."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Contacts of a foot with a belt.

    Attributes:
        body: whose leg.
        speed_mps: of the belt, backwards.
        slope: the belt's rise against the horizontal, radians.
        overstride_m: the ankle ahead of the hips at foot strike, along the belt.
        pelvis: how it carries the hips against the middle of both.
    """

    body: Body
    speed_mps: float
    slope: float
    overstride_m: float
    pelvis: Pelvis

    def leg(self, since_s: Array, contact_s: Array, heel_up: Array, hips: HipPath) -> Leg:
        """The leg some time after foot strike, of contacts that end with the heel so far up."""
        foot = self._foot(since_s, contact_s, heel_up)
        ahead, up = self.ankle(since_s, foot)
        hip_ahead, hip_up = self.pelvis.hip(since_s / hips.stride_s)
        up = up - hips.height_m(since_s) - hip_up
        thigh, knee = reach(self.body, ahead - hip_ahead, up)
        return Leg(thigh, knee, foot - self.slope)

    def rates(
        self, since_s: Array, contact_s: Array, heel_up: Array, hips: HipPath
    ) -> tuple[Leg, Leg]:
        """The leg, and how fast its angles change, in radians a second."""
        early, late = (
            self.leg(since_s + dt_s, contact_s, heel_up, hips) for dt_s in (-_DT_S, _DT_S)
        )
        now = self.leg(since_s, contact_s, heel_up, hips)
        rate = Leg(
            *(
                (getattr(late, name) - getattr(early, name)) / (2 * _DT_S)
                for name in ("thigh", "knee", "foot")
            )
        )
        return now, rate

    def _foot(self, since_s: Array, contact_s: Array, heel_up: Array) -> Array:
        share = since_s / contact_s
        landing = np.maximum(1 - share / HEEL_DOWN, 0) ** 2
        leaving = np.maximum((share - HEEL_RISE) / (1 - HEEL_RISE), 0) ** 2
        raised: Array = LANDING_HEEL_UP * landing + heel_up * leaving
        return raised

    def ankle(self, since_s: Array, foot: Array) -> tuple[Array, Array]:
        """Where the ankle is, over a ball of the foot that moves with the belt."""
        ball_ahead = self.overstride_m + self.body.ball_ahead_m - self.speed_mps * since_s
        behind, high = self.body.ball_ahead_m, self.body.ankle_height_m
        along = ball_ahead - behind * np.cos(foot) + high * np.sin(foot)
        above = behind * np.sin(foot) + high * np.cos(foot)
        ahead: Array = along * cos(self.slope) - above * sin(self.slope)
        up: Array = along * sin(self.slope) + above * cos(self.slope)
        return ahead, up


def landing_ankle(stance: Stance) -> tuple[float, float]:
    """The ankle at foot strike: ahead of its hip, and above the belt less that hip's lift."""
    ahead_m, up_m = stance.ankle(np.zeros(1), np.full(1, LANDING_HEEL_UP))
    hip_ahead_m, hip_up_m = stance.pelvis.hip(np.zeros(1))
    return float((ahead_m - hip_ahead_m)[0]), float((up_m - hip_up_m)[0])


def reach(body: Body, ahead_m: Array, up_m: Array) -> tuple[Array, Array]:
    """Thigh and knee of a leg whose ankle is there, seen from the hip.

    NaN where the leg is too short.
    """
    thigh_m, shank_m = body.thigh_m, body.shank_m
    length = np.hypot(ahead_m, up_m)
    with np.errstate(invalid="ignore"):
        inner = np.arccos((thigh_m**2 + shank_m**2 - length**2) / (2 * thigh_m * shank_m))
        above = np.arccos((thigh_m**2 + length**2 - shank_m**2) / (2 * thigh_m * length))
    return np.arctan2(-ahead_m, -up_m) - above, pi - inner
