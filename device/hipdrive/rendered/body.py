"""How long the segments of a body are.

Shares of body height from Drillis and Contini's tables (1966) as textbooks print them; the thigh's
agrees with the 0.245 that this project's figures rest on.
"""

from __future__ import annotations

from dataclasses import dataclass

THIGH, SHANK, ANKLE_HEIGHT = 0.245, 0.246, 0.039
TRUNK, NECK, HEAD = 0.288, 0.052, 0.13
UPPER_ARM, FOREARM = 0.186, 0.146
FOOT = 0.152
HALF_HIPS, HALF_SHOULDERS = 0.05, 0.11
HEEL_TO_ANKLE, HEEL_TO_BALL = 0.25, 0.73
"""Shares of the foot's length."""


@dataclass(frozen=True, slots=True)
class Body:
    """Segment lengths in metres.

    Attributes:
        height_m: of the whole body.
    """

    height_m: float

    @property
    def thigh_m(self) -> float:
        """Hip to knee."""
        return THIGH * self.height_m

    @property
    def shank_m(self) -> float:
        """Knee to ankle."""
        return SHANK * self.height_m

    @property
    def ankle_height_m(self) -> float:
        """The ankle above the sole of a flat foot."""
        return ANKLE_HEIGHT * self.height_m

    @property
    def foot_m(self) -> float:
        """Heel to tip of the toes."""
        return FOOT * self.height_m

    @property
    def heel_behind_m(self) -> float:
        """The heel behind the ankle, along the sole."""
        return HEEL_TO_ANKLE * self.foot_m

    @property
    def ball_ahead_m(self) -> float:
        """The ball of the foot ahead of the ankle, along the sole."""
        return (HEEL_TO_BALL - HEEL_TO_ANKLE) * self.foot_m

    @property
    def trunk_m(self) -> float:
        """Middle of the hips to middle of the shoulders."""
        return TRUNK * self.height_m
