"""How the pelvis and the shoulders of a runner turn: the legs do not hang from a fixed bar.

A pelvis that turns carries each hip to and fro against the middle of both, and one that drops
carries it up and down. Markers on the pelvis of three treadmill runners (2.9 to 3.4 m/s, 165 to 200
steps a minute; regifukuchi/BMC-RIC-running-biomechanics, commit 53751c54e18d) show 2.8 to 5.5
degrees of turning each way, a hip furthest forward 0.42 to 0.65 of a stride after its foot's
strike, and 1.5 to 3.5 degrees of dropping, a hip highest 0.18 to 0.32 of a stride after it: the
constants are the means.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.body import HALF_HIPS

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body

FORWARD_PHASE, UP_PHASE = 0.55, 0.26
"""When a hip is furthest forward and when it is highest, in strides after its foot's strike."""
SHOULDER_BACK_PHASE = 0.0
"""A shoulder is furthest back when the foot of its side strikes, as the arm is."""


@dataclass(frozen=True, slots=True)
class Pelvis:
    """Turns once a stride and drops once a stride, each way by an angle, radians.

    Attributes:
        half_m: from the middle of the hips to either.
        turns: about the vertical.
        drops: about the running direction.
    """

    half_m: float
    turns: float = 0.0
    drops: float = 0.0

    @classmethod
    def of(cls, body: Body, turns: float, drops: float) -> Pelvis:
        """That of a body."""
        return cls(HALF_HIPS * body.height_m, turns, drops)

    def angles(self, phase: Array) -> tuple[Array, Array]:
        """How far a hip is turned forwards and lifted, some share of a stride after its strike."""
        return _once(self.turns, phase - FORWARD_PHASE), _once(self.drops, phase - UP_PHASE)

    def hip(self, phase: Array) -> tuple[Array, Array]:
        """How far ahead of the middle of both a hip is, and how far above it, metres."""
        ahead, _, up = offset(self.half_m, *self.angles(phase))
        return ahead, up


def offset(
    half_m: float, turned: Array | float, lifted: Array | float
) -> tuple[Array, Array, Array]:
    """From the middle of two joints to one of them: ahead, aside, up."""
    level = half_m * np.cos(lifted)
    return level * np.sin(turned), level * np.cos(turned), half_m * np.sin(lifted)


def shoulder_turn(turns: float, phase: Array) -> Array:
    """How far a shoulder is turned forwards, some share of a stride after its foot's strike."""
    return -_once(turns, phase - SHOULDER_BACK_PHASE)


def _once(most: float, phase: Array) -> Array:
    angle: Array = most * np.cos(2 * pi * phase)
    return angle
