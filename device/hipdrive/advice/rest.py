"""An exercise, or rest where the calves may have had to work harder.

Rest comes first: what troubled runners who had been taught to land softer was more often calf and
heel cord than in the others (Chan 2018), and landing on the front of the foot loads the heel cord
more (Almonroeder 2013). That a shorter contact or more bounce does so too is inferred, so the
sentence says "may". Exercises come with how often (Garber 2011) and with what is
known of their effect: stretching the front of the hip lengthened the range at rest and left the
running stride as it was (Mettler 2019); bridges on one leg use the buttock (Lehecka 2017), but
strength of the hip gained without practice of running did not change running (Willy and Davis
2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.guards.amounts import BOUNCE_PERCENT, CONTACT_PERCENT, LEAN_DEG
from hipdrive.texts.message import Message, MessageId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.advice.detectable import Change

TOE_DEG = 5.0
"""Of the foot against the belt at landing; the coach has no guard of it."""
SETS, REPETITIONS, DAYS = 3, 10, 3
"""Of strength (Garber 2011: 2 to 4 sets of 8 to 12, on 2 to 3 days a week)."""
TIMES, HOLD_S = 2, 30
"""Of a stretch (Garber 2011: 10 to 30 s, 60 s in all, on 2 to 3 days a week at least)."""


def rest(changed: Mapping[str, Change]) -> Message | None:
    """Rest, if something changed that may have made the calves work harder."""
    toe = changed.get("foot_contact_angle")
    if toe and toe.difference <= -TOE_DEG:
        return Message(MessageId.REST_TOE, {"change": -toe.difference})
    bounce = changed.get("bounce")
    if bounce and bounce.percent >= BOUNCE_PERCENT:
        return Message(MessageId.REST_BOUNCE, {"change": bounce.percent, "now": bounce.now})
    contact = changed.get("contact_time")
    if contact and contact.percent <= -CONTACT_PERCENT:
        fields = {"change": -contact.percent, "now": 1000 * contact.now}
        return Message(MessageId.REST_CONTACT, fields)
    return None


def exercise(changed: Mapping[str, Change]) -> Message | None:
    """A stretch for a trunk that leans further forward, bridges for a thigh that goes less far."""
    lean, thigh = changed.get("trunk_lean"), changed.get("thigh_ext")
    if lean and lean.difference >= LEAN_DEG:
        fields = {"times": TIMES, "seconds": HOLD_S, "days": DAYS, "change": lean.difference}
        return Message(MessageId.EXERCISE_STRETCH, fields)
    if thigh and thigh.difference < 0:
        fields = {"sets": SETS, "repetitions": REPETITIONS, "days": DAYS}
        return Message(MessageId.EXERCISE_BRIDGE, {**fields, "change": -thigh.difference})
    return None
