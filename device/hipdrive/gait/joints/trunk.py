"""The trunk as one body: it steadies the hip that the thigh is measured from.

A pose model puts hip and shoulder now a little ahead, now a little behind, in step with legs and
arms: the hip of a rendered runner by 3 px of a thigh of 100, which is 1.7 degrees. The middle of
four joints moves less than one of them; where one lies from that middle changes slowly.
"""

from __future__ import annotations

STEADY_NS = 1_000_000_000
"""Time constant: a lean or a turn that lasts longer is followed."""
APPROACH_NS = 250_000_000
APPROACH_PARTS = 10
"""A runner, or a camera, that comes nearer is followed sooner: where the trunk's length changed by
more than a tenth, all offsets grow in proportion, with this time constant."""
JOINTS = 4
FINER = 16
"""Bits more than the joints have, or a small part of a small difference would be nothing."""
_UNIT = 1 << FINER
_HALF = _UNIT >> 1
_BELOW_HALF = _HALF - 1
MOST_OFF_PARTS = 4
"""A joint that is off by a quarter of the torso is misplaced, and then nothing is steadied."""
MISFITS = 3
"""After so many frames in a row the trunk is taken to be somewhere else."""


class Trunk:
    """Tracks the offset of each joint of the trunk from the middle of all four."""

    def __init__(self) -> None:
        self._offsets = [0] * (2 * JOINTS)
        self.reset()

    def reset(self) -> None:
        """A gap: from here on it may be another picture."""
        self._t_ns: int | None = None
        self._age_ns = self._misfits = 0

    def step(self, t_ns: int, joints: list[int]) -> list[int]:
        """Steady shoulders and hips.

        Args:
            t_ns: later than the one before.
            joints: x, y of both shoulders and both hips, in any order that stays; any unit.

        Returns:
            the same, steadied.
        """
        across, down = joints[::2], joints[1::2]
        middles = [sum(across) * (_UNIT // JOINTS), sum(down) * (_UNIT // JOINTS)] * JOINTS
        elapsed_ns = 0 if self._t_ns is None else t_ns - self._t_ns
        self._t_ns = t_ns
        extent = _extent(across) * _UNIT, _extent(down) * _UNIT
        size = min(self._grow(max(extent), elapsed_ns), sum(extent))
        off = [
            at * _UNIT - middle - offset
            # `strict` doubles the time that `zip` takes.
            for at, middle, offset in zip(joints, middles, self._offsets)  # noqa: B905
        ]
        furthest = max(*off, -min(off))
        fits = elapsed_ns and MOST_OFF_PARTS * furthest <= size
        self._misfits = 0 if fits else self._misfits + 1
        if not elapsed_ns or self._misfits >= MISFITS:
            self._offsets = [a + b for a, b in zip(self._offsets, off, strict=True)]
            self._age_ns = self._misfits = 0
        return self._steadied(middles, off, elapsed_ns) if fits else joints

    def _steadied(self, middles: list[int], off: list[int], elapsed_ns: int) -> list[int]:
        # The first ones are one as good as the other.
        self._age_ns = min(self._age_ns + elapsed_ns, STEADY_NS)
        whole_ns = elapsed_ns + self._age_ns
        offsets, steadied = [], []
        for middle, further, before in zip(middles, off, self._offsets):  # noqa: B905
            offset = before + further * elapsed_ns // whole_ns
            offsets.append(offset)
            # `shift_round`, written out: it is called for every joint of every pose.
            at = offset + middle
            steadied.append((at + (_HALF if at >= 0 else _BELOW_HALF)) >> FINER)
        self._offsets = offsets
        return steadied

    def _grow(self, length: int, elapsed_ns: int) -> int:
        """Let all offsets follow the torso's length; how large the trunk is by them then.

        About the length of the torso, which is longer than it is wide, is the larger one of how far
        its joints reach across and down; and the sum of both is so whichever way it lies.
        """
        across, down = _extent(self._offsets[::2]), _extent(self._offsets[1::2])
        known = max(across, down)
        longer = length - known
        if APPROACH_PARTS * abs(longer) > known > 0:
            self._offsets = [
                offset + offset * longer // known * elapsed_ns // (elapsed_ns + APPROACH_NS)
                for offset in self._offsets
            ]
            return _extent(self._offsets[::2]) + _extent(self._offsets[1::2])
        return across + down


def _extent(places: list[int]) -> int:
    return max(places) - min(places)
