"""Foot strike and toe-off: the knee is straightest just before and just after a contact.

Dingwell (2001) and Fellin (2010) take the two extension peaks of the knee for the events. Against a
force plate the peaks of one runner at 4.55 m/s lay 19 ms after toe-off and 15 ms before foot strike
with an SD of 5 ms; those constants are taken off here. They change with speed and style: contact
times from these events are estimates. Where the model sees heel and toe, they tell foot strike
(`gait.events.foot_events`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.events.foot_events import FOOT, foot_strike_of_foot
from hipdrive.gait.events.leg_values import knee_flex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.leg_track import LegWindow

TOE_OFF_WINDOW_NS = (-160_000_000, 20_000_000)
"""Where around the peak of thigh extension the knee is straightest near toe-off."""
LEAST_STANCE_NS = 120_000_000
"""Between the two extension peaks of the knee lies at least a contact."""
LEAST_CONTACT_NS = 80_000_000
"""A shorter one than any runner's: the foot was misplaced."""


@dataclass(frozen=True, slots=True)
class KneeTiming:
    """How far the events lie from the times at which the knee is straightest, in ns.

    Attributes:
        toe_off_before_ns: the foot leaves this long before the knee is straightest.
        foot_strike_after_ns: the foot lands this long after the knee is straightest.
    """

    toe_off_before_ns: int = 19_000_000
    foot_strike_after_ns: int = 15_000_000


DEFAULT_TIMING = KneeTiming()


class FootContact(NamedTuple):
    """When a foot met and left the belt within a stride; None where nothing tells."""

    foot_strike_ns: int | None
    toe_off_ns: int | None


NO_CONTACT = FootContact(None, None)


def find_contact(
    leg: LegWindow,
    last_peak_ns: int,
    peak_ns: int,
    timing: KneeTiming = DEFAULT_TIMING,
    further: Sequence[str] = (),
) -> FootContact:
    """The events of the contact between two peaks of thigh extension.

    None at all of a contact as long as half the stride, which would be walking, or shorter than
    any: a joint was misplaced.

    Args:
        leg: samples of the leg, with its ankle.
        last_peak_ns: the peak before the contact.
        peak_ns: the peak after it.
        timing: the constants.
        further: names of the joints in the samples beside hip, knee and ankle; with `FOOT` among
            them foot strike comes from these.
    """
    first_ns, last_ns = (peak_ns + offset_ns for offset_ns in TOE_OFF_WINDOW_NS)
    after = leg.lowest(first_ns, last_ns, knee_flex)
    if after is None:
        return NO_CONTACT
    toe_off_ns = after.t_ns - timing.toe_off_before_ns
    if set(FOOT).issubset(further):
        foot_strike_ns = foot_strike_of_foot(leg, further, last_peak_ns, peak_ns)
    else:
        last_ns = after.t_ns - LEAST_STANCE_NS
        foot_strike_ns = _foot_strike_of_knee(leg, last_peak_ns, last_ns, timing)
    if foot_strike_ns is None:
        return FootContact(None, toe_off_ns)
    contact_ns = toe_off_ns - foot_strike_ns
    if contact_ns < LEAST_CONTACT_NS or 2 * contact_ns >= peak_ns - last_peak_ns:
        return NO_CONTACT
    return FootContact(foot_strike_ns, toe_off_ns)


def _foot_strike_of_knee(
    leg: LegWindow, first_ns: int, last_ns: int, timing: KneeTiming
) -> int | None:
    """From when the knee is straightest after it was bent most in the air."""
    flexions = leg.values(first_ns, last_ns, knee_flex)
    if not flexions:
        return None
    folded = leg.between(first_ns, last_ns)[flexions.index(max(flexions))]
    straightest = leg.lowest(folded.t_ns, last_ns, knee_flex)
    return None if straightest is None else straightest.t_ns + timing.foot_strike_after_ns
