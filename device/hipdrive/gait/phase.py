"""Where in the stride both legs are: one phase, that knees and ankles of both legs share.

The legs do the same half a stride apart, so what lies between the two knees, or the two ankles, is
nearly one sine wave of the stride in x and in y: a third harmonic is a tenth of it at most. On
people who run and walk, to the left and to the right, the ankles are 25 degrees of phase behind the
knees. One oscillator tells all four waves; how high they go and how fast it turns it learns. So it
knows whose knee comes forward also after a quarter of a stride in which every frame was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.angles import HALF_TURN, TURN, atan2, bam_from_deg
from hipdrive.gait.fixed import shift_round
from hipdrive.gait.resample import NS_PER_S
from hipdrive.gait.rotation import cos_sin

if TYPE_CHECKING:
    from collections.abc import Sequence

TORSO = 1 << 12
"""The unit of length is the torso, from the shoulders to the hips."""
KNEE_X, KNEE_Y, ANKLE_X, ANKLE_Y = range(4)
WEIGHTS = (8, 8, 1, 1)
"""Of knees and ankles: an ankle is off by 0.2 torsos from its wave, a knee by 0.14."""
KNEES_REACH, ANKLES_REACH = TORSO * 65 // 100, TORSO * 66 // 100
"""How far they get apart to begin with, along the picture; 0.61 to 0.81 and 1.19 to 1.54 torsos on
four people. Half and double make no difference after a stride."""
ANKLES_LAG_BAM = bam_from_deg(30)
FIRST_BAM_PER_S = TURN * 7 // 5
"""84 strides a minute."""
LEAST_BAM_PER_S, MOST_BAM_PER_S = TURN * 3 // 5, 4 * TURN
CAUGHT_UP_NS = 120_000_000
"""The phase follows what is seen with this time constant, its pace with four times that."""
CAUGHT_UP_FIRST_NS = 20_000_000
LEARNT_NS = 1_000_000_000
"""The waves follow within a stride and a half; sooner in the first second."""
KNEES_NS = 500_000_000
THIRD_NS = 2_000_000_000
LEARNT_FIRST_NS = 100_000_000

TABLE_BITS = 10
SHIFT = 32 - TABLE_BITS
COSINE_BITS = 12
COSINES: tuple[tuple[int, int], ...] = tuple(
    (shift_round(cos, 30 - COSINE_BITS), shift_round(sin, 30 - COSINE_BITS))
    for cos, sin in (
        cos_sin((at << SHIFT) - HALF_TURN) for at in range(1 << TABLE_BITS)
    )
)
"""Cosine and sine by the highest bits of a phase that begins at half a turn."""
MASK = (1 << TABLE_BITS) - 1
FINER = 8
"""Bits more than the joints have: a small part of a small miss would be nothing."""
RADIAN_BAM = bam_from_deg(57.29577951308232)


class Phase:
    """One phase of the gait, and four waves that go with it.

    Attributes:
        expected: how far the left knee and the left ankle are ahead of the right ones, x and y of
            the knees, then of the ankles; in parts of `TORSO`.
    """

    def __init__(self) -> None:
        self.start(0, 0)

    def start(self, knees_x: int, ankles_x: int) -> None:
        """Afresh, with the waves of anybody who runs, from how far apart the joints are in x."""
        cos, sin = _cos_sin(ANKLES_LAG_BAM)
        fine = COSINE_BITS - FINER
        ankles = [ANKLES_REACH * cos >> fine, ANKLES_REACH * sin >> fine, 0, 0]
        self._waves = [[KNEES_REACH << FINER, 0, 0, 0], [0, 0, 0, 0], ankles, [0, 0, 0, 0]]
        # cos(phase - lag) of the ankles and cos(phase) of the knees give sin(phase).
        of_knees = knees_x * TORSO // KNEES_REACH
        of_ankles = ankles_x * TORSO // ANKLES_REACH
        ahead = ((of_ankles << COSINE_BITS) - of_knees * cos) // sin
        self._phase = atan2(ahead, 2 * of_knees) if ahead or of_knees else 0
        self._pace = FIRST_BAM_PER_S
        self._age_ns = 0
        self._look()

    def advance(self, elapsed_ns: int) -> None:
        """To a while later."""
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
        # Where hardly anything moves, little is told of the phase.
        off = ahead * RADIAN_BAM // (max(steep, (steep + reach) >> 1) + 1)
        catching_ns = elapsed_ns + min(CAUGHT_UP_FIRST_NS + self._age_ns // 4, CAUGHT_UP_NS)
        turn = off * elapsed_ns // catching_ns
        pace = self._pace + turn * NS_PER_S // (4 * (elapsed_ns + CAUGHT_UP_NS))
        self._pace = min(max(pace, LEAST_BAM_PER_S), MOST_BAM_PER_S)
        self._phase += turn
        self._learn([m - s * turn // RADIAN_BAM for m, s in zip(misses, slopes)], elapsed_ns)

    def _learn(self, left: Sequence[int], elapsed_ns: int) -> None:
        (cos, sin), (cos3, sin3) = _cos_sin(self._phase), _cos_sin(3 * self._phase)
        learnt_ns = elapsed_ns + min(self._age_ns + LEARNT_FIRST_NS, LEARNT_NS)
        whole_ns = learnt_ns << (COSINE_BITS - FINER)
        slow_ns = (elapsed_ns + THIRD_NS) << (COSINE_BITS - FINER)
        knees_ns = (elapsed_ns + KNEES_NS) << (COSINE_BITS - FINER)
        for wave, miss, whole_ns in zip(self._waves, left, (knees_ns, whole_ns, whole_ns, whole_ns), strict=True):
            share = 2 * miss * elapsed_ns
            wave[0] += share * cos // whole_ns
            wave[1] += share * sin // whole_ns
            wave[2] += share * cos3 // slow_ns
            wave[3] += share * sin3 // slow_ns
        # The phase is that of the knees; else all could go on turning against each other.
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
