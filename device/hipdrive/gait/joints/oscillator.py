"""Predicts the vector from one leg's joint to the other leg's.

The legs do the same half a stride apart, so what lies between two knees, or two ankles, swings
about nothing and holds odd harmonics of the stride only: it is nearly one sine wave in x and in y.
An oscillator of the pace at which people run tells it 0.1 s ahead; a constant velocity does not.
"""

from __future__ import annotations

from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import NS_PER_S

SQUARED_PER_S2 = 77
"""Square of the angular frequency of 84 strides a minute; 72 to 96 made no difference."""
LONGEST_STEP_NS = 8_000_000
"""Of the integration: a fourteenth of a radian."""
CORRECTION_NS = 22_000_000
"""Corrects by 0.6 of the difference after a thirtieth of a second, and by more after longer."""
LEAST_VELOCITY_NS = NS_PER_S // 30
VELOCITY_SHARE = 4
"""A difference changes the velocity by a quarter of what would have avoided it."""


class GaitOscillator:
    """Position and velocity of the vector between two joints; any unit, whole numbers."""

    def __init__(self) -> None:
        self.x = self.y = 0
        self._vx = self._vy = 0

    def start(self, x: int, y: int) -> None:
        """Begin here, at rest."""
        self.x, self.y = x, y
        self._vx = self._vy = 0

    def start_moving(self, x: int, y: int, elapsed_ns: int) -> None:
        """Go on from here with the velocity between the last position and this one."""
        self._vx = (x - self.x) * NS_PER_S // elapsed_ns
        self._vy = (y - self.y) * NS_PER_S // elapsed_ns
        self.x, self.y = x, y

    def advance(self, elapsed_ns: int) -> None:
        """Predict the position after a time."""
        steps = -(-elapsed_ns // LONGEST_STEP_NS)
        step_ns = elapsed_ns // steps
        x, y, vx, vy = self.x, self.y, self._vx, self._vy
        for _ in range(steps):
            # Half a step on either side of the pull: a whole one before it would lag behind by 3 %.
            x += vx * step_ns // (2 * NS_PER_S)
            y += vy * step_ns // (2 * NS_PER_S)
            vx -= SQUARED_PER_S2 * x * step_ns // NS_PER_S
            vy -= SQUARED_PER_S2 * y * step_ns // NS_PER_S
            x += vx * step_ns // (2 * NS_PER_S)
            y += vy * step_ns // (2 * NS_PER_S)
        self.x, self.y, self._vx, self._vy = x, y, vx, vy

    def squared_distance(self, x: int, y: int) -> int:
        """Square of the distance from the predicted position."""
        return (x - self.x) ** 2 + (y - self.y) ** 2

    def correct(self, x: int, y: int, elapsed_ns: int, share: int) -> None:
        """Correct by an observed position: by `share` of the difference, ONE at the most."""
        off_x, off_y = (x - self.x) * share // ONE, (y - self.y) * share // ONE
        self.x += off_x * elapsed_ns // (elapsed_ns + CORRECTION_NS)
        self.y += off_y * elapsed_ns // (elapsed_ns + CORRECTION_NS)
        over_ns = VELOCITY_SHARE * max(elapsed_ns, LEAST_VELOCITY_NS)
        self._vx += off_x * NS_PER_S // over_ns
        self._vy += off_y * NS_PER_S // over_ns

    def mirror(self) -> None:
        """The two joints were confused all along: change the sign."""
        self.x, self.y, self._vx, self._vy = -self.x, -self.y, -self._vx, -self._vy
