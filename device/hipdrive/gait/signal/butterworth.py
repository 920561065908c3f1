"""Second-order Butterworth low-pass on the 64 Hz grid, in direct form 1.

Filtering delays; a second-order Butterworth delays everything a runner does by nearly the same
time, so the delay is taken off the timestamps (`delay_ns`).
"""

from __future__ import annotations

from dataclasses import dataclass

from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.fixed_point import MAX32, MIN32, Q30, divide_round, saturate

ONE = 1 << Q30
_HALF = ONE >> 1


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Q2.30 coefficients of y = b0 (x + 2 x1 + x2) - a1 y1 - a2 y2.

    4 b0 equals 1 + a1 + a2 to the last bit, so that a constant comes out as it went in.
    """

    b0: int
    a1: int
    a2: int

    @property
    def delay_ns(self) -> int:
        """Group delay at 0 Hz: (b1 + 2 b2) / sum(b) - (a1 + 2 a2) / sum(a), in ns."""
        denominator = ONE + self.a1 + self.a2
        return PERIOD_NS - divide_round((self.a1 + 2 * self.a2) * PERIOD_NS, denominator)


COEFFICIENTS = {
    6: Coefficients(b0=64_959_778, a1=-1_281_954_717, a2=468_052_005),
    8: Coefficients(b0=104_830_566, a1=-1_012_333_500, a2=357_913_940),
}
"""By cut-off in Hz; bilinear transform: K = tan(pi fc / 64), b0 = K^2 / (1 + sqrt(2) K + K^2)."""


class Butterworth:
    """The same low-pass for each of several Q16.16 signals.

    The first input is taken for the past as well, so there is no jump at the start. What rounding
    cuts off is carried into the next sample.

    As 4 b0 = 1 + a1 + a2, the output rises by b0 (x + 2 x1 + x2 - 4 y1) + a2 (y1 - y2): the same to
    the last bit, of small numbers. What is carried is the second product and what `>>` cut off: all
    of the sum, less (1 - a2) times the rise. Half a unit more from the start on rounds to nearest.
    """

    def __init__(self, coefficients: Coefficients) -> None:
        self._b0, self._damping = coefficients.b0, ONE - coefficients.a2
        self._states: list[tuple[int, int, int, int]] = []

    def reset(self) -> None:
        """Forget the past."""
        self._states = []

    def step(self, values: list[int]) -> list[int]:
        """Filter one sample of each signal."""
        if not self._states:
            self._states = [(x, x + x, x, _HALF) for x in values]
        b0, damping = self._b0, self._damping
        filtered, states = [], []
        for x, (x1, pair1, y1, carried) in zip(values, self._states, strict=True):
            pair = x + x1
            exact = b0 * (pair + pair1 - 4 * y1) + carried
            rise = exact >> Q30
            y = y1 + rise
            if not MIN32 <= y <= MAX32:
                y = saturate(y)
                rise = y - y1
                exact = rise * ONE + _HALF
            filtered.append(y)
            states.append((x, pair, y, exact - damping * rise))
        self._states = states
        return filtered
