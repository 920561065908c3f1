"""One thing to try next time, in words for what the belt, the floor or the eyes do.

Words that point outwards are learned better than words for a part of the body (Wulf 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.coach.guards.amounts import (
    BOUNCE_PERCENT,
    CADENCE_PERCENT,
    CONTACT_PERCENT,
    LEAN_DEG,
    OVERSTRIDE_PERCENT,
    SHANK_DEG,
)
from hipdrive.coach.own_mean import MOST_ABOVE_FIRST_DEG
from hipdrive.texts.message import Message, MessageId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hipdrive.advice.detectable import Change

MS_PER_S = 1000
STRIDE_TIME_TO_SPM = 120
"""Two steps a stride: 120 s / stride time are steps a minute."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """Something that got worse.

    Attributes:
        times: how many times the amount from which on it counts.
        message: what to try.
    """

    times: float
    message: Message


def one_thing(changed: Mapping[str, Change]) -> Message | None:
    """What to try: against what got worse most, else about thigh extension itself."""
    found = [
        finding
        for name, judge in _JUDGES.items()
        if name in changed
        for finding in judge(changed[name])
        if finding.times >= 1
    ]
    if found:
        return max(found, key=lambda finding: finding.times).message
    thigh = changed.get("thigh_ext")
    return None if thigh is None else _of_thigh_ext(thigh)


def _of_thigh_ext(change: Change) -> Message:
    if change.difference < 0:
        fields = {"change": -change.difference, "now": change.now}
        return Message(MessageId.TRY_PUSH_BACK, fields)
    if change.difference > MOST_ABOVE_FIRST_DEG:
        fields = {"change": change.difference, "now": change.now, "most": MOST_ABOVE_FIRST_DEG}
        return Message(MessageId.TRY_PUSH_LESS, fields)
    return Message(MessageId.TRY_KEEP_WORDS, {"now": change.now})


def _cadence(change: Change) -> Iterator[_Finding]:
    """From the time of a stride."""
    spm = STRIDE_TIME_TO_SPM / change.now
    percent = 100 * (change.before / change.now - 1)
    fields = {"change": abs(percent), "now": spm}
    slower = percent < 0
    message = MessageId.TRY_QUICKER_STEPS if slower else MessageId.TRY_LONGER_PUSH
    yield _Finding(abs(percent) / CADENCE_PERCENT, Message(message, fields))


def _overstride(change: Change) -> Iterator[_Finding]:
    # A foot that lands below the hip has no percentage to rise by.
    if change.before > 0:
        fields = {"before": change.before, "now": change.now}
        message = Message(MessageId.TRY_LAND_NEARER, fields)
        yield _Finding(change.percent / OVERSTRIDE_PERCENT, message)


def _shank(change: Change) -> Iterator[_Finding]:
    fields = {"change": change.difference, "now": change.now}
    yield _Finding(change.difference / SHANK_DEG, Message(MessageId.TRY_LAND_UNDER, fields))


def _lean(change: Change) -> Iterator[_Finding]:
    forward = change.difference > 0
    fields = {"change": abs(change.difference), "now": change.now}
    message = MessageId.TRY_LOOK_AHEAD if forward else MessageId.TRY_TO_THE_FRONT
    yield _Finding(abs(change.difference) / LEAN_DEG, Message(message, fields))


def _bounce(change: Change) -> Iterator[_Finding]:
    fields = {"change": change.percent, "now": change.now}
    yield _Finding(change.percent / BOUNCE_PERCENT, Message(MessageId.TRY_LOW_CEILING, fields))


def _contact(change: Change) -> Iterator[_Finding]:
    fields = {"change": change.percent, "now": MS_PER_S * change.now}
    yield _Finding(change.percent / CONTACT_PERCENT, Message(MessageId.TRY_HOT_BELT, fields))


_JUDGES: Mapping[str, Callable[[Change], Iterator[_Finding]]] = {
    "stride_time": _cadence,
    "overstride": _overstride,
    "shank_contact": _shank,
    "trunk_lean": _lean,
    "bounce": _bounce,
    "contact_time": _contact,
}
