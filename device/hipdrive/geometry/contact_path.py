"""The straight line along which a foot goes with the belt, fitted by least squares."""

from __future__ import annotations

from typing import NamedTuple

from hipdrive.types.fixed_point import Q30, divide_round
from hipdrive.types.time import NS_PER_S

STEEPEST = 2
"""A path rises by less than its length over this: rolled cameras and hills together do not."""


class ContactPath(NamedTuple):
    """The path of a foot on the belt, as the sums of its least squares; x forwards, y down.

    Sums of several contacts add up to the fit through all of them. Lengths are Q16.16 px, times ns.

    Attributes:
        xx, xy: of x with x and of x with y; their ratio is the direction.
        tt, tx: of time with time and of time with x, over the part that gives the speed.
    """

    xx: int
    xy: int
    tt: int
    tx: int

    @property
    def slope(self) -> int:
        """Y over x, Q2.30: positive where the direction forwards leads down in the picture."""
        return divide_round(self.xy << Q30, self.xx)

    @property
    def speed(self) -> int:
        """Backwards along x, Q16.16 px/s."""
        return divide_round(-self.tx * NS_PER_S, self.tt)
