"""Foot strike and toe-off from the knee: it is straightest just before and just after a contact.

Dingwell (2001) and Fellin (2010) take the two extension peaks of the knee for the events. Against a
force plate the peaks of one runner at 4.55 m/s lay 19 ms after toe-off and 15 ms before foot strike
with an SD of 5 ms; those constants are taken off here. They change with speed and style: contact
times from these events are estimates.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.fixed import divide_round
from hipdrive.gait.resample import PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

TOE_OFF_BEFORE_NS = 19_000_000
"""The foot leaves this long before the knee is straightest."""
FOOT_STRIKE_AFTER_NS = 15_000_000
"""The foot lands this long after the knee is straightest."""
TOE_OFF_WINDOW_NS = (-160_000_000, 20_000_000)
"""Where around the peak of thigh extension the knee is straightest near toe-off."""
LEAST_STANCE_NS = 120_000_000
"""Between the two extension peaks of the knee lies at least a contact."""
KEPT_NS = 1_500_000_000
"""Longer than a stride and what follows its peak."""


class KneeAngle(NamedTuple):
    """Flexion of a knee at one moment of the grid, BAM."""

    t_ns: int
    flexion_bam: int


class Events(NamedTuple):
    """When a foot met and left the belt within a stride; None where the knee does not tell."""

    foot_strike_ns: int | None
    toe_off_ns: int | None


NONE = Events(None, None)


class EventFinder:
    """Remembers a knee for a stride and finds the events before a peak of thigh extension."""

    def __init__(self) -> None:
        self._knee: deque[KneeAngle] = deque(maxlen=KEPT_NS // PERIOD_NS)

    def reset(self) -> None:
        """A gap: what was before it does not count."""
        self._knee.clear()

    def add(self, t_ns: int, flexion_bam: int | None) -> None:
        """Take the next moment of the grid in, if the knee had an angle then."""
        if flexion_bam is not None:
            self._knee.append(KneeAngle(t_ns, flexion_bam))

    def find(self, last_peak_ns: int, peak_ns: int) -> Events:
        """The events of the contact between two peaks of thigh extension."""
        first_ns, last_ns = (peak_ns + offset_ns for offset_ns in TOE_OFF_WINDOW_NS)
        straight_ns = _straightest([k for k in self._knee if first_ns <= k.t_ns <= last_ns])
        if straight_ns is None:
            return NONE
        before = [k for k in self._knee if last_peak_ns <= k.t_ns <= straight_ns - LEAST_STANCE_NS]
        if not before:
            return NONE
        folded = max(before, key=lambda k: k.flexion_bam)
        landing_ns = _straightest([k for k in before if k.t_ns >= folded.t_ns])
        return Events(
            None if landing_ns is None else landing_ns + FOOT_STRIKE_AFTER_NS,
            straight_ns - TOE_OFF_BEFORE_NS,
        )


def _straightest(knee: Sequence[KneeAngle]) -> int | None:
    """Time of least flexion: the vertex of the parabola through the three lowest neighbours.

    None where it lies at an end: then it is no turning point.
    """
    lowest = min(range(len(knee)), key=lambda i: knee[i].flexion_bam, default=0)
    if not 0 < lowest < len(knee) - 1:
        return None
    before, here, after = (knee[lowest + i].flexion_bam for i in (-1, 0, 1))
    bend = before - 2 * here + after
    return knee[lowest].t_ns + divide_round((before - after) * PERIOD_NS, 2 * bend)
