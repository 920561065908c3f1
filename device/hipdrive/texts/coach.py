"""What the coach says to the runner, in their language: lights, silences, guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.texts.catalogue import text_of
from hipdrive.texts.message import Message, MessageId
from hipdrive.types.coach_status import SilenceReason

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.cue import CueKind

ASKS_INSTEAD = frozenset({MessageId.LIGHT_QUICKER_STEPS, MessageId.LIGHT_LOOK_AHEAD})
"""What lights say for a guard, in place of asking for more."""


def plain(message_id: MessageId, language: Language) -> str:
    """A sentence without figures."""
    return text_of(Message(message_id), language)


def said_for(kind: CueKind, language: Language) -> str:
    """What a light says to the runner, or a cue that passes."""
    return plain(_of_light(kind), language)


def guard(name: str, language: Language) -> str:
    """For what nobody is asked for more; a guard from elsewhere by its name."""
    known = f"guard.{name}"
    return plain(MessageId(known), language) if known in set(MessageId) else name.replace("_", " ")


def said_now(status: CoachStatus, language: Language) -> str:
    """What the runner is told now, or why it is nothing: one sentence."""
    instead = status.silence is SilenceReason.GUARD and _of_light(status.led) in ASKS_INSTEAD
    if status.silence is None or instead:
        return said_for(status.led, language)
    return plain(MessageId(f"silence.{status.silence}"), language)


def _of_light(led: CueKind) -> MessageId:
    return MessageId(f"light.{led.removeprefix('led_')}")
