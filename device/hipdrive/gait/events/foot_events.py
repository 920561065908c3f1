"""Foot strike from heel and toe, for models that see them.

Seen by a camera beside the belt, the foot swings ahead, turns back and lands (Zeni 2008 takes the
furthest point itself for the strike, of walkers). Filtered as everything is, the foot of rendered
people turns back 14 to 22 ms before it lands, at every speed; the constant lies in between.

Toe-off is left to the knee. The foot's acceleration backwards as it leaves the belt was tried: of
true key points of rendered people it comes 2 to 29 ms later, by speed, and people throw the foot
back twice, a tenth of a second apart, when the heel rises and when the toes leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_values import further_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.leg_track import LegWindow
    from hipdrive.gait.joints.samples import LegSample

FOOT = ("heel", "toe")
"""The joints that are needed."""
STRIKE_AFTER_NS = 18_000_000


def foot_strike_of_foot(
    leg: LegWindow, further: Sequence[str], last_peak_ns: int, peak_ns: int
) -> int | None:
    """When the foot lands between two peaks of thigh extension; None where it never turns back.

    Args:
        leg: samples of the leg, with its foot.
        further: names of the joints in its samples beside hip, knee and ankle; `FOOT` among them.
        last_peak_ns: the peak before the contact.
        peak_ns: the peak after it.
    """
    heel_x, toe_x = (further_value(2 * further.index(joint)) for joint in FOOT)

    def foot_x(sample: LegSample) -> int | None:
        a, b = heel_x(sample), toe_x(sample)
        return None if a is None or b is None else a + b

    ahead = leg.highest(last_peak_ns, peak_ns, foot_x)
    return None if ahead is None else ahead.t_ns + STRIKE_AFTER_NS
