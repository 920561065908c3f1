"""The trunk as one body: it steadies the hip that the thigh is measured from.

A pose model puts hip and shoulder now a little ahead, now a little behind, in step with legs and
arms: the hip of a rendered runner by 3 px of a thigh of 100, which is 1.7 degrees. The middle of
four joints moves less than one of them; where one lies from that middle changes slowly.
"""

from __future__ import annotations

from hipdrive.gait.fixed import shift_round

STEADY_NS = 1_000_000_000
"""Who leans forward, or turns, for longer than about this is seen to."""
JOINTS = 4
FINER = 16
"""Bits more than the joints have, or a small part of a small difference would be nothing."""
MOST_OFF_PARTS = 4
"""A joint that is off by a quarter of the torso is misplaced, and then nothing is steadied."""
MISFITS = 3
"""After so many frames the trunk is somewhere else."""


class Trunk:
    """Follows where each joint of the trunk lies from the middle of all four."""

    def __init__(self) -> None:
        self._offsets = [0] * (2 * JOINTS)
        self.reset()

    def reset(self) -> None:
        """A gap: from here on it may be another picture."""
        self._t_ns: int | None = None
        self._age_ns = self._misfits = 0

    def step(self, t_ns: int, joints: list[int]) -> list[int]:
        """Where shoulders and hips are.

        Args:
            t_ns: later than the one before.
            joints: x, y of near shoulder, near hip, far hip and far shoulder; any unit.

        Returns:
            the same, steadied.
        """
        middle_x, middle_y = sum(joints[::2]) // JOINTS, sum(joints[1::2]) // JOINTS
        middles = (middle_x, middle_y) * JOINTS
        found = [(at - middle) << FINER for at, middle in zip(joints, middles, strict=True)]
        elapsed_ns = 0 if self._t_ns is None else t_ns - self._t_ns
        self._t_ns = t_ns
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
        return [
            shift_round(offset, FINER) + middle
            for offset, middle in zip(self._offsets, middles, strict=True)
        ]

    def _fits(self, found: list[int]) -> bool:
        torso = min(_torso(self._offsets), _torso(found))
        return all(
            MOST_OFF_PARTS * abs(now - offset) <= torso
            for offset, now in zip(self._offsets, found, strict=True)
        )


def _torso(offsets: list[int]) -> int:
    shoulder_x, shoulder_y, hip_x, hip_y = offsets[:4]
    return abs(shoulder_x - hip_x) + abs(shoulder_y - hip_y)
