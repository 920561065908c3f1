"""Takes commands in from the courier, and has the loop collect what it is to do."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hipdrive.control.command import SENTENCES, ChangeSession, CommandError, Refusal, parse
from hipdrive.hub.home_assistant.discovery import announcement
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.message import OutgoingMessage
from hipdrive.hub.mqtt.arrival import can_be_answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hipdrive.config import Config
    from hipdrive.control.command import Command
    from hipdrive.hub.messages import contract
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.message import Message
    from hipdrive.hub.mqtt.arrival import ReceivedMessage
    from hipdrive.hub.mqtt.topics import Topics

STATE: Final = "hipdrive/state/1"
ANSWER: Final = "hipdrive/answer/1"
MOST_WAITING = 16
"""More than anybody presses between two frames."""
BIRTH = b"online"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What the device is set to.

    Attributes:
        session: id of the session that goes on; None between two.
        muted: the runner gets no cues.
        target_offset_deg: how far the coach's target was moved.
        runner: who runs, as a command said; empty: nobody has said.
    """

    session: str | None = None
    muted: bool = False
    target_offset_deg: float = 0.0
    runner: str = ""


class CommandHandler:
    """Judges commands, keeps those to be followed, and tells what the device is set to.

    The loop's thread calls `next_order` and `show`, the courier's all else. No lock is shared: a
    deque is its own, and a setting is replaced as a whole.

    Args:
        config: what is allowed, and who the device is.
        topics: of the device.
        clock: the clocks.
    """

    def __init__(self, config: Config, topics: Topics, clock: Clock) -> None:
        self._topics = topics
        self._clock = clock
        self._allowed = config.hub.commands
        self._offset_range_deg = config.coach.offset_range_deg
        self._prefix = config.hub.discovery_prefix
        self._announcement = announcement(config, topics)
        self._orders: deque[Command] = deque()
        self._setting = DeviceState()
        self._accepted = 0
        self._refused: Counter[Refusal] = Counter()
        self._last: Refusal | None = None
        self._told: contract.State | None = None
        self._ring: Callable[[], None] = lambda: None

    def next_order(self) -> Command | None:
        """The oldest order that waits; None when there is none."""
        return self._orders.popleft() if self._orders else None

    def show(self, setting: DeviceState) -> None:
        """Tell the world what the device is set to now."""
        self._setting = setting
        self._ring()

    def wake_with(self, ring: Callable[[], None]) -> None:
        """Call this when there is news; it must not wait."""
        self._ring = ring

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The topics to listen to."""
        commands = f"{self._topics.command}/#"
        return (commands, self._birth) if self._prefix else (commands,)

    @property
    def _birth(self) -> str:
        return f"{self._prefix}/status"

    def greeting(self) -> tuple[Message, ...]:
        """What to publish on every connection."""
        self._told = self._state()
        return (*self._announcement, self._message(self._topics.state, self._told, qos=1))

    def news(self) -> Message | None:
        """What the device is set to, if that has changed since it was last published."""
        state = self._state()
        if state == self._told:
            return None
        self._told = state
        return self._message(self._topics.state, state, qos=1)

    def is_birth(self, arrival: ReceivedMessage) -> bool:
        """Whether Home Assistant says that it has just started."""
        return bool(self._prefix) and arrival.topic == self._birth and arrival.payload == BIRTH

    def receive(self, arrival: ReceivedMessage) -> Message | None:
        """Judge a command; the answer, where one is wanted and may be given."""
        level, _, name = arrival.topic.removeprefix(self._topics.command).partition("/")
        if level or arrival.topic == self._birth:
            return None
        refusal = self._refusal(arrival, name)
        if refusal is None:
            self._accepted += 1
        else:
            self._refused[refusal] += 1
            self._last = refusal
        if arrival.reply_to is None or refusal is Refusal.REPLY_TO:
            return None
        return self._message(arrival.reply_to, answer(refusal), qos=0)

    def _refusal(self, arrival: ReceivedMessage, name: str) -> Refusal | None:
        """Why the command is refused; None: it is not, and will be followed."""
        if not can_be_answered(arrival, self._topics.answer):
            return Refusal.REPLY_TO
        if arrival.retained:
            return Refusal.RETAINED
        try:
            order = parse(name, arrival.payload, self._allowed, self._offset_range_deg)
        except CommandError as error:
            return error.refusal
        if isinstance(order, ChangeSession):
            going_on = self._setting.session is not None
            if going_on is (order.action == "start"):
                return Refusal.IN_SESSION if going_on else Refusal.NO_SESSION
        if len(self._orders) >= MOST_WAITING:
            return Refusal.BUSY
        self._orders.append(order)
        return None

    def _state(self) -> contract.State:
        return state(self._setting, self._accepted, self._refused, self._last)

    def _message(self, topic: str, body: Mapping[str, object], qos: int) -> Message:
        """Written now; who asks for QoS 1 comes late, so the broker keeps it."""
        letter = OutgoingMessage(topic, body, self._clock.stamp(), retain=qos > 0)
        return messages.written(letter, self._clock, qos)


def state(
    setting: DeviceState, accepted: int, refused: Counter[Refusal], last: Refusal | None
) -> contract.State:
    """The `state` message.

    Args:
        setting: what the device is set to.
        accepted: commands that were, or will be with the next frame, followed since it started.
        refused: those that were not, by reason.
        last: why the last of them was not.
    """
    return {
        "schema": STATE,
        "session": setting.session,
        "session_active": setting.session is not None,
        "muted": setting.muted,
        "target_offset_deg": setting.target_offset_deg,
        "runner": setting.runner or None,
        "commands_accepted": accepted,
        "commands_refused": refused.total(),
        "refusals": {str(reason): count for reason, count in sorted(refused.items())},
        "last_refusal": last,
    }


def answer(refusal: Refusal | None) -> contract.Answer:
    """The answer to a command."""
    return {
        "schema": ANSWER,
        "accepted": refusal is None,
        "reason": refusal,
        "explanation": None if refusal is None else SENTENCES[refusal],
    }
