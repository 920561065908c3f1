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
_HALF = 1 << (FINER - 1)
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
        middles = [(sum(joints[axis::2]) << FINER) // JOINTS for axis in (0, 1)] * JOINTS
        found = [(at << FINER) - middle for at, middle in zip(joints, middles, strict=True)]
        elapsed_ns = 0 if self._t_ns is None else t_ns - self._t_ns
        self._t_ns = t_ns
        self._grow(found, elapsed_ns)
        fits = elapsed_ns and self._fits(found)
        self._misfits = 0 if fits else self._misfits + 1
        if not elapsed_ns or self._misfits >= MISFITS:
            self._offsets, self._age_ns, self._misfits = found, 0, 0
        if not fits:
            return joints
        # The first ones are one as good as the other.
        self._age_ns = min(self._age_ns + elapsed_ns, STEADY_NS)
        whole_ns = elapsed_ns + self._age_ns
        self._offsets = [
            offset + (now - offset) * elapsed_ns // whole_ns
            for offset, now in zip(self._offsets, found, strict=True)
        ]
        steadied = [offset + middle for offset, middle in zip(self._offsets, middles, strict=True)]
        # `shift_round`, written out: it is called for every joint of every pose.
        return [
            (value + _HALF) >> FINER if value >= 0 else -((_HALF - value) >> FINER)
            for value in steadied
        ]

    def _grow(self, found: list[int], elapsed_ns: int) -> None:
        known = _length(self._offsets)
        longer = _length(found) - known
        if APPROACH_PARTS * abs(longer) > known > 0:
            self._offsets = [
                offset + offset * longer // known * elapsed_ns // (elapsed_ns + APPROACH_NS)
                for offset in self._offsets
            ]

    def _fits(self, found: list[int]) -> bool:
        size = min(_size(self._offsets), _size(found))
        off = max([abs(now - at) for at, now in zip(self._offsets, found, strict=True)])
        return MOST_OFF_PARTS * off <= size


def _length(offsets: list[int]) -> int:
    """About the length of the torso, which is longer than it is wide."""
    across, down = offsets[::2], offsets[1::2]
    return max(max(across) - min(across), max(down) - min(down))


def _size(offsets: list[int]) -> int:
    """About the length of the torso, whichever way it lies."""
    across, down = offsets[::2], offsets[1::2]
    return max(across) - min(across) + max(down) - min(down)
