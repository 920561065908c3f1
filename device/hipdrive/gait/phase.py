"""Where in the stride both legs are: one phase, that knees and ankles of both legs share.

The legs do the same half a stride apart, so what lies between the two knees, or the two ankles, is
nearly one sine wave of the stride: its third harmonic is a tenth of it on people, a fifth on a fast
rendered runner. On four people who run and walk, to the left and to the right, the ankles were 24
to 26 degrees of phase behind the knees. So one oscillator tells all of it, and knows whose knee
comes forward also after a quarter of a stride in which every frame was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.angles import HALF_TURN, TURN, atan2, bam_from_deg
from hipdrive.gait.fixed import Q30, shift_round
from hipdrive.gait.resample import NS_PER_S
from hipdrive.gait.rotation import cos_sin

if TYPE_CHECKING:
    from collections.abc import Sequence

TORSO = 1 << 12
"""The unit of length: from the shoulders to the hips."""
KNEE_X, KNEE_Y, ANKLE_X, ANKLE_Y = range(4)
WEIGHTS = (8, 8, 1, 1)
"""For the phase: the knees' waves are much the same on everybody, the ankles' have to be learnt."""
KNEES_REACH, ANKLES_REACH = TORSO * 65 // 100, TORSO * 66 // 100
"""How far they get apart, to begin with. On people knees 0.61 to 0.81 torsos and ankles 1.2 to 1.5;
but ankles that have to be learnt to swing further do less harm than those that are believed to."""
ANKLES_LAG_BAM = bam_from_deg(30)
FIRST_BAM_PER_S = TURN * 7 // 5
"""84 strides a minute."""
LEAST_BAM_PER_S, MOST_BAM_PER_S = TURN * 3 // 5, 4 * TURN
CAUGHT_UP_NS = 120_000_000
"""The phase follows what is seen with this time constant, its pace with four times that. Half and
double made no difference on people."""
CAUGHT_UP_FIRST_NS = 20_000_000
"""To begin with; the other one half a second later."""
LEARNT_NS = 1_000_000_000
"""The waves follow with this time constant; half and double made no difference."""
LEARNT_FIRST_NS = 100_000_000
"""The ankles', to begin with; the other one a second later."""
KNEES_LEARNT_NS = 500_000_000
THIRD_LEARNT_NS = 2_000_000_000
"""The third harmonic. Learnt faster, it follows what should be put right."""

TABLE_BITS = 10
MASK = (1 << TABLE_BITS) - 1
SHIFT = 32 - TABLE_BITS
COSINE_BITS = 12
COSINES: tuple[tuple[int, int], ...] = tuple(
    (shift_round(cos, Q30 - COSINE_BITS), shift_round(sin, Q30 - COSINE_BITS))
    for cos, sin in (cos_sin((at << SHIFT) - HALF_TURN) for at in range(1 << TABLE_BITS))
)
"""Cosine and sine by the highest bits of a phase that begins at half a turn."""
FINER = 8
"""Bits more than a place has: a small part of a small miss would be nothing."""
RADIAN_BAM = bam_from_deg(57.29577951308232)


