"""The trunk as one body: it steadies the hip that the thigh is measured from.

A pose model puts hip and shoulder now a little ahead, now a little behind, in step with legs and
arms: the hip of a rendered runner by 3 px of a thigh of 100, which is 1.7 degrees. The middle of
four joints moves less than one of them; where one lies from that middle changes slowly.
"""

from __future__ import annotations

STEADY_NS = 1_000_000_000
"""Who leans forward, or turns, for longer than about this is seen to."""
JOINTS = 4


class Trunk:
    """Follows where each joint of the trunk lies from the middle of all four."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """A gap: from here on it may be another picture."""
        self._t_ns: int | None = None
        self._age_ns = 0
        self._offsets = [0] * (2 * JOINTS)

    def step(self, t_ns: int, joints: list[int]) -> list[int]:
        """Where shoulders and hips are.

        Args:
            t_ns: later than the one before.
            joints: x, y of both shoulders and both hips, in any order that stays; any unit.

        Returns:
            the same, steadied.
        """
        middle_x, middle_y = sum(joints[::2]) // JOINTS, sum(joints[1::2]) // JOINTS
        middles = (middle_x, middle_y) * JOINTS
        found = [at - middle for at, middle in zip(joints, middles, strict=True)]
        if self._t_ns is None:
            self._offsets = found
        else:
            elapsed_ns = t_ns - self._t_ns
            # The first ones are one as good as the other.
            self._age_ns = min(self._age_ns + elapsed_ns, STEADY_NS)
            whole_ns = elapsed_ns + self._age_ns
            self._offsets = [
                offset + (now - offset) * elapsed_ns // whole_ns
                for offset, now in zip(self._offsets, found, strict=True)
            ]
        self._t_ns = t_ns
        return [offset + middle for offset, middle in zip(self._offsets, middles, strict=True)]
