"""Foot strike and toe-off from heel and toe, for models that see them.

Seen by a camera beside the belt, the foot swings ahead, turns back and lands (Zeni 2008 takes the
furthest point itself for the strike, of walkers). In contact it goes back evenly with the belt; it
slows down as it rolls off, and when it has left the belt it is thrown back. Filtered as everything
is, the foot of rendered people as BlazePose sees it turns back 14 to 22 ms before it lands, and its
acceleration backwards is greatest 11 to 37 ms after toe-off (of true joints 0 to 20). The constants
lie in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.foot_contact import NO_CONTACT, FootContact
from hipdrive.gait.events.leg_values import further_value
from hipdrive.gait.signal import parabola
from hipdrive.gait.signal.resample import PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.leg_track import LegWindow, Value
    from hipdrive.gait.joints.samples import LegSample

FOOT = ("heel", "toe")
"""The joints that are needed."""
STRIKE_AFTER_NS = 18_000_000
TOE_OFF_BEFORE_NS = 20_000_000
TOE_OFF_WINDOW_NS = (-110_000_000, 60_000_000)
"""Where around the peak of thigh extension the foot is thrown back; before, it rolls off."""
LEAST_CONTACT_NS = 80_000_000


def find_contact_of_foot(
    leg: LegWindow, further: Sequence[str], last_peak_ns: int, peak_ns: int
) -> FootContact:
    """The events of the contact between two peaks of thigh extension.

    None at all of a contact as long as half the stride, or shorter than any: the foot was
    misplaced.

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
    strike_ns = None if ahead is None else ahead.t_ns + STRIKE_AFTER_NS
    first_ns, last_ns = (peak_ns + offset_ns for offset_ns in TOE_OFF_WINDOW_NS)
    thrown_ns = _thrown_back(leg, foot_x, first_ns, last_ns)
    toe_off_ns = None if thrown_ns is None else thrown_ns - TOE_OFF_BEFORE_NS
    if strike_ns is None or toe_off_ns is None:
        return FootContact(strike_ns, toe_off_ns)
    if LEAST_CONTACT_NS <= toe_off_ns - strike_ns < (peak_ns - last_peak_ns) // 2:
        return FootContact(strike_ns, toe_off_ns)
    return NO_CONTACT


def _thrown_back(leg: LegWindow, ahead: Value, first_ns: int, last_ns: int) -> int | None:
    """When the acceleration backwards is greatest; None where that is at an end."""
    samples, places = leg.between(first_ns, last_ns), leg.values(first_ns, last_ns, ahead)
    backwards = [
        2 * here - before - after
        for before, here, after in zip(places, places[1:], places[2:], strict=False)
    ]
    top = max(range(len(backwards)), key=backwards.__getitem__, default=0)
    if not 0 < top < len(backwards) - 1:
        return None
    offset, _ = parabola.vertex(*backwards[top - 1 : top + 2])
    return samples[0].t_ns + (top + 1) * PERIOD_NS + parabola.in_ns(offset)