class Phase:
    """One phase of the gait, and four waves that go with it.

    Attributes:
        expected: how far the left knee is ahead of the right one, x and y, then the same of the
            ankles; in parts of `TORSO`.
    """

    def __init__(self) -> None:
        self.start(0, 0)

    def start(self, knees_x: int, ankles_x: int) -> None:
        """Afresh, with the waves of anybody who runs.

        Args:
            knees_x: how far the left one is ahead, in parts of `TORSO`.
            ankles_x: the same of the ankles.
        """
        cos, sin = _cos_sin(ANKLES_LAG_BAM)
        fine = COSINE_BITS - FINER
        ankles = [ANKLES_REACH * cos >> fine, ANKLES_REACH * sin >> fine, 0, 0]
        self._waves = [[KNEES_REACH << FINER, 0, 0, 0], [0, 0, 0, 0], ankles, [0, 0, 0, 0]]
        # cos(phase - lag) of the ankles and cos(phase) of the knees give sin(phase), but roughly:
        # only half of it is believed.
        of_knees = knees_x * TORSO // KNEES_REACH
        of_ankles = ankles_x * TORSO // ANKLES_REACH
        ahead = ((of_ankles << COSINE_BITS) - of_knees * cos) // sin
        self._phase = atan2(ahead, 2 * of_knees) if ahead or of_knees else 0
        self._pace = FIRST_BAM_PER_S
        self._age_ns = 0
        self._look()

    def advance(self, elapsed_ns: int) -> None:
        """To a while later, or earlier."""
        self._age_ns += elapsed_ns
        self._phase += self._pace * elapsed_ns // NS_PER_S
        self._look()

    def _look(self) -> None:
        (cos, sin), (cos3, sin3) = _cos_sin(self._phase), _cos_sin(3 * self._phase)
        bits = FINER + COSINE_BITS
        self.expected = [
            (a * cos + b * sin + a3 * cos3 + b3 * sin3) >> bits for a, b, a3, b3 in self._waves
        ]
        self._slopes = [
            (b * cos - a * sin + 3 * (b3 * cos3 - a3 * sin3)) >> bits
            for a, b, a3, b3 in self._waves
        ]

    def correct(self, misses: Sequence[int], elapsed_ns: int) -> None:
        """Take in by how much each of the four was ahead of what was expected."""
        slopes = self._slopes
        ahead = steep = reach = 0
        for weight, miss, slope, at in zip(WEIGHTS, misses, slopes, self.expected, strict=True):
            ahead += weight * miss * slope
            steep += weight * slope * slope
            reach += weight * at * at
        # Least squares; where hardly anything moves, little is told of the phase.
        off = ahead * RADIAN_BAM // (max(steep, (steep + reach) >> 1) + 1)
        catching_ns = elapsed_ns + min(CAUGHT_UP_FIRST_NS + self._age_ns // 4, CAUGHT_UP_NS)
        turn = off * elapsed_ns // catching_ns
        pace = self._pace + turn * NS_PER_S // (4 * (elapsed_ns + CAUGHT_UP_NS))
        self._pace = min(max(pace, LEAST_BAM_PER_S), MOST_BAM_PER_S)
        self._phase += turn
        left = [
            miss - slope * turn // RADIAN_BAM for miss, slope in zip(misses, slopes, strict=True)
        ]
        self._learn(left, elapsed_ns)

    def _learn(self, left: Sequence[int], elapsed_ns: int) -> None:
        """Change the waves by what the phase leaves to be explained."""
        (cos, sin), (cos3, sin3) = _cos_sin(self._phase), _cos_sin(3 * self._phase)
        fine = COSINE_BITS - FINER
        ankles_ns = (elapsed_ns + min(self._age_ns + LEARNT_FIRST_NS, LEARNT_NS)) << fine
        knees_ns = (elapsed_ns + KNEES_LEARNT_NS) << fine
        third_ns = (elapsed_ns + THIRD_LEARNT_NS) << fine
        waves = zip(self._waves, left, (knees_ns, ankles_ns, ankles_ns, ankles_ns), strict=True)
        for wave, miss, learnt_ns in waves:
            share = 2 * miss * elapsed_ns
            wave[0] += share * cos // learnt_ns
            wave[1] += share * sin // learnt_ns
            wave[2] += share * cos3 // third_ns
            wave[3] += share * sin3 // third_ns
        # The phase is that of the knees, or phase and waves could go on turning against each other.
        self._waves[KNEE_X][1] = 0

    def turn_round(self) -> None:
        """Left was right all along."""
        self._phase += HALF_TURN

    def reverse(self) -> None:
        """Time runs the other way from here on."""
        self._phase = -self._phase
        for wave in self._waves:
            wave[1], wave[3] = -wave[1], -wave[3]


def _cos_sin(phase_bam: int) -> tuple[int, int]:
    """By the table, to within 0.2 degrees."""
    return COSINES[((phase_bam + HALF_TURN) >> SHIFT) & MASK]
