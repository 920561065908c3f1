"""The phase of the gait: one angle that says where in the stride both legs are.

Both legs do the same half a stride apart, so the vector from the right knee to the left one, and
that between the ankles, holds odd harmonics of the stride only: nearly one sine wave in x and in y,
with a third harmonic of a tenth at most. On people who run and walk, facing left or right, the
ankles' wave lags 25 to 30 degrees behind that of the knees. One oscillator drives all four waves;
their amplitudes and the pace are learned. So it predicts which knee comes forward also after a
quarter of a stride in which every frame was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.signal.atan2 import atan2
from hipdrive.gait.signal.rotation import cos_sin
from hipdrive.types.angle import HALF_TURN, TURN, bam_from_deg
from hipdrive.types.fixed_point import Q30, shift_round
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

TORSO = 1 << 12
"""The unit of length: shoulders to hips."""
KNEE_X, KNEE_Y, ANKLE_X, ANKLE_Y = range(4)
KNEES_WEIGHT = 8
"""Of knees against ankles for the phase: an ankle lies 0.2 torsos off its wave, a knee 0.14."""
FIRST_KNEES, FIRST_ANKLES = TORSO * 65 // 100, TORSO * 66 // 100
"""Amplitudes along the picture to begin with; 0.61 to 0.81 and 1.19 to 1.54 torsos on four people.
Half and double make no difference after a stride."""
ANKLES_LAG_BAM = bam_from_deg(30)
FIRST_BAM_PER_S = TURN * 7 // 5
"""84 strides a minute."""
LEAST_BAM_PER_S, MOST_BAM_PER_S = TURN * 3 // 5, 4 * TURN
PHASE_NS = 120_000_000
"""Time constant of the phase; the pace follows with four times that."""
FIRST_PHASE_NS = 20_000_000
AMPLITUDE_NS = 1_000_000_000
"""Time constant of the ankles' waves and of the knees' height: a stride and a half."""
FIRST_AMPLITUDE_NS = 100_000_000
KNEES_NS = 500_000_000
THIRD_NS = 2_000_000_000
"""Of the third harmonics."""

_TABLE_BITS = 10
_SHIFT = 32 - _TABLE_BITS
_MASK = (1 << _TABLE_BITS) - 1
_COSINE_BITS = 12
_COSINES: tuple[tuple[int, int], ...] = tuple(
    (shift_round(cos, Q30 - _COSINE_BITS), shift_round(sin, Q30 - _COSINE_BITS))
    for cos, sin in (cos_sin((at << _SHIFT) - HALF_TURN) for at in range(1 << _TABLE_BITS))
)
"""Cosine and sine by the highest bits of an angle that begins at minus half a turn."""
_NO_WAVE = 0, 0, 0, 0
_FINER = 8
"""Bits of an amplitude beyond those of a length: a small share of a small error must not vanish."""
_WAVE_BITS = _FINER + _COSINE_BITS
_RADIAN_BAM = bam_from_deg(57.29577951308232)


class GaitPhase:
    """One phase, and four waves that go with it.

    Attributes:
        expected: from the right knee to the left one and from the right ankle to the left one,
            x and y of each (`KNEE_X`, ...), in parts of `TORSO`.
    """

    def __init__(self) -> None:
        self.start(0, 0)

    def start(self, knees_x: int, ankles_x: int) -> None:
        """Begin anew with typical waves, at the phase that two distances along x tell."""
        (cos, sin), _ = _first_and_third(ANKLES_LAG_BAM)
        fine = _COSINE_BITS - _FINER
        ankles = FIRST_ANKLES * cos >> fine, FIRST_ANKLES * sin >> fine, 0, 0
        self._waves = [(FIRST_KNEES << _FINER, 0, 0, 0), _NO_WAVE, ankles, _NO_WAVE]
        # cos(phase - lag) of the ankles and cos(phase) of the knees give sin(phase).
        knees_cos = knees_x * TORSO // FIRST_KNEES
        ankles_cos = ankles_x * TORSO // FIRST_ANKLES
        phase_sin = ((ankles_cos << _COSINE_BITS) - knees_cos * cos) // sin
        self._phase = atan2(phase_sin, 2 * knees_cos) if phase_sin or knees_cos else 0
        self._bam_per_s = FIRST_BAM_PER_S
        self._age_ns = 0
        self._evaluate()

    def advance(self, elapsed_ns: int) -> None:
        """Predict a time later."""
        self._age_ns += elapsed_ns
        self._phase += self._bam_per_s * elapsed_ns // NS_PER_S
        self._evaluate()

    def _evaluate(self) -> None:
        (cos, sin), (cos3, sin3) = _first_and_third(self._phase)
        expected, slopes = [], []
        for a, b, a3, b3 in self._waves:
            expected.append((a * cos + b * sin + a3 * cos3 + b3 * sin3) >> _WAVE_BITS)
            slopes.append((b * cos - a * sin + 3 * (b3 * cos3 - a3 * sin3)) >> _WAVE_BITS)
        self.expected, self._slopes = expected, slopes

    def correct(self, errors: Sequence[int], elapsed_ns: int) -> None:
        """Take in how far each of the four was beyond what was expected.

        The phase moves by weighted least squares, the waves take what that leaves.
        """
        slopes, expected = self._slopes, self.expected
        moved = _weighted(slopes, errors)
        steep, size = _weighted(slopes, slopes), _weighted(expected, expected)
        # Where hardly anything moves, an error says little about the phase.
        if size > steep:
            steep = (steep + size) >> 1
        off_bam = moved * _RADIAN_BAM // (steep + 1)
        constant_ns = elapsed_ns + min(FIRST_PHASE_NS + self._age_ns // 4, PHASE_NS)
        step_bam = off_bam * elapsed_ns // constant_ns
        pace = self._bam_per_s + step_bam * NS_PER_S // (4 * (elapsed_ns + PHASE_NS))
        if not LEAST_BAM_PER_S <= pace <= MOST_BAM_PER_S:
            pace = min(max(pace, LEAST_BAM_PER_S), MOST_BAM_PER_S)
        self._bam_per_s = pace
        self._phase += step_bam
        self._learn(errors, step_bam, elapsed_ns)

    def _learn(self, errors: Sequence[int], step_bam: int, elapsed_ns: int) -> None:
        """Let the waves take what the step of the phase leaves of the errors."""
        (cos, sin), (cos3, sin3) = _first_and_third(self._phase)
        fine = _COSINE_BITS - _FINER
        usual_ns = (elapsed_ns + min(self._age_ns + FIRST_AMPLITUDE_NS, AMPLITUDE_NS)) << fine
        third_ns = (elapsed_ns + THIRD_NS) << fine
        constants_ns = ((elapsed_ns + KNEES_NS) << fine, usual_ns, usual_ns, usual_ns)
        twice_ns, waves = 2 * elapsed_ns, []
        # `strict` doubles the time that `zip` takes.
        for (a, b, a3, b3), error, slope, constant_ns in zip(  # noqa: B905
            self._waves, errors, self._slopes, constants_ns
        ):
            share = twice_ns * (error - slope * step_bam // _RADIAN_BAM)
            waves.append(
                (
                    a + share * cos // constant_ns,
                    b + share * sin // constant_ns,
                    a3 + share * cos3 // third_ns,
                    b3 + share * sin3 // third_ns,
                )
            )
        # The phase is that of the knees along x; otherwise phase and waves could drift together.
        a, _, a3, b3 = waves[KNEE_X]
        waves[KNEE_X] = a, 0, a3, b3
        self._waves = waves

    def swap_sides(self) -> None:
        """Take left for right from here on."""
        self._phase += HALF_TURN

    def reverse(self) -> None:
        """Let time run the other way from here on."""
        self._phase = -self._phase
        self._waves = [(a, -b, a3, -b3) for a, b, a3, b3 in self._waves]


def _weighted(a: Sequence[int], b: Sequence[int]) -> int:
    """Sum of the products of what two have for knees and ankles, x and y of each."""
    (a_knee_x, a_knee_y, a_ankle_x, a_ankle_y), (b_knee_x, b_knee_y, b_ankle_x, b_ankle_y) = a, b
    knees = a_knee_x * b_knee_x + a_knee_y * b_knee_y
    return KNEES_WEIGHT * knees + a_ankle_x * b_ankle_x + a_ankle_y * b_ankle_y


def _first_and_third(phase_bam: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Cosine and sine of a phase and of three times it: by the table, Q12, within 0.2 degrees."""
    return (
        _COSINES[((phase_bam + HALF_TURN) >> _SHIFT) & _MASK],
        _COSINES[((3 * phase_bam + HALF_TURN) >> _SHIFT) & _MASK],
    )
